"""Pipeline: what is open, what it is worth by the chance of winning, how old it is, what is rotting and overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.deals.dimensions import key_columns, key_sql
from crmcli.reports.deals.weighing import LEAST_WON, SILENT_DAYS, rotting_note, unmoved_note, weigh
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import sections
from crmcli.reports.telling import as_of_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

_SEVERAL, _DOMINANT = 3, 0.5  # of so many deals, one that makes up so much of the weighted amount is named
WAYS = ("stage", "manager", "senior", "customer", "product", "region", "month")
SOURCES = (
    N_("by hand"),
    N_("learned"),
    N_("stage"),
    N_("base rate"),
    N_("unknown"),
)  # words of source, for the translators
FIGURES = (
    Column("deals", N_("Deals"), Kind.COUNT),
    Column("amount", N_("Amount"), Kind.MONEY, bar=True),
    Column("list_amount", N_("At list price"), Kind.MONEY),
    Column("without_amount", N_("No amount"), Kind.COUNT),
    Column("probability", N_("Chance"), Kind.SHARE),
    Column("weighted", N_("Weighted"), Kind.MONEY),
    Column("age_median", N_("Age"), Kind.DAYS),
    Column("stage_days_median", N_("In stage"), Kind.DAYS),
    Column("rotting", N_("Rotting"), Kind.COUNT),
    Column("due_month", N_("This month"), Kind.COUNT),
    Column("overdue", N_("Overdue"), Kind.COUNT),
)
SOURCES_BESIDE = Beside(
    "sources",
    N_("Where the chances come from"),
    (
        Column("source", N_("Source"), Kind.LEVEL),
        Column("deals", N_("Deals"), Kind.COUNT),
        Column("amount", N_("Amount"), Kind.MONEY),
        Column("weighted", N_("Weighted"), Kind.MONEY),
    ),
    totals={"deals": "cast(sum(deals) AS BIGINT)", "amount": "sum(amount)", "weighted": "sum(weighted)"},
)
STAYS = Beside(
    "stays",
    N_("Days in each stage, of deals that left it"),
    (
        Column("stage", N_("Stage"), Kind.TEXT),
        Column("deals", N_("Deals"), Kind.COUNT),
        Column("days_median", N_("Median"), Kind.DAYS),
        Column("days_p90", N_("9 of 10 within"), Kind.DAYS),
        Column("won_median", N_("Won, median"), Kind.DAYS),
        Column("lost_median", N_("Lost, median"), Kind.DAYS),
        Column("died", N_("Lost from here"), Kind.COUNT),
        Column("limit_days", N_("Rots after"), Kind.DAYS),
        Column("limit_source", N_("Limit by"), Kind.LEVEL),
    ),
)
ROTTEN = Beside(
    "rotten",
    N_("Rotting, the dearest first"),
    (
        Column("deal", N_("Deal"), Kind.CODE),
        Column("name", N_("Name"), Kind.TEXT),
        Column("customer_name", N_("Customer"), Kind.TEXT),
        Column("stage", N_("Stage"), Kind.TEXT),
        Column("days_in_stage", N_("In stage"), Kind.DAYS),
        Column("limit_days", N_("Limit"), Kind.DAYS),
        Column("silent_days", N_("Silent"), Kind.DAYS),
        Column("weighted", N_("Weighted"), Kind.MONEY),
        Column("manager", N_("Manager"), Kind.TEXT),
    ),
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The temporary table weighed_deals, and on how many closed deals the chances rest."""
    chances = weigh(con, values["as_of"], silent=values["silent"])
    return {"least": LEAST_WON, "won": chances.won, "lost": chances.lost, "base_rate": chances.base_rate}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """One row a stage, or what else was asked for; a funnel of bars."""
    del con
    statements = sections("deals", "pipeline")
    keys = key_columns(values["by"])
    columns = (*keys, *FIGURES)
    names = ", ".join(f'"{column.name}"' for column in FIGURES)
    sql = f"SELECT {key_sql(values['by'])}, {names} FROM ({statements['answer']})"
    chart = Chart(ChartKind.BARS, N_("Amount and weighted amount"), keys[-1].name, ("amount", "weighted"), most=15)
    return Shape(columns, sql, (chart,))


def tell(figures: Figures) -> Story:
    """What the pipeline comes to, and what in it needs a hand; how it was counted."""
    notes = [
        as_of_note(figures),
        _(
            "Weighted: amount × chance of winning. A chance given by hand goes first, then one learned from closed deals, "
            "then that of the stage; see crmcli deal show DEAL for the why. Amounts are in the currency of the store."
        ),
        *_gaps(figures),
        rotting_note(figures["silent"]),
    ]
    if figures["held"]:
        sentence = ngettext(
            "%(held)s deal on hold (%(amount)s) is not in it.",
            "%(held)s deals on hold (%(amount)s) are not in it.",
            figures["held"],
        )
        notes.append(sentence % {"held": figures.count("held"), "amount": figures.money("held_amount")})
    return Story(_headline(figures), tuple(notes))


