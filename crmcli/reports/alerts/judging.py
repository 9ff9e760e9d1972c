"""Whether an alert holds for an answer: one scan of its rows in the database, values only as parameters.

Unknown values take part in no figure; an alert of which nothing is known is unknown, and never fires. Nothing is
greater, smaller or equal among no rows at all, save that there are none and that they sum to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.errors import UsageError
from crmcli.language import current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.alerts.reading import read_alert
from crmcli.reports.alerts.terms import Term, terms_of
from crmcli.reports.alerts.tree import Figure, Joined, Matching, Part
from crmcli.store.stored import StoredRows, quoted
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.table import Column, Table

_NAMED = 3  # rows named by their key when an alert fires


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an alert.

    Args:
        text: The alert as typed.
        fired: Whether it holds; None when that is unknown.
        figures: The figures it was decided by, in the owner's language.
    """

    text: str
    fired: bool | None
    figures: str

    def __str__(self) -> str:
        sentence = {
            True: _("Alert: %(text)s: %(figures)s"),
            False: _("No alert: %(text)s: %(figures)s"),
            None: _("Alert unknown: %(text)s: %(figures)s"),
        }[self.fired]
        return sentence % {"text": self.text, "figures": self.figures}


@dataclass(frozen=True, slots=True)
class _Found:
    """What one comparison came to."""

    holds: bool | None
    words: str


def judge(alerts: Sequence[str], table: Table) -> tuple[Verdict, ...]:
    """Every alert on the answer of a report; all rows that meet --where count, whatever the limit.

    Raises:
        UsageError: An alert that cannot be read, an unknown column, a value that is none of its column's kind.
    """
    if not alerts:
        return ()
    rows = _stored(table)
    return tuple(_verdict(text, read_alert(text), rows, table.currency) for text in alerts)


def check(alerts: Sequence[str], columns: Sequence[Column]) -> None:
    """Refuse alerts that could not be judged on an answer of these columns.

    Raises:
        UsageError: As `judge`.
    """
    for text in alerts:
        terms_of(read_alert(text), columns)


def _stored(table: Table) -> StoredRows:
    rows = getattr(table.rows, "rows", table.rows)  # figures lie on stored rows
    if not isinstance(rows, StoredRows) or not rows.every:
        raise UsageError(_("%(name)s is no report that alerts can be set on") % {"name": table.name})
    return rows


def _verdict(text: str, alert: Part, rows: StoredRows, currency: str | None) -> Verdict:
    terms = terms_of(alert, rows.columns)
    selected = ", ".join(f"{term.figure}, {term.holds}, {term.unknown}" for term in terms)
    values = {**rows.values, **{name: value for term in terms for name, value in term.values.items()}}
    count, *figures = rows.con.execute(f"SELECT count(*), {selected} {rows.every}", values).fetchall()[0]
    triples = zip(terms, figures[0::3], figures[1::3], figures[2::3], strict=True)
    found = {
        id(term.part): _found(term, rows, count, figure=figure, holds=holds, unknown=unknown, currency=currency)
        for term, figure, holds, unknown in triples
    }
    fired = _settled(alert, found)
    told = [found[id(term.part)] for term in terms]
    words = "; ".join(one.words for one in told if one.holds is fired) or "; ".join(one.words for one in told)
    return Verdict(text.strip(), fired, words)


def _settled(part: Part, found: dict[int, _Found]) -> bool | None:
    """Three-valued: unknown decides nothing that the known parts do not decide."""
    if not isinstance(part, Joined):
        return found[id(part)].holds
    states = [_settled(one, found) for one in part.parts]
    decisive = part.word == "or"
    if decisive in states:
        return decisive
    return None if None in states else not decisive


def _found(
    term: Term, rows: StoredRows, count: int, *, figure: Any, holds: bool | None, unknown: int, currency: str | None
) -> _Found:
    """The verdict on one comparison, and its figure in words."""
    if count and unknown == count and not isinstance(term.part, Figure):
        holds = None
    if term.part.function == "all" and holds and unknown:
        holds = None
    if not count:
        holds = bool(holds)
    if isinstance(term.part, Matching):
        words = _matched_words(term, rows, figure, fired=bool(holds))
    else:
        words = _figure_words(term, figure, currency)
    if unknown:
        words += " " + ngettext(
            "(%(count)s of %(rows)s row unknown)", "(%(count)s of %(rows)s rows unknown)", count
        ) % {
            "count": numbers.cell(unknown, Kind.COUNT),
            "rows": numbers.cell(count, Kind.COUNT),
        }
    return _Found(holds, words)


def _figure_words(term: Term, figure: Any, currency: str | None) -> str:
    assert isinstance(term.part, Figure)
    kind = term.column.kind if term.column else Kind.COUNT
    kind = Kind.QUANTITY if kind is Kind.FIGURE or (kind is Kind.COUNT and term.part.function == "avg") else kind
    name = f"{term.part.function}({term.column.name})" if term.column else term.part.function
    return f"{name} = {numbers.cell(figure, kind, language=current(), currency=currency)}"


def _matched_words(term: Term, rows: StoredRows, figure: int, *, fired: bool) -> str:
    """How many rows meet it, the first of them by name."""
    words = ngettext("%(count)s row", "%(count)s rows", figure) % {"count": numbers.cell(figure, Kind.COUNT)}
    key = next((column for column in rows.columns if column.kind is Kind.CODE), None)
    if not (fired and figure and key) or term.part.function == "all":
        return words
    values = {**rows.values, **term.values}
    values = {name: value for name, value in values.items() if not name.endswith("_bound")}
    named = rows.con.execute(
        f"SELECT {quoted(key.name)} {rows.every} AND {term.condition} ORDER BY rowid LIMIT {_NAMED}", values
    ).fetchall()
    return f"{words}: " + ", ".join(str(row[0]) for row in named) + (", …" if figure > _NAMED else "")
