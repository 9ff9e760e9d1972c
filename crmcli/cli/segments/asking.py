"""What commands on segments share: finding one, and asking a rule on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.session import Session
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import duckdb

    from crmcli.reports.segments.members import Asked
    from crmcli.store.segments import Segment

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=_("as in: crmcli segment list"))]


def all_rules(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Rules of all segments by name, ready-made ones among them."""
    from crmcli.reports.segments.ready import ready_rules
    from crmcli.store.segments import segments

    return ready_rules() | {one.name: one.rule for one in segments(con)}


def named_segment(con: duckdb.DuckDBPyConnection, name: str) -> Segment:
    """A saved or a ready-made segment.

    Raises:
        NotFoundError: There is none of that name.
    """
    from crmcli.reports.segments.ready import ready_rules
    from crmcli.store.segments import Segment, find_segment

    ready = ready_rules().get(name.lower().replace(" ", "_"))
    return Segment(name.lower().replace(" ", "_"), ready) if ready else find_segment(con, name)


def asked_on(con: duckdb.DuckDBPyConnection, state: Session, rule: str, as_of: str, rules: dict[str, str]) -> Asked:
    """A rule as typed, read and ready to be asked.

    Raises:
        UsageError: It cannot be read.
    """
    from crmcli.reports.segments.compiling import read
    from crmcli.reports.segments.members import Asked

    text = " ".join(rule.split())
    day: dt.date = options.settle_day(as_of, con, state)
    return Asked(text, read(text), rules, day, options.currency(con))
