"""Their headings → our columns: what was told, what is recognised, what is kept as a field of the owner's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from crmcli.errors import UsageError
from crmcli.intake.entities import Entity, bare_heading, entities, normal_heading
from crmcli.language import gettext as _
from crmcli.language import nearest

IGNORE = "-"
# Required columns that another stands in for: who has no code is known by the name, an order line borrows the day
# of its order.
INSTEAD: Mapping[str, Mapping[str, str]] = {
    "contacts": {"code": "name", "name": "code"},
    "managers": {"code": "name", "name": "code"},
    "products": {"sku": "name", "name": "sku"},
    "orders": {"ordered_on": "order_no"},
}
# Columns of which at least one tells a sale from a mere day (a calendar, a budget by months), or what an option is of.
_TELLING: Mapping[str, frozenset[str]] = {
    "orders": frozenset({"order_no", "customer", "customer_name", "sku", "description", "qty", "unit_price", "amount"}),
    "product_options": frozenset({"sku", "category"}),
}
# What tells a deal from anything else that has a number.
_DEAL = frozenset({"stage", "expected_on", "lost_reason", "probability"})
_ANY_NUMBER = frozenset({"номер", "number"})
# Columns that our own rejects file adds; never data.
OWN_PREFIX = "crmcli_"


@dataclass(frozen=True, slots=True)
class Told:
    """One `--map`: their headings (several are joined by "/"), our column, and a factor such as 100 for shares."""

    headings: tuple[str, ...]
    column: str
    factor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of one of our columns come from: positions in the reading, in the order they are joined."""

    positions: tuple[int, ...]
    factor: Decimal | None = None
    told: bool = False


@dataclass(slots=True)
class ColumnMap:
    """The whole mapping of one reading.

    Args:
        columns: Our column → its source.
        custom: Their heading → position, kept as fields of the owner's own.
        ignored: Their headings that are left out.
        constants: Our column → the same text for every row.
    """

    entity: Entity
    columns: dict[str, Source]
    custom: dict[str, int]
    ignored: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)

    def demote(self, column: str, headings: Sequence[str]) -> str:
        """Keep a recognised column as the owner's own field instead; returns its heading."""
        position = self.columns.pop(column).positions[0]
        self.custom[headings[position]] = position
        return headings[position]


def parse_told(text: str, headings: Sequence[str] = ()) -> Told:
    """`theirs=ours`, `A + B=ours` (joined by "/") or `theirs=ours*100`.

    Raises:
        UsageError: no "=" in it, or the factor is no number.
    """
    theirs, separator, ours = text.rpartition("=")
    if not separator or not theirs.strip():
        raise UsageError(_("--map %(text)s: say it as 'their heading=our_column'") % {"text": text})
    column, star, factor = ours.partition("*")
    try:
        times = Decimal(factor.strip()) if star else None
    except InvalidOperation:
        raise UsageError(_("--map %(text)s: %(factor)s is no number") % {"text": text, "factor": factor}) from None
    known = {normal_heading(h) for h in headings}
    whole = normal_heading(theirs) in known or "+" not in theirs
    parts = (theirs.strip(),) if whole else tuple(part.strip() for part in theirs.split("+"))
    return Told(parts, column.strip(), times)


def guess_entity(headings: Sequence[str]) -> tuple[Entity | None, list[Entity]]:
    """The entity whose columns the headings name best, and the runners-up that fit as well (best first)."""
    scored = []
    for candidate in entities().values():
        names = _recognise(headings, candidate)
        if _speaks_of_another(candidate, names, headings):
            continue
        if all(column in names for column in candidate.required) or _nearly(candidate, names):
            exact = sum(bare_heading(headings[p]) == candidate.fields[c].synonyms[0] for c, p in names.items())
            scored.append((len(names) + 0.5 * exact + 0.25 * len(candidate.required), candidate))
    scored.sort(key=lambda pair: -pair[0])
    if not scored:
        return None, []
    best = scored[0][0]
    rivals = [candidate for score, candidate in scored if score > best - 1]
    return (scored[0][1] if len(rivals) == 1 else None), rivals


def _speaks_of_another(candidate: Entity, names: Mapping[str, int], headings: Sequence[str]) -> bool:
    """Headings that would do, beside others by which the file holds something else: prices of a list, or sales."""
    if candidate.name == "categories":  # a name alone is anything
        return "parent" not in names
    if candidate.name in _TELLING and not _TELLING[candidate.name] & names.keys():
        return True
    if candidate.name == "opportunities" and bare_heading(headings[names.get("opportunity_no", 0)]) in _ANY_NUMBER:
        return not _DEAL & names.keys()
    if candidate.name == "products":
        priced = _recognise(headings, entities()["price_rules"])
        return "price_list" in priced and "price" in priced
    if candidate.name in ("product_costs", "price_rules", "product_options"):
        sold = _recognise(headings, entities()["orders"])
        return "ordered_on" in sold and bool({"qty", "amount", "order_no"} & sold.keys())
    return False


