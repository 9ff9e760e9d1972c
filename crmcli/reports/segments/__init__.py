"""Segments over the store: the fields a rule may speak of, and who meets it on a day."""
