"""Alerts: conditions on a whole answer, such as "sum(money_at_risk) > 100000", that decide the exit code."""
