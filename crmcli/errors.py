"""Every refusal crmcli utters: one sentence, one hint, one exit code."""

from __future__ import annotations


class CrmError(Exception):
    """A refusal to be shown as one line on stderr, with a hint under it.

    Args:
        message: What is wrong and where, one sentence, in the owner's language.
        hint: What to do about it, or None where the message says it.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(CrmError):
    """The command or its settings are wrong (exit 2); so is a file that cannot be read as data."""

    exit_code = 2


class NotFoundError(CrmError):
    """What was named does not exist (exit 3)."""

    exit_code = 3


class ConflictError(CrmError):
    """A rule refuses, or the state of the store contradicts the request (exit 4)."""

    exit_code = 4


class StoreError(CrmError):
    """The store is missing, foreign, older, newer, locked or damaged (exit 6)."""

    exit_code = 6
