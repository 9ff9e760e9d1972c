"""Files coming in: opened, read, understood, checked, and admitted or sent back with the reason."""
