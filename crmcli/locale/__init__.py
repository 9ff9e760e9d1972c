"""Catalogs of translated messages, and the tool that keeps them."""
