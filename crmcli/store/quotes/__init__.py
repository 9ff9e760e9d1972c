"""Quotes in the store: made, revised, sent, decided."""
