"""One row as typed on the command line, down the same road as the rows of files: the same words, checks and keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.intake.admit.admission import Admission, Policy
from crmcli.intake.admit.rows import admit_rows
from crmcli.intake.entities import entity
from crmcli.intake.landing import land
from crmcli.intake.mapping import OWN_PREFIX, Told, settle_mapping
from crmcli.intake.reading import Reading
from crmcli.intake.rejects import collect
from crmcli.intake.stage import Choices, stage
from crmcli.language import gettext as _
from crmcli.store.connection import scalar

if TYPE_CHECKING:
    from crmcli.store.journal import Writer


def take_row(
    writer: Writer, name: str, cells: Mapping[str, str], own: Mapping[str, str], *, mode: str, today: dt.date
) -> list[str]:
    """Add or change one row of an entity, found by its natural key. Call inside a transaction.

    Args:
        writer: Of the step.
        name: Of the entity, such as "contacts".
        cells: Our column → text as typed; "" clears it. Dates are ISO, numbers have a point.
        own: Field of the owner's own → text; "" clears it.
        mode: "create" (the key must be new) or "update" (it must be there).
        today: Dates lie around it.

    Returns:
        What else the owner should know.

    Raises:
        UsageError: A value that its column cannot hold, or a name that is no name for a field.
    """
    spec = entity(name)
    _require_own(own, spec.fields)
    headings = (*cells, *own)
    reading = Reading("", headings, [[*cells.values(), *own.values()]], [1])
    mapping = settle_mapping(headings, spec, [Told((column,), column) for column in cells], exact=True)
    land(writer.con, reading)
    staged = stage(writer.con, reading, mapping, Choices(decimal=".", dates="ymd", today=today))
    currency = str(scalar(writer.con, "SELECT value FROM meta.settings WHERE key = 'base_currency'"))
    policy = Policy(mode, empty="clear", unknown_customer="reject")
    admission = Admission(writer.con, writer, spec, staged, policy, currency)
    admit_rows(admission)
    for refused in collect(writer.con, reading):
        raise UsageError(refused.reason)
    return [*staged.notes, *admission.notes]


def _require_own(own: Mapping[str, str], columns: Mapping[str, object]) -> None:
    for heading in own:
        if heading in columns or heading == "custom":
            raise UsageError(
                _("%(name)s is no field of your own: it has an option") % {"name": heading}, f"--{heading}"
            )
        if not heading.strip() or heading.startswith(OWN_PREFIX):
            raise UsageError(_("%(name)s is no name for a field") % {"name": repr(heading)})
