"""Scorecard: five factors of value from facts, each from 1 to 5, with the two pyramids of loyalty beside; of the firm or of each customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import named, sections
from crmcli.reports.service import customer_scores
from crmcli.reports.service.clock import prepare_usual_clock
from crmcli.reports.telling import as_of_note, window_note
from crmcli.reports.values import parse_number
from crmcli.rules.sla.calendars import usual_minutes
from crmcli.settings import chosen
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from decimal import Decimal

    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

FACTORS = (N_("response"), N_("service"), N_("quality"), N_("time"), N_("price"))
MEASURES = {
    N_("first answer hours"): Kind.RATIO,
    N_("satisfaction"): Kind.RATIO,
    N_("tickets reopened"): Kind.SHARE,
    N_("returned share"): Kind.SHARE,
    N_("on time share"): Kind.SHARE,
    N_("price ratio"): Kind.RATIO,
}
# Words of the tables beside, for the translators.
STEPS = (
    N_("product"), N_("relationship"), N_("availability"), N_("value"), N_("convenience"), N_("trust"),
    N_("satisfaction share"), N_("constancy"), N_("personalisation"), N_("fusion"), N_("no data"), N_("known"),
)  # fmt: skip
_SHARES = ("availability", "convenience", "trust", "satisfaction_share", "constancy", "personalisation", "fusion")
# Option → measure it grades; each names the bounds of the levels 5, 4, 3 and 2, in that order.
BOUNDS = {
    "response": "first_answer_hours",
    "satisfaction": "satisfaction",
    "reopened": "tickets_reopened",
    "quality": "returned_share",
    "time": "on_time_share",
    "price": "price_ratio",
}


def bounds(text: str, name: str) -> tuple[Decimal, ...]:
    """Bounds of the levels 5, 4, 3 and 2: four numbers that rise or fall.

    Raises:
        UsageError: Not four numbers, or neither rising nor falling.
    """
    numbers = tuple(parse_number(word, name, percent=True) for word in text.replace(";", " ").split())
    if len(numbers) != 4 or list(numbers) not in (sorted(set(numbers)), sorted(set(numbers), reverse=True)):
        message = _("%(name)s needs four numbers, those of the levels 5, 4, 3 and 2")
        raise UsageError(message % {"name": name}, "2 4 8 24")
    return numbers


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Measure everything once, graded by the bounds: table scorecard_measures."""
    told = {name: values[name] or chosen(f"scorecard_{name}") for name in BOUNDS}
    clock = _clock(con, values)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE scorecard_bounds "
        "(measure VARCHAR, five DOUBLE, four DOUBLE, three DOUBLE, two DOUBLE)"
    )
    for option, measure in BOUNDS.items():
        row = [measure, *bounds(told[option], option)]
        con.execute("INSERT INTO scorecard_bounds VALUES ($1, $2, $3, $4, $5)", row)
    if values["by"] == "customer":
        customer_scores.keep(con, {**values, **clock})
    else:
        sql = sections("service", "scorecard")["measures"]
        con.execute(f"CREATE OR REPLACE TEMP TABLE scorecard_measures AS {sql}", named(sql, {**values, **clock}))
    return clock


def _clock(con: DuckDBPyConnection, values: Values) -> Values:
    """Make ready the hours that answers are measured by: those of the option, else the usual calendar, else the setting."""
    usual = prepare_usual_clock(con, values["since"], values["as_of"], hours=values["hours"])
    words = _("by the calendar %(name)s") if usual.id else _("Monday to Friday, %(name)s, holidays not taken off")
    return {"day_minutes": usual_minutes(usual.calendar, values["as_of"]), "hours": words % {"name": usual.name}}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """One row a factor, or a customer; what they are made of was measured before."""
    del con
    if values["by"] == "customer":
        return customer_scores.shape()
    kinds = {word.replace(" ", "_"): kind for word, kind in MEASURES.items()} | dict.fromkeys(_SHARES, Kind.SHARE)
    return Shape(_COLUMNS, sections("service", "scorecard")["answer"], _CHARTS, kinds)


