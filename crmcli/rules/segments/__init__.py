"""Segments: which customers are meant, as a rule that an owner writes and reads."""
