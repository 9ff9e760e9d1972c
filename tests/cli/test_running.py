"""Report sets as cron runs them: files, alerts, faults of the file, the log, two at a time, imports meanwhile, kills."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from crmcli.reports.sets.runs import log_path
from crmcli.store.lock import locked
from tests.cli.program import SAMPLE, Answer, crmcli
from tests.store.crash import kill_after, start

DAY = "2026-06-30"
SET = """
[set]
as_of = "2026-06-30"
folder = "out/{as_of}"
index = true
formats = ["csv", "xlsx"]

[[report]]
report = "rfm"
where = ["group in (champion, loyal)"]
sort = ["name"]
fail_if = "rows > 100000"

[[report]]
name = "money"
report = "totals"
formats = ["json", "jsonl", "md", "parquet", "table", "tsv", "html"]
"""
SMALL = """
[[report]]
report = "rfm"
as_of = "2026-06-30"
formats = ["csv"]
fail_if = "rows > 100000"
"""


@pytest.fixture
def store(firm: Path, tmp_path: Path) -> Path:
    """The sample firm in a folder of its own: the log of runs lies beside it."""
    for path in firm.parent.glob(firm.name + "*"):
        if path.suffix in (".duckdb", ".wal", ".lock"):
            shutil.copyfile(path, tmp_path / path.name)
    return tmp_path / firm.name


def written(folder: Path) -> dict[str, str]:
    """Every file below a folder, and what it holds."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run(store: Path, text: str | None = SET, *more: str | Path, name: str = "daily.toml", **options: object) -> Answer:
    """Run a set written beside the store."""
    if text is not None:
        (store.parent / name).write_text(text, "utf-8")
    return crmcli("report", "run", name, *more, store=store, folder=store.parent, **options)  # type: ignore[arg-type]


def runs(store: Path, *more: str) -> list[dict[str, str]]:
    said = crmcli("report", "runs", *more, "--format", "csv", store=store)
    assert said.code == 0, said.err
    return list(csv.DictReader(io.StringIO(said.out)))


def test_a_set_writes_its_files_and_says_nothing(store: Path) -> None:
    said = run(store)
    assert (said.code, said.out, said.err) == (0, "", "")
    out = store.parent / "out" / DAY
    names = {f"{DAY}-rfm.{end}" for end in ("csv", "xlsx")}
    names |= {f"{DAY}-money.{end}" for end in ("json", "jsonl", "md", "parquet", "txt", "tsv", "html")}
    assert set(written(out)) == {*names, "index.html"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    words = ("report", "rfm", "--as-of", DAY, "--where", "group in (champion, loyal)", "--sort", "name")
    alone = crmcli(*words, "--format", "csv", store=store)
    assert (out / f"{DAY}-rfm.csv").read_text("utf-8") == alone.out
    page = (out / "index.html").read_text("utf-8")
    assert f'href="./{DAY}-rfm.xlsx"' in page
    assert "http" not in page


def test_the_same_bytes_again(store: Path) -> None:
    assert run(store).code == 0
    first = written(store.parent / "out")
    shutil.rmtree(store.parent / "out")
    assert run(store, None).code == 0
    assert written(store.parent / "out") == first
    assert run(store, None, "--out-dir", "elsewhere").code == 0
    assert written(store.parent / "elsewhere") == written(store.parent / "out" / DAY)


def test_verbose_names_the_files_on_stderr(store: Path) -> None:
    said = run(store, SET, "--verbose", "--only", "rfm")
    assert said.out == ""
    assert [Path(line).name for line in said.err.splitlines()] == [f"{DAY}-rfm.csv", f"{DAY}-rfm.xlsx"]


def test_an_alert_is_told_once_everything_is_written(store: Path) -> None:
    text = SET.replace("rows > 100000", "rows > 3 and sum(monetary) > 1000000")
    said = run(store, text)
    assert (said.code, said.out) == (10, "")
    assert said.err.startswith("daily.toml: rfm: Alert: rows > 3 and sum(monetary) > 1000000: rows = ")
    assert len(said.err.splitlines()) == 1
    assert len(written(store.parent / "out" / DAY)) == 10
    assert "Alert" in (store.parent / "out" / DAY / "index.html").read_text("utf-8")
    assert runs(store)[0]["exit"] == "10"


def test_alerts_of_a_single_report(store: Path, tmp_path: Path) -> None:
    words = ("report", "rfm", "--as-of", DAY, "--format", "csv")
    quiet = crmcli(*words, "--fail-if", "rows > 100000", store=store)
    assert (quiet.code, quiet.err) == (0, "")
    loud = crmcli(*words, "--where", "group = champion", "--limit", "1", "--fail-if", "rows > 1", store=store)
    assert loud.code == 10
    assert len(loud.out.splitlines()) == 2
    assert loud.err.startswith("Alert: rows > 1: rows = ")
    wrong = crmcli(*words, "--output", tmp_path / "x.csv", "--fail-if", "sum(monetry) > 1", store=store)
    assert (wrong.code, (tmp_path / "x.csv").exists()) == (2, False)
    assert "did you mean monetary?" in wrong.err


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("[set]\ntitel = 'x'\n[[report]]\nreport = 'rfm'", 2, "line 2: nobody knows 'titel'\n  Did you mean title?"),
        ("[[report]]\nreport = 'rmf'", 3, "line 1, report rmf: there is no report rmf"),
        ("[[report]]\nreport = 'rfm'\nfolder = '../up'", 2, "would lie outside"),
    ],
)
def test_a_fault_is_told_and_logged_and_nothing_is_written(text: str, code: int, told: str, store: Path) -> None:
    said = run(store, text)
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert len(said.err.splitlines()) == 2
    assert {path.name for path in store.parent.iterdir()} <= {
        "daily.toml", *(store.name + end for end in ("", ".wal", ".lock", ".runs.jsonl", ".runs.jsonl.lock"))
    }  # fmt: skip
    failed = runs(store)[0]
    assert (failed["exit"], bool(failed["remark"])) == (str(code), True)


