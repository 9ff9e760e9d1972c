"""Reports on what customers are worth, and which may be lost."""
