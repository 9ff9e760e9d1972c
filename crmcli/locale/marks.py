"""Where the code marks messages for translation, read from its syntax.

Marks are the calls of gettext and its kin, `message` of the workbook reader, and every heading given to a Column.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crmcli.locale.written import written

_SINGLE = frozenset({"_", "N_", "gettext", "message"})
_PLURAL = frozenset({"ngettext"})
_COLUMN = "Column"  # its second argument is a message id, by the contract of crmcli.table


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One marked message.

    Args:
        one: The message, or its form for one.
        many: Its form for many, "" without plural forms.
    """

    one: str
    many: str = ""


@dataclass(frozen=True, slots=True)
class Blunder:
    """A mark that no catalog can serve.

    Args:
        file: Where.
        line: 1-based.
        reason: What is wrong, one sentence.
    """

    file: Path
    line: int
    reason: str


def marked(package: Path) -> tuple[set[Message], list[Blunder]]:
    """Every message marked in the Python files of a package, and the marks that are wrong."""
    messages: set[Message] = set()
    blunders: list[Blunder] = []
    for file in sorted(package.rglob("*.py")):
        for call, name in _calls(ast.parse(file.read_text(encoding="utf-8"), str(file))):
            found = _message(call, name)
            if isinstance(found, Message):
                messages.add(found)
            elif found:
                blunders.append(Blunder(file, call.lineno, found))
    return messages | {Message(word) for word in written(package)}, blunders


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Calls of the marking functions, by plain name or as an attribute (`language.gettext`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in _SINGLE | _PLURAL | {_COLUMN}:
                yield node, name


def _message(call: ast.Call, name: str) -> Message | str | None:
    """The message of a call; a sentence when it is wrong; None where a variable marked elsewhere is translated."""
    if name == _COLUMN:
        return _heading(call)
    wanted = 2 if name in _PLURAL else 1
    texts = [argument.value for argument in call.args[:wanted] if isinstance(argument, ast.Constant)]
    if len(texts) == wanted and all(isinstance(text, str) and text for text in texts):
        return Message(*map(str, texts))
    if any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in call.args[:wanted]):
        return "a message is put together before it is translated: translate first, then fill in by %"
    return "N_() marks a plain text, not a value" if name == "N_" else None


def _heading(call: ast.Call) -> Message | None:
    """The heading of a column; None where it is no plain text, or N_() marks it already."""
    title = call.args[1] if len(call.args) > 1 else None
    plain = isinstance(title, ast.Constant) and isinstance(title.value, str) and title.value
    return Message(str(title.value)) if plain else None  # type: ignore[union-attr]
