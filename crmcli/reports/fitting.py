"""The models themselves: fitted on the store's occasions, with errors and likelihood, and ranked by how they did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.errors import CrmError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.backtests import verdict
from crmcli.reports.outlook import day_of, days_of, look_ahead, look_back
from crmcli.reports.sections import sections
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection

    from crmcli.models.backtest import Backtest
    from crmcli.models.fit import Fit
    from crmcli.models.histories import Histories

MODELS = ("bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma")
COMPARED = ("mbg_nbd", "bg_nbd", "pareto_nbd")
UNITS = {"day": 1.0, "week": 7.0}
_SAID = (N_("day"), N_("week"), N_("money"), N_("weak"), N_("none"))  # units and priors, for the translators
_WHY = {
    "singular": N_("several values fit alike"),
    "not_converged": N_("the fit did not converge"),
    "edge": N_("a parameter ran off its bounds"),
    "limit": N_("the steps ran out"),
    "stuck": N_("no step leads further"),
    "empty": N_("there is nothing to fit"),
}
_PARAMETERS = (
    Column("parameter", N_("Parameter"), Kind.CODE),
    Column("value", N_("Value"), Kind.RATIO),
    Column("error", N_("Standard error"), Kind.RATIO),
)
_COMPARISON = (
    Column("model", N_("Model"), Kind.CODE),
    Column("origins", N_("Past days"), Kind.COUNT),
    Column("brier_skill", N_("Brier skill"), Kind.SHARE),
    Column("auc", N_("Ranks right"), Kind.SHARE),
    Column("auc_recency", N_("by recency alone"), Kind.SHARE),
    Column("auc_overdue", N_("by overdue ratio alone"), Kind.SHARE),
    Column("mae", N_("Error of counts"), Kind.RATIO),
    Column("mae_rate", N_("by rate alone"), Kind.RATIO),
    Column("predicted", N_("Purchases expected"), Kind.RATIO),
    Column("actual", N_("Purchases made"), Kind.RATIO),
    Column("log_likelihood", N_("Log-likelihood"), Kind.RATIO),
)
_MEASURES = tuple(column.name for column in _COMPARISON[1:-1])


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model fitted on a store.

    Args:
        fit: The model; parameters in `unit`.
        unit: "day" or "week"; of money for gamma_gamma.
        until: Last day of the facts.
    """

    fit: Fit
    unit: str
    until: dt.date

    def as_data(self) -> dict[str, Any]:
        """Everything for machines: parameters, errors, log-likelihood, n, and whether it converged."""
        fit = self.fit
        return {
            "model": fit.model,
            "unit": self.unit,
            "to": self.until.isoformat(),
            "prior": fit.prior,
            "n": fit.n,
            "n_unique": fit.n_unique,
            "converged": fit.converged,
            "message": fit.message,
            "log_likelihood": fit.log_likelihood,
            "parameters": dict(fit.parameters),
            "errors": dict(fit.errors) if fit.errors else None,
        }

    def as_table(self) -> Table:
        """The same for people."""
        fit = self.fit
        errors = fit.errors or {}
        rows = [(name, value, errors.get(name)) for name, value in fit.parameters.items()]
        notes = [
            _("Log-likelihood %(value)s over %(n)s customers; unit: %(unit)s; prior: %(prior)s; facts to %(to)s.")
            % {
                "value": numbers.cell(fit.log_likelihood, Kind.RATIO),
                "n": numbers.cell(fit.n, Kind.COUNT),
                "unit": _(self.unit),
                "prior": _(fit.prior),
                "to": numbers.cell(self.until, Kind.DATE),
            }
        ]
        if not fit.errors:
            notes.append(
                _("No standard errors: the data do not hold every parameter (%(why)s).")
                % {"why": _reason(fit.errors_missing)}
            )
        headline = (
            _("The fit converged.")
            if fit.converged
            else _("The fit did NOT converge (%(why)s): do not use these parameters.") % {"why": _reason(fit.message)}
        )
        return Table("model_fit", fit.model, _PARAMETERS, ListRows(rows), headline=headline, notes=tuple(notes))


def _reason(code: str) -> str:
    """Why a fit is not to be used, in the owner's language."""
    return _(_WHY[code]) if code in _WHY else code


def fit_store(con: DuckDBPyConnection, *, model: str, unit: str, until: dt.date, prior: str) -> Fitted:
    """Fit a model on everything up to a day.

    With prior "weak" it is the fit that the reports use. With "none" free purchases count, too, as in the literature.

    Raises:
        CrmError: Nobody has bought anything by then, or (gamma_gamma) nobody twice.
    """
    if model == "gamma_gamma":
        return Fitted(_fit_spend(con, until, prior), "money", until)
    from crmcli.models.fit import fit

    histories = _transactions(con, until) if prior == "none" else look_ahead(con, until).standing.histories
    if not len(histories):
        raise CrmError(
            _("nobody has bought anything by %(day)s: there is nothing to fit")
            % {"day": numbers.cell(until, Kind.DATE)}
        )
    return Fitted(fit(histories.in_unit(UNITS[unit]), model=model, prior=prior), unit, until)


def _transactions(con: DuckDBPyConnection, until: dt.date) -> Histories:
    """Histories in days, free purchases included."""
    import numpy as np

    from crmcli.models.occasions import Occasions

    found = con.execute(sections(".", "outlook")["transactions"], {"as_of": until}).fetchnumpy()
    customer, day = (np.asarray(found[name], np.int64) for name in ("customer_id", "day"))
    return Occasions.of(customer, day).by(days_of(until)).histories


def _fit_spend(con: DuckDBPyConnection, until: dt.date, prior: str) -> Fit:
    import numpy as np

    from crmcli.models.gamma_gamma import fit_gamma_gamma

    sql = sections(".", "outlook")["repeat_spends"]
    catalogue.install(con, sql)
    found = con.execute(sql, {"as_of": until}).fetchnumpy()
    if not len(found["x"]):
        raise CrmError(
            _("nobody has bought twice by %(day)s: there is no spend to fit") % {"day": numbers.cell(until, Kind.DATE)}
        )
    return fit_gamma_gamma(np.asarray(found["x"], float), np.asarray(found["mean"], float), prior=prior)


def compare_models(con: DuckDBPyConnection, *, as_of: dt.date, horizon: int) -> Table:
    """Every purchase model on the same past days, best Brier skill first; empty where no past day leaves enough history."""
    from crmcli.models.fit import fit

    outlook = look_ahead(con, as_of)
    rows: list[tuple[Any, ...]] = []
    tests: tuple[Backtest, ...] = ()
    for model in COMPARED:
        tests = look_back(outlook, horizon=horizon, most=4, model=model)
        found = verdict(tests)
        if found["origins"]:
            likelihood = fit(outlook.rows, model=model).log_likelihood
            rows.append((model, *(found[name] for name in _MEASURES), likelihood))
    rows.sort(key=lambda row: (-(row[2] or 0), row[0]))
    shown = ", ".join(numbers.cell(day_of(day), Kind.DATE) for day in (test.origin for test in tests))
    return Table(
        "model_compare",
        _("Models compared by back-test"),
        _COMPARISON,
        ListRows(rows),
        headline=_("%(model)s gives the best probabilities here.") % {"model": rows[0][0]} if rows else None,
        notes=(
            _(
                "Refitted on %(days)s, looking %(horizon)s days ahead; the higher the Brier skill, the better the probabilities."
            )
            % {"days": shown, "horizon": horizon},
        )
        if rows
        else (),
        empty=_("The history is too short for a back-test of %(horizon)s days.") % {"horizon": horizon},
    )
