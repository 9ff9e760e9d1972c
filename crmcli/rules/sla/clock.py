"""The clock that runs only while the firm works: minutes between two moments, and the moment so many minutes later."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.rules.sla.windows import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

_MICROSECOND = dt.timedelta(microseconds=1)
MINUTE = 60_000_000  # microseconds
Pause = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Clock:
    """Pieces of work in the order of time, ready to look up; moments before the first count as its beginning."""

    pieces: Sequence[Piece]
    starts: Sequence[dt.datetime]
    shown: Sequence[Piece]
    worked: Sequence[int]

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> Clock:
        """A clock over pieces made by `windows.pieces`."""
        shown = [piece for piece in pieces if not piece.again]
        return cls(pieces, [piece.from_at for piece in shown], shown, [piece.worked for piece in pieces])

    def position(self, moment: dt.datetime) -> int:
        """Microseconds worked from the first piece up to a moment."""
        place = bisect_right(self.starts, moment) - 1
        if place < 0:
            return 0
        piece = self.shown[place]
        return piece.worked + (min(moment, piece.to_at) - piece.from_at) // _MICROSECOND

    def moment(self, position: int) -> dt.datetime:
        """The first moment at which so many microseconds are worked: the end of a window, not the beginning of the next.

        Raises:
            ValueError: The pieces do not reach that far.
        """
        place = bisect_left(self.worked, position) - 1
        piece = self.pieces[max(place, 0)]
        found = piece.from_at + dt.timedelta(microseconds=position - piece.worked)
        if found > piece.to_at:
            message = "the clock does not reach that far"
            raise ValueError(message)
        return found


def worked_minutes(clock: Clock, opened_at: dt.datetime, until: dt.datetime, pauses: Sequence[Pause] = ()) -> float:
    """Minutes of work between two moments, those inside of pauses taken off.

    Args:
        clock: Which clock.
        opened_at: The first moment.
        until: The last; pauses after it do not count.
        pauses: In order of time, without overlaps.
    """
    return _worked(clock, opened_at, until, pauses) / MINUTE


def add_minutes(clock: Clock, opened_at: dt.datetime, minutes: int, pauses: Sequence[Pause] = ()) -> dt.datetime:
    """The first moment at which so many minutes are worked since `opened_at` outside of pauses; a pause after it moves nothing.

    Raises:
        ValueError: The clock does not reach that far.
    """
    base, promised, moved = clock.position(opened_at), minutes * MINUTE, 0
    for start, end in pauses:
        if clock.position(start) - base - moved < promised:
            moved += clock.position(end) - clock.position(start)
    return clock.moment(base + promised + moved)


def _worked(clock: Clock, opened_at: dt.datetime, until: dt.datetime, pauses: Sequence[Pause]) -> int:
    last = clock.position(until)
    off = sum(min(clock.position(end), last) - min(clock.position(start), last) for start, end in pauses)
    return last - clock.position(opened_at) - off
