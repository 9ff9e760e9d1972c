"""What a segment's rule may ask of a customer, and where each answer comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.payments.payments import TERMS
from crmcli.reports.sales.growth import LABELS
from crmcli.reports.value.lifecycle import STAGES
from crmcli.reports.value.rfm import GROUP_WORDS
from crmcli.rules.relationship_levels import LEVELS as RELATIONSHIPS
from crmcli.rules.segments.tree import Field, FieldKind
from crmcli.table import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTACTS = "contacts"  # the source that everyone is in: the contact itself
_WINDOW = re.compile(r"(revenue|margin|purchases)_(\d{1,4})")
_WINDOWS = {"revenue": N_("Revenue"), "margin": N_("Margin"), "purchases": N_("Purchases")}
_MOST_DAYS = 3_660
_SOURCES = Path(__file__).parent / "sources"


@dataclass(frozen=True, slots=True)
class Source:
    """One SELECT of customer_id and columns; `days` is the length of its window, 0 for none."""

    name: str
    days: int = 0

    @property
    def alias(self) -> str:
        """Its name in SQL."""
        return f"{self.name}_{self.days}" if self.days else self.name

    @property
    def sql(self) -> str:
        """The SELECT; $days stands as a number, as several windows may be asked at once."""
        return (_SOURCES / f"{self.name}.sql").read_text("utf-8").replace("$days", str(self.days))


@dataclass(frozen=True, slots=True)
class _Known:
    """A field, where it comes from, and how it is shown."""

    field: Field
    origin: Origin
    column: Column


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a field's values are: a column of a source."""

    source: Source
    column: str


def _field(  # the row of the table below
    source: str, name: str, kind: FieldKind, shown: Kind, title: str, meaning: str, words: Iterable[str] = ()
) -> _Known:
    listed = tuple(words)
    return _Known(
        Field(name, kind, meaning, listed), Origin(Source(source), name), Column(name, title, shown, words=listed)
    )


