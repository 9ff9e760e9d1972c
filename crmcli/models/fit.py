"""Fitting: the parameters that make the histories most likely, with their errors, and whether it converged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from crmcli.models.climb import Evaluation, Function, Summit, climb_from_any
from crmcli.models.histories import Floats, Histories, compress

MODELS = ("mbg_nbd", "bg_nbd", "pareto_nbd")
PRIORS = ("weak", "none")


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    Args:
        model: "mbg_nbd", "bg_nbd", "pareto_nbd" or "gamma_gamma".
        parameters: By name, in the unit of the input: r, alpha, a, b | r, alpha, s, beta | p, q, v.
        errors: Standard errors by name, in the same unit (parameter × error of its logarithm); None when not to be had.
        covariance: Of the log parameters in their order, (k, k), symmetric; None when not to be had.
        errors_missing: Why errors are None: "singular" (the data do not hold every parameter) or "not_converged"; else "".
        log_likelihood: The sum over customers in the unit of the input, without the prior.
        n: Customers. n_unique: Distinct histories.
        evaluations: Of the likelihood.
        converged: Whether the parameters are the maximum.
        message: "converged", "edge" (a parameter ran off to nothing or beyond bounds), "limit", "stuck" or "empty".
        prior: "weak" or "none".
        scale: Mean T (mean spend for gamma_gamma) of the input: the unit in which priors are stated.
    """

    model: str
    parameters: Mapping[str, float]
    errors: Mapping[str, float] | None
    covariance: Floats | None
    errors_missing: str
    log_likelihood: float
    n: int
    n_unique: int
    evaluations: int
    converged: bool
    message: str
    prior: str
    scale: float

    @property
    def logs(self) -> Floats:
        """Logarithms of the parameters, in their order, (k,)."""
        return np.asarray(np.log(list(self.parameters.values())))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be fitted, in scaled units.

    Args:
        model, prior: As in Fit.
        names: Of the parameters.
        likelihood: Of the parameters (k,), all positive.
        centre, spread: Means and standard deviations of the weak priors of the log parameters.
        units: Power of the unit in each parameter: 1 for alpha, beta, v.
        scale: The unit.
        dimension: Power of 1 ÷ unit in the likelihood.
        n, n_unique: As in Fit.
    """

    model: str
    prior: str
    names: tuple[str, ...]
    likelihood: Callable[[Floats], Evaluation]
    centre: Floats
    spread: Floats
    units: Floats
    scale: float
    dimension: float
    n: int
    n_unique: int

    def objective(self) -> Function:
        """Log-likelihood plus log prior, of log parameters."""

        def of(logs: Floats) -> Evaluation:
            parameters = np.exp(logs)
            found = self.likelihood(parameters).in_logs(parameters)
            if self.prior == "none":
                return found
            off = (logs - self.centre) / self.spread
            return found.plus(Evaluation(-0.5 * float(off @ off), -off / self.spread, np.diag(-1 / self.spread**2)))

        return of

    def starts(self, warm: Fit | None) -> Iterator[Floats]:
        """Where to climb from: an earlier fit, the centre of the priors, and places around it."""
        if warm is not None:
            yield warm.logs - self.units * np.log(self.scale)
        yield self.centre
        for signs in ((1, 1, 1, 1), (-1, -1, 1, 1), (1, 1, -1, -1), (-1, 1, 1, -1)):
            yield self.centre + np.array(signs[: len(self.centre)])

    def solve(self, warm: Fit | None = None) -> Fit:
        """Climb, and put the answer back into the unit of the input."""
        if not self.n:
            return self._told(Summit(self.centre, Evaluation(0.0, self.centre, np.diag(self.centre)), 0, "empty"))
        return self._told(climb_from_any(self.objective(), self.starts(warm)))

    def _told(self, summit: Summit) -> Fit:
        logs = summit.logs + self.units * np.log(self.scale)
        likelihood = self.likelihood(np.exp(summit.logs)).value if self.n else 0.0
        covariance, missing = _covariance(summit)
        found = {name: float(value) for name, value in zip(self.names, np.exp(logs), strict=True)}
        errors = None
        if covariance is not None:
            relative = np.sqrt(np.diag(covariance))
            errors = {name: found[name] * float(error) for name, error in zip(self.names, relative, strict=True)}
        return Fit(
            model=self.model,
            parameters=found,
            errors=errors,
            covariance=covariance,
            errors_missing=missing,
            log_likelihood=likelihood - self.dimension * float(np.log(self.scale)),
            n=self.n,
            n_unique=self.n_unique,
            evaluations=summit.evaluations,
            converged=summit.outcome == "converged",
            message=summit.outcome,
            prior=self.prior,
            scale=self.scale,
        )


def fit(histories: Histories, *, model: str = "mbg_nbd", prior: str = "weak", start: Fit | None = None) -> Fit:
    """Fit a model of buying.

    Time is scaled to mean T = 1 before fitting, so the answer does not depend on the unit. With prior="weak" the fit is
    the maximum of the posterior under independent normal priors of the log parameters in scaled time (x̄: mean
    repeat occasions, at least 0.05): r ~ (ln 0.6, 0.75), alpha ~ (ln(0.6 / (1.5 x̄)), 1), a ~ (ln 0.8, 0.75),
    b ~ (ln 2.5, 0.75); Pareto/NBD: s ~ (ln 0.6, 0.75), beta ~ (ln 0.4, 1). prior="none" is plain maximum likelihood.

    Args:
        histories: Compressed or not (rows without weights are compressed first).
        model: One of MODELS.
        prior: "weak" or "none".
        start: An earlier fit of the same model to begin from.

    Raises:
        ValueError: On another model or prior.
    """
    if model not in MODELS or prior not in PRIORS:
        raise ValueError(f"unknown model or prior: {model}, {prior}")
    rows = histories if histories.weights is not None else compress(histories)[0]
    return _problem(rows, model, prior).solve(start)


def _problem(rows: Histories, model: str, prior: str) -> Problem:
    weights = rows.counts
    n = float(weights.sum())
    scale = float(weights @ rows.T) / n if n else 1.0
    scale = scale if scale > 0 else 1.0
    repeats = float(weights @ rows.x)
    scaled = rows.in_unit(scale)
    alpha = 0.6 / (1.5 * max(0.05, repeats / n if n else 0.0))
    likelihood: Callable[[Floats], Evaluation]
    if model == "pareto_nbd":
        from crmcli.models.pareto_nbd import NAMES, ParetoNbd

        likelihood, names = ParetoNbd.of(scaled), NAMES
        centre, spread, units = (0.6, alpha, 0.6, 0.4), (0.75, 1.0, 0.75, 1.0), (0.0, 1.0, 0.0, 1.0)
    else:
        from crmcli.models.beta_geometric import NAMES, BetaGeometric

        likelihood, names = BetaGeometric.of(scaled, first_may_end=model == "mbg_nbd"), NAMES
        centre, spread, units = (0.6, alpha, 0.8, 2.5), (0.75, 1.0, 0.75, 0.75), (0.0, 1.0, 0.0, 0.0)
    return Problem(
        model=model,
        prior=prior,
        names=names,
        likelihood=likelihood,
        centre=np.log(centre),
        spread=np.array(spread),
        units=np.array(units),
        scale=scale,
        dimension=repeats,
        n=round(n),
        n_unique=len(rows),
    )


def _covariance(summit: Summit) -> tuple[Floats | None, str]:
    """Inverse of the observed information in log parameters, or None and why."""
    if summit.outcome != "converged":
        return None, "not_converged"
    strength, axes = np.linalg.eigh(-summit.at.hessian)
    if strength[0] <= 1e-9 * max(1.0, strength[-1]):
        return None, "singular"
    covariance = (axes / strength) @ axes.T
    return (covariance + covariance.T) / 2, ""
