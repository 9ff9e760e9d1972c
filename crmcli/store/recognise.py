"""Telling a store from any other file, and this program's stores from older and newer ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import StoreError
from crmcli.language import N_, prefer
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import duckdb

_COPIES = N_("Copies are made with: crmcli backup create")
_MAGIC = b"DUCK"
_MAGIC_AT = 8


def require(store: Path) -> None:
    """Refuse what is certainly no store, before any other program's file is touched.

    Raises:
        StoreError: no such file, a directory, unreadable, or not a DuckDB file.
    """
    start = _MAGIC_AT + len(_MAGIC)
    try:
        with store.open("rb") as file:
            head = file.read(start)
    except FileNotFoundError:
        raise StoreError(
            _("There is no store at %(path)s") % {"path": store},
            _("Make one with: crmcli init, or name another with --db"),
        ) from None
    except IsADirectoryError:
        raise StoreError(
            _("%(path)s is a folder, not a store") % {"path": store}, _("Name the file with --db")
        ) from None
    except OSError as error:
        raise StoreError(_("%(path)s cannot be read: %(reason)s") % {"path": store, "reason": error.strerror}) from None
    if head[_MAGIC_AT:] != _MAGIC:
        raise StoreError(
            _("%(path)s is not a crmcli store") % {"path": store},
            _("A CSV or Excel file is taken in with: crmcli import run FILE"),
        )


def require_copy(file: Path) -> None:
    """Refuse what is certainly no copy of a store.

    Raises:
        StoreError: no such file, a directory, unreadable, or not a DuckDB file.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(_MAGIC_AT + len(_MAGIC))
    except FileNotFoundError:
        raise StoreError(_("There is no backup at %(path)s") % {"path": file}, _(_COPIES)) from None
    except IsADirectoryError:
        raise StoreError(_("%(path)s is a folder, not a backup") % {"path": file}, _("Name the file itself")) from None
    except OSError as error:
        raise StoreError(_("%(path)s cannot be read: %(reason)s") % {"path": file, "reason": error.strerror}) from None
    if head[_MAGIC_AT:] != _MAGIC:
        raise StoreError(_("%(path)s is not a backup") % {"path": file}, _(_COPIES))


def adopt_language(con: duckdb.DuckDBPyConnection) -> None:
    """Speak the language that the store was made in, unless another was named for this run; before anything is said."""
    for (language,) in con.execute("SELECT value FROM meta.settings WHERE key = 'language'").fetchall():
        prefer(language)


def require_shape(con: duckdb.DuckDBPyConnection, store: Path, *, older_too: bool = False) -> None:
    """The store must have exactly the migrations this program knows; with `older_too` it may lack some.

    Raises:
        StoreError: no crmcli store, an older or a newer one.
    """
    from crmcli.store.migrate import applied, known

    done = applied(con)
    if done is None:
        raise StoreError(
            _("%(path)s is a DuckDB file, but not a crmcli store") % {"path": store}, _("Name another with --db")
        )
    names: Sequence[str] = [migration.name for migration in known()]
    if unknown := [name for name in done if name not in names]:
        raise StoreError(
            _("%(path)s was written by a newer crmcli (it has %(name)s)") % {"path": store, "name": unknown[0]},
            _("Install the newest crmcli; the file has not been changed"),
        )
    if len(done) < len(names) and not older_too:
        raise StoreError(
            _("%(path)s was written by an older crmcli") % {"path": store},
            _("Bring it up to date with: crmcli migrate (a copy is kept)"),
        )
