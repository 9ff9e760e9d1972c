"""Sentences around an answer: figures in the owner's words, and the notes that many reports share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import current, ngettext
from crmcli.language import gettext as _
from crmcli.table import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEARLY_ALL = 0.9995  # shown as 100.0 %


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one run: what the SQL computed, with the parameters and as_of under their names.

    Args:
        values: Name → value as the database or the options give it.
        currency: ISO code of every amount.
    """

    values: Mapping[str, Any]
    currency: str

    def __getitem__(self, name: str) -> Any:  # figures are of many types
        return self.values[name]

    def money(self, name: str) -> str:
        """An amount in words, with its currency."""
        return numbers.cell(self.values[name], Kind.MONEY, language=current(), currency=self.currency)

    def whole_money(self, name: str) -> str:
        """An amount in words without its minor unit, for sentences."""
        return numbers.money(self.values[name], self.currency, language=current(), whole=True)

    def share(self, name: str) -> str:
        """A share as a percentage."""
        return self._words(name, Kind.SHARE)

    def count(self, name: str) -> str:
        """A number of things."""
        return self._words(name, Kind.COUNT)

    def days(self, name: str) -> str:
        """A number of days, without the word."""
        return self._words(name, Kind.DAYS)

    def date(self, name: str) -> str:
        """A calendar date."""
        return self._words(name, Kind.DATE)

    def _words(self, name: str, kind: Kind) -> str:
        return numbers.cell(self.values[name], kind, language=current())


def as_of_note(figures: Figures) -> str:
    """The day the answer stands for."""
    return _("As of %(as_of)s: facts dated later are left out; drafts and cancelled orders never count.") % {
        "as_of": figures.date("as_of")
    }


def window_note(figures: Figures) -> str:
    """The days of the window: first and last, both counted."""
    return _("Window: %(window)s days, %(first)s to %(last)s.") % {
        "window": figures.count("window"),
        "first": figures.date("window_first_on"),
        "last": figures.date("as_of"),
    }


def anonymous_notes(figures: Figures) -> tuple[str, ...]:
    """Sales without a customer, when there are any: figures anonymous_revenue and anonymous_lines."""
    if not figures["anonymous_lines"]:
        return ()
    lines = figures["anonymous_lines"]
    sentence = ngettext(
        "%(lines)s line without a customer (%(revenue)s) counts in no customer's figures.",
        "%(lines)s lines without a customer (%(revenue)s) count in no customer's figures.",
        lines,
    )
    return (sentence % {"lines": figures.count("anonymous_lines"), "revenue": figures.money("anonymous_revenue")},)


def coverage_note(figures: Figures) -> str:
    """Which share of the revenue the margin covers: figure cost_coverage, None without revenue."""
    coverage = figures["cost_coverage"]
    if coverage is None or figures["costed_lines"] == 0:
        return _("No cost of goods is known, so margin is unknown; import costs with the products or the order lines.")
    if coverage >= _NEARLY_ALL and figures["costed_lines"] == figures["lines"]:
        return _("Margin covers all revenue: every line has a known cost.")
    return _("Margin covers %(share)s of revenue, the part whose cost of goods is known.") % {
        "share": figures.share("cost_coverage")
    }
