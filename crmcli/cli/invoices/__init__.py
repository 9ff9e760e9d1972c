"""`crmcli invoice`."""
