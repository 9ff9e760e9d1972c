"""Reports on what was sold, and to how many."""
