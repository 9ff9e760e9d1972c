"""Admission of entities that are one table: contacts, people, products, tickets and the like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.adoption import adopt
from crmcli.intake.admit.content import mark_sql, nth_sql
from crmcli.intake.admit.custom import merged_custom
from crmcli.intake.admit.incoming import FIXED, require_names, resolve
from crmcli.intake.admit.later import unless_later
from crmcli.intake.problems import add_problems
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.store.connection import rows, scalar


def admit_rows(
    admission: Admission,
    *,
    leave: Sequence[str] = (),
    complete: Callable[[Admission, dict[str, str]], None] = lambda _admission, _stored: None,
) -> None:
    """Admit the staged rows of a one-table entity.

    Args:
        admission: The reading.
        leave: Staged columns that another table takes.
        complete: Adds what the store needs besides to `incoming`, and to the mapping of staged to stored columns.
    """
    require_names(admission)
    _refuse_early(admission)
    stored = resolve(admission, leave)
    complete(admission, stored)
    natural = [stored[column] for column in admission.entity.natural if column in stored]
    keyed = bool(natural) and len(natural) >= min(len(admission.entity.natural), 1 + _optional_keys(admission))
    if keyed and admission.entity.name == "payments":
        keyed = not scalar(admission.con, "SELECT count(*) FROM incoming WHERE payment_no IS NULL")
    columns = [*stored.values(), *FIXED.get(admission.entity.name, {})]
    if keyed:
        _collapse(admission, columns, natural)
        _split(admission, columns, natural)
    else:
        _by_content(admission, columns)


def _optional_keys(admission: Admission) -> int:
    """Parts of a natural key that a file may lack."""
    return sum(not admission.entity.fields[c].required for c in admission.entity.natural)


def _collapse(admission: Admission, columns: Sequence[str], natural: Sequence[str]) -> None:
    """Several rows of one key in one file: later values stand, empty ones only where clearing was chosen.

    Makes `same_key` (row_no, kept): which row now stands for each.
    """
    con = admission.con
    keys = ", ".join(f'"{c}"' for c in natural)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE same_key AS SELECT row_no, min(row_no) OVER (PARTITION BY {keys}) AS kept FROM incoming"
    )
    merged = int(scalar(con, "SELECT count(*) FROM same_key WHERE row_no <> kept"))
    if not merged:
        return
    others = [c for c in columns if c not in natural]
    _note_merged(admission, merged, _torn(admission, others, keys))
    clear = admission.policy.empty == "clear"
    values = [
        f'last("{c}" ORDER BY row_no) AS "{c}"'
        if clear
        else f'arg_max("{c}", row_no) FILTER ("{c}" IS NOT NULL) AS "{c}"'
        for c in others
    ]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {', '.join(['min(row_no) AS row_no', keys, *values])} "
        f"FROM incoming GROUP BY {keys}"
    )


def _torn(admission: Admission, columns: Sequence[str], keys: str) -> list[str]:
    """Columns in which rows of one key say different things."""
    if not columns:
        return []
    tests = ", ".join(f"bool_or(min_{i} <> max_{i})" for i in range(len(columns)))
    ranges = ", ".join(f'min("{c}") AS min_{i}, max("{c}") AS max_{i}' for i, c in enumerate(columns))
    found = rows(admission.con, f"SELECT {tests} FROM (SELECT {ranges} FROM incoming GROUP BY {keys})")[0]
    return [column for column, torn in zip(columns, found, strict=True) if torn]


def _note_merged(admission: Admission, merged: int, torn: Sequence[str]) -> None:
    note = ngettext(
        "%(count)s row repeats the key of another; later values stand, empty ones change nothing",
        "%(count)s rows repeat the key of another; later values stand, empty ones change nothing",
        merged,
    ) % {"count": merged}
    if torn:
        note += _(". They differ in: %(columns)s") % {"columns": ", ".join(torn)}
    admission.notes.append(note)


def _split(admission: Admission, columns: Sequence[str], natural: Sequence[str]) -> None:
    """Rows that are new, rows that change something, rows that change nothing."""
    con, table, policy = admission.con, admission.entity.table, admission.policy
    same = " AND ".join(f't."{c}" IS NOT DISTINCT FROM i."{c}"' for c in natural)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE met AS SELECT i.row_no, t.id, t.added_in FROM incoming AS i LEFT JOIN {table} AS t ON {same}"
    )
    if table in ("contacts", "managers"):
        adopt(admission)
    key = admission.entity.natural[0]
    if policy.mode == "create":
        # what this very command, or the import that refused these rows, has added is no stranger
        own = f"({admission.writer.step:d}, {-1 if admission.fed is None else admission.fed:d})"
        _refuse(admission, f"id IS NOT NULL AND added_in NOT IN {own}", key, _("is in the store already"))
    if policy.mode == "update":
        _refuse(admission, "id IS NULL", key, _("is not in the store"))
    if table == "invoices":
        _keep_issued(admission, [c for c in columns if c not in natural])
    _insert(admission, columns, "SELECT * FROM incoming WHERE row_no IN (SELECT row_no FROM met WHERE id IS NULL)")
    _update(admission, columns if table in ("contacts", "managers") else [c for c in columns if c not in natural])


def _keep_issued(admission: Admission, columns: Sequence[str]) -> None:
    """Refuse rows that would change an invoice issued here; rows that say the same change nothing."""
    if not columns:
        return
    value = 'i."{0}"' if admission.policy.empty == "clear" else 'coalesce(i."{0}", t."{0}")'
    differs = " OR ".join(f't."{c}" IS DISTINCT FROM {value.format(c)}' for c in columns)
    changing = (
        "SELECT i.row_no FROM incoming AS i JOIN met AS m USING (row_no) JOIN invoices AS t ON t.id = m.id "
        f"WHERE t.number IS NOT NULL AND ({differs})"
    )
    reason = _("was issued here and cannot change; correct it with a credit note")
    _refuse(admission, f"row_no IN ({changing})", "invoice_no", reason)


def _refuse_early(admission: Admission) -> None:
    """Refuse what the mode keeps out before customers and the like are made for it; contacts may yet be adopted."""
    table, natural = admission.entity.table, admission.entity.natural
    mode, plain = admission.policy.mode, len(natural) == 1 and table not in ("contacts", "managers")
    if mode == "upsert" or not plain or not admission.has(natural[0]):
        return
    key = natural[0]
    own = f"({admission.writer.step:d}, {-1 if admission.fed is None else admission.fed:d})"
    if mode == "create":
        condition = f'"{key}" IN (SELECT "{key}" FROM {table} WHERE added_in NOT IN {own})'
        add_problems(admission.con, condition, key, f'"{key}"', _("is in the store already"))
    else:
        condition = f'"{key}" IS NOT NULL AND "{key}" NOT IN (SELECT "{key}" FROM {table} WHERE "{key}" IS NOT NULL)'
        add_problems(admission.con, condition, key, f'"{key}"', _("is not in the store"))


def _refuse(admission: Admission, condition: str, key: str, reason: str) -> None:
    """Refuse all rows of the keys for which a condition over `met` holds."""
    refused = f"SELECT row_no FROM met WHERE {condition}"
    all_rows = f"SELECT row_no FROM same_key WHERE kept IN ({refused})"
    add_problems(admission.con, f"row_no IN ({all_rows})", key, f'"{key}"::VARCHAR', reason)
    admission.con.execute(f"DELETE FROM incoming WHERE row_no IN ({refused})")


def _insert(admission: Admission, columns: Sequence[str], new: str) -> None:
    con, table = admission.con, admission.entity.table
    count = scalar(con, f"SELECT count(*) FROM ({new})")
    if not count:
        return
    first = admission.writer.reserve(table, count)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE new_rows AS SELECT *, {first - 1} + row_number() OVER (ORDER BY row_no) AS id "
        f"FROM ({new})"
    )
    admission.created += admission.writer.insert(table, columns, "new_rows", order="id")


def _update(admission: Admission, columns: Sequence[str]) -> None:
    con, table = admission.con, admission.entity.table
    met = scalar(con, "SELECT count(*) FROM met JOIN incoming USING (row_no) WHERE id IS NOT NULL")
    if not met:
        return
    changed = 0
    if columns:
        value = 'i."{0}"' if admission.policy.empty == "clear" else 'coalesce(i."{0}", t."{0}")'
        sql = {c: value.format(c) for c in columns}
        if "custom" in sql:
            sql["custom"] = merged_custom(admission, "t.custom", "i.custom")
        if admission.log is not None:
            sql = unless_later(admission, admission.log, sql)
        values = ", ".join(f'{text} AS "{c}"' for c, text in sql.items())
        differs = " OR ".join(f't."{c}" IS DISTINCT FROM {text}' for c, text in sql.items())
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE changed_rows AS SELECT t.id, {values} FROM incoming AS i "
            f"JOIN met USING (row_no) JOIN {table} AS t ON t.id = met.id WHERE {differs}"
        )
        changed = scalar(con, "SELECT count(*) FROM changed_rows")
        if changed:
            admission.writer.update(table, columns, "changed_rows")
    admission.updated += changed
    admission.unchanged += met - changed


def _by_content(admission: Admission, columns: Sequence[str]) -> None:
    """Rows without a key are told by all they hold; two alike in a file are two, the same two again are none new."""
    con, table = admission.con, admission.entity.table
    mark = mark_sql([f'"{c}"' for c in sorted(columns)])
    con.execute(f"CREATE OR REPLACE TEMP TABLE marked AS SELECT *, {mark} AS mark FROM incoming")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM (SELECT *, mark || '-' || {nth_sql(admission, table, 'mark')} "
        "AS fingerprint, $source AS source FROM marked) AS f "
        f"WHERE NOT EXISTS (FROM {table} AS t WHERE t.source = f.source AND t.fingerprint = f.fingerprint)",
        {"source": admission.policy.source},
    )
    if admission.policy.mode == "update":
        admission.notes.append(_("rows without a key cannot be updated; new ones were left out"))
        con.execute("DELETE FROM fresh")
    seen = scalar(con, "SELECT count(*) FROM marked") - scalar(con, "SELECT count(*) FROM fresh")
    _insert(admission, [*columns, "fingerprint", "source"], "SELECT * EXCLUDE (mark) FROM fresh")
    admission.unchanged += seen
