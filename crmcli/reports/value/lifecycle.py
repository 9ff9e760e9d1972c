"""Life cycle: the stage of every prospect and customer, and who moved from which stage to which."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import named, sections
from crmcli.reports.telling import anonymous_notes, as_of_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

STAGES = (N_("attract"), N_("retain"), N_("grow"), N_("cherish"), N_("reactivate"))  # in the order of a life
_HEADINGS = (N_("Attract"), N_("Retain"), N_("Grow"), N_("Cherish"), N_("Reactivate"))
_ORIGINS = (*STAGES, N_("entry"))

_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("stage", N_("Stage"), Kind.LEVEL, words=STAGES),
    Column("occasions", N_("Purchases"), Kind.COUNT),
    Column("last_purchase_on", N_("Last purchase"), Kind.DATE),
    Column("recency_days", N_("Days since"), Kind.DAYS),
    Column("revenue", N_("Revenue"), Kind.MONEY, bar=True),
    Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C")),
)
_MOVES = (
    Column("from_stage", N_("Stage then"), Kind.LEVEL, words=_ORIGINS),
    Column("to_stage", N_("Stage now"), Kind.LEVEL, words=STAGES),
    Column("customers", N_("Customers"), Kind.COUNT),
    Column("share", N_("Share of the stage then"), Kind.SHARE),
    Column("revenue_before", N_("Revenue then"), Kind.MONEY),
    Column("revenue", N_("Revenue"), Kind.MONEY, bar=True),
)
_SUMMARY = Beside(
    section="stages",
    title=N_("Stages of the life cycle"),
    columns=(
        Column("stage", N_("Stage"), Kind.LEVEL, words=STAGES),
        Column("customers", N_("Customers"), Kind.COUNT),
        Column("share", N_("Share"), Kind.SHARE),
        Column("revenue", N_("Revenue"), Kind.MONEY),
        Column("revenue_share", N_("Share of revenue"), Kind.SHARE),
    ),
    charts=(
        Chart(ChartKind.COLUMNS, N_("Customers by stage"), "stage", ("customers",)),
        Chart(ChartKind.COLUMNS, N_("Revenue by stage"), "stage", ("revenue",)),
    ),
    totals={"customers": "cast(sum(customers) AS BIGINT)", "revenue": "sum(revenue)"},
)
_MATRIX = Beside(
    section="matrix",
    title=N_("Stages then (rows) and now (columns), customers"),
    columns=(
        Column("from_stage", N_("Stage then"), Kind.LEVEL, words=_ORIGINS),
        Column("customers", N_("Customers"), Kind.COUNT),
        *(Column(stage, title, Kind.COUNT) for stage, title in zip(STAGES, _HEADINGS, strict=True)),
    ),
    charts=(Chart(ChartKind.HEAT, N_("From stage to stage, customers"), "from_stage", STAGES),),
    totals={name: f"cast(sum({name}) AS BIGINT)" for name in ("customers", *STAGES)},
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Tables stages_now and stages_then, each computed once; the latter is empty without --from.

    Raises:
        UsageError: --from lies after the day of the report.
    """
    statements = sections("value", "lifecycle")
    start, extra = values["from"], {"since_then": values["since"]}
    if start is not None and start > values["as_of"]:
        message = _("--from %(start)s lies after the day of the report, %(as_of)s")
        raise UsageError(message % {"start": start.isoformat(), "as_of": values["as_of"].isoformat()})
    if start is not None:
        extra = {"since_then": start - dt.timedelta(days=min(values["window"], start.toordinal() - 2))}
    then = statements["never" if start is None else "then"]
    for table, sql in (("stages_now", statements["now"]), ("stages_then", then)):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}", named(sql, {**values, **extra}))
    return extra


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """Parties with their stage, or with --from the moves between stages."""
    del con
    statements = sections("value", "lifecycle")
    if values["from"] is None:
        return Shape(_COLUMNS, statements["answer"], beside=(_SUMMARY,))
    return Shape(_MOVES, statements["transitions"], beside=(_MATRIX, _SUMMARY))


