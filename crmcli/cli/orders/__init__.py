"""`crmcli order`."""
