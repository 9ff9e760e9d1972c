"""Managers, what accounts need of them, their duties, and what passes from one to another."""
