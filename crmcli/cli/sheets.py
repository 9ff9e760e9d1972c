"""Several tables as one answer, such as a card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO

from crmcli.cli.session import standard_output
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.output.destination import replacing, speaking
from crmcli.output.write import chosen_format, write
from crmcli.table import Table

_TOGETHER = ("table", "md")


def show_all(tables: Sequence[Table], *, format: str | None, output: str | None) -> None:
    """Write tables one after the other; as JSON, one object by table name.

    Raises:
        UsageError: the format holds one table only.
    """
    chosen = chosen_format(format, output)
    if chosen == "json":
        _write(_as_json(tables), output)
    elif chosen not in _TOGETHER:
        raise UsageError(
            _("Several tables cannot be one %(format)s file") % {"format": chosen}, _("Formats: table, md, json")
        )
    elif output and output != "-":
        _write(b"\n".join(_one(table, chosen) for table in tables), output)
    else:
        for place, table in enumerate(tables):
            if place:
                _write(b"\n", None)
            write(table, format=chosen, output=None, stdout=standard_output())


def _as_json(tables: Sequence[Table]) -> bytes:
    whole: dict[str, object] = {}
    for table in tables:
        one = json.loads(_one(table, "json"))
        name = table.name if table.name not in whole else f"{table.name}_{len(whole)}"  # a preview of several files
        whole[name] = one
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "surrogateescape")


def _one(table: Table, chosen: str) -> bytes:
    sink = BytesIO()
    write(table, format=chosen, output=None, stdout=sink)
    return sink.getvalue()


def _write(data: bytes, output: str | None) -> None:
    if output and output != "-":
        with replacing(output) as path:
            path.write_bytes(data)
        return
    with speaking(standard_output()) as sink:
        sink.write(data)
