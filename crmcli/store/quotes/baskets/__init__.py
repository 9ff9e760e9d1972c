"""What a customer usually buys, what goes with it, and what is new to him: read from orders, for quotes."""
