"""Several tables as one answer, such as a card."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from io import BytesIO

from crmcli.cli.session import show
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.output.write import chosen_format, write
from crmcli.table import Table


def show_all(tables: Sequence[Table], *, format: str | None, output: str | None) -> None:  # noqa: A002
    """Write tables one after the other; as JSON, one object by table name.

    Raises:
        UsageError: the format holds one table only.
    """
    chosen = chosen_format(format, output)
    if chosen == "json":
        whole = {table.name: json.loads(_one(table, "json")) for table in tables}
        text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
        if output and output != "-":
            from crmcli.output.destination import replacing

            with replacing(output) as path:
                path.write_text(text, "utf-8")
        else:
            sys.stdout.write(text)
        return
    if chosen not in ("table", "md") or (output and output != "-"):
        raise UsageError(
            _("Several tables cannot be one %(format)s file") % {"format": chosen}, _("Formats: table, md, json")
        )
    for place, table in enumerate(tables):
        if place:
            sys.stdout.write("\n")
            sys.stdout.flush()
        show(table, format=chosen)


def _one(table: Table, chosen: str) -> str:
    sink = BytesIO()
    write(table, format=chosen, output=None, stdout=sink)
    return sink.getvalue().decode()
