"""Orders made here: added, shipped, delivered, returned, called off."""
