"""A statement of account (акт сверки) as a page."""

from __future__ import annotations

from decimal import Decimal

from crmcli.documents.facts import Statement
from crmcli.documents.figures import amount, day, long_day, money
from crmcli.documents.measure import fitted
from crmcli.documents.page import Cell, Column, Grid, Group, Page, Row, Shape, Signing
from crmcli.documents.parties import block, signing
from crmcli.documents.plain import one_line
from crmcli.documents.spelling import spell
from crmcli.documents.words import Words

_OURS = ("debit", "credit", "balance")
_THEIRS = ("their_debit", "their_credit")  # empty: the other side writes its own figures in
_BLANKS = tuple(Cell("") for _key in _THEIRS)


def statement_page(facts: Statement, words: Words) -> Page:
    """The page of a statement: opening, entries, turnover, closing, room for the other side's figures, and who owes what."""
    seller, buyer = one_line(facts.seller.party.name), one_line(facts.buyer.name)
    grid, is_wide = _grid(facts, words)
    return Page(
        kind="statement",
        language=facts.language,
        title=words["statement"],
        subtitles=(
            words.say(
                "statement_period",
                since=long_day(facts.since, facts.language),
                until=long_day(facts.until, facts.language),
            ),
            words.say("statement_parties", seller=seller, buyer=buyer),
        ),
        seller=block(facts.seller.party, words["seller_offer"]),
        buyer=block(facts.buyer, words["buyer_offer"]),
        notes=(words.say("statement_preface", seller=seller, buyer=buyer),),
        grid=grid,
        sentences=(_closing(facts, words),),
        signings=_signings(facts, words),
        currency=one_line(facts.currency),
        digits=facts.digits,
        is_wide=is_wide,
        words=words.layout(),
    )


def _grid(facts: Statement, words: Words) -> tuple[Grid, bool]:
    currency = one_line(facts.currency)
    columns = (
        Column("on", words["day"], Shape.DATE),
        Column("document", words["document"], Shape.TEXT),
        *(
            Column(key, words.say("in_currency", title=words[key], currency=currency), Shape.MONEY)
            for key in (*_OURS, *_THEIRS)
        ),
    )
    rows = (
        _sum(facts, words.say("opening", date=day(facts.since, facts.language)), None, None, facts.opening),
        *(
            Row((
                Cell(day(entry.on, facts.language), entry.on),
                Cell(one_line(entry.document), one_line(entry.document)),
                _money(facts, entry.debit or None), _money(facts, entry.credit or None), _money(facts, entry.balance),
                *_BLANKS,
            ))
            for entry in facts.entries
        ),
        _sum(facts, words["turnover"], facts.debit, facts.credit, None),
        _sum(facts, words.say("closing", date=day(facts.until, facts.language)), None, None, facts.closing),
    )  # fmt: skip
    sized, is_wide = fitted(columns, rows, free="document")
    return Grid(sized, (Group("", rows),), note="" if facts.entries else words["no_entries"]), is_wide


def _sum(facts: Statement, label: str, debit: Decimal | None, credit: Decimal | None, balance: Decimal | None) -> Row:
    figures = (_money(facts, debit), _money(facts, credit), _money(facts, balance))
    return Row((Cell(""), Cell(label, label), *figures, *_BLANKS), is_sum=True)


def _money(facts: Statement, value: Decimal | None) -> Cell:
    return Cell("") if value is None else Cell(amount(value, facts.digits, facts.language), value)


def _closing(facts: Statement, words: Words) -> str:
    """Who owes what at the end, in figures and words."""
    on = long_day(facts.until, facts.language)
    if facts.closing == 0:
        return words.say("owed_nothing", date=on)
    owed = abs(facts.closing)
    return words.say(
        "owed_to_seller" if facts.closing > 0 else "owed_to_buyer",
        date=on,
        seller=one_line(facts.seller.party.name),
        buyer=one_line(facts.buyer.name),
        amount=money(owed, facts.currency, facts.digits, facts.language),
        words=spell(owed, one_line(facts.currency), facts.digits, facts.language),
    )


def _signings(facts: Statement, words: Words) -> tuple[Signing, ...]:
    """Both parties sign; whoever signs for the buyer writes the name in."""
    own = signing(facts.seller, words.say("on_behalf", name=one_line(facts.seller.party.name)))
    first = own[0] if own else Signing(words.say("on_behalf", name=one_line(facts.seller.party.name)), (("", ""),))
    return (first, Signing(words.say("on_behalf", name=one_line(facts.buyer.name)), (("", ""),)))
