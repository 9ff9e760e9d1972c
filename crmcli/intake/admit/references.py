"""Texts that name a customer, a product, a ticket and the like → ids; unknown ones may be made with what their first row tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmcli.intake.admit.admission import Admission
from crmcli.intake.problems import add_problems
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.store.connection import rows, scalar

# How each kind of text finds its row: expressions over the table, tried in this order.
_MATCHES = {
    "contacts": ("t.code", "t.tax_id", "lower(t.email)", "t.name"),
    "products": ("t.sku",),
    "managers": ("t.code", "t.name"),
    "opportunities": ("t.opportunity_no",),
    "tickets": ("t.ticket_no",),
    "answers": ("t.answer_no",),
}
_OWN = ("t.tax_id", "lower(t.email)")
_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
# Table → the column of its rows' own codes.
CODES = {
    "contacts": "code",
    "products": "sku",
    "managers": "code",
    "opportunities": "opportunity_no",
    "tickets": "ticket_no",
    "answers": "answer_no",
}


def refer(
    admission: Admission, column: str, table: str, attributes: Mapping[str, str], *, create: bool, source: str = ""
) -> str:
    """Make the temp table `ref_<column>` (given, id) for every text in a staged column; returns its name.

    Args:
        admission: The reading.
        column: The staged column of texts.
        table: Whose rows are named, one of CODES; only contacts, products and managers can be made.
        attributes: Column of `table` → SQL over the staged row `s`, for rows that are made; the first non-empty
            value in file order counts, and fills a name that was only a code so far.
        create: Make what is unknown; otherwise its rows are refused.
        source: What to read instead of the fitting rows, where fewer rows tell the same.
    """
    con, name = admission.con, f"ref_{column}"
    firsts = "".join(
        f', arg_min({sql}, s.row_no) FILTER ({sql} IS NOT NULL) AS "{key}"' if "s." in sql else f', {sql} AS "{key}"'
        for key, sql in attributes.items()
    )
    con.execute(
        f'CREATE OR REPLACE TEMP TABLE seen AS SELECT s."{column}" AS given, min(s.row_no) AS first_row{firsts} '
        f'FROM {source or admission.fitting()} AS s WHERE s."{column}" IS NOT NULL GROUP BY s."{column}"'
    )
    _match(admission, table, name)
    unknown, known = rows(con, f"SELECT count(*) - count(id), count(id) FROM {name}")[0]
    if unknown and not create:
        _refuse_unknown(admission, column, name)
    elif unknown:
        _note_lost_zeros(admission, column, table, name)
        _make(admission, table, name, attributes)
    if known and "s." in attributes.get("name", ""):  # what was just made has its name
        _fill_names(admission, table, name)
    return name


def _match(admission: Admission, table: str, name: str) -> None:
    """Each text against each way of naming, the surer first; a name only when one row bears it."""
    con = admission.con
    # not AS SELECT … LIMIT 0: rows put in bulk into a table made so are not seen before the commit (DuckDB 2.0.0)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (given VARCHAR, id INTEGER)")
    if not scalar(con, f"SELECT count(*) FROM {table}"):
        con.execute(f"INSERT INTO {name} SELECT given, NULL FROM seen")
        return
    joins: list[str] = []
    ids: list[str] = []
    shared: list[str] = []
    for place, expression in enumerate(_MATCHES[table]):
        given = "lower(seen.given)" if "lower" in expression else "seen.given"
        # one tax id or mail box is one customer, entered twice as it may be; a name may be borne by two
        one = "arg_min(t.id, t.code)" if expression in _OWN else "CASE WHEN count(*) = 1 THEN min(t.id) END"
        joins.append(
            f"LEFT JOIN (SELECT {expression} AS k, {one} AS id, count(*) AS n FROM {table} AS t "
            f"WHERE {expression} IS NOT NULL GROUP BY 1) AS m{place} ON m{place}.k = {given}"
        )
        if expression in _OWN:
            shared.append(f"coalesce({', '.join([*ids, 'NULL'])}) IS NULL AND m{place}.n > 1")
        ids.append(f"m{place}.id")
    con.execute(f"INSERT INTO {name} SELECT seen.given, coalesce({', '.join(ids)}) FROM seen {' '.join(joins)}")
    if shared:
        _note_shared(
            admission,
            rows(con, f"SELECT seen.given FROM seen {' '.join(joins)} WHERE {' OR '.join(shared)} ORDER BY 1"),
        )


def _note_shared(admission: Admission, found: Sequence[tuple[str]]) -> None:
    if found:
        admission.notes.append(
            ngettext(
                "%(count)s tax id or e-mail belongs to several contacts, such as %(given)s; the first by code was taken",
                "%(count)s tax ids or e-mails belong to several contacts, such as %(given)s; the first by code was taken",
                len(found),
            )
            % {"count": len(found), "given": found[0][0]}
        )


def _refuse_unknown(admission: Admission, column: str, name: str) -> None:
    add_problems(
        admission.con,
        f'"{column}" IN (SELECT given FROM {name} WHERE id IS NULL)',
        column,
        f'"{column}"',
        _("is not in the store"),
    )


def _note_lost_zeros(admission: Admission, column: str, table: str, name: str) -> None:
    """Codes that would match if leading zeros did not count: a spreadsheet may have taken them."""
    found = rows(
        admission.con,
        f"SELECT r.given, t.{CODES[table]} FROM {name} AS r JOIN {table} AS t "
        f"ON ltrim(t.{CODES[table]}, '0') = ltrim(r.given, '0') "
        "WHERE r.id IS NULL AND ltrim(r.given, '0') <> '' ORDER BY 1",
    )
    if found:
        admission.notes.append(
            ngettext(
                "%(column)s: %(count)s code is known only with other leading zeros, such as %(given)s for %(known)s",
                "%(column)s: %(count)s codes are known only with other leading zeros, such as %(given)s for %(known)s",
                len(found),
            )
            % {"column": column, "count": len(found), "given": found[0][0], "known": found[0][1]}
        )


def _make(admission: Admission, table: str, name: str, attributes: Mapping[str, str]) -> None:
    con, code = admission.con, CODES[table]
    count = scalar(con, f"SELECT count(*) FROM {name} WHERE id IS NULL")
    first = admission.writer.reserve(table, count)
    extra = "".join(f', seen."{key}"' for key in attributes if key != "name")
    label = 'coalesce(seen."name", seen.given)' if "name" in attributes else "seen.given"
    email = ""
    columns = [code, "name", *(key for key in attributes if key != "name")]
    if table == "contacts":  # who is called by an e-mail address has it
        email = f", CASE WHEN regexp_full_match(seen.given, '{_EMAIL}') THEN seen.given END AS email"
        columns.append("email")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE made AS SELECT ({first - 1} + row_number() OVER (ORDER BY seen.first_row))::INTEGER "
        f"AS id, seen.given AS {code}, {label} AS name{extra}{email} FROM seen JOIN {name} AS r USING (given) WHERE r.id IS NULL"
    )
    admission.writer.insert(table, columns, "made", order="id")
    # made anew: giving ids to rows that are there costs more
    con.execute(f"CREATE OR REPLACE TEMP TABLE met_by_name AS SELECT given, id FROM {name} WHERE id IS NOT NULL")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (given VARCHAR, id INTEGER)")
    con.execute(f"INSERT INTO {name} FROM met_by_name UNION ALL SELECT {code}, id FROM made")


def _fill_names(admission: Admission, table: str, name: str) -> None:
    """A row whose name was only its code learns its name from a later file."""
    con, code = admission.con, CODES[table]
    con.execute(
        f'CREATE OR REPLACE TEMP TABLE named AS SELECT t.id, seen."name" FROM {name} AS r '
        f"JOIN seen USING (given) JOIN {table} AS t ON t.id = r.id "
        f'WHERE t.name = t.{code} AND seen."name" IS NOT NULL AND seen."name" <> t.name'
    )
    if scalar(con, "SELECT count(*) FROM named"):
        admission.writer.update(table, ["name"], "named")
