"""Answers as files that people edit: CSV, TOML, and Markdown with one file an answer; what is written is read back alike.

A CSV is opened with a spreadsheet, so a text that one would run as a formula is written behind an apostrophe, which reading
takes off again (and a text that begins so itself gets a second one).
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.answers.texts import split_tags
from crmcli.rules.toml_text import quoted
from crmcli.settings import why_no_toml

COLUMNS = ("answer", "question", "language", "tags", "approved", "text")
_HEADINGS = {
    **{name: name for name in COLUMNS},
    "номер": "answer", "ответ": "answer", "вопрос": "question", "язык": "language", "теги": "tags", "метки": "tags",
    "утвержден": "approved", "утверждён": "approved", "текст": "text", "number": "answer", "tag": "tags",
}  # fmt: skip
_NO = ("no", "n", "false", "0", "нет", "draft", "черновик", "-")
_FORMULA = re.compile(r"'*[=+\-@\t]")
_HEAD = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer of a file.

    Args:
        place: Where it stands, to be told: a line, a name of a file.
        answer_no: As written, None where nothing is.
        question, text: As written; empty where missing.
        language: None where nothing is said.
        tags: As written.
        approved: False where the file says that it is not.
    """

    place: str
    answer_no: str | None
    question: str
    text: str
    language: str | None = None
    tags: tuple[str, ...] = ()
    approved: bool = True


def written_csv(entries: Iterable[Entry]) -> str:
    """Answers as CSV with a heading."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in entries:
        row = (
            one.answer_no,
            one.question,
            one.language,
            ", ".join(one.tags),
            "yes" if one.approved else "no",
            one.text,
        )
        writer.writerow([_guarded(text or "") for text in row])
    return sink.getvalue()


def read_csv(text: str, file: str) -> list[Entry]:
    """Answers of a CSV: columns by their headings, with commas, semicolons or tabs between.

    Raises:
        UsageError: No heading "question" or "text", or lines that cannot be read.
    """
    content = text.removeprefix("\ufeff")
    first = content.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [_HEADINGS.get(" ".join(name.split()).casefold()) for name in next(reader, [])]
        for needed in ("question", "text"):
            if needed not in names:
                words = {"file": file, "name": needed}
                raise UsageError(_("%(file)s: there is no column %(name)s") % words, _("Its columns: %(names)s") % {"names": ", ".join(COLUMNS)})  # fmt: skip
        found = []
        for row in reader:
            if any(cell.strip() for cell in row):
                place = _("line %(line)s") % {"line": reader.line_num}
                found.append(
                    _entry(place, {name: _unguarded(cell) for name, cell in zip(names, row, strict=False) if name})
                )
    except csv.Error:
        raise UsageError(
            _("%(file)s: line %(line)s cannot be read") % {"file": file, "line": reader.line_num}
        ) from None
    return found


def written_toml(entries: Iterable[Entry]) -> str:
    """Answers as TOML, one [[answer]] each."""
    blocks = []
    for one in entries:
        tags = ", ".join(quoted(tag) for tag in one.tags)
        lines = [
            "[[answer]]",
            *([f"answer = {quoted(one.answer_no)}"] if one.answer_no else []),
            f"question = {quoted(one.question)}",
            *([f"language = {quoted(one.language)}"] if one.language else []),
            f"tags = [{tags}]",
            f"approved = {'true' if one.approved else 'false'}",
            f'text = """\n{_escaped(one.text)}"""',
        ]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def read_toml(text: str, file: str) -> list[Entry]:
    """Answers of a TOML file.

    Raises:
        UsageError: No TOML, or not of that shape.
    """
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(_("%(file)s: %(reason)s") % {"file": file, "reason": why_no_toml(error)}) from None
    listed = data.pop("answer", [])
    if data or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise UsageError(_("%(place)s: write it as [[%(name)s]]") % {"place": file, "name": "answer"})
    return [_of_table(one, f"answer {count}", file) for count, one in enumerate(listed, 1)]


def written_markdown(one: Entry) -> str:
    """An answer as Markdown: facts between two lines of ---, the question as heading, the text."""
    facts = {"answer": one.answer_no, "language": one.language, "tags": ", ".join(one.tags), "approved": "yes" if one.approved else "no"}  # fmt: skip
    head = "".join(f"{name}: {value}\n" for name, value in facts.items() if value)
    return f"---\n{head}---\n# {one.question}\n\n{one.text}\n"


def read_markdown(text: str, file: str) -> Entry:
    """The answer of a Markdown file; the facts above the heading may be missing."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    facts: dict[str, str] = {}
    if found := _HEAD.match(whole):
        for line in found[1].splitlines():
            name, _colon, value = line.partition(":")
            if known := _HEADINGS.get(name.strip().casefold()):
                facts[known] = value.strip()
        whole = whole[found.end() :]
    title, _end, rest = whole.removeprefix("\ufeff").lstrip("\n").partition("\n")
    heading = title.removeprefix("# ") if title.startswith("# ") else ""
    return _entry(file, {**facts, "question": heading, "text": rest if heading else ""})


def _of_table(one: dict[str, Any], place: str, file: str) -> Entry:
    for key, value in one.items():
        if key not in COLUMNS:
            words = {"place": f"{file}: {place}", "key": repr(key)}
            raise UsageError(
                _("%(place)s: there is no %(key)s") % words, nearest(key, [*COLUMNS]) or ", ".join(COLUMNS)
            )
        wanted = bool if key == "approved" else (str, list) if key == "tags" else str
        if not isinstance(value, wanted) or (
            isinstance(value, list) and not all(isinstance(tag, str) for tag in value)
        ):
            raise UsageError(_("%(place)s: %(key)s is no text") % {"place": f"{file}: {place}", "key": key})
    tags = one.get("tags", [])
    texts = {key: str(one.get(key, "")) for key in ("answer", "question", "language", "text")}
    return _entry(
        place,
        {**texts, "tags": tags if isinstance(tags, str) else ", ".join(tags), "approved": "yes" if one.get("approved", True) else "no"},
    )  # fmt: skip


def _entry(place: str, cells: dict[str, str]) -> Entry:
    return Entry(
        place, cells.get("answer", "").strip() or None, cells.get("question", ""), cells.get("text", ""),
        cells.get("language", "").strip() or None, tuple(split_tags([cells.get("tags", "")])),
        cells.get("approved", "").strip().casefold() not in _NO,
    )  # fmt: skip


def _guarded(text: str) -> str:
    return "'" + text if _FORMULA.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _escaped(text: str) -> str:
    """A text within three quotes: there are never two in a row in it, nor one at its end."""
    return re.sub(r'"(?="|\Z)', r'\\"', text.replace("\\", "\\\\"))
