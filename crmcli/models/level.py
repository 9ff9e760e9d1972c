"""The level of every interval this program tells: 80 %, a tenth left out on either side."""

from __future__ import annotations

LEVEL = 0.8
Z80 = 1.2815515655446004  # the normal quantile of 90 %
