"""Public holidays of a country with their moved days; only the library that keeps them is asked, and only when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.sla.calendars import Holidays

if TYPE_CHECKING:
    from collections.abc import Iterable


def public_holidays(country: str, subdivision: str | None, years: Iterable[int], *, language: str = "en") -> Holidays:
    """Free days by name, and weekend days that are worked instead of others.

    Args:
        country: ISO code of two letters.
        subdivision: Code of a part of it, as the library has them.
        years: Which years; far ones may not know their moved days yet.
        language: "ru" or "en": names in it where the library has them, else in the country's own.

    Raises:
        UsageError: There is no such country or part.
    """
    import holidays

    require_country(country, subdivision)
    maker = getattr(holidays, country)
    words = {"ru": "ru", "en": "en_US"}[language]
    spoken = words if words in (getattr(maker, "supported_languages", ()) or ()) else None
    span = sorted(set(years))
    found = maker(subdiv=subdivision, years=span, language=spoken)
    free = {day: str(name) for day, name in found.items() if day.year in span}
    return Holidays(free, frozenset(getattr(found, "weekend_workdays", ()) or ()))


def require_country(country: str, subdivision: str | None) -> None:
    """See that holidays of a country, and of a part of it, are known.

    Raises:
        UsageError: They are not.
    """
    from holidays.registry import EntityLoader

    codes = sorted(EntityLoader.get_country_codes(include_aliases=False))
    if country not in codes:
        raise UsageError(
            _("no public holidays are known of the country %(country)s") % {"country": country},
            nearest(country, codes) or _("Two letters, such as RU, DE, US"),
        )
    if subdivision is None:
        return
    import holidays

    parts = list(getattr(holidays, country).subdivisions)
    if subdivision not in parts:
        words = {"country": country, "part": subdivision}
        hint = _("It has: %(parts)s") % {"parts": ", ".join(parts)} if parts else _("It has none")
        raise UsageError(_("%(country)s has no part %(part)s") % words, hint)
