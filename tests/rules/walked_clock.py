"""The clock of promises walked minute by minute: slow, obvious, and without any of the program's code."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


class Walk:
    """Every minute of real time over some days: what the clock on the wall shows, and whether the firm works.

    A window opens the first time the wall shows its beginning (or later), and closes the first time it shows its end (or later).
    """

    def __init__(
        self, zone: str | None, windows: dict[dt.date, list[tuple[int, int]]], first: dt.date, last: dt.date
    ) -> None:
        place = ZoneInfo(zone) if zone else None
        start = dt.datetime(first.year, first.month, first.day) - DAY
        stop = dt.datetime(last.year, last.month, last.day) + 2 * DAY
        self.shown: list[dt.datetime] = []
        self.works: list[bool] = []
        opens = [
            (
                dt.datetime(day.year, day.month, day.day) + a * MINUTE,
                dt.datetime(day.year, day.month, day.day) + b * MINUTE,
            )
            for day, hours in sorted(windows.items())
            for a, b in hours
        ]
        real, highest, coming, inside = start, dt.datetime.min, 0, -1
        while real < stop:
            wall = real.replace(tzinfo=dt.UTC).astimezone(place).replace(tzinfo=None) if place else real
            highest = max(highest, wall)
            if inside >= 0 and highest >= opens[inside][1]:
                inside = -1
            while coming < len(opens) and highest >= opens[coming][0]:
                if highest < opens[coming][1]:
                    inside = coming
                coming += 1
            self.shown.append(wall)
            self.works.append(inside >= 0)
            real += MINUTE

    def minute_of(self, moment: dt.datetime) -> int:
        """The first minute at which the wall shows a moment, or a later one."""
        return next(place for place, wall in enumerate(self.shown) if wall >= moment)

    def worked(self, start: dt.datetime, end: dt.datetime, pauses: list[tuple[dt.datetime, dt.datetime]]) -> int:
        """Minutes worked between two moments outside of pauses."""
        off = [(self.minute_of(a), self.minute_of(b)) for a, b in pauses]
        return sum(
            self.works[place] and not any(a <= place < b for a, b in off)
            for place in range(self.minute_of(start), self.minute_of(end))
        )

    def deadline(self, start: dt.datetime, minutes: int, pauses: list[tuple[dt.datetime, dt.datetime]]) -> dt.datetime:
        """When so many minutes are worked."""
        off = [(self.minute_of(a), self.minute_of(b)) for a, b in pauses]
        for place in range(self.minute_of(start), len(self.shown)):
            if self.works[place] and not any(a <= place < b for a, b in off):
                minutes -= 1
                if not minutes:
                    return self.shown[place] + MINUTE
        raise AssertionError
