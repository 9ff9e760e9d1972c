"""Named measures: table macros in SQL, one file each, by subject."""
