"""Several tables as one answer, such as a card."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.cli.session import standard_output
from crmcli.table import Table


def show_all(tables: Sequence[Table], *, format: str | None, output: str | None, title: str | None = None) -> None:
    """Write tables one after the other; as JSON, one object by table name; as HTML, one page; as XLSX, one workbook.

    Args:
        tables: In order.
        format: What the owner asked for.
        output: A file, or None for standard output.
        title: Heading of the whole; None: the first table's own will do.

    Raises:
        UsageError: The format holds one table only.
    """
    from crmcli.output.write import write_tables

    write_tables(tables, title=title, format=format, output=output, stdout=standard_output())
