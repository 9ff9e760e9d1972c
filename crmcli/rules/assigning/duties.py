"""Duties of managers by role, as they come with crmcli; owners may write their own."""

from __future__ import annotations

from crmcli.language import N_

AGENT = (
    N_("Answers every inquiry of assigned customers within one working day, or says by when the answer will come."),
    N_("Keeps customers' details, contact persons and preferences up to date after every conversation."),
    N_("Notes every call, visit, mail and message on the day it happens, with its outcome."),
    N_("Sends quotes within two working days, and asks about each before it runs out."),
    N_("Follows every order until it is delivered, and tells the customer of a delay before the customer asks."),
    N_("Calls customers who are overdue against their own rhythm, as the morning's list names them."),
    N_("Gives discounts only within the price rules; asks the senior manager for anything beyond."),
    N_("Takes complaints down as tickets at once, and stays with them until the customer says they are settled."),
    N_("Reminds of invoices past their due date, and agrees a day of payment."),
)
KEY = (
    N_("Knows the business of each key account: who decides, what they sell, what they will need next season."),
    N_(
        "Writes a relationship plan for each key account once a year, with goals in figures, and agrees it with the senior manager."
    ),
    N_("Keeps the planned touches: each step done by its day, or moved with a reason."),
    N_("Visits or meets each key account at least once a quarter, and notes what was agreed and by when."),
    N_("Reviews turnover, margin, payments and open matters of each key account every month."),
    N_("Offers what similar customers buy and this one does not yet, with figures."),
    N_("Speaks for the account inside the firm: deliveries, complaints and terms are followed until settled."),
    N_("Reports the danger of losing an account on the day it is seen, with a proposal of what to do."),
    N_("Knows more than one person at each key account, so that the relationship survives a change of staff."),
    N_("Hands an account over in person: open deals, tickets, promises and preferences in writing."),
)
SENIOR = (
    N_("Sets each key manager's goals for the year and the quarter, in figures, and agrees them in writing."),
    N_("Reviews the relationship plan of every key account once a month with its manager."),
    N_("Looks at the workload every week: who is over capacity, who has room, what is late."),
    N_("Checks how well plans are kept, and asks for the reason of every step more than two weeks late."),
    N_("Stands in for a manager who is away, or names who does, before the first day of absence."),
    N_("Decides who looks after whom, and settles handovers, so that nothing open is left behind."),
    N_("Takes over what was escalated: answers the customer on the same day, and closes the matter with the manager."),
    N_("Decides discounts and terms beyond the price rules, and writes down why."),
    N_("Meets every key account in person at least once a year."),
    N_("Reviews every quarter who is a key account, who has become one, and who is one no longer."),
)
DUTIES = {"agent": AGENT, "key": KEY, "senior": SENIOR}
