"""Pages as XLSX: typed cells with formats, filters, a frozen heading, ready to print; texts are never formulas."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from crmcli.documents.page import Block, Page, Total
from crmcli.documents.pictures import code_picture, picture_kind, size_of
from crmcli.documents.sheet_rows import Sheet, width_of, write_table

_SOFT = "#5B6570"
_SAFE = str.maketrans({"'": " ", "[": "(", "]": ")", ":": " ", "*": " ", "?": " ", "/": "-", "\\": "-"})


def xlsx(page: Page, issued_on: dt.date, parts: Mapping[str, bytes]) -> bytes:
    """A page as a workbook of one sheet."""
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({
        "title": page.title[:255], "author": page.seller.name[:255],
        "created": dt.datetime(issued_on.year, issued_on.month, issued_on.day, tzinfo=dt.UTC).replace(tzinfo=None),
    })  # fmt: skip
    name = page.title.translate(_SAFE).encode("utf-16-le")[:62].decode("utf-16-le", "ignore").strip() or "1"
    sheet = Sheet(page, book, book.add_worksheet(name))
    _set_up(sheet)
    _head(sheet, parts)
    _body(sheet)
    _foot(sheet)
    book.close()
    return made.getvalue()


def _set_up(sheet: Sheet) -> None:
    paper = sheet.sheet
    paper.set_paper(9)
    if sheet.page.is_wide:
        paper.set_landscape()
    paper.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    paper.fit_to_pages(1, 0)
    paper.set_footer("&R&P / &N")
    paper.hide_gridlines(2)
    for place, column in enumerate(sheet.page.grid.columns):
        width = width_of(sheet.page, place, column)
        sheet.widths.append(width)
        paper.set_column(place, place, width)


def _head(sheet: Sheet, parts: Mapping[str, bytes]) -> None:
    page = sheet.page
    logo = parts.get("logo")
    if logo and picture_kind(logo) != "svg":  # Excel's own files hold no SVG that all readers show
        sheet.sheet.set_row(0, 48)
        sheet.sheet.insert_image(0, 0, "logo", {"image_data": io.BytesIO(logo), **_scaled(logo), "object_position": 1})
        sheet.at = 1
    sheet.line(page.title, bold=True, font_size=15, font_color="#1F4E79")
    for text in page.subtitles:
        sheet.line(text, font_color=_SOFT)
    sheet.at += 1
    if page.form:
        words = page.words
        form = page.form
        _pairs(sheet, [
            (words["receiver"], form.receiver), (words["tax_id"], form.tax_id), (words["tax_reason"], form.tax_reason),
            (words["bank_of"], form.bank), (words["bic"], form.bic), (words["corr_account"], form.corr_account),
            (words["account"], form.account),
        ])  # fmt: skip
    if page.buyer is None:  # a price list: little above the table, so that its heading can stay in sight
        details = (f"{label} {value}".strip() for label, value in page.seller.details)
        heading = (f"{label}: {value}" for label, value in page.heading)
        notes = (text.rstrip(".") for text in page.notes)
        for text in ("; ".join((page.seller.name, *details)), "; ".join(heading), ". ".join(notes)):
            if text:
                sheet.line(text)
        return
    for block in (page.seller, page.buyer):
        _party(sheet, block)
    _pairs(sheet, page.heading)
    for text in page.notes:
        sheet.line(text)


def _scaled(logo: bytes) -> dict[str, float]:
    """A logo brought to the height of its row."""
    _width, height = size_of(logo)
    scale = 60 / height if height > 60 else 1.0
    return {"x_scale": scale, "y_scale": scale}


def _party(sheet: Sheet, block: Block) -> None:
    sheet.line(f"{block.role}: {block.name}", bold=True)
    for label, value in block.details:
        sheet.line(f"{label} {value}".strip())


def _pairs(sheet: Sheet, pairs: Any) -> None:
    for label, value in pairs:
        sheet.line(f"{label}: {value}")


def _body(sheet: Sheet) -> None:
    """The table with its heading frozen, filtered and repeated on every printed page."""
    grid = sheet.page.grid
    sheet.at += 1
    head = sheet.at
    write_table(sheet, grid)
    if grid.rows:
        last = sheet.at - 1
        filtered = not any(row.is_sum for row in grid.rows)
        if filtered:
            sheet.sheet.autofilter(head, 0, last, len(grid.columns) - 1)
        sheet.sheet.repeat_rows(head)
        if head < 10:  # a heading far down would leave no room to scroll in
            sheet.sheet.freeze_panes(head + 1, 0)
    _note(sheet, grid.note)


def _foot(sheet: Sheet) -> None:
    page = sheet.page
    for total in page.totals:
        _total(sheet, total)
    for text in page.sentences:
        sheet.line(text)
    for grid in (page.offered, page.instalments):
        if grid:
            sheet.at += 1
            sheet.line(grid.title, bold=True)
            write_table(sheet, grid)
            _note(sheet, grid.note)
    if page.payment:
        _heading(sheet, page.words["payment"])
        _pairs(sheet, page.payment)
    _code(sheet)
    if page.terms:
        _heading(sheet, page.words["terms"])
        for text in page.terms:
            sheet.line(text)
    _signings(sheet)


def _total(sheet: Sheet, total: Total) -> None:
    looks: dict[str, Any] = {"bold": True, "font_size": 12} if total.is_strong else {}
    if sheet.span > 1:
        sheet.sheet.merge_range(sheet.at, 0, sheet.at, sheet.span - 1, "", sheet.style(align="right", **looks))
    sheet.text(0, total.label, align="right", **looks)
    if total.value is None:
        sheet.text(sheet.span, total.text, align="right", **looks)
    else:
        sheet.amount(sheet.span, total.value, **looks)
    sheet.at += 1


def _heading(sheet: Sheet, text: str) -> None:
    sheet.at += 1
    sheet.line(text, bold=True)


def _note(sheet: Sheet, text: str) -> None:
    if text:
        sheet.line(text, font_color=_SOFT)


def _code(sheet: Sheet) -> None:
    if not sheet.page.code:
        return
    sheet.at += 1
    _note(sheet, sheet.page.code_title)
    picture = io.BytesIO(code_picture(sheet.page.code, "png"))
    looks = {"image_data": picture, "x_scale": 0.4, "y_scale": 0.4, "object_position": 1}
    sheet.sheet.insert_image(sheet.at, 0, "code.png", looks)
    sheet.at += 9


def _signings(sheet: Sheet) -> None:
    for signing in sheet.page.signings:
        sheet.at += 1
        if signing.title:
            sheet.line(signing.title, bold=True)
        for role, name in signing.signers:
            sheet.at += 1
            sheet.line(f"{role} ____________________ {name}".strip())
