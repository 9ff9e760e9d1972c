"""A small briefing with a bit of everything: what a template of the owner's is tried on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from crmcli.documents.briefings.facts import Bar, BarChart, Briefing, KeyFigure, Section, Tone
from crmcli.documents.page import Cell, Column, Grid, Group, Row, Shape, Signing

_DAY = dt.date(2026, 1, 31)


def trial_briefing(language: str) -> Briefing:
    """Every part there is, once."""
    columns = (Column("name", "Name", Shape.TEXT), Column("amount", "Amount", Shape.MONEY))
    rows = (
        Row((Cell("Coil", "Coil"), Cell("1", Decimal(1))), note="red", mark="late"),
        Row((Cell("All", "All"), Cell("1", Decimal(1))), is_sum=True),
    )
    bars = tuple(Bar(str(place), str(place), Decimal(place), is_faint=place < 2) for place in range(-1, 4))
    sections = (
        Section("First", points=("One.", "Two."), is_strong=True),
        Section("Course", chart=BarChart(bars, "now", "before")),
        Section("Half", sentences=("A sentence.",), is_half=True),
        Section("Other half", grid=Grid(columns, (Group("Group", rows),), note="and more"), free="name", is_half=True),
        Section("Empty", grid=Grid(columns, (Group("", ()),)), free="name", empty="Nothing."),
    )
    figures = tuple(KeyFigure(tone.value, "1", Decimal(1), "remark", tone) for tone in Tone)
    return Briefing(
        kind="review", language=language, overline="Review", title="Sample", as_of=_DAY, made_for="Sample Fittings Ltd",
        subtitles=("Below",), headline="All is well.", figures=figures, sections=sections, notes=("Note.",), stamp="Ours",
        signings=(Signing("Agreed", (("Manager", "M. Sample"),)),),
    )  # fmt: skip
