"""Documents for customers: facts first, then one rendering a format from the same facts."""
