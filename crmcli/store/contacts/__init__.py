"""Contacts, their people, what they like, and touches with them."""
