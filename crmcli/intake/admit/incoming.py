"""Staged rows as the tables of the store have them: codes where rows came without, references as ids."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.references import refer
from crmcli.intake.mapping import INSTEAD
from crmcli.language import gettext as _

# entity → staged column → (referred table, stored column)
REFERENCES = {
    "contacts": {"manager": ("managers", "manager_id")},
    "people": {"company": ("contacts", "contact_id")},
    "payments": {"customer": ("contacts", "customer_id")},
    "invoices": {"customer": ("contacts", "customer_id")},
    "tickets": {"customer": ("contacts", "customer_id"), "agent": ("managers", "agent_id")},
    "ticket_events": {
        "ticket_no": ("tickets", "ticket_id"),
        "agent": ("managers", "agent_id"),
        "answer": ("answers", "answer_id"),
    },
    "interactions": {
        "customer": ("contacts", "customer_id"),
        "manager": ("managers", "manager_id"),
        "opportunity": ("opportunities", "opportunity_id"),
    },
    "opportunities": {
        "customer": ("contacts", "customer_id"),
        "product": ("products", "product_id"),
        "manager": ("managers", "manager_id"),
    },
    "competitor_prices": {"sku": ("products", "product_id")},
    "product_costs": {"sku": ("products", "product_id")},
    "product_packs": {"sku": ("products", "product_id")},
    "product_options": {"sku": ("products", "product_id")},
    "price_rules": {"sku": ("products", "product_id"), "customer": ("contacts", "customer_id")},
}
# Tables whose unknown rows are made as others name them; contacts besides, unless told otherwise.
MADE_ALONG = ("managers", "products")
# entity → column of files → stored column, where a file needs the surer word.
STORED = {"product_packs": {"pack": "name", "pack_qty": "qty"}, "product_options": {"option": "name"}}
# What a contact made along the way certainly is.
MADE = {
    "invoices": {"role": "'customer'"},
    "payments": {"role": "'customer'"},
    "opportunities": {"role": "'prospect'"},
}
FIXED = {"payments": {"with_invoice": "false"}}


def require_names(admission: Admission) -> None:
    """Contacts, managers and products may come without a code: then their name is their code, and the other way."""
    if admission.entity.name == "orders":
        return
    for column, other in INSTEAD.get(admission.entity.name, {}).items():
        if not admission.has(column):
            known = _known_codes(admission) if admission.by_name and column == "code" else ""
            admission.derive(f'SELECT *, coalesce({known}"{other}") AS "{column}" FROM before')
            admission.stage.columns[column] = "key"
            if column in admission.entity.natural:
                admission.notes.append(_("no column of codes: rows are known by their name"))
            return


def _known_codes(admission: Admission) -> str:
    """SQL of the codes of stored contacts that rows without one may be: the only one of a name, an e-mail, a phone."""
    digits = "right(regexp_replace({0}, '[^0-9]', '', 'g'), 10)"
    ways = {"name": "lower({0})", "email": "lower({0})", "phone": f"CASE WHEN length({digits}) >= 5 THEN {digits} END"}
    return "".join(
        f"(SELECT CASE WHEN count(*) = 1 THEN min(t.code) END FROM contacts AS t "
        f"WHERE {sql.format(f't.{column}')} = {sql.format(f'before.{column}')}), "
        for column, sql in ways.items()
        if admission.has(column)
    )


def resolve(admission: Admission, leave: Sequence[str] = ()) -> dict[str, str]:
    """Make `incoming`: fitting rows with references as ids. Returns staged column → stored column."""
    entity, con = admission.entity, admission.con
    references = REFERENCES.get(entity.name, {})
    joins, parts, stored = [], [], {}
    for column in admission.stage.columns:
        if column in leave:
            continue
        if column in references:
            table, target = references[column]
            create = table in MADE_ALONG or (table == "contacts" and admission.policy.unknown_customer == "create")
            ref = refer(
                admission, column, table, MADE.get(entity.name, {}) if table == "contacts" else {}, create=create
            )
            joins.append(f'LEFT JOIN {ref} ON {ref}.given = s."{column}"')
            parts.append(f'{ref}.id AS "{target}"')
            stored[column] = target
        else:
            stored[column] = STORED.get(entity.name, {}).get(column, column)
            parts.append(f's."{column}" AS "{stored[column]}"')
    if admission.stage.has_custom:
        parts.append("s.custom")
        stored["custom"] = "custom"
    if admission.log is not None:
        parts.append("s.latest")
    parts += [f"{sql} AS {name}" for name, sql in FIXED.get(entity.name, {}).items()]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT s.row_no, {', '.join(parts)} "
        f"FROM {admission.fitting()} AS s {' '.join(joins)}"
    )
    return stored
