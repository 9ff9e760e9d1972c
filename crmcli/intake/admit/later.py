"""Rows of an event log against a store that may know later rows of the same log: nothing is set back."""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.incoming import STORED
from crmcli.intake.event_log import Log
from crmcli.language import ngettext
from crmcli.store.connection import scalar


def unless_later(admission: Admission, log: Log, sql: Mapping[str, str]) -> dict[str, str]:
    """Stored column → SQL of its value when the store may know later rows of the log than this file holds."""
    staged = {stored: column for column, stored in STORED.get(admission.entity.name, {}).items()}
    older = 't."{0}"' if admission.policy.empty == "clear" else 'coalesce(t."{0}", i."{0}")'
    newer = f"coalesce(i.latest >= {log.stored}, true)"  # the incoming row is not older than the stored one
    found = {}
    for column, value in sql.items():
        how = log.keep.get(staged.get(column, column), "")
        if how in ("max", "min"):
            found[column] = f'{"greatest" if how == "max" else "least"}(t."{column}", i."{column}")'
        elif how == "first":
            found[column] = (
                f'CASE WHEN {newer} THEN coalesce(t."{column}", i."{column}") ELSE coalesce(i."{column}", t."{column}") END'
            )
        else:
            kept = "t.custom" if column == "custom" else older.format(column)
            found[column] = f"CASE WHEN {newer} THEN {value} ELSE {kept} END"
    stale = scalar(
        admission.con,
        f"SELECT count(*) FROM incoming AS i JOIN met USING (row_no) JOIN {admission.entity.table} AS t ON t.id = met.id "
        f"WHERE NOT {newer}",
    )
    if stale:
        admission.notes.append(
            ngettext(
                "of %(count)s the store knows a later row already; it is not set back",
                "of %(count)s the store knows later rows already; they are not set back",
                stale,
            )
            % {"count": stale}
        )
    return found
