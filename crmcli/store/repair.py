"""A WAL that keeps DuckDB from opening a store: mended when nothing acknowledged is lost by it (docs/decisions/0003).

Torn: its last entry was half written when the power went. Every commit is synchronised before it is acknowledged, so
what breaks off never was. Stale: the store was rewritten with all of it, and a crash came before it was removed. If
something else broke the pair, the step remembered beside the store shows it, and nothing is touched.
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
from crmcli.store.refusals import BrokenWalError, damaged


def mend_wal(store: Path, broken: BrokenWalError, *, lock: int, tell: Tell) -> None:
    """Leave of the WAL what belongs to the store. Call under the exclusive lock, closed.

    Raises:
        StoreError: the place cannot be written, or an acknowledged step would be lost. The store is as before.
    """
    copy = temporary_of(store)
    try:
        copy_pair(store, copy)
        if broken.readable:
            os.truncate(wal_of(copy), broken.readable)
        else:
            wal_of(copy).unlink()
        certain = _is_all_there(store, copy, broken, lock)
        if broken.readable or not certain:
            _keep(store, tell)
        if broken.readable:
            synchronise(wal_of(copy))
            wal_of(copy).replace(wal_of(store))
        else:
            wal_of(store).unlink()
        synchronise(store.parent)
    except OSError as error:
        raise damaged(store, f"{broken}; {error.strerror}") from error
    finally:
        discard(copy)


def _is_all_there(store: Path, copy: Path, broken: BrokenWalError, lock: int) -> bool:
    """Whether the mended copy is known to hold every acknowledged step; False when nothing was remembered.

    Raises:
        StoreError: a step is missing, or it is no store of ours.
    """
    with contextlib.closing(connect(copy, read_only=True)) as con:
        require_shape(con, store, older_too=True)
        known = acknowledged.remembered(lock)
        if known is not None and acknowledged.is_older(con, known):
            raise broken
    return known is not None


def _keep(store: Path, tell: Tell) -> None:
    kept = store.with_name(store.name + ".wal.torn")
    copy_private(wal_of(store), kept)
    synchronise(kept)
    tell(
        _("%(store)s: a command was cut off while it wrote, by a power cut or a full disk; it left no trace")
        % {"store": store}
    )
    tell("  " + _("Every command that ended before it is kept; what was cut off: %(path)s") % {"path": kept})
