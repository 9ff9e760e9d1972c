"""Rows without a key are told by all they hold, and by how many of them there are."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.intake.admit.admission import Admission


def mark_sql(columns: Sequence[str]) -> str:
    """SQL of a fingerprint of what is there: a column that is empty throughout is the same as none.

    Args:
        columns: SQL of the values, such as 's."amount"', in an order that does not depend on the file.
    """
    names = [column.replace('"', "") for column in columns]
    named = ", ".join(f"'{name}=' || {column}::VARCHAR" for name, column in zip(names, columns, strict=True))
    return f"md5(concat_ws('\\x01', {named}))"


def nth_sql(admission: Admission, table: str, partition: str) -> str:
    """SQL of which of its like a row is, from 1, over rows with `mark` and `row_no`.

    Mended rows are counted on from what the import that refused them has added: those came from other rows.
    """
    nth = f"row_number() OVER (PARTITION BY {partition} ORDER BY row_no)"
    if admission.fed is None:
        return nth
    admission.con.execute(
        "CREATE OR REPLACE TEMP TABLE added_before AS SELECT regexp_replace(fingerprint, '-[0-9]+$', '') AS added_mark, "
        f"count(*) AS n FROM {table} WHERE source = $1 AND added_in = $2 AND fingerprint IS NOT NULL GROUP BY 1",
        [admission.policy.source, admission.fed],
    )
    return f"({nth} + coalesce((SELECT n FROM added_before WHERE added_mark = mark), 0))"
