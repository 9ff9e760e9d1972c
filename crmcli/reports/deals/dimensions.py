"""By what deals are laid out in reports, and the columns that name a row then."""

from __future__ import annotations

from crmcli.language import N_
from crmcli.table import Column, Kind

NAMED = ("manager", "senior", "customer", "product")  # with a code and a name
_TITLES = {
    "stage": N_("Stage"), "manager": N_("Manager"), "senior": N_("Senior"), "customer": N_("Customer"), "product": N_("SKU"),
    "region": N_("Region"), "month": N_("Expected"), "competitor": N_("Competitor"), "reason": N_("Reason"),
    "quarter": N_("Quarter"), "industry": N_("Industry"), "campaign": N_("Campaign"),
}  # fmt: skip
_MACHINE = {"product": "sku", "month": "month", "reason": "lost_reason"}


def key_columns(by: str) -> tuple[Column, ...]:
    """The columns that name a row: code and name, or a word, or a month."""
    name = _MACHINE.get(by, by)
    if by == "month":
        return (Column(name, _TITLES[by], Kind.MONTH),)
    if by in NAMED:
        return (Column(name, _TITLES[by], Kind.CODE), Column("name", N_("Name"), Kind.TEXT))
    return (Column(name, _TITLES[by], Kind.TEXT),)


def key_sql(by: str) -> str:
    """What to select of `key`, `name` and `month` under those columns' names; names are of this module's only."""
    name = _MACHINE.get(by, by)
    if by == "month":
        return '"month"'
    return f'"key" AS "{name}", name' if by in NAMED else f'"key" AS "{name}"'
