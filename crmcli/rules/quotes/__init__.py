"""Quotes: what was wished, priced and summed up."""
