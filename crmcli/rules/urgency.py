"""How urgent a thing is that waits for somebody: the constants of the formula that the work queue reckons by and prints.

urgency = DUE + PER_WEEK for each whole week late, at most MOST; SOON before the day it is due; × GRAVE for what is grave.
priority = weight × urgency, the weight being the customer's (metric value_weights).
"""

from __future__ import annotations

from decimal import Decimal

SOON = Decimal("0.5")
DUE = Decimal(1)
PER_WEEK = Decimal(1)
MOST = Decimal(5)
GRAVE = Decimal(2)  # complaints, claims, and tickets of the priorities high and urgent
OVERDUE = Decimal("1.5")  # expected gaps since the last purchase after which a call is due
