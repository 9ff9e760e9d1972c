"""Who is in a segment on a day, what that is worth, and where a rule loses people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell, money
from crmcli.reports.segments.compiling import compiled
from crmcli.reports.segments.fields import column_of, find_field
from crmcli.rules.segments.tree import Joined, Member, Negation, Part, fields_of
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb

MEMBERS = "segment_answer"  # the temp table of who was found last
_ALWAYS = ("code", "name")
_WORTH = "revenue_365"
_STEPS = (
    Column("condition", N_("Condition"), Kind.TEXT),
    Column("customers", N_("Meet it"), Kind.COUNT, bar=True),
    Column("unknown", N_("Not known"), Kind.COUNT),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule asked on a day.

    Args:
        text: As typed; places in `part` are places in it.
        part: What it says.
        rules: Rules of all segments by name.
        as_of: The day.
        currency: ISO code of the store's amounts.
    """

    text: str
    part: Part
    rules: Mapping[str, str]
    as_of: dt.date
    currency: str


def members(con: duckdb.DuckDBPyConnection, asked: Asked, *, title: str, limit: int | None = None) -> Table:
    """Who meets the rule, by revenue of the last year, with the fields it speaks of.

    The rows lie in the temp table MEMBERS (with customer_id) until the next call. Raises as `compiled`.
    """
    worth = find_field(_WORTH)
    assert worth is not None
    named = [field for field in map(find_field, _ALWAYS) if field is not None]
    more = [field for name, field in fields_of(asked.part).items() if name not in (*_ALWAYS, _WORTH)]
    shown = [*named, *more, worth]
    selection = compiled(asked.part, asked.rules, as_of=asked.as_of, shown=shown)
    install(con, selection.sql)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {MEMBERS} AS SELECT * FROM ({selection.sql}) ORDER BY {_WORTH} DESC, code",
        selection.values,
    )
    columns = (Column("customer", N_("Customer"), Kind.CODE), *(column_of(field) for field in shown[1:]))
    con.execute(f"ALTER TABLE {MEMBERS} RENAME COLUMN code TO customer")
    count, revenue = con.execute(f"SELECT count(*), coalesce(sum({_WORTH}), 0) FROM {MEMBERS}").fetchall()[0]
    cut = f" LIMIT {limit:d}" if limit is not None else ""
    rows = StoredRows(con, columns, f"FROM {MEMBERS} ORDER BY rowid{cut}", {}, min(count, limit or count))
    return Table(
        "segment", title, columns, rows,
        headline=_headline(con, asked, count, revenue),
        totals={_WORTH: revenue} if count else {},
        notes=(_("As of %(day)s; a customer of whom a condition is not known does not meet it.")
               % {"day": cell(asked.as_of, Kind.DATE)},),
        empty=_("Nobody meets this rule; --explain shows which condition loses whom."),
        currency=asked.currency, total_rows=count if limit is not None and limit < count else None,
    )  # fmt: skip


def _headline(con: duckdb.DuckDBPyConnection, asked: Asked, count: int, revenue: object) -> str:
    """How many of how many, and what part of the year's revenue they are."""
    install(con, "known_parties() customer_margins()")
    everyone, total = con.execute(
        "SELECT (SELECT count(*) FROM known_parties(cast($day AS DATE))), "
        "(SELECT coalesce(sum(revenue), 0) FROM customer_margins(cast($day AS DATE) - 365, cast($day AS DATE)))",
        {"day": asked.as_of},
    ).fetchall()[0]
    told = {
        "count": cell(count, Kind.COUNT),
        "everyone": cell(everyone, Kind.COUNT),
        "revenue": money(revenue, asked.currency, whole=True),  # type: ignore[arg-type]
        "share": cell(revenue / total, Kind.SHARE) if total > 0 else "–",
    }
    return (
        ngettext(
            "%(count)s of %(everyone)s contact, with %(revenue)s of revenue in the last 365 days (%(share)s).",
            "%(count)s of %(everyone)s contacts, with %(revenue)s of revenue in the last 365 days (%(share)s).",
            everyone,
        )
        % told
    )


def explained(con: duckdb.DuckDBPyConnection, asked: Asked) -> Table:
    """Each condition of a rule as it stands in the text, inner ones indented: how many meet it, of how many it is unknown."""
    rows = []
    for depth, part in _parts(asked.part, 0):
        selection = compiled(part, asked.rules, as_of=asked.as_of, everyone=True)
        install(con, selection.sql)
        counts = con.execute(
            f"SELECT count(*) FILTER (WHERE meets), count(*) FILTER (WHERE meets IS NULL) FROM ({selection.sql})",
            selection.values,
        ).fetchall()[0]
        rows.append(("  " * depth + _text(asked.text, part), *counts))
    return Table("segment_conditions", _("How the rule is read"), _STEPS, ListRows(rows))


def _text(text: str, part: Part) -> str:
    if isinstance(part, Joined):
        return _("all of these:") if part.word == "and" else _("any of these:")
    return _("not:") if isinstance(part, Negation) and not _is_short(part) else text[part.start : part.end]


def _parts(part: Part, depth: int) -> Iterator[tuple[int, Part]]:
    """Every part, outer ones first, with how deep it lies."""
    yield depth, part
    if isinstance(part, Joined):
        for one in part.parts:
            yield from _parts(one, depth + 1)
    elif isinstance(part, Negation) and not _is_short(part):
        yield from _parts(part.part, depth + 1)


def _is_short(part: Negation) -> bool:
    """Whether a negation is of one test, and says all by itself."""
    return not isinstance(part.part, Joined | Negation | Member)
