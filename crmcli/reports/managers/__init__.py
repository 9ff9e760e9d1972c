"""Who looks after whom, and how much there is to do: the assignment of accounts, and `report workload`."""
