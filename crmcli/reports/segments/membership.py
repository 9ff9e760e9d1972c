"""Who is in the segments that price rules are for: saved and ready-made ones, each asked once for all customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, CrmError, NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.metrics.catalogue import install
from crmcli.reports.segments.compiling import compiled, read
from crmcli.reports.segments.ready import ready_rules
from crmcli.store.connection import rows
from crmcli.store.prices.pricing import NO_SEGMENTS, load_buyer, rule_segments, tags_in_use
from crmcli.store.segments import segments

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    import duckdb

    from crmcli.rules.prices.book import Buyer
    from crmcli.store.prices.pricing import Segments


def segment_rules(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Rules of all segments by name, ready-made ones among them."""
    return ready_rules() | {one.name: one.rule for one in segments(con)}


def segment_named(known: Mapping[str, str], word: str) -> str | None:
    """The segment that a word means, in any case of letters and a ready-made one with spaces too; None: there is none."""
    folded = {name.casefold(): name for name in known}
    bare = " ".join(word.split()).casefold()
    return folded.get(bare) or folded.get(bare.replace(" ", "_"))


def members_on(con: duckdb.DuckDBPyConnection, words: Iterable[str], on: dt.date) -> Segments:
    """Ids of the customers in each segment on a day, by the word as asked, case-folded; words that name none are left out.

    Raises:
        ConflictError: The rule of one of them cannot be read, or leads back to itself.
    """
    known = segment_rules(con)
    found: dict[str, frozenset[int]] = {}
    for word in words:
        name = segment_named(known, word)
        if name is not None and word.casefold() not in found:
            found[word.casefold()] = _members(con, name, known, on)
    return found


def _members(con: duckdb.DuckDBPyConnection, name: str, known: Mapping[str, str], on: dt.date) -> frozenset[int]:
    try:
        selection = compiled(read(known[name]), known, as_of=on)
    except CrmError as error:
        told = {"name": name, "reason": error.message}
        raise ConflictError(
            _("segment %(name)s cannot be asked: %(reason)s") % told,
            _("To give it another rule: crmcli segment define NAME RULE"),
        ) from error
    install(con, selection.sql)
    return frozenset(int(one) for (one,) in rows(con, selection.sql, selection.values))


def priced_segments(con: duckdb.DuckDBPyConnection, on: dt.date) -> Segments:
    """Who is in the segments that price rules speak of, on a day; nothing is asked where they speak of none.

    Raises:
        ConflictError: As `members_on`.
    """
    words = rule_segments(con)
    return members_on(con, words, on) if words else NO_SEGMENTS


def priced_buyer(con: duckdb.DuckDBPyConnection, code: str | None, on: dt.date) -> Buyer:
    """A customer as prices see it on a day, in the segments that rules are for; None: anyone, who is in none.

    Raises:
        NotFoundError: There is no contact of that code.
        ConflictError: As `members_on`.
    """
    return load_buyer(con, code, priced_segments(con, on) if code is not None else NO_SEGMENTS)


def require_segment(con: duckdb.DuckDBPyConnection, word: str) -> frozenset[str]:
    """What a word stands for in price rules: a segment or a tag, case-folded; several where rules spell it differently.

    Raises:
        NotFoundError: It is neither, and no rule speaks of it.
    """
    known, spoken = segment_rules(con), rule_segments(con)
    name = segment_named(known, word)
    if name is None and word.casefold() not in tags_in_use(con) | {one.casefold() for one in spoken}:
        message, hint = nameless(con, word)
        raise NotFoundError(message, hint)
    alike = {one.casefold() for one in spoken if name is not None and segment_named(known, one) == name}
    return frozenset({word.casefold(), *alike})


def is_known(con: duckdb.DuckDBPyConnection, word: str) -> bool:
    """Whether a word is a segment, or a tag of some contact."""
    return segment_named(segment_rules(con), word) is not None or word.casefold() in tags_in_use(con)


def nameless(con: duckdb.DuckDBPyConnection, word: str) -> tuple[str, str]:
    """That a word is neither a segment nor a tag, and what may have been meant."""
    spelled = {name.casefold(): name for name in (*sorted(tags_in_use(con)), *segment_rules(con))}
    hint = nearest(word, sorted(spelled.values())) or _("All segments: crmcli segment list --ready")
    return _("there is no segment and no tag %(name)s") % {"name": word}, hint
