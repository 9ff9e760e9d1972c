"""`crmcli plan`, and `crmcli keyaccount plan`."""
