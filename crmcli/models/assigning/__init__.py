"""Parts of `crmcli.models.assignment`: possible pairs, the relaxation, and the search in its core."""
