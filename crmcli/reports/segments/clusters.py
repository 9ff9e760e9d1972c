"""Customers in the groups they fall into by themselves, and what makes each group, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell
from crmcli.reports.segments.compiling import compiled, read
from crmcli.reports.segments.fields import column_of, fields, find_field
from crmcli.rules.segments.tree import Field, FieldKind
from crmcli.store.connection import rows as fetched
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

    from crmcli.models.clusters import Clusters

CLUSTERS = "cluster_answer"  # temp table: customer_id, cluster
USUAL = ("revenue_365", "purchases_365", "recency", "categories")
BY_CATEGORY = "category"
_MOST_CATEGORIES = 12
_NOTABLE, _STRONG = 0.5, 1.2  # standard deviations from the mean, as logarithms
_TOLD = 4  # of the columns that make a cluster, the strongest
_CLEAR, _FAINT = 0.5, 0.25  # silhouettes, after Kaufman & Rousseeuw 1990
_HEAD = (
    Column("cluster", N_("Cluster"), Kind.CODE),
    Column("customers", N_("Customers"), Kind.COUNT, bar=True),
    Column("share", N_("Share"), Kind.SHARE),
)
_MEANING = Column("description", N_("What makes it"), Kind.TEXT)
_TRIED = (
    Column("groups", N_("Groups"), Kind.COUNT),
    Column("silhouette", N_("Silhouette"), Kind.RATIO),
    Column("chosen", N_("Chosen"), Kind.LEVEL, words=("yes", "no")),
)


@dataclass(frozen=True, slots=True)
class _Matrix:
    """Numbers of customers: keys, ids and one column a feature."""

    ids: list[int]
    codes: list[str]
    columns: tuple[Column, ...]
    values: NDArray[np.float64]


def cluster(
    con: duckdb.DuckDBPyConnection,
    rule: str,
    rules: Mapping[str, str],
    *,
    by: Sequence[str],
    groups: int | None,
    as_of: dt.date,
    currency: str,
) -> Table:
    """Groups of the customers who meet a rule; who is in which lies in the temp table CLUSTERS.

    Args:
        con: An open store.
        rule: Whom to group.
        rules: Rules of the saved segments by name.
        by: Names of number fields, or "category" alone: revenue of the last year in each of the largest categories.
        groups: Exactly so many; None: the number of the largest mean silhouette.
        as_of: The day.
        currency: ISO code of the store's amounts.

    Raises:
        UsageError: No such field, one that is no number, or too few customers for groups.
    """
    from crmcli.models.clusters import find_clusters, standardised

    matrix = (
        _by_category(con, rule, rules, as_of)
        if tuple(by) == (BY_CATEGORY,)
        else _by_fields(con, rule, rules, by, as_of)
    )
    try:
        found = find_clusters(standardised(matrix.values), matrix.codes, groups=groups)
    except ValueError:
        raise UsageError(
            _("%(count)s customers with known figures are too few, or too much alike, for groups")
            % {"count": len(matrix.ids)}
        ) from None
    _put(con, matrix, found)
    return _table(matrix, found, currency)


def _by_fields(
    con: duckdb.DuckDBPyConnection, rule: str, rules: Mapping[str, str], by: Sequence[str], as_of: dt.date
) -> _Matrix:
    """Customers with all of the fields known."""
    shown = [_number_field(name) for name in by]
    code = find_field("code")
    assert code is not None
    selection = compiled(read(rule), rules, as_of=as_of, shown=[code, *shown])
    install(con, selection.sql)
    known = " AND ".join(f'"{field.name}" IS NOT NULL' for field in shown)
    found = con.execute(f"SELECT * FROM ({selection.sql}) WHERE {known} ORDER BY code", selection.values).fetchall()
    return _matrix(found, tuple(column_of(field) for field in shown))


def _number_field(name: str) -> Field:
    found = find_field(name.strip().lower())
    if found is None or found.kind not in (FieldKind.NUMBER, FieldKind.SHARE):
        numbers = [known.name for known in fields().values() if known.kind is FieldKind.NUMBER]
        message = _("%(name)s is no field of numbers") if found else _("there is no field %(name)s")
        raise UsageError(message % {"name": name}, nearest(name, numbers) or _("All fields: crmcli segment fields"))
    return found


def _by_category(con: duckdb.DuckDBPyConnection, rule: str, rules: Mapping[str, str], as_of: dt.date) -> _Matrix:
    """Revenue of the last year in each of the largest categories; nothing bought is nothing."""
    code = find_field("code")
    assert code is not None
    selection = compiled(read(rule), rules, as_of=as_of, shown=[code])
    install(con, selection.sql)
    con.execute(f"CREATE OR REPLACE TEMP TABLE cluster_of AS {selection.sql}", selection.values)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cluster_sales AS SELECT line.customer_id, "
        "coalesce(line.category, product.category) AS category, sum(line.net) AS revenue "
        "FROM order_lines AS line LEFT JOIN products AS product ON product.id = line.product_id "
        "WHERE line.counted AND line.ordered_on <= $as_of AND line.ordered_on > $as_of::DATE - 365 "
        "AND line.customer_id IN (SELECT customer_id FROM cluster_of) AND coalesce(line.category, product.category) IS NOT NULL "
        "GROUP BY ALL",
        {"as_of": as_of},
    )
    largest = fetched(con, "SELECT category FROM cluster_sales GROUP BY category ORDER BY sum(revenue) DESC, category "
                           f"LIMIT {_MOST_CATEGORIES}")  # fmt: skip
    names = [str(name) for (name,) in largest]
    if not names:
        raise UsageError(_("no line of the last year has a category"))
    sums: dict[tuple[int, str], float] = {
        (customer, category): float(revenue)
        for customer, category, revenue in fetched(con, "SELECT customer_id, category, revenue FROM cluster_sales")
    }
    bought = {customer for customer, _category in sums}
    found = [
        (customer, code_, *(sums.get((customer, name), 0.0) for name in names))
        for customer, code_ in fetched(con, "SELECT customer_id, code FROM cluster_of ORDER BY code")
        if customer in bought
    ]
    return _matrix(found, tuple(Column(f"category_{n}", name, Kind.MONEY) for n, name in enumerate(names, 1)))


def _matrix(found: Sequence[Sequence[Any]], columns: tuple[Column, ...]) -> _Matrix:
    import numpy as np

    values = np.array([[float(value) for value in row[2:]] for row in found], dtype=np.float64)
    return _Matrix(
        [row[0] for row in found], [row[1] for row in found], columns, values.reshape(len(found), len(columns))
    )


def _put(con: duckdb.DuckDBPyConnection, matrix: _Matrix, found: Clusters) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {CLUSTERS} (customer_id INTEGER, cluster INTEGER)")
    con.execute(
        f"INSERT INTO {CLUSTERS} SELECT unnest($ids), unnest($clusters)",
        {"ids": matrix.ids, "clusters": [int(label) + 1 for label in found.labels]},
    )


def _table(matrix: _Matrix, found: Clusters, currency: str) -> Table:
    import numpy as np

    rows = []
    for group, centre in enumerate(found.centres):
        own = matrix.values[found.labels == group]
        middles = [
            _typed(float(value), column) for value, column in zip(np.median(own, axis=0), matrix.columns, strict=True)
        ]
        rows.append((str(group + 1), len(own), len(own) / len(matrix.ids), *middles, _words(centre, matrix.columns)))
    best = len(found.centres)
    tried = [(count, value, "yes" if count == best else "no") for count, value in found.silhouettes.items()]
    return Table(
        "clusters", _("Clusters of customers"), (*_HEAD, *matrix.columns, _MEANING), ListRows(rows),
        headline=_headline(found, best),
        totals={"customers": len(matrix.ids)},
        notes=(
            _("Figures are medians of the cluster. Logarithms, on one scale; Ward's tree, then k-means; of 2 to 8 groups those with "
              "the largest mean silhouette."),
            *((_("Half of the customers give the same groups (adjusted Rand): %(value)s.")
               % {"value": cell(found.stability, Kind.RATIO)},) if found.stability is not None else ()),
        ),
        currency=currency, beside=(Table("clusters_tried", _("Numbers of groups tried"), _TRIED, ListRows(tried)),),
    )  # fmt: skip


def _typed(value: float, column: Column) -> object:
    from decimal import Decimal

    if column.kind in (Kind.MONEY, Kind.QUANTITY):
        return Decimal(f"{value:.2f}")
    return round(value) if column.kind is Kind.COUNT else value


def _headline(found: Clusters, best: int) -> str:
    value = found.silhouettes[best]
    words = (
        N_("The groups are clear: %(count)s of them, silhouette %(value)s.")
        if value >= _CLEAR
        else N_("There are %(count)s groups that run into each other, silhouette %(value)s.")
        if value >= _FAINT
        else N_("There are hardly any groups: the best division is into %(count)s, silhouette %(value)s.")
    )
    return _(words) % {"count": cell(best, Kind.COUNT), "value": cell(value, Kind.RATIO)}


def _words(centre: NDArray[np.float64], columns: Sequence[Column]) -> str:
    """What is far from the average, strongest first."""
    order = sorted(range(len(columns)), key=lambda place: (-abs(float(centre[place])), place))
    told: list[str] = []
    for place in order:
        value = float(centre[place])
        if abs(value) < _NOTABLE or len(told) == _TOLD:
            break
        words = {
            (True, True): _("%(what)s far above average"),
            (True, False): _("%(what)s above average"),
            (False, True): _("%(what)s far below average"),
            (False, False): _("%(what)s below average"),
        }[value > 0, abs(value) >= _STRONG]
        told.append(words % {"what": _(columns[place].title)})
    return "; ".join(told) or _("average in everything")
