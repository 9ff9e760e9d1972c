"""The page in a real browser, where one is installed: the script sorts, and the policy lets it."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from crmcli.table import Table
from tests.output.page.reading import Page, written

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
HOOK = """
const clicks = %s;
for (const place of clicks) document.querySelectorAll("table.sortable th button")[place].click();
const box = document.querySelector(".filter input");
if (box && %s) { box.value = %s; box.dispatchEvent(new Event("input")); }
"""


def shown(text: str, tmp_path: Path, clicks: list[int], search: str = "") -> str:
    """What the page has become after these clicks on headings and this search; the hook is let in by its own hash."""
    if BROWSER is None:
        pytest.skip("no Chromium here: the script of the page is not tried")
    hook = HOOK % (clicks, "true" if search else "false", repr(search))
    digest = base64.b64encode(hashlib.sha256(hook.encode()).digest()).decode()
    text = text.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    path = tmp_path / "page.html"
    path.write_text(text.replace("</body>", f"<script>{hook}</script></body>"), "utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
    ]
    return subprocess.run([*command, path.as_uri()], capture_output=True, text=True, check=True, timeout=90).stdout


def first_cells(dom: str) -> list[str]:
    return [row[0] for row in Page(dom).tables[0]]


def test_a_click_sorts_numbers_from_the_largest_with_unknown_last_and_totals_below(
    table: Table, tmp_path: Path
) -> None:
    dom = shown(written(table), tmp_path, [3, 3])  # the second click turns the order
    assert first_cells(dom)[1:] == ["C-2", "00501", "C-3", "Total"]
    assert [head["aria-sort"] for head in Page(dom).all("th")].index("ascending") == 3
    assert dom.count("<button") == len(table.columns)


def test_searching_hides_the_other_rows(table: Table, tmp_path: Path) -> None:
    from crmcli.table import ListRows

    rows = [(f"C-{n}", f"Name {n}", *table.rows.fetch()[0][2:]) for n in range(40)]
    dom = shown(written(replace(table, rows=ListRows(rows))), tmp_path, [], "name 17")
    assert dom.count("<tr hidden") == 39
    assert re.search(r"<output[^>]*>1 of 40<", dom)
