"""`crmcli sla`."""
