"""Decisions about one thing: a price, a total, a number. Pure functions; no SQL, no files."""
