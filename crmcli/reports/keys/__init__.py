"""Key accounts over the store: who would be chosen on a day and why, who is in, and how they do."""
