"""Whom a batch of quotes is for: a segment, a group, or a list; those who must not be written to are named, with why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest

if TYPE_CHECKING:
    import duckdb

# Tags that mean: leave them in peace.
_LEFT_ALONE = re.compile(
    r"do.?not.?contact|no.?contact|opt.?out|unsubscribed|не.?беспокоить|не.?писать|отписал\w*", re.IGNORECASE
)
_NO_BUYERS = ("supplier", "competitor")


@dataclass(frozen=True, slots=True)
class Addressee:
    """A contact who is meant; `refused` says why there will be no quote, "" that there may be one."""

    code: str
    name: str
    manager_id: int | None
    refused: str = ""


def audience(
    con: duckdb.DuckDBPyConnection, *, segment: str | None, group: str | None, customers: str | None, day: dt.date
) -> list[Addressee]:
    """Everyone who is meant, by code.

    Args:
        con: A store open to write.
        segment: Name of a segment, or a rule.
        group: A group of contacts.
        customers: A file with a column of codes, or codes with commas.
        day: As of which a segment is asked.

    Raises:
        UsageError: Not exactly one of the three.
        NotFoundError: No such segment or group, or a code there is none of.
    """
    told = [one for one in (segment, group, customers) if one is not None]
    if len(told) != 1:
        raise UsageError(_("say whom the quotes are for"), "--segment NAME, --group GROUP, --customers FILE")
    if segment is not None:
        codes = _of_segment(con, segment, day)
    elif group is not None:
        codes = _of_group(con, group)
    else:
        codes = _of_list(con, str(customers))
    return _addressees(con, codes)


def _of_segment(con: duckdb.DuckDBPyConnection, word: str, day: dt.date) -> list[str]:
    from crmcli.cli.options import currency
    from crmcli.reports.segments.compiling import read
    from crmcli.reports.segments.members import MEMBERS, Asked, members
    from crmcli.reports.segments.ready import ready_rules
    from crmcli.store.connection import rows
    from crmcli.store.segments import segments

    known = ready_rules() | {one.name: one.rule for one in segments(con)}
    named = {name.casefold(): name for name in known}
    name = named.get(word.strip().casefold())
    if name is None and re.fullmatch(r"[\w-]+", word.strip()):
        raise NotFoundError(
            _("there is no segment %(name)s") % {"name": word}, nearest(word, list(known)) or "crmcli segment list"
        )
    text = known[name] if name is not None else word
    members(con, Asked(text, read(text), known, day, currency(con)), title=word)
    return [str(code) for (code,) in rows(con, f"SELECT customer FROM {MEMBERS} ORDER BY customer")]


def _of_group(con: duckdb.DuckDBPyConnection, group: str) -> list[str]:
    from crmcli.store.connection import rows

    found = rows(con, 'SELECT code FROM contacts WHERE lower("group") = lower($1) ORDER BY code', [group.strip()])
    if not found:
        known = [
            str(one) for (one,) in rows(con, 'SELECT DISTINCT "group" FROM contacts WHERE "group" <> \'\' ORDER BY 1')
        ]
        raise NotFoundError(
            _("there is no group %(name)s") % {"name": group}, nearest(group, known) or ", ".join(known[:12]) or None
        )
    return [str(code) for (code,) in found]


def _of_list(con: duckdb.DuckDBPyConnection, told: str) -> list[str]:
    """Codes of a file's column (or of its first one), or codes as typed."""
    from crmcli.store.connection import rows

    is_file = told == "-" or Path(told).exists() or told.lower().endswith((".csv", ".xlsx", ".txt", ".tsv"))
    words = _read(told) if is_file else told.split(",")
    asked = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    known = {
        str(code)
        for (code,) in rows(con, "SELECT code FROM contacts WHERE list_contains($1::VARCHAR[], code)", [asked])
    }
    if missing := [code for code in asked if code not in known]:
        shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
        raise NotFoundError(_("there is no customer %(code)s") % {"code": shown})
    if not asked:
        raise UsageError(_("%(file)s names no customers") % {"file": told})
    return asked


def _read(name: str) -> list[str]:
    from crmcli.intake.entities import bare_heading, entities
    from crmcli.intake.reading import Hints
    from crmcli.intake.sources import read, sources

    synonyms = entities()["contacts"].fields["code"].synonyms
    with sources([name]) as found:
        readings = [one for source in found for one in read(source, Hints(), plain_allowed=False)]
    words: list[str] = []
    for reading in readings:
        headings = [bare_heading(heading) for heading in reading.headings]
        place = next((headings.index(one) for one in ("customer", *synonyms) if one in headings), 0)
        words += [row[place] for row in reading.rows]
    return words


def _addressees(con: duckdb.DuckDBPyConnection, codes: Sequence[str]) -> list[Addressee]:
    from crmcli.store.connection import rows

    found = rows(
        con,
        "SELECT code, name, manager_id, role, consent_mail, coalesce(tags, '') FROM contacts "
        "WHERE list_contains($1::VARCHAR[], code) ORDER BY code",
        [list(codes)],
    )
    return [
        Addressee(code, name, manager, _refused(role, mail, tags)) for code, name, manager, role, mail, tags in found
    ]


def _refused(role: str | None, consent_mail: bool | None, tags: str) -> str:
    if role in _NO_BUYERS:
        return _("is a supplier or competitor")
    if _LEFT_ALONE.search(tags):
        return _("asked not to be contacted")
    if consent_mail is None:
        return _("no consent to mail is known")
    return "" if consent_mail else _("gave no consent to mail")
