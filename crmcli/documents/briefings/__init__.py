"""Briefings: pages for the house's own people, such as a review of a customer, a manager's duties, a plan."""
