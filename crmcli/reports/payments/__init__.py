"""Reports on how customers pay, and on what they owe."""
