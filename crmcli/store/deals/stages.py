"""Stages of deals: listed, found by a word, written anew or one by one, adopted from deals that came from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest, ngettext
from crmcli.rules.deals.stages import OPEN, Stage, require_stages
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

_COLUMNS = ("name", "stage_no", "outcome", "probability", "rot_days")


@dataclass(frozen=True, slots=True)
class SeenStage:
    """A stage that deals are in and nobody has defined; outcome: as its own word tells, else open."""

    name: str
    deals: int
    outcome: str = OPEN


def all_stages(con: duckdb.DuckDBPyConnection) -> list[tuple[int, Stage]]:
    """All stages with their ids, in their order."""
    found = rows(con, f"SELECT id, {', '.join(_COLUMNS)} FROM deal_stages ORDER BY stage_no, id")
    return [(int(number), Stage(*values)) for number, *values in found]


def find_stage(con: duckdb.DuckDBPyConnection, word: str) -> Stage:
    """The stage of a name, its place, or first letters only it begins with.

    Raises:
        NotFoundError: There is none; the hint names all.
    """
    wanted, known = " ".join(word.split()).casefold(), [stage for _id, stage in all_stages(con)]
    exact = [one for one in known if one.name.casefold() == wanted or str(one.stage_no) == wanted]
    begun = [one for one in known if wanted and one.name.casefold().startswith(wanted)]
    if len(exact or begun) == 1:
        return (exact or begun)[0]
    names = [one.name for one in known]
    hint = nearest(word, names) or _("stages: %(names)s") % {"names": ", ".join(names)}
    raise NotFoundError(
        _("there is no stage %(word)s") % {"word": repr(word)}, hint if known else "crmcli deal stages start"
    )


def ending_stage(con: duckdb.DuckDBPyConnection, outcome: str) -> Stage:
    """The first stage with an outcome.

    Raises:
        ConflictError: There is none.
    """
    for _id, stage in all_stages(con):
        if stage.outcome == outcome:
            return stage
    raise ConflictError(
        _("no stage has the outcome %(outcome)s") % {"outcome": outcome},
        _("Add one: crmcli deal stages add %(name)s --outcome %(outcome)s")
        % {"name": outcome.title(), "outcome": outcome},
    )


def set_stages(writer: Writer, stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Make these the stages, in this order; those with a name that was there are changed, the others go.

    Raises:
        UsageError: They make no sense.
        ConflictError: Deals are in one that would go.
    """
    kept = require_stages(stages)
    old = {stage.name.casefold(): (number, stage) for number, stage in all_stages(writer.con)}
    gone = [old[name] for name in old.keys() - {one.name.casefold() for one in kept}]
    for _number, stage in gone:
        _require_empty(writer.con, stage)
    fresh = [one for one in kept if one.name.casefold() not in old]
    changed = [
        (old[one.name.casefold()][0], one)
        for one in kept
        if one.name.casefold() in old and old[one.name.casefold()][1] != one
    ]
    writer.drop("deal_stages", [number for number, _stage in gone])
    writer.change("deal_stages", _COLUMNS, [(number, *_values(one)) for number, one in changed])
    writer.add("deal_stages", _COLUMNS, [_values(one) for one in fresh])
    return kept


def add_stage(writer: Writer, stage: Stage, *, after: str | None = None) -> tuple[Stage, ...]:
    """Put a stage behind another, else behind the last of its outcome; returns all.

    Raises:
        ConflictError: There is one of that name.
        NotFoundError: There is none to put it behind.
    """
    known = [one for _id, one in all_stages(writer.con)]
    if any(one.name.casefold() == " ".join(stage.name.split()).casefold() for one in known):
        raise ConflictError(
            _("there is a stage %(name)s already") % {"name": stage.name}, _("To change it: crmcli deal stages edit")
        )
    if after is not None:
        place = known.index(find_stage(writer.con, after)) + 1
    else:
        alike = [place for place, one in enumerate(known, 1) if one.outcome == stage.outcome]
        first_end = next((place for place, one in enumerate(known) if one.outcome != OPEN), len(known))
        place = max(alike, default=first_end if stage.outcome == OPEN else len(known))
    return set_stages(writer, [*known[:place], stage, *known[place:]])


def edit_stage(writer: Writer, old: Stage, new: Stage) -> tuple[Stage, ...]:
    """Change a stage, and its place where `stage_no` is another; a new name passes on to deals and their moves.

    Raises:
        UsageError: It makes no sense.
        ConflictError: There is one of the new name.
    """
    known = [one for _id, one in all_stages(writer.con)]
    rest = [one for one in known if one.name != old.name]
    if any(one.name.casefold() == " ".join(new.name.split()).casefold() for one in rest):
        raise ConflictError(_("there is a stage %(name)s already") % {"name": new.name})
    if new.name != old.name:
        _rename(writer, old.name, " ".join(new.name.split()))
        known = [replace(one, name=new.name) if one.name == old.name else one for one in known]
    place = (
        max(0, min(new.stage_no - 1, len(rest)))
        if new.stage_no != old.stage_no
        else known.index(replace(old, name=new.name))
    )
    return set_stages(writer, [*rest[:place], new, *rest[place:]])


def remove_stage(writer: Writer, stage: Stage) -> tuple[Stage, ...]:
    """Take a stage out; returns those left.

    Raises:
        ConflictError: Deals are in it, or it is the last of its outcome.
    """
    try:
        return set_stages(writer, [one for _id, one in all_stages(writer.con) if one.name != stage.name])
    except UsageError as error:
        raise ConflictError(error.message) from None


def adopted(known: Sequence[Stage], seen: Sequence[SeenStage]) -> tuple[Stage, ...]:
    """The stages there are with those seen in deals: open ones before the ends, ends behind their like."""
    names = {one.name.casefold() for one in known}
    fresh = [Stage(one.name, 0, one.outcome) for one in seen if one.name.casefold() not in names]
    both = [*known, *fresh]
    ends = {one.outcome for one in both}
    missing = [Stage(_(word.title()), 0, word) for word in ("won", "lost") if word not in ends]
    order = {"open": 0, "won": 1, "lost": 2}
    return tuple(sorted([*both, *missing], key=lambda one: order[one.outcome]))


def _require_empty(con: duckdb.DuckDBPyConnection, stage: Stage) -> None:
    deals = int(scalar(con, "SELECT count(*) FROM opportunities WHERE lower(trim(stage)) = lower($1)", [stage.name]))
    if deals:
        words = {"name": stage.name, "deals": deals}
        raise ConflictError(
            ngettext("%(deals)s deal is in stage %(name)s", "%(deals)s deals are in stage %(name)s", deals) % words,
            _("Move them first, or give it another name: crmcli deal stages edit"),
        )


def _rename(writer: Writer, old: str, new: str) -> None:
    places = (
        ("deal_stages", "name"),
        ("opportunities", "stage"),
        ("deal_moves", "from_stage"),
        ("deal_moves", "to_stage"),
    )
    for table, column in places:  # names of this program's only
        writer.con.execute(
            f'CREATE OR REPLACE TEMP TABLE stage_renamed AS SELECT id, $2::VARCHAR AS "{column}" FROM {table} '
            f'WHERE lower(trim("{column}")) = lower($1)',
            [old, new],
        )
        if scalar(writer.con, "SELECT count(*) FROM stage_renamed"):
            writer.update(table, (column,), "stage_renamed")


def _values(stage: Stage) -> tuple[object, ...]:
    return (stage.name, stage.stage_no, stage.outcome, stage.probability, stage.rot_days)
