"""Promises of time: calendars of working hours, the clock that runs in them, and what is promised to whom."""
