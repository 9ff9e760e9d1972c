"""Admission of entities that are one table: contacts, people, products, tickets and the like."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.references import refer
from crmcli.intake.problems import add_problems
from crmcli.language import gettext as _
from crmcli.store.connection import scalar

# entity → staged column → (referred table, stored column)
REFERENCES = {
    "contacts": {"manager": ("managers", "manager_id")},
    "people": {"company": ("contacts", "contact_id")},
    "payments": {"customer": ("contacts", "customer_id")},
    "invoices": {"customer": ("contacts", "customer_id")},
    "tickets": {"customer": ("contacts", "customer_id"), "agent": ("managers", "agent_id")},
    "interactions": {"customer": ("contacts", "customer_id"), "manager": ("managers", "manager_id")},
    "opportunities": {
        "customer": ("contacts", "customer_id"),
        "product": ("products", "product_id"),
        "manager": ("managers", "manager_id"),
    },
    "competitor_prices": {"sku": ("products", "product_id")},
}
FIXED = {"payments": {"with_invoice": "false"}}


def admit_rows(admission: Admission, *, leave: Sequence[str] = ()) -> None:
    """Admit the staged rows of a one-table entity; `leave` names staged columns another table takes."""
    _require_new_names(admission)
    stored = _resolve(admission, leave)
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


def _require_new_names(admission: Admission) -> None:
    """Contacts, managers and products may come without a code: then their name is their code, and the other way."""
    fallback = {"contacts": ("code", "name"), "managers": ("code", "name"), "products": ("name", "sku")}
    pair = fallback.get(admission.entity.name)
    if pair and not admission.has(pair[0]):
        admission.derive(f"SELECT *, {pair[1]} AS {pair[0]} FROM before")
        admission.stage.columns[pair[0]] = "key"
        if pair[0] == "code":
            admission.notes.append(_("no column of codes: rows are known by their name"))


def _resolve(admission: Admission, leave: Sequence[str]) -> dict[str, str]:
    """Make `incoming`: fitting rows with references as ids. Returns staged column → stored column."""
    entity, con = admission.entity, admission.con
    references = REFERENCES.get(entity.name, {})
    joins, parts, stored = [], [], {}
    for column in admission.stage.columns:
        if column in leave:
            continue
        if column in references:
            table, target = references[column]
            create = table != "contacts" or admission.policy.unknown_customer == "create"
            ref = refer(admission, column, table, {}, create=create)
            joins.append(f'LEFT JOIN {ref} ON {ref}.given = s."{column}"')
            parts.append(f'{ref}.id AS "{target}"')
            stored[column] = target
        else:
            parts.append(f's."{column}"')
            stored[column] = column
    if admission.stage.has_custom:
        parts.append("s.custom")
        stored["custom"] = "custom"
    parts += [f"{sql} AS {name}" for name, sql in FIXED.get(entity.name, {}).items()]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT s.row_no, {', '.join(parts)} "
        f"FROM {admission.fitting()} AS s {' '.join(joins)}"
    )
    return stored


def _collapse(admission: Admission, columns: Sequence[str], natural: Sequence[str]) -> None:
    """Several rows of one key in one file: later values stand, empty ones only where clearing was chosen."""
    con = admission.con
    keys = ", ".join(f'"{c}"' for c in natural)
    if not scalar(con, f"SELECT count(*) - count(DISTINCT ({keys})) FROM incoming"):
        return
    kept = "" if admission.policy.empty == "clear" else 'FILTER ("{0}" IS NOT NULL)'
    values = ", ".join(
        f'arg_max("{c}", row_no) {kept.format(c)} AS "{c}"' if kept else f'last("{c}" ORDER BY row_no) AS "{c}"'
        for c in columns
        if c not in natural
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT min(row_no) AS row_no, {keys}{', ' + values if values else ''} "
        f"FROM incoming GROUP BY {keys}"
    )


def _split(admission: Admission, columns: Sequence[str], natural: Sequence[str]) -> None:
    """Rows that are new, rows that change something, rows that change nothing."""
    con, table, policy = admission.con, admission.entity.table, admission.policy
    same = " AND ".join(f't."{c}" IS NOT DISTINCT FROM i."{c}"' for c in natural)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE met AS SELECT i.row_no, t.id FROM incoming AS i LEFT JOIN {table} AS t ON {same}"
    )
    known = "row_no IN (SELECT row_no FROM met WHERE id IS NOT NULL)"
    key = admission.entity.natural[0]
    if policy.mode == "create":
        add_problems(con, known, key, f'"{key}"::VARCHAR', _("is in the store already"))
        con.execute(f"DELETE FROM incoming WHERE {known}")
    if policy.mode == "update":
        add_problems(con, f"NOT {known} AND row_no IN (SELECT row_no FROM incoming)", key, f'"{key}"::VARCHAR',
                     _("is not in the store"))  # fmt: skip
        con.execute(f"DELETE FROM incoming WHERE NOT {known}")
    _insert(admission, columns, "SELECT * FROM incoming WHERE row_no IN (SELECT row_no FROM met WHERE id IS NULL)")
    _update(admission, [c for c in columns if c not in natural])


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
        values = ", ".join(value.format(c) + f' AS "{c}"' for c in columns)
        differs = " OR ".join(f't."{c}" IS DISTINCT FROM {value.format(c)}' for c in columns)
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
    content = ", ".join(f"coalesce(\"{c}\"::VARCHAR, '\\x00')" for c in sorted(columns))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE marked AS SELECT *, md5(concat_ws('\\x01', " + content + ")) AS mark FROM incoming"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM (SELECT *, mark || '-' || row_number() OVER ("
        "PARTITION BY mark ORDER BY row_no) AS fingerprint, $source AS source FROM marked) AS f "
        f"WHERE NOT EXISTS (FROM {table} AS t WHERE t.source = f.source AND t.fingerprint = f.fingerprint)",
        {"source": admission.policy.source},
    )
    if admission.policy.mode == "update":
        admission.notes.append(_("rows without a key cannot be updated; new ones were left out"))
        con.execute("DELETE FROM fresh")
    seen = scalar(con, "SELECT count(*) FROM marked") - scalar(con, "SELECT count(*) FROM fresh")
    _insert(admission, [*columns, "fingerprint", "source"], "SELECT * EXCLUDE (mark) FROM fresh")
    admission.unchanged += seen
