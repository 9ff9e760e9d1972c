"""Answers found, shown, listed, and those that are wanting.

For tickets: `searching.suggestions(con, text, at, limit=3)` and `tickets.ticket_values(con, ticket_id, agent_id)`, whose
values `rules.answers.filling.fill_in(text, values)` takes.
"""
