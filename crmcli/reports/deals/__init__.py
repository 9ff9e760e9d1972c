"""Deals: which are open and what they are worth, what was won and lost, how long they take."""
