"""`crmcli quote`."""
