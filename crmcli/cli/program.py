"""How every command of the program is set up: plain help, -h, no completion options of its own."""

from __future__ import annotations

from typing import Any

import typer


def program(*, help: str | None = None, cls: Any = None) -> typer.Typer:
    """A command, or a group of commands when `help` or `cls` is given."""
    return typer.Typer(
        cls=cls,
        help=help,
        rich_markup_mode=None,
        add_completion=False,
        no_args_is_help=help is not None or cls is not None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
