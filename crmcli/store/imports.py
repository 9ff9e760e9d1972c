"""The record of imports: which files, what became of them, by which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb

_COLUMNS = (
    Column("step", "Step", Kind.COUNT),
    Column("done_at", "Done at", Kind.MOMENT),
    Column("file", "File", Kind.TEXT),
    Column("entity", "Entity", Kind.CODE),
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
    found = rows(con, f"{_SQL} ORDER BY i.step DESC, i.origin")
    return Table(
        "imports",
        _("Imports"),
        _COLUMNS,
        ListRows(found[:limit] if limit else found),
        empty=_("Nothing was taken in yet"),
    )


def one_import(con: duckdb.DuckDBPyConnection, step: int) -> list[Table]:
    """One import: its files and the rules each was read by.

    Raises:
        NotFoundError: that step is no import.
    """
    import_step(con, step)
    found = rows(con, f"{_SQL} WHERE i.step = $1 ORDER BY i.origin", [step])
    told = rows(con, "SELECT origin, rules FROM meta.imports WHERE step = $1 ORDER BY origin", [step])
    lines = [(origin, line) for origin, text in told for line in text.splitlines() if line]
    columns = (Column("file", "File", Kind.TEXT), Column("rule", "Rule", Kind.TEXT))
    return [
        Table("import", _("Import %(step)s") % {"step": step}, _COLUMNS, ListRows(found)),
        Table("rules", _("Rules"), columns, ListRows(lines)),
    ]


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
