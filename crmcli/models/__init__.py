"""Models of buying and spending: numbers in, numbers out; no SQL, no files, no words for people.

The only room that knows scipy. Nothing is imported here: take each thing from its module, inside the function that needs
it, because numpy and scipy cost half a second to load.

Time is in any one unit (days, weeks), the same for every argument; answers come back in that unit. Arrays are numpy
float64 of shape (n,), one element per customer (or per unique row), unless said otherwise::

    from crmcli.models.histories import Histories, compress
    Histories(x, t_x, T, weights=None)      # x repeat occasions, t_x last - first, T as_of - first
    rows, inverse = compress(histories)     # unique rows with weights (m,); full array = row array[inverse]

    from crmcli.models.fit import Fit, fit, MODELS          # MODELS = ("mbg_nbd", "bg_nbd", "pareto_nbd")
    fitted = fit(histories, model="mbg_nbd", prior="weak", start=None)     # start: an earlier Fit, for a warm start
    fitted.model, .parameters {"r": ..}, .errors {"r": ..} | None, .covariance (k, k) of log parameters | None,
    .errors_missing "" | "singular" | "not_converged", .log_likelihood, .n, .n_unique, .evaluations, .converged,
    .message, .prior, .scale

    from crmcli.models import predict       # each takes (fitted, rows or histories) and yields (n,)
    predict.p_alive(fitted, rows)
    predict.p_alive_at(fitted, rows, after)          # after: scalar (n,) or array (k,) -> (n, k)
    predict.p_silent(fitted, rows, horizon)          # P(no occasion in (T, T + horizon]); scalar or (k,) -> (n, k)
    predict.expected_purchases(fitted, rows, horizon)             # scalar -> (n,), array (k,) -> (n, k)
    predict.expected_by_month(fitted, rows, months=36, month=30.4375)             # (n, months) occasions in each month
    predict.discounted_expected(fitted, rows, yearly_rate=0.12, months=36, month=30.4375)  # months=None: for ever
    predict.variance(fitted, rows, horizon)          # of the number of occasions

    from crmcli.models.quantiles import count_quantiles
    count_quantiles(fitted, rows, horizon, shares=(0.1, 0.9))     # (n, 2), exact, no simulation; whole numbers
    from crmcli.models.simulate import simulate, simulate_shop
    simulate(fitted, rows, horizon, draws=100, seed=1)            # (n, draws) int64 counts: call it on few rows
    simulate_shop(model, parameters, n=1000, span=365, seed=1)    # Shop: customer, day: flat, sorted; and .histories()

    from crmcli.models.spend import shrink, spend_frequency_correlation
    shrink(occasions, mean, within)         # Credibility: .mean (n,), .mu, .n0, .estimated; within = sum of squares
    from crmcli.models.gamma_gamma import fit_gamma_gamma, conditional_spend
    fit_gamma_gamma(x, mean, prior="weak")  # -> Fit with p, q, v; x >= 1 repeat occasions, their mean spend > 0
    conditional_spend(fitted, x, mean)      # (n,); x = 0 gives the mean of the base

    from crmcli.models.thin import Thin, thin
    thin(histories, median_interval)        # None, or Thin(repeat_occasions, repeaters, history_in_intervals, ...)
    from crmcli.models.measures import auc, brier, brier_skill, fifths, capture, normalised_gini, mean_absolute_error
    from crmcli.models.backtest import backtest, origins, Backtest
    origins(first_day, as_of, horizon, most=4)                    # tuple of days, oldest first; may be empty
    backtest(customer, day, origins=..., horizon=90, model="mbg_nbd", prior="weak", value=None)  # tuple[Backtest, ...]
    from crmcli.models.interval import Miss, total_interval
    total_interval(total, model_spread, [Miss(predicted ÷ actual, its spread), ...])           # (low, high), 80 %

    from crmcli.models.by_rhythm import PastDays, by_rhythm, backtest_by_rhythm      # where a model is no better than a constant
    by_rhythm(PastDays(occasions, 90), standing, day, fitted=fitted)       # .silent, .occasions, .variance, (k,) each, or None

Converged or not is always said (`Fit.converged`, `Fit.message`); nothing here prints or warns.
"""