def test_files_that_cannot_be_read(store: Path) -> None:
    missing = run(store, None, name="none.toml")
    assert (missing.code, "none.toml" in missing.err) == (2, True)
    (store.parent / "cp1251.toml").write_bytes('title = "Утро"'.encode("cp1251"))
    assert "UTF-8" in run(store, None, name="cp1251.toml").err
    (store.parent / "folder.toml").mkdir()
    assert run(store, None, name="folder.toml").code == 2
    bom = store.parent / "bom.toml"
    bom.write_bytes(b"\xef\xbb\xbf" + SET.replace("\n", "\r\n").encode())
    assert run(store, None, name="bom.toml").code == 0


def test_a_link_may_not_lead_out_of_the_folder(store: Path, tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    (tmp_path / "out" / DAY).mkdir(parents=True)
    (tmp_path / "out" / DAY / "sub").symlink_to(tmp_path / "safe")
    said = run(store, SET.replace('report = "rfm"', 'report = "rfm"\nfolder = "sub"'))
    assert (said.code, "by a link" in said.err) == (4, True)
    assert not list((tmp_path / "safe").iterdir())


def test_one_report_that_fails_does_not_keep_the_others_from_being_made(store: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / DAY / f"{DAY}-rfm.csv").mkdir(parents=True)
    said = run(store)
    assert said.code == 2
    assert said.err.startswith("crmcli: daily.toml: rfm: ")
    assert (tmp_path / "out" / DAY / f"{DAY}-money.json").exists()
    assert "is a folder" in runs(store)[0]["remark"]


def test_days_by_words(store: Path) -> None:
    days = {
        "today": "2026-07-01", "yesterday": "2026-06-30", "latest": "2026-06-30", "last-week-end": "2026-06-28",
        "last-month-end": "2026-06-30", "last-quarter-end": "2026-06-30", "last-year-end": "2025-12-31",
        "31.12.2025": "2025-12-31",
    }  # fmt: skip
    entries = [f'[[report]]\nname = "r{i}"\nreport = "rfm"\nas_of = "{word}"\n' for i, word in enumerate(days)]
    head = '[set]\nfile = "{name}-{as_of}.{ext}"\nformats = ["csv"]\nfolder = "o"\n'
    assert run(store, head + "".join(entries)).code == 0
    assert set(written(store.parent / "o")) == {f"r{i}-{day}.csv" for i, day in enumerate(days.values())}
    assert run(store, None, "--as-of", "last-year-end", "--out-dir", "p").code == 0
    assert {name[-14:-4] for name in written(store.parent / "p")} == {"2025-12-31"}


def test_language_and_title_of_a_report(store: Path) -> None:
    text = (
        SET
        + '[[report]]\nname = "по-русски"\ntitle = "Свои слова <b>"\nreport = "rfm"\nlanguage = "ru"\nformats = ["md"]\n'
    )
    assert run(store, text, env={"LANG": "C"}).code == 0
    found = (store.parent / "out" / DAY / f"{DAY}-по-русски.md").read_text("utf-8")
    assert "Свои слова" in found
    assert "Клиент" in found
    assert "Measure" in (store.parent / "out" / DAY / f"{DAY}-money.md").read_text("utf-8")
    page = (store.parent / "out" / DAY / "index.html").read_text("utf-8")
    assert "Свои слова &lt;b&gt;" in page


def test_a_second_run_waits_for_the_first(store: Path, tmp_path: Path) -> None:
    (tmp_path / "daily.toml").write_text(SET, "utf-8")
    words = ("report", "run", "daily.toml")
    two = [start(*words, store=store, folder=tmp_path) for _ in range(3)]
    ends = [process.communicate(timeout=120) for process in two]
    assert [process.returncode for process in two] == [0, 0, 0], ends
    assert len(runs(store)) == 3
    assert len(written(tmp_path / "out" / DAY)) == 10
    assert not list((tmp_path / "out" / DAY).glob(".*"))


def test_a_run_that_waits_too_long_says_so(store: Path, tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "daily.toml").write_text(SET, "utf-8")
    with (tmp_path / "daily.toml").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = run(store, None, "--wait", "0.2")
    assert (said.code, "Another run of" in said.err) == (6, True)
    with locked(store, exclusive=True, wait=5):
        said = run(store, None, "--wait", "0.2")
    assert (said.code, "has been in use" in said.err) == (6, True)
    assert [one["exit"] for one in runs(store)] == ["6", "6"]


def test_a_run_during_an_import_and_an_import_during_a_run(store: Path, tmp_path: Path) -> None:
    (tmp_path / "daily.toml").write_text(SET, "utf-8")
    sales = tmp_path / "more.csv"
    rows = (f"X{i // 3},2026-06-{1 + i // 3 % 28:02},00056,S{i % 40},1,{10 + i}.00" for i in range(20_000))
    sales.write_text("order_no,ordered_on,customer,sku,qty,amount\n" + "\n".join(rows) + "\n")
    both = [
        start("import", "run", "more.csv", store=store, folder=tmp_path),
        start("report", "run", "daily.toml", store=store, folder=tmp_path),
    ]
    ends = [process.communicate(timeout=120)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    found = json.loads((tmp_path / "out" / DAY / f"{DAY}-money.json").read_text("utf-8"))
    lines = int(next(row["value"] for row in found["rows"] if row["measure"] == "lines"))
    before = json.loads(run_totals(tmp_path, store))
    assert lines in {before, before - 20_000}
    assert crmcli("check", store=store).code == 0


def run_totals(folder: Path, store: Path) -> str:
    """The number of lines in the store now."""
    said = crmcli("report", "totals", "--as-of", DAY, "--format", "csv", store=store, folder=folder)
    return next(row["value"] for row in csv.DictReader(io.StringIO(said.out)) if row["measure"] == "lines")


@pytest.mark.parametrize("seconds", [0.35, 0.6, 0.9])
def test_a_killed_run_leaves_no_half_file_and_the_next_is_clean(seconds: float, store: Path, tmp_path: Path) -> None:
    assert run(store).code == 0
    whole = written(tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    kill_after(start("report", "run", "daily.toml", store=store, folder=tmp_path), seconds)
    left = {name: held for name, held in written(tmp_path / "out").items() if ".crmcli-writing-" not in name}
    assert all(whole[name] == held for name, held in left.items())
    assert run(store, None).code == 0
    after = {name: held for name, held in written(tmp_path / "out").items() if ".crmcli-writing-" not in name}
    assert after == whole


def test_the_log_of_runs(store: Path, tmp_path: Path) -> None:
    assert "No report set has run yet" in crmcli("report", "runs", store=store).out
    assert run(store, SMALL).code == 0
    assert run(store, SMALL.replace("rows > 100000", "rows > 0"), env={"CRMCLI_TODAY": "2026-07-02 06:00"}).code == 10
    newest, first = runs(store)
    assert (newest["at"], newest["exit"], newest["set"], newest["files"]) == (
        "2026-07-02 06:00:00",
        "10",
        "daily",
        "1",
    )
    assert "rfm: Alert: rows > 0: rows = " in newest["remark"]
    assert (first["as_of"], first["exit"], first["remark"]) == ("2026-07-01", "0", "")
    assert int(first["rows"]) > 30
    path = log_path(store)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open("ab") as file:
        file.write(b'{"at": "2026-07-02 07:00", "set": "da')  # a crash tore it
    assert run(store, None, env={"CRMCLI_TODAY": "2026-07-03 06:00"}).code == 10
    said = crmcli("report", "runs", "--format", "csv", store=store)
    assert len(said.out.splitlines()) == 4
    assert "1 line of the log cannot be read" in said.err
    assert len(runs(store, "--set", "other")) == 0
    assert len(runs(store, "--limit", "1")) == 1


def test_the_log_survives_nonsense(store: Path) -> None:
    good = {"at": "2026-07-01 06:00:00", "set": "d", "path": "d.toml", "as_of": DAY, "only": [], "files": [],
            "rows": 1, "seconds": 1.0, "exit": 0, "alerts": [], "reason": None}  # fmt: skip
    lines = [b"", b"null", b"[]", b"5", b'{"at": 5}', b"\xff\xfe", b"[" * 9999, json.dumps({**good, "at": "x"}).encode(),
             json.dumps({**good, "rows": []}).encode(), json.dumps({**good, "set": "\x1b[31m"}).encode()]  # fmt: skip
    log_path(store).write_bytes(b"\n".join([*lines, json.dumps(good).encode()]))
    said = crmcli("report", "runs", store=store)
    assert said.code == 0
    assert "\x1b" not in said.out
    assert len(runs(store)) == 2


def test_stale_runs(store: Path, tmp_path: Path) -> None:
    def stale(*more: str, now: str = "2026-07-01 09:00") -> tuple[int, str]:
        said = crmcli("report", "runs", *more, store=store, folder=tmp_path, env={"CRMCLI_TODAY": now})
        assert said.out == ""
        return said.code, said.err

    assert stale("--stale", "2d") == (10, "No report set has run yet\n")
    assert stale("--stale", "2d", "--set", "daily") == (10, "daily has never run well\n")
    assert run(store, SMALL).code == 0  # at 2026-07-01 09:00
    assert stale("--stale", "2d", "--set", "daily") == (0, "")
    assert stale("--stale", "2d", "--set", "daily.toml", now="2026-07-03 09:00") == (0, "")
    code, told = stale("--stale", "2d", now="2026-07-03 09:01")
    assert (code, told) == (10, "daily ran well last on 2026-07-01 09:00\n")
    assert run(store, SMALL.replace('"rfm"', '"rmf"'), env={"CRMCLI_TODAY": "2026-07-03 09:00"}).code == 3
    assert stale("--stale", "48h", now="2026-07-03 09:01")[0] == 10  # a failed run is no good run
    assert run(store, SMALL, "--only", "rfm", env={"CRMCLI_TODAY": "2026-07-03 09:00"}).code == 0
    assert stale("--stale", "1w", now="2026-07-03 09:01")[0] == 0
    assert stale("--stale", "2d", now="2026-07-03 09:01")[0] == 10  # nor is a part of one
    for wrong in ("2", "2y", "0d", "-1d", "d"):
        assert stale("--stale", wrong)[0] == 2


def test_only_names_reports_of_the_set(store: Path) -> None:
    said = run(store, SET, "--only", "mony")
    assert (said.code, "Did you mean money?" in said.err) == (3, True)


def test_no_store_no_run(tmp_path: Path) -> None:
    (tmp_path / "daily.toml").write_text(SET)
    said = crmcli("report", "run", "daily.toml", store=tmp_path / "none.duckdb", folder=tmp_path)
    assert said.code == 6
    assert [path.name for path in tmp_path.iterdir()] == ["daily.toml"]
    assert crmcli("report", "runs", store=tmp_path / "none.duckdb").code == 6


def test_an_empty_store_has_a_set_of_empty_reports(tmp_path: Path) -> None:
    store = tmp_path / "empty.duckdb"
    crmcli("init", store=store)
    said = run(store, SET)
    assert (said.code, said.out, said.err) == (0, "", "")
    said = run(store, SET.replace('as_of = "2026-06-30"', 'as_of = "latest"'))
    assert (said.code, "no dated fact" in said.err) == (2, True)


def test_reading_never_writes_the_store(store: Path) -> None:
    before = hashlib.sha256(store.read_bytes()).hexdigest()
    assert run(store).code == 0
    assert hashlib.sha256(store.read_bytes()).hexdigest() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(store: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    assert run(store).code == 1


def test_cron_at_six(store: Path, tmp_path: Path) -> None:
    """The scene of the same name: the set under version control, HTML and XLSX, exit 10, nothing on stdout."""
    shutil.copyfile(SAMPLE / "monday.toml", tmp_path / "monday.toml")
    words = ("report", "run", "monday.toml", "--as-of", DAY)
    two = [start(*words, store=store, folder=tmp_path, env={"LANG": "C"}) for _ in range(2)]
    ends = [process.communicate(timeout=200) for process in two]
    assert [process.returncode for process in two] == [10, 10], ends
    assert [out for out, _err in ends] == [b"", b""]
    assert all(b"whom-to-call: Alert: sum(money_at_risk) > 100000" in err for _out, err in ends)
    folder = tmp_path / "reports" / DAY
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {"index.html", f"{DAY}-today.html", f"{DAY}-whom-to-call.html", f"{DAY}-whom-to-call.xlsx"} <= names
    assert (folder / "monthly").is_dir()
    assert [(one["set"], one["exit"]) for one in runs(store)] == [("monday", "10"), ("monday", "10")]
