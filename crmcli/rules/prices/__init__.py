"""Prices: lists, rules, and the one decision which of them counts."""
