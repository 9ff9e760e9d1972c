"""Measures on tiny tables that can be checked by hand."""
