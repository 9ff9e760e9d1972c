"""Staged rows into the store: references found or made, rows created, updated or left as they are."""
