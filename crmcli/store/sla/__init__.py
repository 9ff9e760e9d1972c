"""Calendars and promises of time in the store.

`rows`: find_calendar, stored_calendars, stored_policies; `calendars`, `policies`: what writes them. Writers are handed in: each call
is part of the caller's step.
"""
