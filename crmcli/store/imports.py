"""The record of imports: which files, what became of them, by which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.left_out import LeftOut, from_text, to_text
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

_COLUMNS = (
    Column("step", "Step", Kind.COUNT),
    Column("done_at", "Done at", Kind.MOMENT),
    Column("file", "File", Kind.TEXT),
    Column("entity", "Entity", Kind.LEVEL),
    Column("rows_read", "Rows read", Kind.COUNT),
    Column("admitted", "Admitted", Kind.COUNT),
    Column("created", "Created", Kind.COUNT),
    Column("updated", "Updated", Kind.COUNT),
    Column("unchanged", "Unchanged", Kind.COUNT),
    Column("rejected", "Rejected", Kind.COUNT),
    Column("undone_by", "Undone by", Kind.COUNT),
)
_SQL = (
    "SELECT i.step, s.done_at, i.origin, i.entity, i.rows_read, i.admitted, i.created, i.updated, i.unchanged, "
    "i.rejected, s.undone_by FROM meta.imports AS i JOIN meta.steps AS s USING (step)"
)


def imports(con: duckdb.DuckDBPyConnection, *, limit: int | None = None) -> Table:
    """All imports, newest first."""
    found = rows(con, f"{_SQL} WHERE i.entity <> '' ORDER BY i.step DESC, i.origin")
    return Table(
        "imports",
        _("Imports"),
        _COLUMNS,
        ListRows(found[:limit] if limit else found),
        empty=_("Nothing was taken in yet"),
    )


def one_import(con: duckdb.DuckDBPyConnection, step: int) -> list[Table]:
    """One import: its files, the rules each was read by, and the sheets that were not read.

    Raises:
        NotFoundError: that step is no import.
    """
    import_step(con, step)
    found = rows(con, f"{_SQL} WHERE i.step = $1 AND i.entity <> '' ORDER BY i.origin", [step])
    told = rows(con, "SELECT origin, rules, entity FROM meta.imports WHERE step = $1 ORDER BY origin", [step])
    lines = [(origin, line) for origin, text, entity in told if entity for line in text.splitlines() if line]
    left = [from_text(origin, text) for origin, text, entity in told if not entity]
    columns = (Column("file", "File", Kind.TEXT), Column("rule", "Rule", Kind.TEXT))
    return [
        Table("import", _("Import %(step)s") % {"step": step}, _COLUMNS, ListRows(found)),
        Table("rules", _("Rules"), columns, ListRows(lines)),
        *left_out_tables(left),
    ]


def left_out_tables(left: Sequence[LeftOut]) -> list[Table]:
    """What was not read and why, as a table; none when everything was."""
    if not left:
        return []
    columns = (Column("file", "File", Kind.TEXT), Column("reason", "Reason", Kind.TEXT))
    return [Table("left_out", _("Not read"), columns, ListRows([(one.origin, one.reason) for one in left]))]


def record(con: duckdb.DuckDBPyConnection, step: int, left: LeftOut, digest: str) -> None:
    """Write down a sheet that a step did not read: a row of the imports without an entity."""
    con.execute(
        "INSERT INTO meta.imports VALUES ($1, $2, $3, '', 0, 0, 0, 0, 0, 0, $4, NULL)",
        [step, left.origin, digest, to_text(left)],
    )


def import_step(con: duckdb.DuckDBPyConnection, step: int | None) -> int:
    """The step of an import: the one named, or the newest that still stands.

    Raises:
        NotFoundError: there is none.
    """
    if step is None:
        found = scalar(con, "SELECT max(step) FROM meta.steps WHERE kind = 'import' AND undone_by IS NULL")
        if found is None:
            raise NotFoundError(_("There is no import to take back"))
        return int(found)
    if not scalar(con, "SELECT count(*) FROM meta.steps WHERE kind = 'import' AND step = $1", [step]):
        raise NotFoundError(_("Step %(step)s is no import") % {"step": step}, _("All imports: crmcli import list"))
    return step
