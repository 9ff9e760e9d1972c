"""The process that reads a workbook: bounded in memory and time, so that a hostile file can only end this one.

Started as `python -m crmcli.intake.workbook.child FOLDER`. The folder is private and holds job.json; the answer is
answer.json in it, with Parquet files beside it. Nothing is written anywhere else and nothing is printed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.found import write_found
from crmcli.intake.workbook.sentences import Refusal
from crmcli.intake.workbook.sniff import Container

JOB, ANSWER = "job.json", "answer.json"


def bound_memory() -> None:
    """Limit the address space of this process, and let it leave no core file; not possible on Windows."""
    try:
        import resource  # POSIX only
    except ImportError:
        return
    for what, bound in ((resource.RLIMIT_AS, limits.CHILD_MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        _soft, hard = resource.getrlimit(what)
        resource.setrlimit(what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


def answer_job(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Do what the job says: "read" tables, "list" sheets, or "look" at sheet XML without reading it."""
    from crmcli.intake.workbook import load  # after memory is bounded
    from crmcli.intake.workbook.look import Source

    if job["container"] == Container.TEXT.value:
        raise Refusal(sentences.NO_WORKBOOK, sentences.NO_WORKBOOK_HINT)
    source = Source(Path(job["path"]), Container(job["container"]))
    if job["task"] == "look":
        load.look_at_all(source)
        return {}
    if job["task"] == "list":
        return {"sheets": [asdict(sheet) for sheet in load.measure_sheets(source)]}
    wish = load.Wish(job["sheet"], job["header_row"], folder, job["columnar_from"])
    return {"tables": [write_found(found) for found in load.load_workbook(source, wish)]}


def main(folder: Path) -> None:
    """Read the job, write the answer. A refusal is an answer; anything else is left to the exit code."""
    bound_memory()
    job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    try:
        answer = answer_job(job, folder)
    except Refusal as refusal:
        answer = {"refusal": [refusal.template, refusal.hint, refusal.arguments]}
    (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
