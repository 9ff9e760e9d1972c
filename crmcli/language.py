"""The owner's language: --lang > CRMCLI_LANG > crmcli.toml > the store's own > the locale > English; messages by gettext."""

from __future__ import annotations

import functools
import os
from contextvars import ContextVar, copy_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from gettext import NullTranslations

T = TypeVar("T")
LANGUAGES = ("en", "ru")

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # POSIX order: the first that is set decides
_settled: ContextVar[str] = ContextVar("language", default="en")  # one value per run, not per module
_outright: ContextVar[bool] = ContextVar(
    "language_outright", default=True
)  # named for this run, not taken from the locale


def settle(language: str | None, environment: Mapping[str, str] | None = None) -> str:
    """Choose the language of everything said from now on, and return it.

    Args:
        language: "en", "ru" or a locale name such as "ru_RU.UTF-8"; None: ask CRMCLI_LANG, then the locale.
        environment: Variables to look at instead of the process's own.

    Raises:
        UsageError: The option or CRMCLI_LANG names a language there is none of. A foreign locale means English.
    """
    variables = os.environ if environment is None else environment
    chosen = _spoken(language or "") or _spoken(variables.get("CRMCLI_LANG", ""))
    _outright.set(chosen is not None)
    if chosen is None:
        locale = next((value for name in _LOCALE_VARIABLES if (value := variables.get(name))), "")
        chosen = "ru" if _code(locale) == "ru" else "en"
    _settled.set(chosen)
    return chosen


def prefer(language: str) -> None:
    """Take the store's own language, where only the locale has spoken so far; a word there is no language for is nothing."""
    if language in LANGUAGES and not _outright.get():
        _settled.set(language)


def current() -> str:
    """The settled language, "en" when none was settled yet."""
    return _settled.get()


def gettext(message: str) -> str:
    """The message in the settled language; itself where there is no translation."""
    if not message or _settled.get() == "en":  # the catalog answers "" with its own header
        return message
    return _catalog(_settled.get()).gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """The form of a sentence that goes with the number n."""
    if _settled.get() == "en":
        return one if n == 1 else many
    return _catalog(_settled.get()).ngettext(one, many, n)


def spoken_in(language: str, say: Callable[[], T]) -> T:
    """What `say` says in another language than the owner's, as documents need it."""

    def said() -> T:
        _settled.set(language)
        return say()

    return copy_context().run(said)


def heading(name: str, title: str) -> str:
    """The title of a column in the settled language; one headed by its machine name keeps it, as export files must."""
    return title if title == name else gettext(title)


def readings(message: str) -> tuple[str, ...]:
    """How a message reads in every language, the settled one first."""
    others = (message if language == "en" else _catalog(language).gettext(message) for language in _by_nearness())
    return tuple(dict.fromkeys(others)) if message else ()


def messages_read_as(text: str) -> tuple[str, ...]:
    """The messages that some other language than English reads as this text, without regard to case."""
    wanted = text.casefold()
    catalogs = (vars(_catalog(language)).get("_catalog", {}) for language in LANGUAGES if language != "en")
    return tuple(
        message
        for catalog in catalogs
        for message, words in catalog.items()  # plural forms have a pair of message and form as their key
        if isinstance(message, str) and message and words.casefold() == wanted
    )


def _by_nearness() -> tuple[str, ...]:
    return (current(), *(language for language in LANGUAGES if language != current()))


def N_(message: str) -> str:  # noqa: N802  # the customary name of the mark
    """Mark a message for translation that is translated only later, such as a column title."""
    return message


def _spoken(name: str) -> str | None:
    """The language named outright, None when nothing is named."""
    if not name:
        return None
    code = _code(name)
    if code not in LANGUAGES:
        sentence = gettext("there is no language %(name)s") % {"name": repr(name)}
        raise UsageError(sentence, gettext("choose one of: %(choices)s") % {"choices": ", ".join(LANGUAGES)})
    return code


def _code(name: str) -> str:
    """The language part of a locale name: "ru" of "ru_RU.UTF-8"."""
    return name.replace("-", "_").split("_")[0].split(".")[0].split("@")[0].lower()


@functools.cache
def _catalog(language: str) -> NullTranslations:
    """The messages of a language; the untranslated ones where the catalog is missing."""
    from gettext import translation  # only other languages than English need it

    return translation("crmcli", Path(__file__).parent / "locale", [language], fallback=True)


def nearest(word: str, known: list[str]) -> str | None:
    """Ask "Did you mean …?" about a mistyped word; None when nothing known is near."""
    from difflib import get_close_matches

    found = get_close_matches(word, known, n=3, cutoff=0.6)
    return gettext("Did you mean %(words)s?") % {"words": ", ".join(found)} if found else None
