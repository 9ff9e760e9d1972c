"""The log of a help desk, folded into tickets by a profile; figures of the product's own report against the publisher's."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, shared

PROFILE = Path(__file__).resolve().parents[1] / "profiles" / "incidents.toml"
WORDS = {"1": "urgent", "2": "high", "3": "normal", "4": "low"}  # as the profile says them
# All tickets were closed by then; the window reaches back before the first.
PERIOD = ("--as-of", "2017-12-31", "--window", "3650", "--format", "csv")


def expected(name: str) -> Any:
    metrics = json.loads(shared("it_incidents", "expected_dev.json").read_text("utf-8"))["metrics"]
    return next(metric["value"] for metric in metrics if metric["id"] == name)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    file = shared("it_incidents", "dev_opened_before_2016-04-01.csv.gz")
    shop = Shop(tmp_path_factory.mktemp("incidents"))
    shop.take(file, "--profile", PROFILE)
    return shop


@pytest.fixture(scope="module")
def whole(desk: Shop) -> dict[str, float]:
    return {name: float(value) for name, value in report(desk, "none")["all"].items() if value and name != "group"}


def report(desk: Shop, by: str) -> dict[str, dict[str, str]]:
    """`report tickets --by …`: what a row is → its figures."""
    text = desk.expect(0, "report", "tickets", "--by", by, *PERIOD)
    return {row["group"]: row for row in csv.DictReader(io.StringIO(text))}


def test_events_become_tickets(desk: Shop) -> None:
    counts = expected("counts")
    [taken] = desk.taken
    assert (int(taken["rows_read"]), int(taken["rejected"])) == (counts["events"], 0)
    assert int(taken["created"]) == counts["incidents"]
    first, last, callers, nobody = desk.rows(
        "SELECT min(opened_at), max(opened_at), count(DISTINCT customer_id), max((customer_id IS NULL)::INT) FROM tickets"
    )[0]
    assert [first.isoformat(), last.isoformat()] == [counts["a"], counts["b"]]
    assert callers + nobody == counts["callers"]  # the publisher counts "?" as one of them


def test_the_same_log_again_changes_nothing(desk: Shop) -> None:
    again = desk.take(shared("it_incidents", "dev_opened_before_2016-04-01.csv.gz"), "--profile", PROFILE)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 9202)


def test_kept_share(whole: dict[str, float]) -> None:
    """As told at the event with the highest number of the incident: 40.42 %."""
    assert whole["sla_kept_told"] == pytest.approx(expected("sla_made")["share"], abs=1e-9)
    assert round(whole["sla_kept_told"], 4) == 0.4042


def test_by_priority(desk: Shop) -> None:
    found = report(desk, "priority")
    rows = expected("sla_by_priority")["rows"]
    assert len(found) == len(rows)
    for code, count, share in rows:
        row = found[WORDS[code]]
        assert int(row["tickets"]) == count
        assert float(row["sla_kept_told"]) == pytest.approx(share, abs=1e-9)


def test_hours_by_the_clock(whole: dict[str, float]) -> None:
    """Opened to resolved, day and night, of incidents with a moment of resolution."""
    hours = expected("resolution_hours")
    assert whole["resolved"] == hours["n"]
    assert whole["resolution_clock_median"] == pytest.approx(hours["median"], abs=1e-6)
    assert whole["resolution_clock_p90"] == pytest.approx(hours["p90"], abs=1e-6)
    assert whole["resolution_clock_mean"] == pytest.approx(hours["mean"], abs=1e-6)


def test_days_to_close(whole: dict[str, float]) -> None:
    days = expected("close_days")
    assert whole["close_days_median"] == pytest.approx(days["median"], abs=1e-6)
    assert whole["close_days_mean"] == pytest.approx(days["mean"], abs=1e-6)


def test_never_resolved_but_closed(desk: Shop, whole: dict[str, float]) -> None:
    assert whole["tickets"] - whole["resolved"] == expected("never_resolved_field")
    assert desk.one("SELECT count(*) FROM tickets WHERE resolved_at IS NULL AND closed_at IS NULL") == 0


def test_reopened_and_reassigned(desk: Shop, whole: dict[str, float]) -> None:
    assert whole["tickets"] == expected("reopened")["n"]
    assert whole["reopened_share"] == pytest.approx(expected("reopened")["share"], abs=1e-9)
    assert whole["reassigned_share"] == pytest.approx(expected("reassigned")["share"], abs=1e-9)
    assert whole["reassigned_mean"] == pytest.approx(expected("reassigned")["mean"], abs=1e-9)
    by_hands = desk.rows("SELECT least(reassigned, 5), count(*), avg(sla_kept::INT) FROM tickets GROUP BY 1 ORDER BY 1")
    for got, want in zip(by_hands, expected("sla_by_reassignment")["rows"], strict=True):
        assert [*got] == pytest.approx(want, abs=1e-9)


def test_by_channel(desk: Shop) -> None:
    """Phone and Email are said our way."""
    found = {name: int(row["tickets"]) for name, row in report(desk, "channel").items()}
    words = {"Phone": "phone", "Email": "mail"}
    assert found == {words[name]: count for name, count in expected("by_channel")["rows"]}


def test_repeat_callers(desk: Shop) -> None:
    """Two or more incidents; "?" stands for one caller, who has several."""
    want = expected("repeat_callers")
    found = desk.rows(
        "SELECT count(*), count(*) FILTER (n > 1) FROM (SELECT count(*) AS n FROM tickets GROUP BY customer_id)"
    )
    assert found[0][0] == want["n"]
    assert found[0][1] / found[0][0] == pytest.approx(want["share"], abs=1e-9)
