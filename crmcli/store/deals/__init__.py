"""Deals and their stages in the store.

`rows`: Deal, find_deal, known_words; `stages`: all_stages, find_stage, set_stages, adopt_stages; `moving`: add_deal, move_deal,
edit_deal. Writers are handed in: each call is part of the caller's step.
"""
