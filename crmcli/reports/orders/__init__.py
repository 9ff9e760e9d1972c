"""Reports on orders: are they delivered and in time."""
