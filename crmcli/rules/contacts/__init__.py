"""Contacts: codes, what a typed word may mean, touches, and how cards are lettered."""
