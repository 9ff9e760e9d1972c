"""The deals of a store as arrays, to learn from; and which facts are no fair help in telling how a deal will end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.metrics import catalogue
from crmcli.reports.sections import sections

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from crmcli.models.past_deals import Deals

FIELDS = (
    N_("manager"), N_("product"), N_("category"), N_("region"), N_("industry"), N_("campaign"), N_("source"),
    N_("amount"), N_("earlier wins"),
)  # fmt: skip
_BANDS = 5  # of the amount, equally many deals in each
_LEAST_FILLED, _AS_OFTEN, _LEAST_DEALS = 0.2, 0.8, 10


@dataclass(frozen=True, slots=True)
class Facts:
    """Deals of a day.

    Args:
        deals: All whose end, if any, has a day.
        open: Places of those open or on hold.
        ids: opportunity_id, (n,).
        stages: Stage of each as a number, by its moves; −1 unknown, (n,).
        stage_chance: What is believed of each stage number, NaN unknown.
        left_out: Fields that are filled in when a deal ends, or hardly ever.
        edges: Amounts at which bands begin.
    """

    deals: Deals
    open: NDArray[np.int64]
    ids: NDArray[np.generic]
    stages: NDArray[np.int64]
    stage_chance: NDArray[np.float64]
    left_out: tuple[str, ...]
    edges: NDArray[np.float64]


def read_facts(con: DuckDBPyConnection, as_of: dt.date) -> Facts:
    """Everything about deals known by a day."""
    import numpy as np

    from crmcli.models.past_deals import Deals

    found = _arrays(con, "deals", as_of)
    outcome = found["outcome"].astype(str)
    won, lost = outcome == "won", outcome == "lost"
    kept = ~((won | lost) & np.isnan(found["closed"].astype(np.float64)))
    found = {name: column[kept] for name, column in found.items()}
    won, lost, is_open = won[kept], lost[kept], ~(won | lost)[kept]
    amount = found["amount"].astype(np.float64)
    edges = (
        np.unique(np.quantile(amount[amount > 0], np.arange(1, _BANDS) / _BANDS)) if (amount > 0).any() else amount[:0]
    )
    columns = {name: found[name.split(" ", maxsplit=1)[0]].astype(np.int64) for name in FIELDS}
    columns["amount"] = np.where(amount > 0, np.digitize(amount, edges), -1)
    fair = tuple(name for name in FIELDS if _is_fair(columns[name] >= 0, won, lost, is_open))
    told = {name for name in FIELDS if _tells_its_end(columns[name] >= 0, won, lost, is_open)}
    codes = [np.unique(columns[name], return_inverse=True) for name in fair]
    matrix = [np.where(columns[name] < 0, -1, place) for name, (_words, place) in zip(fair, codes, strict=True)]
    moves, stage_chance = _moves(con, as_of, found["opportunity_id"])
    deals = Deals(
        opened=found["opened"].astype(np.float64),
        closed=np.where(is_open, np.nan, found["closed"].astype(np.float64)),
        won=won,
        lost=lost,
        codes=np.column_stack(matrix).astype(np.int64) if matrix else np.zeros((len(won), 0), np.int64),
        fields=fair,
        moved_deal=moves[0],
        moved_on=moves[1].astype(np.float64),
        moved_to=moves[2],
    )
    left_out = tuple(name for name in FIELDS if name in told)
    stages = deals.stages_on(np.inf)
    return Facts(deals, np.flatnonzero(is_open), found["opportunity_id"], stages, stage_chance, left_out, edges)


def _arrays(con: DuckDBPyConnection, name: str, as_of: dt.date) -> dict[str, NDArray[np.generic]]:
    import numpy as np

    sql = sections("deals", "chance_facts")[name]
    catalogue.install(con, sql)
    found = con.execute(sql, {"as_of": as_of}).fetchnumpy()
    return {
        key: np.ma.filled(column, np.nan) if np.ma.isMaskedArray(column) else column for key, column in found.items()
    }


def _shares(filled: NDArray[np.bool_], *parts: NDArray[np.bool_]) -> list[float]:
    """Share filled in each part that is large enough to tell."""
    return [float(filled[part].mean()) for part in parts if part.sum() >= _LEAST_DEALS]


def _tells_its_end(filled: NDArray[np.bool_], *parts: NDArray[np.bool_]) -> bool:
    """Whether it is known far more often of deals won, or lost, or open than of the others."""
    shares = _shares(filled, *parts)
    return bool(shares) and max(shares) >= _LEAST_FILLED and min(shares) < _AS_OFTEN * max(shares)


def _is_fair(filled: NDArray[np.bool_], *parts: NDArray[np.bool_]) -> bool:
    shares = _shares(filled, *parts)
    return bool(shares) and max(shares) >= _LEAST_FILLED and not _tells_its_end(filled, *parts)


def _moves(
    con: DuckDBPyConnection, as_of: dt.date, ids: NDArray[np.generic]
) -> tuple[tuple[NDArray[np.int64], ...], NDArray[np.float64]]:
    """Place of the deal, day and stage of each move; what is believed of each stage."""
    import numpy as np

    found = _arrays(con, "moves", as_of)
    known, place = np.isin(found["opportunity_id"], ids), np.searchsorted(ids, found["opportunity_id"])
    stage = found["stage"].astype(np.int64)
    believed = np.full(int(stage.max(initial=-1)) + 1, np.nan)
    believed[stage] = found["by_stage"].astype(np.float64)
    return (place[known].astype(np.int64), found["moved"][known].astype(np.int64), stage[known]), believed
