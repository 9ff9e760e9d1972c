"""Deciding how each column is read, from what was seen in it, in its neighbours, and from what the owner said."""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.errors import UsageError
from crmcli.intake.looks import Looks
from crmcli.intake.values import NUMERIC, TEMPORAL, Format
from crmcli.language import gettext as _
from crmcli.language import ngettext

# Up to this share of dates that contradict the rest are mistakes, not another order.
STRAY_SHARE = 0.01


def decide(
    looks: Mapping[str, Looks],
    kinds: Mapping[str, str],
    *,
    decimal: str | None,
    dates: str | None,
    native: Mapping[str, str],
    names: Mapping[str, str],
) -> dict[str, Format]:
    """Format of every column.

    Args:
        looks: Our column → what was seen.
        kinds: Our column → type of its field.
        decimal: What the owner said, None where nothing.
        dates: What the owner said, None where nothing.
        native: Our column → how a workbook typed it.
        names: Our column → their heading, for messages.

    Raises:
        UsageError: a column could be read in two ways and nothing says which.
    """
    file_decimal = decimal or _file_decimal(looks)
    file_order = dates or _file_order(looks)
    formats = {}
    for column, seen in looks.items():
        if kinds[column] in NUMERIC:
            formats[column] = _number_format(seen, decimal, file_decimal, native.get(column), names[column])
        elif kinds[column] in TEMPORAL:
            formats[column] = _date_format(seen, dates, file_order, names[column])
    return formats


def _file_decimal(looks: Mapping[str, Looks]) -> str | None:
    """The decimal mark that some column shows beyond doubt and none contradicts."""
    points = sum(seen.decimal.get(".", 0) for seen in looks.values())
    commas = sum(seen.decimal.get(",", 0) for seen in looks.values())
    if points and not commas:
        return "."
    return "," if commas and not points else None


def _file_order(looks: Mapping[str, Looks]) -> str | None:
    days = sum(seen.day_first for seen in looks.values())
    months = sum(seen.month_first for seen in looks.values())
    if days and months <= STRAY_SHARE * days:
        return "dmy"
    return "mdy" if months and days <= STRAY_SHARE * months else None


def _number_format(seen: Looks, told: str | None, file_decimal: str | None, native: str | None, name: str) -> Format:
    mark, evidence = _decimal(seen, told, file_decimal, native, name)
    return Format(decimal=mark, plain=mark in (".", None) and seen.plain == seen.filled, evidence=evidence)


def _decimal(  # noqa: PLR0911  one line a case
    seen: Looks, told: str | None, file_decimal: str | None, native: str | None, name: str
) -> tuple[str | None, str]:
    """The decimal mark of a column, None where nothing shows one, and why."""
    if told:
        return told, _("as told")
    points, commas = seen.decimal.get(".", 0), seen.decimal.get(",", 0)
    if native == "number":
        return ".", _("typed as numbers by the workbook")
    if points and commas:
        (few, _rare), (many, mark) = sorted(((points, "."), (commas, ",")))
        if few > max(1, STRAY_SHARE * many) and native is None:
            raise UsageError(
                _("Column %(name)s has numbers such as %(first)s and %(second)s: one of them is misread")
                % {"name": name, "first": seen.samples["."], "second": seen.samples[","]},
                _("Say which mark is the decimal: --decimal . or --decimal ,"),
            )
        return mark, _mark_evidence(seen, mark)
    if points or commas:
        return (".", _mark_evidence(seen, ".")) if points else (",", _mark_evidence(seen, ","))
    doubtful = [mark for mark in ("?.", "?,") if seen.decimal.get(mark)]
    if not doubtful:
        return file_decimal, _("whole numbers")
    if file_decimal:
        return file_decimal, _("as in the other columns of the file")
    if native is not None:
        return ".", _("as the workbook writes numbers")
    raise UsageError(
        _("Column %(name)s: is %(sample)s a thousand and more, or one and a bit? Nothing in the file tells")
        % {"name": name, "sample": seen.samples[doubtful[0]]},
        _("Say which mark is the decimal: --decimal . or --decimal ,"),
    )


def _mark_evidence(seen: Looks, mark: str) -> str:
    if seen.plain == seen.filled:
        count, template = (
            seen.filled,
            ngettext(
                "%(count)s plain value such as %(sample)s", "%(count)s plain values such as %(sample)s", seen.filled
            ),
        )
    else:
        count, template = (
            seen.decimal[mark],
            ngettext("%(count)s value such as %(sample)s", "%(count)s values such as %(sample)s", seen.decimal[mark]),
        )
    return template % {"count": count, "sample": seen.samples[mark]}


def _date_format(seen: Looks, told: str | None, file_order: str | None, name: str) -> Format:
    if seen.plain == seen.filled:
        return Format(order="ymd", plain=True, evidence=_("ISO dates"))
    fixed = sorted(seen.formats.get("", ()))
    if not seen.formats.get("dmy"):
        return Format(order="ymd", formats=tuple(fixed), serials=bool(seen.serials), evidence=_serial_evidence(seen))
    order, evidence = _order(seen, told, file_order, name)
    formats = sorted(seen.formats.get(order, ()))
    # two-digit years first: "%Y" would take "25" for the year 25, "%y" fails on the rest of "2025"
    chosen = tuple(sorted((*formats, *fixed), key=lambda f: ("%y" not in f, f)))
    return Format(order=order, formats=chosen, serials=bool(seen.serials), evidence=evidence)


def _order(seen: Looks, told: str | None, file_order: str | None, name: str) -> tuple[str, str]:
    if told:
        return told, _("as told")
    days, months = seen.day_first, seen.month_first
    if days and months:
        few, many = sorted((days, months))
        if few > max(1, STRAY_SHARE * many):
            raise UsageError(
                _("Column %(name)s: %(days)s dates have the day first and %(months)s the month first")
                % {"name": name, "days": days, "months": months},
                _("Say which holds: --dates dmy or --dates mdy; the others are then refused row by row"),
            )
    if days or months:
        order = "dmy" if days > months else "mdy"
        count = max(days, months)
        told = ngettext("%(count)s date can only be read so", "%(count)s dates can only be read so", count)
        return order, told % {"count": count}
    if not seen.undecided:
        return file_order or "dmy", _("day and month are the same throughout")
    if file_order:
        return file_order, _("as in the other columns of the file")
    if not seen.short_years and all("." in f.split(" ")[0] for f in seen.formats["dmy"]):
        return "dmy", _("with points and a full year the day comes first everywhere")
    raise UsageError(
        _("Column %(name)s: is %(sample)s day first or month first? Nothing in the file tells")
        % {"name": name, "sample": seen.samples["date"]},
        _("Say which holds: --dates dmy, --dates mdy or --dates ymd"),
    )


def _serial_evidence(seen: Looks) -> str:
    return _("day numbers of a workbook") if seen.serials else _("year first")
