"""`crmcli answer`."""
