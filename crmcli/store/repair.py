"""A WAL whose last entry was half written when the power went: cut off there, when nothing acknowledged is lost.

DuckDB refuses to open such a store. Every commit is synchronised before it is acknowledged, so what breaks off was
never acknowledged; and if something else broke the file, the step remembered beside the store shows it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from crmcli.language import gettext as _
from crmcli.store import acknowledged
from crmcli.store.acknowledged import Tell
from crmcli.store.copies import copy_pair, copy_private, discard, synchronise, temporary_of, wal_of
from crmcli.store.database import connect
from crmcli.store.recognise import require_shape
from crmcli.store.refusals import TornWalError, damaged


def cut_wal(store: Path, torn: TornWalError, *, lock: int, tell: Tell) -> None:
    """Cut the WAL where it breaks off, keeping it as it was beside the store. Call under the exclusive lock, closed.

    Raises:
        StoreError: the place cannot be written, or the cut would lose an acknowledged step. The store is as before.
    """
    copy = temporary_of(store)
    kept = store.with_name(store.name + ".wal.torn")
    try:
        copy_pair(store, copy)
        os.truncate(wal_of(copy), torn.position)
        _require_acknowledged(store, copy, torn, lock)
        copy_private(wal_of(store), kept)
        synchronise(kept)
        synchronise(wal_of(copy))
        wal_of(copy).replace(wal_of(store))
        synchronise(store.parent)
    except OSError as error:
        raise damaged(store, f"{torn}; {error.strerror}") from error
    finally:
        discard(copy)
    tell(
        _("%(store)s: the last command was cut off while it wrote, by a power cut or a full disk; it left no trace")
        % {"store": store}
    )
    tell("  " + _("Every command that ended before it is kept; what was cut off: %(path)s") % {"path": kept})


def _require_acknowledged(store: Path, copy: Path, torn: TornWalError, lock: int) -> None:
    con = connect(copy, read_only=True)
    with contextlib.closing(con):
        require_shape(con, store, older_too=True)  # no cutting at other programs' files
        known = acknowledged.remembered(lock)
        if known is not None and acknowledged.is_older(con, known):
            raise damaged(store, str(torn)) from torn
