"""How well a manager fits an account: what they must have, and whole points for what speaks for the pair.

All points are multiples of five, and so are the weights' products: a plan within five points of the bound is the best.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.rules.assigning.lists import folded, words_of
from crmcli.table import Kind

ABLE = 40  # for whoever has all that is needed: being served counts for more than any preference
REGION = 20  # the manager's region is the account's
LANGUAGE = 10  # speaks every language that was asked for; one of several must do, and earns half
SKILL, MOST_SKILLS = 5, 3  # for each skill asked for, at most so many
KNOWS = 30  # all contacts, orders and deals of the last year went through the manager; in steps of five by their share
WEIGHTS = {"A": 3, "B": 2, "C": 1}  # so that the best customers are served first when hours run short
KEY_ROLES = ("key", "senior")  # who may look after a key account, unless the owner says else
ROLES = ("agent", "key", "senior")


@dataclass(frozen=True, slots=True)
class Manager:
    """Who could look after accounts; texts as the owner wrote them."""

    code: str
    name: str
    role: str | None = None
    region: str | None = None
    skills: str | None = None
    languages: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """Who is to be looked after.

    Args:
        code, name, region: Of the contact.
        value_class: "A", "B", "C", or None where the account has none, which counts as C.
        is_key: Whether it is a key account on the day.
        skills: All of them are needed.
        languages: One of them is needed.
        known: Manager's code → share (0–1) of last year's contacts, orders and deals.
    """

    code: str
    name: str
    region: str | None = None
    value_class: str | None = None
    is_key: bool = False
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    known: dict[str, float] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """What each point of fit counts for."""
        return WEIGHTS.get(self.value_class or "C", 1)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that speaks for a pair: its points, why in words, and that in one or two."""

    points: int
    reason: str
    short: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How a pair fits.

    Args:
        parts: What speaks for it; () where it is impossible.
        lacks: What makes it impossible, in words.
    """

    parts: tuple[Part, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def points(self) -> int | None:
        """Points before the account's weight; None where the pair is impossible."""
        return None if self.lacks else ABLE + sum(part.points for part in self.parts)

    @property
    def reasons(self) -> str:
        """What speaks for the pair, in words."""
        return "; ".join(part.reason for part in self.parts) or _("qualified")


def fit(account: Account, manager: Manager, *, roles: tuple[str, ...] | None = None) -> Fit:
    """How well a manager fits an account.

    Args:
        account: Whom to look after.
        manager: By whom.
        roles: Roles that may; None: key and senior managers for key accounts, everyone for the others.
    """
    lacks = (
        *((_("is not active"),) if not manager.active else ()),
        *_lacking_role(account, manager, roles),
        *(_("has no skill %(skill)s") % {"skill": skill} for skill in missing_skills(account, manager)),
        *_lacking_language(account, manager),
    )
    if lacks:
        return Fit(lacks=lacks)
    return Fit(
        (*_region(account, manager), *_language(account, manager), *_skills(account), *_knowledge(account, manager))
    )


def allowed_roles(account: Account, roles: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Roles that may look after an account; None: any."""
    return roles if roles is not None else KEY_ROLES if account.is_key else None


def has_role(account: Account, manager: Manager, roles: tuple[str, ...] | None) -> bool:
    """Whether the manager's role is one that may; who has none is an agent."""
    allowed = allowed_roles(account, roles)
    return allowed is None or ((manager.role or "").strip().casefold() or ROLES[0]) in allowed


def missing_skills(account: Account, manager: Manager) -> tuple[str, ...]:
    """Skills asked for that the manager has not."""
    own = folded(manager.skills)
    return tuple(skill for skill in account.skills if skill.casefold() not in own)


def speaks(account: Account, manager: Manager) -> bool:
    """Whether the manager speaks one of the languages asked for; so does everyone where none is."""
    own = folded(manager.languages)
    return not account.languages or any(language.casefold() in own for language in account.languages)


def _lacking_role(account: Account, manager: Manager, roles: tuple[str, ...] | None) -> tuple[str, ...]:
    if has_role(account, manager, roles):
        return ()
    allowed = ", ".join(_(role) for role in allowed_roles(account, roles) or ())
    return (_("is %(role)s, not %(roles)s") % {"role": _(manager.role or ROLES[0]), "roles": allowed},)


def _lacking_language(account: Account, manager: Manager) -> tuple[str, ...]:
    if speaks(account, manager):
        return ()
    return (_("does not speak %(languages)s") % {"languages": ", ".join(account.languages)},)


def _region(account: Account, manager: Manager) -> tuple[Part, ...]:
    wanted = " ".join((account.region or "").split())
    if not wanted or wanted.casefold() not in folded(manager.region):
        return ()
    return (Part(REGION, _("same region (%(region)s)") % {"region": wanted}, _("region")),)


def _language(account: Account, manager: Manager) -> tuple[Part, ...]:
    own = folded(manager.languages)
    spoken = tuple(language for language in account.languages if language.casefold() in own)
    if not spoken:
        return ()
    points = LANGUAGE if len(spoken) == len(account.languages) else LANGUAGE // 2
    return (Part(points, _("speaks %(languages)s") % {"languages": ", ".join(spoken)}, _("language")),)


def _skills(account: Account) -> tuple[Part, ...]:
    if not account.skills:
        return ()
    points = SKILL * min(len(account.skills), MOST_SKILLS)
    return (Part(points, _("has the skills %(skills)s") % {"skills": ", ".join(account.skills)}, _("skills")),)


def _knowledge(account: Account, manager: Manager) -> tuple[Part, ...]:
    share = account.known.get(manager.code, 0.0)
    points = 5 * int((Decimal(repr(share)) * KNOWS / 5).to_integral_value())
    if points <= 0:
        return ()
    sentence = _("knows the customer (%(share)s)")
    return (Part(points, sentence % {"share": cell(share, Kind.SHARE)}, _("knows the customer")),)


def regions(manager: Manager) -> tuple[str, ...]:
    """Regions a manager is at home in; () anywhere."""
    return words_of(manager.region)
