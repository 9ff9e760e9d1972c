"""Whitespace: what customers like this one buy that this one does not, and what it would come to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Story
from crmcli.reports.telling import as_of_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

PEERS = (N_("group"), N_("industry"), N_("all"))  # words of peers_by, for the translators


def tell(figures: Figures) -> Story:
    """How much is missing, and where the most of it lies."""
    notes = [
        as_of_note(figures),
        window_note(figures),
        _(
            "Peers: other buyers of the window in the customer's group, where they are at least %(peers)s; else in the industry; "
            "else all buyers. Listed are categories that at least %(share)s of them bought and the customer did not."
        )
        % {"peers": figures.count("least_peers"), "share": figures.share("least_share")},
        _(
            "Expected amount: the median spend of the peers who bought the category × the customer's purchases ÷ the median "
            "purchases of those peers. The sum in the first line weighs each by the share of peers; it is no forecast."
        ),
    ]
    if figures["without_peers"]:
        sentence = ngettext(
            "%(count)s customer has no group or industry with enough buyers, and is compared with all.",
            "%(count)s customers have no group or industry with enough buyers, and are compared with all.",
            figures["without_peers"],
        )
        notes.append(sentence % {"count": figures.count("without_peers")})
    if figures["thin"]:
        sentence = ngettext(
            "%(count)s row rests on fewer than five peers who buy: thin.",
            "%(count)s rows rest on fewer than five peers who buy: thin.",
            figures["thin"],
        )
        notes.append(sentence % {"count": figures.count("thin")})
    if figures["without_category"]:
        notes.append(
            _("%(share)s of revenue names no category and tells nothing here.")
            % {"share": figures.share("without_category")}
        )
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    words = {
        "customers": figures.count("customers"),
        "likely": figures.whole_money("likely"),
        "name": figures["best_name"],
        "category": figures["best_category"],
    }
    sentence = ngettext(
        "%(customers)s customer leaves out what their like buy; taken up as by their peers, it would bring about %(likely)s.",
        "%(customers)s customers leave out what their like buy; taken up as by their peers, it would bring about %(likely)s.",
        figures["customers"],
    )
    return f"{sentence % words} " + _("The largest gap: %(category)s at %(name)s.") % words


REPORT = Report(
    name="whitespace",
    subject="products",
    title=N_("Whitespace"),
    question=N_("What do customers like this one buy that this one does not, and what would it come to?"),
    columns=(
        Column("customer", N_("Customer"), Kind.CODE),
        Column("name", N_("Name"), Kind.TEXT),
        Column("category", N_("Category"), Kind.TEXT),
        Column("peers_by", N_("Like by"), Kind.LEVEL, words=PEERS),
        Column("peers", N_("Peers"), Kind.COUNT),
        Column("peers_buying", N_("Peers buying"), Kind.COUNT),
        Column("peers_share", N_("Share of peers"), Kind.SHARE),
        Column("revenue", N_("Revenue"), Kind.MONEY),
        Column("expected_amount", N_("Expected"), Kind.MONEY, bar=True),
    ),
    parameters=(
        Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back."), least=1),
        Parameter(
            "least_share", ParameterKind.SHARE, Decimal("0.3"), N_("Share of peers who must buy a category."), most=1
        ),
        Parameter(
            "least_peers", ParameterKind.COUNT, 5, N_("Buyers a group or industry needs besides the customer."), least=1
        ),
    ),
    empty=N_(
        "No customer leaves out what enough peers buy, or nothing names its category; import products with categories: "
        "crmcli import run FILE --as products"
    ),
    tell=tell,
    totals={"expected_amount": "sum(expected_amount)"},
    beside=(
        Beside(
            "customers",
            N_("By customer, the largest"),
            (
                Column("customer", N_("Customer"), Kind.CODE),
                Column("name", N_("Name"), Kind.TEXT),
                Column("categories", N_("Categories"), Kind.COUNT),
                Column("expected_amount", N_("Expected"), Kind.MONEY, bar=True),
            ),
            charts=(Chart(ChartKind.BARS, N_("Expected amount by customer"), "name", ("expected_amount",)),),
        ),
        Beside(
            "categories",
            N_("By category"),
            (
                Column("category", N_("Category"), Kind.TEXT),
                Column("customers", N_("Customers"), Kind.COUNT),
                Column("expected_amount", N_("Expected"), Kind.MONEY, bar=True),
            ),
            charts=(Chart(ChartKind.BARS, N_("Expected amount by category"), "category", ("expected_amount",)),),
            totals={"customers": "sum(customers)", "expected_amount": "sum(expected_amount)"},
        ),
    ),
)
