"""An assignment in words: why this manager, what the next best would have been, and what kept an account unserved."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.managers.matching import NOBODY
from crmcli.rules.assigning.fitting import allowed_roles, has_role, missing_skills, speaks
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.reports.managers.matching import Matching
    from crmcli.rules.assigning.fitting import Account, Manager


def status(matching: Matching, account: int) -> str:
    """What the plan does with an account: kept, moved, new, or not_served."""
    chosen, present = matching.chosen[account], matching.present[account]
    if chosen == NOBODY:
        return "not_served"
    if present == NOBODY:
        return "new"
    return "kept" if chosen == present else "moved"


def reasons(matching: Matching, account: int) -> str:
    """Why this manager; or why nobody."""
    chosen = matching.chosen[account]
    if chosen == NOBODY:
        return unserved(matching, account)
    found = matching.fits[account][chosen].reasons
    present = matching.present[account]
    if present not in (NOBODY, chosen) and (lacks := matching.fits[account][present].lacks):
        words = {"name": matching.managers[present].code, "lacks": ", ".join(lacks)}
        return f"{found}; " + _("%(name)s %(lacks)s") % words
    return found


def next_best(matching: Matching, account: int) -> str | None:
    """Who would have come next, and why not; None for an account that is not served."""
    chosen = matching.chosen[account]
    if chosen == NOBODY:
        return None
    values = {place: matching.value(account, place) for place in range(len(matching.managers)) if place != chosen}
    able = {place: value for place, value in values.items() if value is not None}
    if not able:
        return _("nobody else may")
    other = max(able, key=lambda place: (able[place], -place))
    own = matching.value(account, chosen)
    assert own is not None
    return _comparison(matching, account, other, own - able[other])


def _comparison(matching: Matching, account: int, other: int, ahead: int) -> str:
    """Why not the other, whom the chosen manager is so many points ahead of."""
    words = {"name": matching.managers[other].name, "points": cell(abs(ahead), Kind.COUNT)}
    if ahead > 0:
        return _("%(name)s: %(points)s less (%(why)s)") % {**words, "why": _difference(matching, account, other)}
    if matching.left(other) < matching.hours_of(account):
        words["hours"] = cell(max(Decimal(0), matching.left(other)), Kind.QUANTITY)
        if ahead == 0:
            return _("%(name)s: as good, but only %(hours)s h left") % words
        return _("%(name)s: %(points)s more, but only %(hours)s h left") % words
    if ahead == 0:
        return _("%(name)s: as good") % words
    return _("%(name)s: %(points)s more, but the load would be less even") % words


def _difference(matching: Matching, account: int, other: int) -> str:
    """What the chosen manager has and the other lacks, in words."""
    chosen = matching.chosen[account]
    theirs = {part.short: part.points for part in matching.fits[account][other].parts}
    more = [part.short for part in matching.fits[account][chosen].parts if part.points > theirs.get(part.short, 0)]
    if matching.present[account] == chosen and matching.terms.move_penalty:
        more.append(_("no move"))
    return ", ".join(more)


def unserved(matching: Matching, account: int) -> str:
    """Which constraint keeps an account from being served."""
    wanted = matching.accounts[account]
    active = [manager for manager in matching.managers if manager.active]
    if not active:
        return _("there is no active manager")
    suitable = [manager for manager in active if has_role(wanted, manager, matching.terms.roles)]
    if not suitable:
        allowed = ", ".join(_(role) for role in allowed_roles(wanted, matching.terms.roles) or ())
        return _("no active manager is one of: %(roles)s") % {"roles": allowed}
    if lacking := _lacking(wanted, suitable):
        return lacking
    able = [place for place, one in enumerate(matching.fits[account]) if one.points is not None]
    hours = matching.hours_of(account)
    words = {"hours": cell(hours, Kind.QUANTITY)}
    most = max(matching.room(place) for place in able)
    if most < hours:
        sentence = _("capacity: it takes %(hours)s h, and nobody who may has more than %(most)s h in all")
        return sentence % {**words, "most": cell(most, Kind.QUANTITY)}
    left = max(matching.left(place) for place in able)
    if left < hours:
        sentence = _("capacity: it takes %(hours)s h, and the most anybody who may has left is %(left)s h")
        return sentence % {**words, "left": cell(left, Kind.QUANTITY)}
    return _("moving it, or the load it would add, costs more than it is worth")


def _lacking(wanted: Account, suitable: list[Manager]) -> str | None:
    """A skill or language that nobody suitable has, alone or together with the others."""
    for skill in wanted.skills:
        if all(skill in missing_skills(wanted, manager) for manager in suitable):
            return _("nobody who may has the skill %(skill)s") % {"skill": skill}
    skilled = [manager for manager in suitable if not missing_skills(wanted, manager)]
    if not skilled:
        return _("nobody who may has all of these skills: %(skills)s") % {"skills": ", ".join(wanted.skills)}
    if not any(speaks(wanted, manager) for manager in suitable):
        return _("nobody who may speaks %(languages)s") % {"languages": ", ".join(wanted.languages)}
    if not any(speaks(wanted, manager) for manager in skilled):
        words = {"skills": ", ".join(wanted.skills), "languages": ", ".join(wanted.languages)}
        return _("nobody who may has %(skills)s and speaks %(languages)s, too") % words
    return None
