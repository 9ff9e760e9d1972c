"""`crmcli product`, `category` and `competitor`."""
