"""`crmcli keyaccount`."""
