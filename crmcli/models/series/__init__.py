"""Monthly series into the future: methods, back-test, interval; numpy only, many series at once.

Arrays are float64: a series is a row of one value a month, oldest first. A method is a function
`(y (S, T), origins (O,), horizon) -> (S, O, H)`: the forecast made at origin n from the first n months alone, for the
months n + 1 … n + H. So one call makes the back-test and the forecast, and neither can see the future::

    from crmcli.models.series.forecast import forecast
    made = forecast(y, horizon=6)         # y (S, T); None for fewer than three months
    made.expected, made.low, made.high    # (S, H)
    made.method                           # S names
    made.mase, made.coverage              # (S,), NaN where unknown
    made.scores                           # (M, S) back-test MASE of every method in made.names, NaN where not tried
"""
