"""What every admission needs: the connection, the writer, what was chosen, and the counts it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.intake.entities import Entity
from crmcli.intake.problems import PROBLEMS, TABLE
from crmcli.intake.stage import Stage
from crmcli.store.connection import scalar

if TYPE_CHECKING:
    import duckdb

    from crmcli.intake.event_log import Log
    from crmcli.store.journal import Writer


@dataclass(frozen=True, slots=True)
class Policy:
    """What the owner chose about meeting the store.

    Args:
        mode: "upsert", "create" (existing rows are refused) or "update" (unknown rows are refused).
        empty: "skip": an empty cell leaves the stored value; "clear": it clears it.
        unknown_customer: "create" or "reject".
        drop_repeated_lines: Take identical lines of one order in one file once.
        source: Whose rows these are, where they have no key: rows of one source are told by their content.
        latest_by: The column that orders the rows of one key in an event log; "" where a file is none.
        keep: Our column → max, min, first or last: what stands for the rows of a key instead of the latest value.
    """

    mode: str = "upsert"
    empty: str = "skip"
    unknown_customer: str = "create"
    drop_repeated_lines: bool = False
    source: str = ""
    latest_by: str = ""
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Admission:
    """One reading on its way into the store, inside the import's transaction.

    Args:
        fed: The step that refused these rows, for a mended rejects file: what that step added came from other rows
            of the same file, so these are not taken for it.
        agreed: Whether the rows of each order say the same of the order itself.
        log: How the rows of an event log were made one a key, where they were.
        by_name: Rows without codes, as cards of a phone are, may be stored contacts known by name, e-mail or phone.
    """

    con: duckdb.DuckDBPyConnection
    writer: Writer
    entity: Entity
    stage: Stage
    policy: Policy
    currency: str
    fed: int | None = None
    agreed: bool = False
    by_name: bool = False
    log: Log | None = None
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)

    def has(self, column: str) -> bool:
        """Whether the file brought this column."""
        return column in self.stage.columns

    def fitting(self) -> str:
        """SQL of the staged rows without a problem."""
        if self.rejected():
            return f"(SELECT * FROM {TABLE} WHERE row_no NOT IN (SELECT row_no FROM {PROBLEMS}))"
        return TABLE

    def derive(self, select: str) -> None:
        """Make the stage anew from itself; `select` reads FROM before."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE derived AS WITH before AS (FROM {TABLE}) {select}")
        self.con.execute("DROP TABLE IF EXISTS staged")
        self.con.execute("ALTER TABLE derived RENAME TO staged")
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {TABLE} AS SELECT * FROM staged")

    def rejected(self) -> int:
        """Rows refused so far."""
        return int(scalar(self.con, f"SELECT count(DISTINCT row_no) FROM {PROBLEMS}"))

    def expression(self, column: str, kind: str = "VARCHAR") -> str:
        """The staged column, or NULL where the file has none."""
        return f's."{column}"' if self.has(column) else f"NULL::{kind}"
