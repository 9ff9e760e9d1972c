"""Decisions about answers: how they are called, found, told apart, filled in and written to files. Pure functions."""
