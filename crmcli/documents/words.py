"""The words of documents, by language: what an owner may reword without touching a layout."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from crmcli.errors import CrmError, UsageError
from crmcli.language import LANGUAGES
from crmcli.language import gettext as _

NAMES = tuple(f"words.{language}.toml" for language in LANGUAGES)

_LAYOUT = ("page_word", "page_of", "bank_of", "bic", "corr_account", "account", "receiver", "tax_id", "tax_reason",
           "payment", "terms", "notes", "signature", "stamp", "new")  # fmt: skip


class Words:
    """Words of one language, by key."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def say(self, key: str, **values: object) -> str:
        """The words with their placeholders filled in.

        Raises:
            CrmError: The owner's words name a placeholder there is none of.
        """
        try:
            return self._texts[key] % values
        except (KeyError, ValueError, TypeError) as error:
            raise CrmError(
                _("the words %(key)s of the document cannot be filled in") % {"key": key}, str(error)
            ) from error

    def layout(self) -> dict[str, str]:
        """The words that layouts need by themselves."""
        return {key: self._texts[key] for key in _LAYOUT}


def load_words(language: str, parts: Mapping[str, bytes]) -> Words:
    """Words of a language: the owner's where `parts` has words.LANGUAGE.toml, else (and for keys missing there) ours.

    Raises:
        UsageError: There is no such language.
        CrmError: The owner's words are no TOML of texts.
    """
    if language not in LANGUAGES:
        raise UsageError(_("there is no language %(name)s") % {"name": repr(language)}, ", ".join(LANGUAGES))
    name = f"words.{language}.toml"
    texts = _texts(name, own_template(name))
    if name in parts:
        texts |= _texts(name, parts[name])
    return Words(texts)


def own_template(name: str) -> bytes:
    """A template or words as they come with the program."""
    return (files("crmcli.documents") / "templates" / name).read_bytes()


def _texts(name: str, content: bytes) -> dict[str, str]:
    import tomllib

    try:
        found = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CrmError(_("%(file)s cannot be read") % {"file": name}, str(error)) from error
    wrong = [key for key, value in found.items() if not isinstance(value, str)]
    if wrong:
        raise CrmError(_("%(file)s: %(key)s is no text") % {"file": name, "key": wrong[0]})
    return found