def _nearly(candidate: Entity, names: Mapping[str, int]) -> bool:
    """Contacts and products without a code are told by their name; an order line may borrow its order's date."""
    if candidate.name in ("contacts", "managers"):
        return "name" in names and len(names) > 1
    if candidate.name == "products":
        return "name" in names and ("price" in names or "cost" in names)
    if candidate.name == "orders":
        return "order_no" in names and ("sku" in names or "qty" in names or "amount" in names)
    return False


def settle_mapping(
    headings: Sequence[str],
    entity: Entity,
    told: Sequence[Told] = (),
    constants: Mapping[str, str] | None = None,
    *,
    ignore_unknown: bool = False,
    exact: bool = False,
) -> ColumnMap:
    """Map every heading; with `exact` only as told, and all others are fields of the owner's own.

    Raises:
        UsageError: `told` or `constants` name a heading or column that does not exist, or one column twice.
    """
    constants = dict(constants or {})
    for column in constants:
        require_column(entity, column)
    columns, ignored = _heed_told(headings, entity, told, constants)
    taken = {headings.index(heading) for heading in ignored} | {p for s in columns.values() for p in s.positions}
    recognised = {} if exact else _recognise(headings, entity, taken)
    for column, position in recognised.items():
        if column not in columns and column not in constants:
            columns[column] = Source((position,))
            taken.add(position)
    custom = {}
    for position, heading in enumerate(headings):
        if heading.startswith(OWN_PREFIX):
            continue
        if position not in taken and not ignore_unknown:
            custom[heading] = position
        elif position not in taken:
            ignored.append(heading)
    return ColumnMap(entity, columns, custom, ignored, constants)


def _heed_told(
    headings: Sequence[str], entity: Entity, told: Sequence[Told], constants: Mapping[str, str]
) -> tuple[dict[str, Source], list[str]]:
    """Our columns that were told with their sources, and headings to be left out."""
    columns: dict[str, Source] = {}
    ignored: list[str] = []
    for item in told:
        positions = tuple(find_heading(heading, headings) for heading in item.headings)
        if item.column == IGNORE:
            ignored += [headings[p] for p in positions]
            continue
        require_column(entity, item.column)
        if item.column in columns or item.column in constants:
            raise UsageError(_("%(column)s is given twice") % {"column": item.column})
        columns[item.column] = Source(positions, item.factor, told=True)
    return columns, ignored


def missing(mapping: ColumnMap) -> list[str]:
    """Required columns without a source. An order line without a date is settled later, against its order."""
    absent = [c for c in mapping.entity.required if c not in mapping.columns and c not in mapping.constants]
    instead = INSTEAD.get(mapping.entity.name, {})
    return [c for c in absent if instead.get(c) not in mapping.columns]


def _recognise(headings: Sequence[str], entity: Entity, taken: Collection[int] = ()) -> dict[str, int]:
    """Our column → position, best match first: an earlier synonym beats a later one, then the earlier heading."""
    normal = [bare_heading(heading) for heading in headings]
    candidates = []
    for name, spec in entity.fields.items():
        rank = {synonym: place for place, synonym in enumerate(spec.synonyms)}
        candidates += [
            (rank[heading], position, name)
            for position, heading in enumerate(normal)
            if heading in rank and position not in taken
        ]
    found: dict[str, int] = {}
    used: set[int] = set()
    for _place, position, name in sorted(candidates):
        if name not in found and position not in used:
            found[name] = position
            used.add(position)
    return found


def find_heading(heading: str, headings: Sequence[str], *, option: str = "--map") -> int:
    """The position of a heading: as it is written, then as it is compared.

    Raises:
        UsageError: there is none, with the nearest there is.
    """
    if heading in headings:
        return headings.index(heading)
    alike = [i for i, h in enumerate(headings) if bare_heading(h) == bare_heading(heading)]
    if alike and bare_heading(heading):
        return alike[0]
    raise UsageError(
        _("%(option)s: there is no heading %(heading)s in the file") % {"option": option, "heading": heading},
        nearest(heading, list(headings)) or _("Its headings: %(headings)s") % {"headings": ", ".join(headings)[:300]},
    )


def require_known(columns: Sequence[str]) -> None:
    """Refuse a column that no entity has, before anyone wonders which entity is meant.

    Raises:
        UsageError: with the nearest column there is.
    """
    known = dict.fromkeys(name for candidate in entities().values() for name in candidate.fields)
    for column in columns:
        if column != IGNORE and column not in known:
            raise UsageError(
                _("--map: there is no column %(column)s") % {"column": column},
                nearest(column, list(known)) or ", ".join(known),
            )


def require_column(entity: Entity, column: str) -> None:
    """Refuse a column that the entity has not.

    Raises:
        UsageError: with the nearest column there is.
    """
    if column not in entity.fields:
        names = list(entity.fields)
        raise UsageError(
            _("%(entity)s have no column %(column)s") % {"entity": entity.name, "column": column},
            nearest(column, names) or ", ".join(names),
        )