_K = FieldKind
_ALL = (
    _field(CONTACTS, "code", _K.TEXT, Kind.CODE, N_("Code"), N_("code of the contact")),
    _field(CONTACTS, "name", _K.TEXT, Kind.TEXT, N_("Name"), N_("name of the contact")),
    _field(CONTACTS, "kind", _K.TEXT, Kind.TEXT, N_("Kind"), N_("company or person")),
    _field(
        CONTACTS,
        "role",
        _K.TEXT,
        Kind.TEXT,
        N_("Role"),
        N_("customer, prospect, partner, dealer, supplier, competitor"),
    ),
    _field(CONTACTS, "tax_id", _K.TEXT, Kind.TEXT, N_("Tax number"), N_("tax number")),
    _field(CONTACTS, "email", _K.TEXT, Kind.TEXT, N_("E-mail"), N_("e-mail address")),
    _field(CONTACTS, "phone", _K.TEXT, Kind.TEXT, N_("Phone"), N_("telephone")),
    _field(CONTACTS, "website", _K.TEXT, Kind.TEXT, N_("Web site"), N_("web site")),
    _field(CONTACTS, "address", _K.TEXT, Kind.TEXT, N_("Address"), N_("address")),
    _field(CONTACTS, "city", _K.TEXT, Kind.TEXT, N_("City"), N_("city")),
    _field(CONTACTS, "region", _K.TEXT, Kind.TEXT, N_("Region"), N_("region")),
    _field(CONTACTS, "country", _K.TEXT, Kind.TEXT, N_("Country"), N_("country")),
    _field(CONTACTS, "industry", _K.TEXT, Kind.TEXT, N_("Industry"), N_("line of business")),
    _field(CONTACTS, "group", _K.TEXT, Kind.TEXT, N_("Group"), N_("group of the contact")),
    _field(CONTACTS, "source", _K.TEXT, Kind.TEXT, N_("Source"), N_("where the contact came from")),
    _field(CONTACTS, "channel", _K.TEXT, Kind.TEXT, N_("Channel"), N_("channel of the contact")),
    _field(CONTACTS, "manager", _K.TEXT, Kind.TEXT, N_("Manager"), N_("code of the manager")),
    _field(CONTACTS, "price_list", _K.TEXT, Kind.TEXT, N_("Price list"), N_("price list of the contact")),
    _field(CONTACTS, "tags", _K.TAGS, Kind.TEXT, N_("Tags"), N_("tags of the contact")),
    _field(CONTACTS, "note", _K.TEXT, Kind.TEXT, N_("Note"), N_("note on the contact")),
    _field(
        CONTACTS, "payment_terms_days", _K.NUMBER, Kind.DAYS, N_("Days to pay allowed"), N_("days allowed for payment")
    ),
    _field(CONTACTS, "credit_limit", _K.NUMBER, Kind.MONEY, N_("Credit limit"), N_("credit limit")),
    _field(CONTACTS, "consent_mail", _K.FLAG, Kind.LEVEL, N_("Mail allowed"), N_("agreed to mail")),
    _field(CONTACTS, "consent_call", _K.FLAG, Kind.LEVEL, N_("Calls allowed"), N_("agreed to calls")),
    _field(CONTACTS, "created_on", _K.DATE, Kind.DATE, N_("Made on"), N_("day the contact was made")),
    _field(
        "sales",
        "purchases",
        _K.NUMBER,
        Kind.COUNT,
        N_("Purchases"),
        N_("days with a purchase, ever; purchases_90: in the last 90 days"),
    ),
    _field(
        "sales", "revenue", _K.NUMBER, Kind.MONEY, N_("Revenue"), N_("revenue, ever; revenue_365: of the last 365 days")
    ),
    _field("sales", "basket", _K.NUMBER, Kind.MONEY, N_("Average purchase"), N_("revenue of one purchase on average")),
    _field("sales", "first_purchase", _K.DATE, Kind.DATE, N_("First purchase"), N_("day of the first purchase")),
    _field(
        "sales",
        "last_purchase",
        _K.DATE,
        Kind.DATE,
        N_("Last purchase"),
        N_("day of the last purchase; last_purchase > 60d: longer ago"),
    ),
    _field("rhythm", "recency", _K.NUMBER, Kind.DAYS, N_("Days since"), N_("days since the last purchase")),
    _field(
        "rhythm",
        "expected_gap",
        _K.NUMBER,
        Kind.DAYS,
        N_("Expected gap"),
        N_("days from one purchase to the next, as expected"),
    ),
    _field(
        "rhythm",
        "overdue",
        _K.NUMBER,
        Kind.RATIO,
        N_("Overdue ratio"),
        N_("days since the last purchase ÷ those expected"),
    ),
    _field(
        "rhythm",
        "departed",
        _K.FLAG,
        Kind.LEVEL,
        N_("Departed"),
        N_("silent for more than three times as long as expected"),
    ),
    _field("rhythm", "new", _K.FLAG, Kind.LEVEL, N_("New"), N_("first purchase at most 90 days ago")),
    _field("rfm", "rfm", _K.WORD, Kind.LEVEL, N_("Group"), N_("RFM group"), GROUP_WORDS),
    _field("rfm", "r", _K.NUMBER, Kind.COUNT, N_("R"), N_("RFM score of recency, 1 to 5")),
    _field("rfm", "f", _K.NUMBER, Kind.COUNT, N_("F"), N_("RFM score of frequency, 1 to 5")),
    _field("rfm", "m", _K.NUMBER, Kind.COUNT, N_("M"), N_("RFM score of money, 1 to 5")),
    _field("stage", "stage", _K.WORD, Kind.LEVEL, N_("Stage"), N_("stage of the life cycle"), STAGES),
    _field(
        "stage",
        "abc",
        _K.WORD,
        Kind.LEVEL,
        N_("Class"),
        N_("class of the cleaned ABC by revenue of the year"),
        ("A", "B", "C"),
    ),
    _field("growth", "growth", _K.WORD, Kind.LEVEL, N_("Growth"), N_("last 365 days against the 365 before"), LABELS),
    _field(
        "growth",
        "change",
        _K.SHARE,
        Kind.SHARE,
        N_("Change"),
        N_("change of revenue over a year; -10% is a loss of a tenth"),
    ),
    _field("payment", "open_amount", _K.NUMBER, Kind.MONEY, N_("Open"), N_("amount open on invoices")),
    _field("payment", "overdue_amount", _K.NUMBER, Kind.MONEY, N_("Overdue"), N_("amount overdue on invoices")),
    _field(
        "payment", "on_time", _K.SHARE, Kind.SHARE, N_("Paid on time"), N_("share of invoices paid by their due day")
    ),
    _field(
        "payment", "days_to_pay", _K.NUMBER, Kind.DAYS, N_("Days to pay"), N_("days from invoice to payment, median")
    ),
    _field("payment", "terms", _K.WORD, Kind.LEVEL, N_("Terms"), N_("how most invoices are paid"), TERMS),
    _field("tickets", "open_tickets", _K.NUMBER, Kind.COUNT, N_("Open tickets"), N_("tickets open")),
    _field(
        "tickets", "open_complaints", _K.NUMBER, Kind.COUNT, N_("Open complaints"), N_("complaints and claims open")
    ),
    _field(
        "contact", "last_contact", _K.DATE, Kind.DATE, N_("Last contact"), N_("day of the last contact, either way")
    ),
    _field("bought", "category", _K.TAGS, Kind.TEXT, N_("Categories"), N_("categories bought in the last year")),
    _field("bought", "product", _K.TAGS, Kind.TEXT, N_("Products"), N_("products bought in the last year, by SKU")),
    _field(
        "bought",
        "categories",
        _K.NUMBER,
        Kind.COUNT,
        N_("Categories"),
        N_("number of categories bought in the last year"),
    ),
    _field("key", "key", _K.FLAG, Kind.LEVEL, N_("Key account"), N_("a key account on the day")),
    _field("deals", "won", _K.NUMBER, Kind.MONEY, N_("Won"), N_("amount of deals won in the last 365 days")),
    _field("deals", "deals_won", _K.NUMBER, Kind.COUNT, N_("Deals won"), N_("deals won in the last 365 days")),
    _field("deals", "open_deals", _K.NUMBER, Kind.COUNT, N_("Open deals"), N_("deals open")),
    _field("level", "level", _K.WORD, Kind.LEVEL, N_("Level"), N_("relationship level that is kept"), RELATIONSHIPS),
    _field(
        "level",
        "level_gap",
        _K.NUMBER,
        Kind.COUNT,
        N_("Gap"),
        N_("levels below the recommended relationship; level_gap > 0: less than deserved"),
    ),
    _field("kept", "kept", _K.TAGS, Kind.TEXT, N_("Kept lists"), N_("kept lists the customer was in when last kept")),
)
# Sources in which a customer without a row has nothing rather than something unknown.
NOTHING_IS_ZERO = {
    "purchases",
    "revenue",
    "open_amount",
    "overdue_amount",
    "open_tickets",
    "open_complaints",
    "margin",
    "categories",
    "won",
    "deals_won",
    "open_deals",
}


@cache
def fields() -> dict[str, Field]:
    """Every field with a name of its own, in the order of this page."""
    return {known.field.name: known.field for known in _ALL}


def find_field(name: str) -> Field | None:
    """The field of a name, those of a window (revenue_90) among them; None when there is none."""
    window = _WINDOW.fullmatch(name)
    if window and 1 <= int(window[2]) <= _MOST_DAYS:
        return Field(name, FieldKind.NUMBER, N_("of the last so many days"))
    return fields().get(name)


def origin_of(field: Field) -> Origin:
    """Where the values of a field are."""
    window = _WINDOW.fullmatch(field.name)
    return Origin(Source("window", int(window[2])), window[1]) if window else _known(field.name).origin


def column_of(field: Field) -> Column:
    """How a field is shown; the heading of a window says its days."""
    window = _WINDOW.fullmatch(field.name)
    if window:
        title = _("%(what)s, %(days)s days") % {"what": _(_WINDOWS[window[1]]), "days": window[2]}
        return Column(field.name, title, Kind.COUNT if window[1] == "purchases" else Kind.MONEY)
    return _known(field.name).column


def _known(name: str) -> _Known:
    return next(known for known in _ALL if known.field.name == name)
