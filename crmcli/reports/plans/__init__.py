"""What plans say: `plan_sheet(con, customer_id, as_of)` for one customer, lists of plans and of steps due, goals with facts.

sheet: plan_sheet, plan_tables; listing: plans_table, due_table; goals: standings, suggested; entries: calendar_entries.
"""
