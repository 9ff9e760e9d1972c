"""Pages for readers; `docs.make` writes those that come from the code."""
