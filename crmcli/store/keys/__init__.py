"""Key accounts in the store: versions of the rule, hand-picked ones, and who was in from when to when."""
