"""Delimited text files: encoding, dialect, records, mending, layout."""
