"""Tints of words: what is good, what wants a look, what is bad; the same word has the same tint in every report."""

from __future__ import annotations

_TONES = {
    "good": ("champion", "loyal", "potential_loyal", "A", "X", "won", "paid", "active", "growing", "growth", "kept", "on_time"),
    "fair": ("new", "promising", "B", "Y", "returning", "reactivated", "stable", "open", "expected"),
    "warn": ("medium", "need_attention", "about_to_sleep", "at_risk", "hibernating", "declining", "sleeping", "late", "due"),
    "bad": ("high", "cannot_lose", "lost", "departed", "overdue", "critical", "breached", "churned", "refused"),
}  # fmt: skip
_BY_WORD = {word: tone for tone, words in _TONES.items() for word in words}


def tone(word: object) -> str:
    """Class of a LEVEL word: "good", "fair", "warn", "bad", or "" for one without a tint."""
    return _BY_WORD.get(word, "") if isinstance(word, str) else ""
