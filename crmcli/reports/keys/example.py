"""A rule for key accounts to begin with: it speaks of classes instead of amounts, and so fits any store."""

from __future__ import annotations

from crmcli.language import gettext as _


def example_rule() -> str:
    """The text, with comments in the owner's language."""
    lines = (
        ("", _("Who chooses our key accounts: this text. Conditions are those of segments: crmcli segment fields")),
        ('where = "abc in (A, B)"', _("who may become a key account: classes by revenue, without one-offs, new and departed ones")),
        ('stay = "revenue_365 > 0 and not departed"', _("who is in stays while this holds, though no longer above the line")),
        ("score = 60", _("least score to come in, of 100")),
        ("limit = 30", _("at most so many; hand-picked ones besides")),
        ("border = 10", _("how many just outside are shown")),
        ("", ""),
        ("[weights]", _("what counts; also any field of numbers, and below zero where less is better")),
        ("value = 50", _("what they are expected to bring, as in report value")),
        ("growth = 20", _("change of revenue over a year")),
        ("potential = 20", _("what like customers buy and they do not, as in report whitespace")),
        ("class = 10", _("A all points, B half, C none")),
    )  # fmt: skip
    return "\n".join(_line(said, comment) for said, comment in lines) + "\n"


def _line(said: str, comment: str) -> str:
    return "  ".join(part for part in (said, f"# {comment}" if comment else "") if part)
