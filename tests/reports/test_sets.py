"""Report sets as files: every fault with its line, days by words, names that stay inside, the log."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import ConflictError, CrmError, UsageError
from crmcli.output.write import TOGETHER, WRITERS
from crmcli.reports.sets import plan
from crmcli.reports.sets.days import relative_day
from crmcli.reports.sets.definition import ReportSet
from crmcli.reports.sets.naming import inside
from crmcli.reports.sets.places import line_of, places
from crmcli.reports.sets.reading import read_set
from crmcli.reports.sets.runs import Run, append, log_path, parse_age, read, stale

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2026, 6, 30)
# Text of a set → exit code, where the fault is, what is told.
FAULTS = {
    "[set]\ntitel = 'x'\n[[report]]\nreport = 'rfm'": (2, "line 2", "Did you mean title?"),
    "[[report]]\nreport = 'rfm'\n\n[[report]]\nname = 'b'\nreport = 'rfm'\nsrot = 'name'": (2, "line 7", "mean sort"),
    "[[report]]\nreport = 'rmf'": (3, "line 1", "rfm"),
    "[[report]]\nname = 'x'": (2, "line 1", "which report?"),
    "[set]\nname = 'x'": (2, "line 1", "no [[report]]"),
    "[[report]]\nreport = 'rfm'\nlimit = '5'": (2, "line 3", "whole number"),
    "[[report]]\nreport = 'rfm'\nlimit = 0": (2, "line 3", "above 0"),
    "[[report]]\nreport = 'rfm'\nlimit = true": (2, "line 3", "whole number"),
    "[[report]]\nreport = 'rfm'\nformats = ['cvs']": (2, "line 3", "Did you mean csv?"),
    "[[report]]\nreport = 'rfm'\nformats = []": (2, "line 3", "at least one"),
    "[[report]]\nreport = 'rfm'\nwhere = 5": (2, "line 3", "a text, or several"),
    "[[report]]\nreport = 'rfm'\nwhere = 'grup = lost'": (2, "line 1", "did you mean group?"),
    "[[report]]\nreport = 'rfm'\nsort = ['-mony']": (2, "line 1", "monetary"),
    "[[report]]\nreport = 'rfm'\nfail_if = 'rows >'": (2, "line 3", "at character 7"),
    "[[report]]\nreport = 'rfm'\nfail_if = 'sum(mony) > 1'": (2, "line 1", "no column mony"),
    "[[report]]\nreport = 'cohorts'\n[report.parameters]\nmonhts = 5": (2, "line 1", "no option monhts"),
    "[[report]]\nreport = 'rfm'\nlanguage = 'de'": (2, "line 3", "en, ru"),
    "[[report]]\nreport = 'rfm'\nas_of = 'last-month'": (2, "line 3", "last-month-end"),
    "[[report]]\nreport = 'rfm'\nas_of = 2026-13-40": (2, "line 3", "no TOML"),
    "[[report]]\nreport = 'rfm'\n[[report]]\nreport = 'rfm'": (2, "line 3", "stands on line 1 already"),
    "[[report]]\nreport = 'rfm'\nformats = ['csv', 'tsv']\nfile = 'x'": (2, "", "would be written twice"),
    "[[report]]\nreport = 'rfm'\nfile = '{nmae}.csv'": (2, "line 3", "Did you mean name?"),
    "[[report]]\nreport = 'rfm'\nfile = '{name.__class__}.csv'": (2, "line 3", "there is no {name.__class__}"),
    "[[report]]\nreport = 'rfm'\nfile = '{name!r}.csv'": (2, "line 3", "there is no {name}"),
    "[[report]]\nreport = 'rfm'\nfile = '../{name}.csv'": (2, "line 3", "no slash"),
    "[[report]]\nreport = 'rfm'\nfile = '.{name}'": (2, "line 3", "no dot"),
    '[[report]]\nreport = "rfm"\nfile = "a\\u0000b"': (2, "line 3", "can be no name"),
    "[[report]]\nreport = 'rfm'\nfolder = '../up'": (2, "", "outside"),
    "[[report]]\nreport = 'rfm'\nfolder = 'a/../../up'": (2, "", "outside"),
    "[[report]]\nreport = 'rfm'\nfolder = '/tmp/up'": (2, "", "outside"),
    "[[report]]\nreport = 'rfm'\nname = '../x'": (2, "line 3", "part of a file name"),
    "[[report]]\nreport = 'rfm'\nname = 'x.'": (2, "line 3", "part of a file name"),
    "[[report]]\nreport = '../../etc'": (3, "line 1", "no report"),
    "[[report]]\nreport = 'today'\nwhere = 'x > 1'": (2, "line 1", "page of the day"),
    "[[report]]\nreport = 'today'\nformats = ['csv']": (2, "line 1", "Several tables"),
    "[report]\nreport = 'rfm'": (2, "line 1", "[[report]]"),
    "set = 5\n[[report]]\nreport = 'rfm'": (2, "line 1", "a table"),
    "[[report]\nreport = 'rfm'": (2, "line 1", "no TOML"),
    "x = " + "[" * 5000: (2, "", "no TOML"),
    "a = 1\na = 2": (2, "", "no TOML"),
}


def settled(text: str, folder: Path) -> tuple[ReportSet, tuple[plan.Job, ...]]:
    """A set read, checked and planned."""
    path = folder / "daily.toml"
    path.write_text(text, "utf-8")
    found = read_set(path, formats=tuple(WRITERS))
    plan.check(found, together=tuple(TOGETHER))
    return found, plan.plan(found, found.entries, root=folder / "out", settled=lambda word: DAY)


@pytest.mark.parametrize("text", FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_told_with_its_line(text: str, tmp_path: Path) -> None:
    code, line, told = FAULTS[text]
    with pytest.raises(CrmError) as caught:
        settled(text, tmp_path)
    assert caught.value.exit_code == code
    assert line in caught.value.message
    assert told in f"{caught.value.message} {caught.value.hint}"


def test_the_sample_set_is_sound_and_comments_name_every_key(tmp_path: Path) -> None:
    text = (ROOT / "sample_data" / "monday.toml").read_text("utf-8")
    found, jobs = settled(text, tmp_path)
    assert found.name == "monday"
    assert len(jobs) == len(found.entries) == 4
    assert jobs[1].files[0] == ("html", tmp_path / "out" / "2026-06-30-whom-to-call.html")
    assert jobs[3].files[1][1] == tmp_path / "out" / "monthly" / "2026-06-30-products.xlsx"


def test_lines_of_keys() -> None:
    text = "[set]\n'title' = 1\n\n[[report]]\na = 1\n[[report]]\nx = [\n 1]\nb.c = 2\n[report.parameters]\nd = 5\n"
    found = places(text)
    wanted = {("set",): 1, ("set", "title"): 2, ("report", 0, "a"): 5, ("report", 1, "b", "c"): 9,
              ("report", 1, "parameters", "d"): 11}  # fmt: skip
    assert {path: found[path] for path in wanted} == wanted
    assert line_of(found, ("report", 1, "nowhere")) == 6
    assert line_of(found, ("nowhere",)) == 1


@pytest.mark.parametrize(
    ("word", "today", "wanted"),
    [
        ("yesterday", "2026-01-01", "2025-12-31"),
        ("last-week-end", "2026-06-29", "2026-06-28"),
        ("last-week-end", "2026-06-28", "2026-06-21"),
        ("last-month-end", "2024-03-31", "2024-02-29"),
        ("last-quarter-end", "2026-06-30", "2026-03-31"),
        ("last-quarter-end", "2026-07-01", "2026-06-30"),
        ("last-year-end", "2026-12-31", "2025-12-31"),
        ("last-month-end", "0001-01-15", "0001-01-01"),
    ],
)
def test_days_by_words(word: str, today: str, wanted: str) -> None:
    assert relative_day(word, dt.date.fromisoformat(today)) == dt.date.fromisoformat(wanted)


@given(folder=st.text(max_size=12), name=st.text(min_size=1, max_size=12))
def test_no_name_leads_outside(folder: str, name: str) -> None:
    root = Path("/nowhere/root")
    try:
        found = inside(root, folder, name)
    except (UsageError, ConflictError, ValueError):  # a zero byte is no path at all; patterns refuse it before
        return
    assert found.is_relative_to(root)
    assert ".." not in found.parts


def test_a_torn_line_stays_alone(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    run = Run(dt.datetime(2026, 7, 1, 6), "daily", "/daily.toml", "2026-06-30", files=("/a\u2028b",), alerts=("x",))
    append(store, run, wait=1)
    with log_path(store).open("ab") as file:
        file.write(b'{"at": "2026')
    append(store, run, wait=1)
    assert read(store) == ([run, run], 1)
    assert log_path(store).stat().st_mode & 0o777 == 0o600


def test_what_is_stale() -> None:
    now = dt.datetime(2026, 7, 3, 6)
    old, failed = Run(dt.datetime(2026, 7, 1, 5), "a", ""), Run(dt.datetime(2026, 7, 3, 5), "a", "", exit=6)
    other = Run(dt.datetime(2026, 7, 2, 5), "b", "", exit=10)
    age = parse_age("2 D")
    assert stale([failed, other, old], age, now=now, named=None) == {"a": old}
    assert stale([failed], age, now=now, named="a") == {"a": None}
    assert stale([], age, now=now, named=None) == {}
    assert stale([], age, now=now, named="c") == {"c": None}
