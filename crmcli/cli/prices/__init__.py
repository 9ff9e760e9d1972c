"""`crmcli price` and `crmcli pricelist`."""
