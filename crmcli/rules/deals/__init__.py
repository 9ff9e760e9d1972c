"""Decisions about one deal: its stages, how long it may stay in one, what may become of it."""
