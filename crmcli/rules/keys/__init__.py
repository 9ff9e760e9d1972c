"""Key accounts: the written rule that chooses them, its scores, and who enters, stays and leaves."""
