"""Progress of long work: one line on stderr that comes after a second and leaves no trace."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self, TextIO

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.output.visible import safe
from crmcli.output.words import cut
from crmcli.table import Kind

_PATIENCE_SECONDS = 1.0  # shorter work shows nothing
_REDRAW_SECONDS = 0.1
_TICK_SECONDS = 0.25
_CLEAR = "\r\x1b[K"


class Progress:
    """Counts rows of work and shows them, their share and their rate on a terminal; silent elsewhere.

    Args:
        label: What is being done, in the owner's language.
        total: Rows to come, None when unknown.
        stream: Where to show it; None: stderr.
        clock: Seconds from some moment.
    """

    def __init__(
        self,
        label: str,
        total: int | None = None,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._label, self._total, self._clock = safe(label), total, clock
        self._active = _live(self._stream)
        self._done = 0
        self._began = self._drawn = clock()
        self._visible = False
        self._over = threading.Event()
        self._ticker: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._began = self._drawn = self._clock()
        if self._active:  # the database works for seconds without a word: a clock of our own keeps the line alive
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._ticker is not None:
            self._ticker.join()
        if self._visible:
            self._say(_CLEAR)

    def _tick(self) -> None:
        while not self._over.wait(_TICK_SECONDS):
            self.advance(0)

    def advance(self, n: int = 1) -> None:
        """So many more rows are done."""
        self._done += n
        if not self._active:
            return
        now = self._clock()
        if now - self._began >= _PATIENCE_SECONDS and (not self._visible or now - self._drawn >= _REDRAW_SECONDS):
            self._drawn, self._visible = now, True
            self._say(_CLEAR + self._line(now - self._began))

    def _line(self, seconds: float) -> str:
        """What is shown: "Reading orders  45 %  120,000 rows, 60,000 rows/s"."""
        if not self._done:
            return cut(f"{self._label}  {seconds:.0f} s", _room(self._stream), "~")
        share = f"  {numbers.cell(self._done / self._total, Kind.SHARE)}" if self._total else ""
        counts = _("%(rows)s rows, %(rate)s rows/s") % {
            "rows": numbers.cell(self._done, Kind.COUNT),
            "rate": numbers.cell(round(self._done / seconds), Kind.COUNT),
        }
        return cut(f"{self._label}{share}  {counts}", _room(self._stream), "~")

    def _say(self, text: str) -> None:
        """Progress is a courtesy: a stream that fails or lacks letters must not stop the work."""
        encoding = self._stream.encoding or "utf-8"
        with suppress(OSError, ValueError):
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()


def _live(stream: TextIO | None) -> bool:
    """Whether someone watches: a terminal that understands being redrawn."""
    with suppress(ValueError, AttributeError):
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
    return False


def _room(stream: TextIO) -> int:
    """Cells of a line, one less than there are, so that the cursor never wraps."""
    try:
        return max(os.get_terminal_size(stream.fileno()).columns - 1, 20)
    except (OSError, ValueError):
        return 79
