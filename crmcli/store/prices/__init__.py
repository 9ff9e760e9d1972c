"""Price lists, rules and discounts in the store."""
