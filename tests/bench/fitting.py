"""Fitting BG/NBD and Gamma-Gamma beside lifetimes, on the same arrays in one process: `python -m tests.bench.fitting [customers]`.

lifetimes is no dependency; where it cannot be imported, ours is timed alone and that is said. Processor seconds, the median
of three runs of ours (lifetimes runs once, it takes long); no penalty and no prior on either side.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crmcli.models.fit import fit
from crmcli.models.gamma_gamma import fit_gamma_gamma
from crmcli.models.histories import Histories
from crmcli.models.simulate import simulate_shop

WORLD = {"r": 0.6, "alpha": 60.0, "a": 0.8, "b": 2.5}
ALONE = """
import re, sys
import numpy as np
from crmcli.models.histories import Histories
from tests.bench.fitting import ours
with np.load(sys.argv[1]) as kept:
    ours(Histories(kept["x"], kept["t_x"], kept["T"]), kept["mean"])
with open("/proc/self/status") as status:  # what the system accounts for counts what started this process, too
    print(int(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1]) / 1024)
"""
Floats = NDArray[np.float64]


def timed(work: Callable[[], Any], runs: int = 1) -> tuple[Any, float]:
    """What the work yields, and its processor seconds, the median of so many runs."""
    costs = []
    for _run in range(runs):
        began = time.process_time()
        found = work()
        costs.append(time.process_time() - began)
    return found, statistics.median(costs)


def arrays(customers: int) -> tuple[Histories, Floats]:
    """Histories of simulated customers, and their mean spend over repeat purchases."""
    histories = simulate_shop("bg_nbd", WORLD, n=customers, span=900, seed=1).histories()
    chance = np.random.default_rng(1)
    level = chance.gamma(4.0, 1 / chance.gamma(4.0, 1 / 20.0, len(histories)))
    mean = chance.gamma(6.0 * np.maximum(histories.x, 1)) / np.maximum(histories.x, 1) * level
    return histories, mean


def ours(histories: Histories, mean: Floats) -> dict[str, float]:
    """Parameters of both models."""
    came = histories.x > 0
    spend = fit_gamma_gamma(histories.x[came], mean[came], prior="none")
    return {**fit(histories, model="bg_nbd", prior="none").parameters, **spend.parameters}


def theirs(histories: Histories, mean: Floats) -> dict[str, float]:
    """The same by lifetimes.

    Raises:
        ImportError: It is not there.
    """
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    came = histories.x > 0
    buying = BetaGeoFitter(penalizer_coef=0.0).fit(histories.x, histories.t_x, histories.T)
    spend = GammaGammaFitter(penalizer_coef=0.0).fit(histories.x[came], mean[came])
    return {**dict(buying.params_), **dict(spend.params_)}


def peak_alone(histories: Histories, mean: Floats) -> float:
    """MiB at the most of a process that loads the arrays and fits both models: making them here took more."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "arrays.npz")
        np.savez(file, x=histories.x, t_x=histories.t_x, T=histories.T, mean=mean)
        done = subprocess.run([sys.executable, "-c", ALONE, str(file)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def compare(customers: int) -> str:
    """One line: seconds of both, their ratio, how far the parameters lie apart, peak memory of ours."""
    histories, mean = arrays(customers)
    found, seconds = timed(lambda: ours(histories, mean), runs=3)
    peak = peak_alone(histories, mean)
    name = f"fit BG/NBD + Gamma-Gamma, {customers:,}"
    try:
        reference, other = timed(lambda: theirs(histories, mean))
    except ImportError as missing:
        return f"{name}: {seconds:.2f} s, {peak:.0f} MiB; SKIPPED beside lifetimes: {missing}"
    apart = max(abs(found[key] / value - 1) for key, value in reference.items())
    return (
        f"{name}: {seconds:.2f} s / lifetimes {other:.2f} s = {other / seconds:.1f} times as fast (wanted ≥ 10); "
        f"parameters within {apart:.1e} (wanted ≤ 1e-3); {peak:.0f} MiB (wanted ≤ 400)"
    )


if __name__ == "__main__":
    print(compare(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
