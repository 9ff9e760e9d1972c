"""Decisions about one ticket: how urgent it is (`priority`), what may be done with it (`states`), its warranty (`warranty`)."""
