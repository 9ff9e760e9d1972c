"""Progress of long work."""

from __future__ import annotations

import io

import pytest

from crmcli.output.progress import Progress


class Watched(io.StringIO):
    """A stream someone watches."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _capable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def test_short_work_shows_nothing() -> None:
    stream, clock = Watched(), Clock()
    with Progress("Reading", stream=stream, clock=clock) as progress:
        clock.now += 0.9
        progress.advance(10)
    assert stream.getvalue() == ""


def test_long_work_shows_rows_share_and_rate_and_clears_its_line() -> None:
    stream, clock = Watched(), Clock()
    with Progress("Reading\x1b[31m", 4_000, stream=stream, clock=clock) as progress:
        clock.now += 2
        progress.advance(2_000)
        assert stream.getvalue() == "\r\x1b[KReading\\u001b[31m  50.0\u00a0%  2,000 rows, 1,000 rows/s"
    assert stream.getvalue().endswith("\r\x1b[K")


def test_the_line_is_drawn_ten_times_a_second_at_most() -> None:
    stream, clock = Watched(), Clock()
    with Progress("Reading", stream=stream, clock=clock) as progress:
        clock.now += 1
        for _step in range(1_000):
            clock.now += 0.001
            progress.advance()
    assert 5 <= stream.getvalue().count("rows/s") <= 11


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_nobody_watching_means_silence(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    monkeypatch.setenv("TERM", term)
    stream, clock = (Watched() if term == "dumb" else io.StringIO()), Clock()
    with Progress("Reading", stream=stream, clock=clock) as progress:
        clock.now += 5
        progress.advance(10)
    assert stream.getvalue() == ""


def test_the_line_is_cleared_when_the_work_fails() -> None:
    stream, clock = Watched(), Clock()

    def work() -> None:
        with Progress("Reading", stream=stream, clock=clock) as progress:
            clock.now += 2
            progress.advance()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert stream.getvalue().endswith("\r\x1b[K")
