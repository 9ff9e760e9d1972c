"""Reports on what is sold, and what could be."""
