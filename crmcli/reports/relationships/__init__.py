"""Reports on the relationship with each customer, and on whose matter comes first."""
