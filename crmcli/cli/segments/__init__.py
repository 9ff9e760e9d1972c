"""`crmcli segment`."""
