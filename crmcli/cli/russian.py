"""What typer says by itself — usage, headings of help, wrong options — in the owner's language.

Typer 0.28 carries its own click, whose English words pass through no catalog. In English nothing here does anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer.core
from typer._click.core import Context
from typer._click.formatting import HelpFormatter

from crmcli.language import N_, current
from crmcli.language import gettext as _

HEADINGS = (N_("Arguments"), N_("Options"), N_("Commands"))
DETAILS = (
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
    N_("required"),
    N_("default: {default}"),
    N_("env var: {var}"),
)
# Placeholders of help and usage, such as FILE in --output FILE.
PLACEHOLDERS = (
    N_("ADDRESS"), N_("AGE"), N_("ALERT"), N_("AMOUNT"), N_("ARGS"), N_("BASE"), N_("CALENDAR"), N_("CHAR"),
    N_("CODE"), N_("COLUMN"), N_("COMMAND"), N_("COMPETITOR"), N_("CONDITION"), N_("CUSTOMER"), N_("DATE"),
    N_("DAYS"), N_("DEAL"), N_("DIR"), N_("DISCOUNT"), N_("DRIVER"), N_("ENTITY"), N_("FIELD"), N_("FIELDS"),
    N_("FILE"), N_("FOLDER"), N_("FORMAT"), N_("FROM"), N_("GOAL"), N_("GROUP"), N_("HEADING"), N_("HH"), N_("HOURS"),
    N_("INTEGER"), N_("INVOICE"), N_("KEY"), N_("KIND"), N_("LANGUAGE"), N_("LEVEL"), N_("LINE"), N_("LIST"),
    N_("MANAGER"), N_("MM"), N_("MOMENT"), N_("MONTH"), N_("N"), N_("NAME"), N_("NAMES"), N_("NO"), N_("NUMBER"),
    N_("OPTION"), N_("OPTIONS"), N_("ORDER"), N_("OURS"), N_("PARENT"), N_("PARTS"), N_("PCT"), N_("PERCENT"),
    N_("PLAN"), N_("POLICY"), N_("PRICE"), N_("PRIORITY"), N_("PURPOSE"), N_("QTY"), N_("QUESTION"), N_("QUOTE"),
    N_("REASON"), N_("REPORT"), N_("ROLE"), N_("ROLES"), N_("RULE"), N_("SECONDS"), N_("SET"), N_("SHIPMENT"),
    N_("SKILL"), N_("SKU"), N_("STAGE"), N_("STATUS"), N_("STEP"), N_("SUBJECT"), N_("SUCCESSOR"), N_("TAG"),
    N_("TEXT"), N_("THEIRS"), N_("TICKET"), N_("TIME"), N_("TOUCH"), N_("URL"), N_("VALUE"), N_("WAY"), N_("WEEK"),
    N_("WHY"), N_("WORD"), N_("WORDS"), N_("ZONE"),
)  # fmt: skip
# click's sentences, longest first: the shape of the English one → the message id of ours, with the same names.
SENTENCES = (
    (r"No such option: (?P<option>.+?) \(Possible options: (?P<known>.+)\)",
     N_("there is no option %(option)s; there are: %(known)s")),
    (r"No such option: (?P<option>.+)", N_("there is no option %(option)s")),
    (r"Missing (?:argument|parameter) '(?P<name>.+?)'\.(?P<rest>.*)", N_("missing: %(name)s")),
    (r"Missing option '(?P<name>.+?)'\.(?P<rest>.*)", N_("the option %(name)s is required")),
    (r"Missing command\.", N_("name a command")),
    (r"No such command '(?P<name>.+)'\.(?P<rest>.*)", N_("There is no command %(name)s")),
    (r"Option '(?P<option>.+)' requires (?:an argument|\d+ arguments)\.", N_("%(option)s needs a value")),
    (r"Option '(?P<option>.+)' does not take a value\.", N_("%(option)s takes no value")),
    (r"Got unexpected extra argument\(s\) \((?P<words>.+)\)", N_("too many words: %(words)s")),
    (r"Invalid value for (?P<name>.+?): (?P<reason>.+)", N_("%(name)s: %(reason)s")),
    (r"(?P<value>.+) is not one of (?P<known>.+)\.", N_("%(value)s is none of %(known)s")),
    (r"(?P<value>.+) is not in the range (?P<bounds>.+)\.", N_("%(value)s is out of the range %(bounds)s")),
    (r"(?P<value>.+) is not a valid (?:integer|int)(?: range)?\.", N_("%(value)s is no whole number")),
    (r"(?P<value>.+) is not a valid float(?: range)?\.", N_("%(value)s is no number")),
    (r"(?P<value>.+) is not a valid boolean\. .+", N_("%(value)s is neither yes nor no")),
)  # fmt: skip

_PLACEHOLDER = re.compile(r"\b[A-Z]+\b")
_EXTRA = re.compile(r"(?P<help>.*?)(?P<extra>  \[.*\])?", re.DOTALL)

# Reasons the operating system gives; it is asked in English, whatever the locale.
REASONS = (
    N_("No such file or directory"), N_("Permission denied"), N_("Operation not permitted"), N_("File exists"),
    N_("Not a directory"), N_("Is a directory"), N_("No space left on device"), N_("Disk quota exceeded"),
    N_("Read-only file system"), N_("File name too long"), N_("Input/output error"), N_("Too many open files"),
    N_("Bad file descriptor"), N_("File too large"), N_("Device or resource busy"), N_("Text file busy"),
)  # fmt: skip


class Formatter(HelpFormatter):
    """Help in the owner's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The usage line."""
        super().write_usage(prog, _placeholders(args), prefix or _("Usage: "))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """A list of options or commands."""
        super().write_dl([(_placeholders(first), _detail(second)) for first, second in rows], col_max, col_spacing)


@contextmanager
def speaking() -> Iterator[None]:
    """Let typer speak the owner's language while a command line is run."""
    if current() == "en":
        yield
        return
    kept: tuple[Any, Any] = Context.formatter_class, vars(typer.core)["_"]
    Context.formatter_class = Formatter
    vars(typer.core)["_"] = _
    try:
        yield
    finally:
        Context.formatter_class, vars(typer.core)["_"] = kept


def explained(sentence: str) -> str:
    """A complaint of typer's in the owner's language; any other sentence as it is, but for a reason of the system's."""
    if current() == "en":
        return sentence
    for shape, message in SENTENCES:
        if found := re.fullmatch(shape, sentence, re.DOTALL):
            words = {name: _part(name, text or "") for name, text in found.groupdict().items()}
            return _(message) % words
    told, colon, reason = sentence.rpartition(": ")
    return f"{told}: {_(reason)}" if colon and reason in REASONS else sentence


def _part(name: str, text: str) -> str:
    """A word of a complaint: a reason is a complaint itself, a name may be a placeholder."""
    if name == "reason":
        return explained(text)
    return _placeholders(text.replace("'", "")) if name == "name" else text


def _placeholders(text: str) -> str:
    return _PLACEHOLDER.sub(lambda found: _(found[0]) if found[0] in PLACEHOLDERS else found[0], text)


def _detail(text: str) -> str:
    """A text of help that is click's own; ours has been translated already."""
    found = _EXTRA.fullmatch(text)
    assert found is not None  # it fits every text
    return (_(found["help"]) if found["help"] in DETAILS else found["help"]) + (found["extra"] or "")
