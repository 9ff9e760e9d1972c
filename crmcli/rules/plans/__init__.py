"""Relationship plans: templates by level, cadences laid out as days, goals and their verdicts; no SQL."""
