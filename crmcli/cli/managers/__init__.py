"""`crmcli manager`, and the commands of `crmcli keyaccount` that have to do with managers."""