def _gaps(figures: Figures) -> list[str]:
    """What is not known of some deals."""
    notes = []
    if figures["listed"]:
        sentence = ngettext(
            "%(deals)s deal has no amount: the list price of its product stands in (%(amount)s).",
            "%(deals)s deals have no amount: the list price of their product stands in (%(amount)s).",
            figures["listed"],
        )
        notes.append(sentence % {"deals": figures.count("listed"), "amount": figures.money("listed_amount")})
    if figures["without_amount"]:
        sentence = ngettext(
            "%(deals)s deal has neither an amount nor a product with a price: it counts as a deal and in no sum.",
            "%(deals)s deals have neither an amount nor a product with a price: they count as deals and in no sum.",
            figures["without_amount"],
        )
        notes.append(sentence % {"deals": figures.count("without_amount")})
    if figures["without_chance"]:
        sentence = ngettext(
            "No chance is known of %(deals)s deal, which is in no weighted sum; give its stage one: crmcli deal stages edit",
            "No chance is known of %(deals)s deals, which are in no weighted sum; give their stages one: crmcli deal stages edit",
            figures["without_chance"],
        )
        notes.append(sentence % {"deals": figures.count("without_chance")})
    if figures["unmoved"]:
        notes.append(unmoved_note(figures["unmoved"]))
    if figures["undated"]:
        sentence = ngettext(
            "%(deals)s deal has no expected day.", "%(deals)s deals have no expected day.", figures["undated"]
        )
        notes.append(sentence % {"deals": figures.count("undated")})
    return notes


def _largest(figures: Figures) -> float | None:
    """Share of the weighted amount that one deal makes up, where it is half of several or more."""
    largest, weighted = figures["largest_weighted"], figures["weighted"]
    if figures["deals"] < _SEVERAL or not weighted or weighted <= 0:
        return None
    share = float(largest / weighted)
    return min(share, 1.0) if share >= _DOMINANT else None


def _headline(figures: Figures) -> str:
    words = {
        "deals": figures.count("deals"),
        "amount": figures.whole_money("amount"),
        "weighted": figures.whole_money("weighted"),
        "rotting": figures.count("rotting"),
        "rotten": figures.whole_money("rotting_weighted"),
        "overdue": figures.count("overdue"),
    }
    if figures["amount"] is None:
        first = ngettext(
            "%(deals)s deal is open; what it is worth is not known.",
            "%(deals)s deals are open; what they are worth is not known.",
            figures["deals"],
        )
    elif figures["weighted"] is None:
        first = ngettext(
            "%(deals)s deal is open over %(amount)s; no chance of winning is known.",
            "%(deals)s deals are open over %(amount)s; no chance of winning is known.",
            figures["deals"],
        )
    else:
        first = ngettext(
            "%(deals)s deal is open over %(amount)s; by the chance of winning %(weighted)s of it will come.",
            "%(deals)s deals are open over %(amount)s; by the chance of winning %(weighted)s of it will come.",
            figures["deals"],
        )
    parts = [first % words]
    if (share := _largest(figures)) is not None:
        told = {"share": cell(share, Kind.SHARE, language=current()), "deal": figures["largest_deal"]}
        parts.append(_("%(share)s of that is one deal, %(deal)s: it comes or it does not.") % told)
    if figures["rotting"]:
        if figures["rotting_weighted"]:
            sentence = ngettext(
                "%(rotting)s is rotting, %(rotten)s by its chance: see crmcli deal rotting.",
                "%(rotting)s are rotting, %(rotten)s by their chances: see crmcli deal rotting.",
                figures["rotting"],
            )
        else:
            sentence = ngettext(
                "%(rotting)s is rotting: see crmcli deal rotting.",
                "%(rotting)s are rotting: see crmcli deal rotting.",
                figures["rotting"],
            )
        parts.append(sentence % words)
    if figures["overdue"]:
        sentence = ngettext(
            "The expected day of %(overdue)s is past.", "The expected days of %(overdue)s are past.", figures["overdue"]
        )
        parts.append(sentence % words)
    return " ".join(parts)


REPORT = Report(
    name="pipeline",
    subject="deals",
    title=N_("Pipeline"),
    question=N_("What is in the pipeline, what is it worth by the chance of winning, and what is rotting?"),
    columns=(*key_columns("stage"), *FIGURES),
    empty=N_(
        "No deal is open; add one: crmcli deal add CUSTOMER NAME, or import them: crmcli import run FILE --as opportunities"
    ),
    tell=tell,
    parameters=(
        Parameter("by", ParameterKind.CHOICE, "stage", N_("What a row is."), choices=WAYS),
        Parameter(
            "silent",
            ParameterKind.COUNT,
            SILENT_DAYS,
            N_("Days without a touch after which a deal is rotting."),
            least=1,
        ),
    ),
    totals={
        "deals": "cast(sum(deals) AS BIGINT)",
        "amount": "sum(amount)",
        "list_amount": "sum(list_amount)",
        "without_amount": "cast(sum(without_amount) AS BIGINT)",
        "weighted": "sum(weighted)",
        "rotting": "cast(sum(rotting) AS BIGINT)",
        "due_month": "cast(sum(due_month) AS BIGINT)",
        "overdue": "cast(sum(overdue) AS BIGINT)",
    },
    shape=shape,
    prepare=prepare,
    beside=(SOURCES_BESIDE, STAYS, ROTTEN),
)
