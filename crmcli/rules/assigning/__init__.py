"""Who looks after whom: what a manager must have, and how well a pair fits."""
