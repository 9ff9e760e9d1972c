"""Write docs/reference from the code: `python -m docs.make`; with --check, say whether it is up to date."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from crmcli.cli import app, options
from crmcli.intake.entities import entities
from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.settings import SETTINGS
from crmcli.store.check import checks

FOLDER = Path(__file__).parent / "reference"
_NOTE = "<!-- Written by `make docs` from the code; edit the code. -->\n"


def pages() -> dict[str, str]:
    """Every generated page: file name → text."""
    return {
        "commands.md": _NOTE + "# Commands\n" + "".join(_commands()),
        "reports.md": _NOTE + "# Reports\n" + "".join(_reports()),
        "entities.md": _NOTE + "# What can be taken in\n" + "".join(_entities()),
        "metrics.md": _NOTE + "# What each figure means\n" + "".join(_metrics()),
        "settings.md": _NOTE + "# Settings\n" + _settings(),
        "checks.md": _NOTE + "# Checks\n" + _checks(),
    }


def _commands() -> Iterator[str]:
    """The help of every command, as `crmcli … --help` prints it at 100 columns."""
    yield "\nOptions that work anywhere: `--db FILE`, `--lang en|ru`, `--wait SECONDS`, `--debug`.\n"
    root = app.build()
    for path, command in _walk(root, ["crmcli"]):
        text = _help(command, path)
        yield f"\n## {' '.join(path)}\n\n```text\n{text}\n```\n"


def _walk(command: object, path: list[str]) -> Iterator[tuple[list[str], object]]:
    yield path, command
    names = getattr(command, "list_commands", None)
    if names is not None:
        for name in names(None):
            yield from _walk(command.get_command(None, name), [*path, name])  # type: ignore[attr-defined]


def _help(command: object, path: list[str]) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        command.main(
            ["--help"], prog_name=" ".join(path), standalone_mode=False, terminal_width=100, max_content_width=100
        )  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip().splitlines())


def _reports() -> Iterator[str]:
    yield f"\nFormats: {options.FORMATS}. Columns are named so in every machine format; None of it changes between versions.\n"
    for name in registry.names():
        report = registry.find(name)
        yield f"\n## {report.name}\n\n{report.question}\n"
        if report.parameters:
            yield "\n| option | default | meaning |\n|---|---|---|\n"
            for parameter in report.parameters:
                option = parameter.name.replace("_", "-")
                yield f"| `--{option}` | {parameter.default} | {parameter.help} |\n"
        yield "\n| column | title | kind |\n|---|---|---|\n"
        for column in report.columns:
            yield f"| `{column.name}` | {column.title} | {column.kind.value} |\n"


def _entities() -> Iterator[str]:
    yield "\n`*` = required. Headings are recognised without regard to case, punctuation and ё/е.\n"
    for entity in entities().values():
        key = ", ".join(f"`{column}`" for column in entity.natural) or "none: rows are told by all they hold"
        yield f"\n## {entity.name}\n\nKey: {key}.\n\n| column | type | headings recognised |\n|---|---|---|\n"
        for field in entity.fields.values():
            star = "*" if field.required else ""
            yield f"| `{field.name}`{star} | {field.type} | {', '.join(field.synonyms[1:])} |\n"


def _metrics() -> Iterator[str]:
    """Every measure with its SQL: the same words that reports are counted by."""
    yield "\nEach measure is a table macro; reports are made of them. `as_of` is the day looked from: nothing dated later counts.\n"
    for metric in catalogue.metrics().values():
        body = "\n".join(line for line in metric.sql.strip().splitlines() if not line.startswith("--"))
        yield f"\n## {metric.name}\n\n{metric.purpose}\n\n```sql\n{body}\n```\n"


def _settings() -> str:
    lines = ["\nThe command line wins over variables, variables over `crmcli.toml` in the working folder.\n"]
    lines.append("\n| setting | option | variable | default | meaning |\n|---|---|---|---|---|\n")
    lines += [
        f"| `{s.name}` | {f'`--{s.name}`' if f'--{s.name}' in app.GLOBAL else '–'} | `{s.variable}` | {s.default} | {s.meaning} |\n"
        for s in SETTINGS
    ]
    lines.append("\n`CRMCLI_TODAY=2026-01-31` fixes the day of the run, `NO_COLOR` turns colours off.\n")
    return "".join(lines)


def _checks() -> str:
    lines = ["\n`crmcli check` runs all of them; an import that broke one of those marked would not be kept.\n"]
    lines.append("\n| check | looks for | inside imports |\n|---|---|---|\n")
    lines += [f"| `{c.name}` | {c.question} | {'yes' if c.stops_import else ''} |\n" for c in checks()]
    return "".join(lines)


def main() -> int:
    """Write the pages, or with --check compare them; returns the exit code."""
    stale = []
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        path = FOLDER / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text("utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, "utf-8")
    if stale:
        sys.stderr.write(f"docs/reference is out of date ({', '.join(stale)}): run make docs\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
