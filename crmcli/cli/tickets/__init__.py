"""`crmcli ticket`: requests of customers, from the first word to the last."""