def tell(figures: Figures) -> Story:
    """Whom the revenue rests on, or what became of whom."""
    notes = [
        as_of_note(figures),
        window_note(figures),
        _(
            "Stage, the first that holds: attract (no purchase yet), reactivate (departed: the pause is over 3 expected gaps "
            "and 30 days), retain (fewer than 3 purchases, or new), cherish (class A by revenue), grow (the rest)."
        ),
        _("Class A comes from the cleaned ABC by revenue of the window: whoever is set aside there has no class."),
        *_outside_note(figures),
        *_transition_notes(figures),
        _("%(shown)s in the table + %(rest)s without a customer = %(revenue)s, the revenue of the window.")
        % {
            "shown": figures.money("shown_revenue"),
            "rest": figures.money("anonymous_revenue"),
            "revenue": figures.money("revenue"),
        },
        *anonymous_notes(figures),
    ]
    if not figures["beats"]:
        notes.append(_("Nobody has bought on two days yet: there is no rhythm, so nobody counts as departed."))
    return Story(_headline(figures) if figures["from"] is None else _moved(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    if not figures["customers"]:
        sentence = ngettext(
            "%(count)s prospect, and nobody has bought anything yet: all there is to do is attract.",
            "%(count)s prospects, and nobody has bought anything yet: all there is to do is attract.",
            figures["parties"],
        )
        return sentence % {"count": figures.count("parties")}
    names = ("customers", "cherish", "grow", "retain", "reactivate", "attract")
    words = {name: figures.count(name) for name in names}
    if figures["cherish_share"] is None:
        return (
            _(
                "Of %(customers)s customers nobody makes class A: %(grow)s to grow, %(retain)s to retain, %(reactivate)s to win back; "
                "%(attract)s prospects to attract."
            )
            % words
        )
    return _(
        "%(share)s of the revenue of known customers rests on %(cherish)s of %(customers)s customers to cherish; %(grow)s can grow, "
        "%(retain)s must be retained, %(reactivate)s have to be won back, %(attract)s prospects to attract."
    ) % {**words, "share": figures.share("cherish_share")}


def _moved(figures: Figures) -> str:
    words = {name: figures.count(name) for name in ("lost", "won_back", "first_bought", "entered_buying")}
    first = _(
        "Since %(start)s: departed %(lost)s (they brought %(revenue)s in the window before), won back %(won_back)s."
    )
    second = _("First purchases: %(first_bought)s by prospects of then, %(entered_buying)s by parties not known then.")
    places = {**words, "start": figures.date("from"), "revenue": figures.whole_money("lost_revenue")}
    return f"{first % places} {second % places}"


def _outside_note(figures: Figures) -> tuple[str, ...]:
    if not figures["outside"]:
        return ()
    sentence = ngettext(
        "Of the prospects %(count)s is kept as a supplier, competitor or partner: has never bought, but is hardly one to court.",
        "Of the prospects %(count)s are kept as suppliers, competitors or partners: have never bought, but are hardly ones to court.",
        figures["outside"],
    )
    return (sentence % {"count": figures.count("outside")},)


def _transition_notes(figures: Figures) -> tuple[str, ...]:
    if figures["from"] is None:
        return ()
    return (
        _(
            "Entry: not known on %(start)s, neither by the day of the contact nor by any fact. Revenue then: of the window that "
            "ended that day; revenue: of the window that ends now."
        )
        % {"start": figures.date("from")},
    )


REPORT = Report(
    name="lifecycle",
    subject="value",
    title=N_("Life cycle of customers"),
    question=N_("At which stage does each prospect and customer stand, and who moved from which stage to which?"),
    columns=_COLUMNS,
    parameters=(
        Parameter("from", ParameterKind.DATE, None, N_("Show the moves between stages since that day.")),
        Parameter("window", ParameterKind.COUNT, 365, N_("Days of revenue that make the classes."), least=1),
    ),
    empty=N_("Nobody is known by that day; import contacts or orders: crmcli import run FILE"),
    tell=tell,
    totals={
        "occasions": "cast(sum(occasions) AS BIGINT)",
        "customers": "cast(sum(customers) AS BIGINT)",
        "revenue_before": "sum(revenue_before)",
        "revenue": "sum(revenue)",
    },
    shape=shape,
    prepare=prepare,
    beside=(_SUMMARY, _MATRIX),
)
