"""Relationship plans in the store.

`rows`: find_plan, find_steps, plans_of, live_plan; `making`: make_plan, add_steps, close_plan; `steps`: do_steps,
skip_steps, move_step; `identity`: store_identity. Writers are handed in: each call is part of the caller's step.
"""
