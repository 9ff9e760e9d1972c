"""The catalogue: products, their parts, categories, and prices of competitors."""
