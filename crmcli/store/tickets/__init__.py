"""Tickets in the store.

`rows`: find_ticket, thread_of, Ticket, Said; `thread`: write_events, hand_threads_over; `opening`: open_ticket; `acts`: do_act,
assign_ticket, rank_ticket, rate_ticket; `linking`: link_line, link_ticket, replace_goods; `promised`: promised_warranty.
Writers are handed in: each call is part of the caller's step.
"""
