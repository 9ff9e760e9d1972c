"""Versions of the rule that chooses key accounts: written once, never changed, in force from a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.store.connection import rows
from crmcli.table import Kind

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of the rule; its fields are columns of the table."""

    version: int
    rule: str
    written_on: dt.date
    note: str | None = None


def rule_versions(con: duckdb.DuckDBPyConnection) -> list[RuleVersion]:
    """All versions, the first one first."""
    return [RuleVersion(*row) for row in rows(con, "SELECT version, rule, written_on, note FROM key_rules ORDER BY 1")]


def find_version(con: duckdb.DuckDBPyConnection, version: int) -> RuleVersion:
    """The version of a number.

    Raises:
        NotFoundError: There is none.
    """
    found = next((one for one in rule_versions(con) if one.version == version), None)
    if found is None:
        hint = _("all versions: crmcli keyaccount rule list")
        raise NotFoundError(_("there is no version %(version)s of the rule") % {"version": version}, hint)
    return found


def rule_in_force(con: duckdb.DuckDBPyConnection, day: dt.date) -> RuleVersion:
    """The version in force on a day: the last one written by then.

    Raises:
        NotFoundError: None was.
    """
    versions = rule_versions(con)
    found = [one for one in versions if one.written_on <= day]
    if found:
        return found[-1]
    if not versions:
        raise NotFoundError(
            _("there is no rule for key accounts yet"),
            _("see one: crmcli keyaccount rule example; keep it: crmcli keyaccount rule write FILE"),
        )
    told = {"day": cell(day, Kind.DATE), "first": cell(versions[0].written_on, Kind.DATE)}
    raise NotFoundError(
        _("no rule was in force on %(day)s; the first is of %(first)s") % told,
        _("try one on any day: crmcli keyaccount rule try FILE --as-of DATE"),
    )


def write_rule(writer: Writer, rule: str, *, written_on: dt.date, note: str | None) -> tuple[RuleVersion, bool]:
    """Keep a text as the next version; the text of the last version again changes nothing.

    Args:
        writer: Of the step.
        rule: The text, read before.
        written_on: From when it is in force.
        note: A word of the owner's own.

    Returns:
        The version, and whether it is new.

    Raises:
        ConflictError: The version before is in force from a later day.
    """
    versions = rule_versions(writer.con)
    last = versions[-1] if versions else None
    if last is not None and last.rule == rule:
        return last, False
    if last is not None and last.written_on > written_on:
        told = {"version": last.version, "day": cell(last.written_on, Kind.DATE)}
        raise ConflictError(
            _("version %(version)s is in force from %(day)s; the next cannot begin before it") % told,
            _("take that one back, if it was a mistake: crmcli log"),
        )
    made = RuleVersion(1 if last is None else last.version + 1, rule, written_on, note)
    writer.add("key_rules", ("version", "rule", "written_on", "note"), [astuple(made)])
    return made, True
