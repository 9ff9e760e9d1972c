"""Tables to bytes: one writer per format, and one place that chooses among them."""
