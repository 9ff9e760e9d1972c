"""Words of closed lists: what people write for them (levels.toml), settled over all values of a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmcli.intake.entities import levels, normal_word
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mapping import ColumnMap
from crmcli.intake.reading import Reading
from crmcli.intake.texts import Texts
from crmcli.language import gettext as _
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

# "level" and "flag" take nothing but their words; "word" says known ones our way and keeps all others.
CLOSED = frozenset({"level", "flag"})
WORDED = CLOSED | {"word"}
MOST_WORDS = 10_000  # a column with more different texts than this is no list of words


def settle_words(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, texts: Texts, notes: list[str]
) -> dict[str, str]:
    """Our column → temp table of (given, level); recognised columns that hold other words are demoted."""
    tables = {}
    for name in list(mapping.columns):
        spec = mapping.entity.fields[name]
        if spec.type not in WORDED:
            continue
        known = levels(mapping.entity.name, spec)
        given = rows(
            con,
            f"SELECT v, count(*) FROM (SELECT {texts.sql[name]} AS v FROM {LANDING}) "
            f"WHERE v IS NOT NULL GROUP BY v ORDER BY 2 DESC, 1 LIMIT {MOST_WORDS}",
        )
        pairs = [(word, level) for word, _n in given if (level := find_level(known, word, name))]
        recognised = {word for word, _level in pairs}
        good = sum(n for word, n in given if word in recognised)
        told = mapping.columns[name].told
        if spec.type in CLOSED and not told and good * 2 < sum(n for _w, n in given):
            demote(mapping, texts, name, reading, notes)
            continue
        table = f"words_{name}"
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest($given) AS given, unnest($level) AS level",
            {"given": [w for w, _l in pairs] or [""], "level": [level for _w, level in pairs] or [""]},
        )
        tables[name] = table
    return tables


def find_level(known: Mapping[str, str], word: str, name: str) -> str | None:
    """The level a word stands for; currencies are known by any three letters besides."""
    found = known.get(normal_word(word))
    letters = word.strip()
    if found is None and name == "currency" and len(letters) == 3 and letters.isascii() and letters.isalpha():
        return letters.upper()
    return found


def word_sql(kind: str, table: str, text: str) -> str:
    """SQL of the level of a text, NULL (or the text itself for a "word") where it is none of the list."""
    level = f"(SELECT w.level FROM {table} AS w WHERE w.given = {text})"
    if kind == "word":
        return f"coalesce({level}, {text})"
    return f"CAST({level} AS BOOLEAN)" if kind == "flag" else level


def demote(mapping: ColumnMap, texts: Texts, name: str, reading: Reading, notes: list[str]) -> None:
    """Keep a column whose values are not what its heading promised as a field of the owner's own."""
    sql = texts.sql.pop(name)
    heading = mapping.demote(name, reading.headings)
    texts.custom[heading] = sql
    notes.append(
        _("%(heading)s reads like %(column)s, but its values do not; kept as a field of your own")
        % {"heading": heading, "column": name}
    )
