"""What of a file is taken in, and as what: its sheets, and the entity that headings and names speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crmcli.errors import UsageError
from crmcli.intake.entities import Entity, entity
from crmcli.intake.mapping import guess_entity, require_known
from crmcli.intake.naming import named_by
from crmcli.intake.profile import Rules, column_of
from crmcli.intake.reading import Reading
from crmcli.intake.workbook.sentences import EMPTY_SHEETS, HIDDEN_SHEETS
from crmcli.language import gettext as _
from crmcli.store.left_out import LeftOut

SHOWN = 300  # characters of a list of headings in a message
_SAID_OF_SHEETS = {HIDDEN_SHEETS: "hidden", EMPTY_SHEETS: "empty"}


class UnfitError(UsageError):
    """A table that nothing can be made of: the only one of a file is refused, one sheet of several is left out.

    Args:
        kind, about: As in LeftOut.
    """

    def __init__(self, message: str, hint: str, *, kind: str, about: Mapping[str, str]) -> None:
        super().__init__(message, hint)
        self.kind, self.about = kind, about


def choose(readings: Sequence[Reading], origin: str, rules: Rules) -> tuple[list[Reading], list[LeftOut]]:
    """The tables that are meant, and the sheets that are not: hidden, empty, or not named by a profile that names some.

    Raises:
        UsageError: a profile names sheets, and none of them is there; or with strict rules, not all of them.
    """
    left = [
        LeftOut(origin, _SAID_OF_SHEETS[template], {"sheets": str(arguments["sheets"])})
        for reading in readings
        for template, arguments in reading.warnings
        if template in _SAID_OF_SHEETS
    ]
    told = [replace(r, warnings=tuple(w for w in r.warnings if w[0] not in _SAID_OF_SHEETS)) for r in readings]
    if not rules.only_named or not any("!" in reading.origin for reading in told):
        return told, left
    named = {reading.origin: rules.named_sheet(reading.origin.partition("!")[2]) for reading in told}
    absent = [f"{origin}!{name}" for name in rules.sheets if name not in named.values()]
    if len(absent) == len(rules.sheets) or (absent and rules.strict):
        raise UsageError(
            _("%(file)s has not the sheets that the profile names: %(sheets)s")
            % {"file": origin, "sheets": ", ".join(name.partition("!")[2] for name in absent)[:SHOWN]},
            _("Its sheets: %(sheets)s") % {"sheets": ", ".join(name.partition("!")[2] for name in named)[:SHOWN]},
        )
    left += [LeftOut(reading.origin, "unnamed") for reading in told if named[reading.origin] is None]
    left += [LeftOut(name, "absent") for name in absent]
    return [reading for reading in told if named[reading.origin] is not None], left


def settle_entity(reading: Reading, rules: Rules) -> tuple[Entity, str]:
    """The entity told, or the only one the headings fit, or of several the one the file's name speaks of; and the name.

    Raises:
        UsageError: none fits, or several do.
    """
    if reading.entity or rules.entity:
        return entity(reading.entity or rules.entity or ""), ""
    named = [column_of(text) for text in rules.maps]
    require_known([*named, *rules.constants])
    found, rivals = guess_entity([*reading.headings, *named, *rules.constants])
    if found is not None:
        return found, ""
    if rivals:
        if (by_name := named_by(reading.origin, rivals)) is not None:
            return by_name
        raise UsageError(
            _("%(file)s could be %(entities)s")
            % {"file": reading.origin, "entities": _(" or ").join(r.name for r in rivals)},
            _("Say which with --as ENTITY, or name the file or sheet after what it holds"),
        )
    headings = ", ".join(reading.headings)[:SHOWN]
    sheet = _(", leave it out with --sheet OTHER") if "!" in reading.origin else ""
    raise UnfitError(
        _("%(file)s: its headings fit nothing that can be taken in") % {"file": reading.origin},
        _("Say what it is with --as ENTITY and name headings with --map%(sheet)s; they are: %(headings)s")
        % {"headings": headings, "sheet": sheet},
        kind="unfit",
        about={"headings": headings},
    )