def tell(figures: Figures) -> Story:
    """The weakest and the strongest factor; or where customers are served badly."""
    if figures["by"] == "customer":
        return customer_scores.tell(figures)
    notes = [
        as_of_note(figures),
        window_note(figures),
        _(
            "Response: median hours of work from a ticket or written contact to the first answer, %(hours)s; "
            "a ticket still unanswered has waited until the day, a message nobody answered within 30 days "
            "is left out."
        )
        % {"hours": figures["hours"]},
        _(
            "Service: mean rating of tickets, and the share reopened; its level is the mean of both, rounded down. "
            "Quality: returned amount ÷ revenue; claims carry no amount of their own."
        ),
        _(
            "Time: lines delivered by the promised day ÷ lines promised; where no delivery is ever dated, the shipment stands in. "
            "Price: own list price (without one, the price paid) ÷ the cheapest competitor's, weighted by revenue."
        ),
        _(
            "Levels 5 to 2 begin at the bounds of the options, which the settings can change; below is 1, without data there is none."
        ),
    ]
    if figures["thin"]:
        sentence = ngettext(
            "%(count)s factor rests on fewer than ten facts: do not lean on it.",
            "%(count)s factors rest on fewer than ten facts: do not lean on them.",
            figures["thin"],
        )
        notes.append(sentence % {"count": figures.count("thin")})
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    if not figures["known"]:
        return _("No factor can be graded yet; import tickets, deliveries or competitors' prices.")
    words = {
        "known": figures.count("known"),
        "strongest": _(figures["strongest"]),
        "high": figures.count("strongest_level"),
        "weakest": _(figures["weakest"]),
        "low": figures.count("weakest_level"),
    }
    if figures["weakest_level"] == figures["strongest_level"]:
        return _("All graded factors (%(known)s of 5) stand at level %(low)s.") % words
    return (
        _("Strongest: %(strongest)s (level %(high)s of 5). Weakest: %(weakest)s (level %(low)s): start there.") % words
    )


_COLUMNS = (
    Column("factor", N_("Factor"), Kind.LEVEL, words=FACTORS),
    Column("measure", N_("Measure"), Kind.LEVEL, words=tuple(word.replace(" ", "_") for word in MEASURES)),
    Column("figure", N_("Figure"), Kind.FIGURE),
    Column("level", N_("Level"), Kind.COUNT),
    Column("basis", N_("Facts"), Kind.COUNT),
    Column("period_from", N_("From"), Kind.DATE),
    Column("period_to", N_("To"), Kind.DATE),
)
_CHARTS = (Chart(ChartKind.BARS, N_("Level by factor"), "factor", ("level",)),)
_FACTOR, _MEASURE, _BASIS = _COLUMNS[0], _COLUMNS[1], _COLUMNS[4]
_NUMBER = _COLUMNS[2]


def _told(name: str, help: str) -> Parameter:
    """An option whose default is the setting scorecard_NAME."""
    return Parameter(name, ParameterKind.TEXT, None, help)


REPORT = Report(
    name="scorecard",
    subject="service",
    title=N_("Scorecard of value factors"),
    question=N_("How does the firm stand on the five factors of value: response, service, quality, time and price?"),
    columns=_COLUMNS,
    parameters=(
        Parameter(
            "by",
            ParameterKind.CHOICE,
            "firm",
            N_("The firm by factor, or one row a customer."),
            choices=("firm", "customer"),
        ),
        Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back."), least=1),
        _told("hours", N_("Working hours, Monday to Friday, such as 9-18, instead of the usual calendar.")),
        _told("response", N_("Hours to the first answer for the levels 5, 4, 3 and 2.")),
        _told("satisfaction", N_("Mean rating for the levels 5, 4, 3 and 2.")),
        _told("reopened", N_("Share of tickets reopened for the levels 5, 4, 3 and 2.")),
        _told("quality", N_("Returned share of revenue for the levels 5, 4, 3 and 2.")),
        _told("time", N_("Share of lines in time for the levels 5, 4, 3 and 2.")),
        _told("price", N_("Own price ÷ cheapest competitor's for the levels 5, 4, 3 and 2.")),
    ),
    empty=N_("Nothing was sold, asked or promised in the window; import tickets: crmcli import run FILE --as tickets"),
    tell=tell,
    prepare=prepare,
    shape=shape,
    charts=_CHARTS,
    beside=(
        Beside("parts", N_("What each factor is made of"), (_FACTOR, _MEASURE, _NUMBER, _COLUMNS[3], _BASIS)),
        Beside(
            "pyramids",
            N_("Pyramids of loyalty"),
            (
                Column("pyramid", N_("Pyramid"), Kind.LEVEL),
                Column("step", N_("Tier"), Kind.LEVEL),
                _NUMBER,
                Column("state", N_("State"), Kind.LEVEL),
                _BASIS,
            ),
        ),
    ),
)
