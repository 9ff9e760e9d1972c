"""The five levels a relationship with a customer can have, from the least to the closest.

What each asks for is in metrics/relationships; which one a group and a margin call for, in metrics/relationships/level_grid.sql.
"""

from __future__ import annotations

from crmcli.language import N_

LEVELS = (N_("basic"), N_("reactive"), N_("accountable"), N_("proactive"), N_("partnership"))
SIZES = (N_("few"), N_("medium"), N_("many"))  # of a group: below 20 customers, below 200, more
BANDS = (N_("high"), N_("medium"), N_("low"))  # of a margin: upper, middle and lower third of the base
