"""Slow proofs; each has a short form elsewhere."""
