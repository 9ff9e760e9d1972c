"""Measures against their slow twins."""
