"""What workbook intake says: English message ids, spoken by the parent process in the owner's language.

The reading child knows no language: it hands back (template, arguments). `message` marks a template for the
extraction of translations and changes nothing.
"""

from __future__ import annotations


def message(template: str) -> str:
    """Mark a message id for translation."""
    return template


class Refusal(Exception):  # noqa: N818 - the word of the house: a refusal becomes a UsageError in the parent
    """A workbook cannot be read; travels from the child to the parent.

    Args:
        template: Message id, one sentence.
        hint: Message id of the hint, or None.
        arguments: Values for both; text and numbers only.
    """

    def __init__(self, template: str, hint: str | None = None, **arguments: str | int) -> None:
        super().__init__(template)
        self.template = template
        self.hint = hint
        self.arguments = arguments


# refusals: %(file)s is filled in by the parent
EMPTY_FILE = message("%(file)s is empty")
HTML = message("%(file)s is an HTML page, although its name says workbook")
HTML_HINT = message("open it in a spreadsheet program and save it as XLSX or CSV")
XML_2003 = message("%(file)s is an Excel 2003 XML file")
NO_WORKBOOK = message("%(file)s is no workbook")
NO_WORKBOOK_HINT = message("expected XLSX, XLSM, XLSB, XLS or ODS; a text file should be named .csv")
ENCRYPTED = message("%(file)s is protected by a password")
ENCRYPTED_HINT = message("open it, remove the password and save it again")
BROKEN = message("%(file)s is damaged or cut off: %(reason)s")
BROKEN_HINT = message("copy or download it again, or open it in a spreadsheet program and save it anew")
BOMB = message("%(file)s would unfold to %(megabytes)s MB from a fraction of that: it looks like a trap")
BOMB_HINT = message("if it is honest, open it in a spreadsheet program and save it as CSV")
TOO_BIG = message("%(file)s is too big to be read as a workbook (%(megabytes)s MB unpacked)")
TOO_BIG_HINT = message("save it as CSV, or divide it")
FAR_CELL = message("%(file)s, sheet %(sheet)s: cell %(address)s lies far away from everything else")
FAR_CELL_HINT = message("delete the rows and columns around that cell and save the workbook again")
WIDE = message("%(file)s, sheet %(sheet)s has a cell at %(address)s: more than %(most)s columns")
WIDE_HINT = message("delete the columns that are no data and save the workbook again")
NO_DATA = message("%(file)s holds no data")
ONLY_HIDDEN = message("%(file)s holds no data on its visible sheets; hidden: %(sheets)s")
ONLY_HIDDEN_HINT = message("name the hidden sheet by --sheet to read it")
NO_SHEET = message("%(file)s has no sheet %(wanted)s")
NO_SHEET_HINT = message("its sheets are: %(sheets)s")
EMPTY_SHEET = message("%(file)s: sheet %(sheet)s is empty")
TIMEOUT = message("%(file)s could not be read within %(seconds)s seconds")
DIED = message("%(file)s could not be read: reading it needs too much memory, or it is damaged")

# warnings
HIDDEN_SHEETS = message("hidden sheets are not read: %(sheets)s")
EMPTY_SHEETS = message("sheets without data are not read: %(sheets)s")
ERROR_CELLS = message("cells that hold an error instead of a value: %(count)s (%(addresses)s)")
FORMULAS = message(
    "formulas without a stored value: %(count)s, the first in %(address)s; open the workbook in a spreadsheet program "
    "and save it"
)
MERGED_HEADING = message("merged cells in the headings: %(count)s; each name is given to all of its columns")
MERGED_LABEL = message(
    "merged labels in the data: %(count)s, the first in %(address)s; each is repeated in every row it covers"
)
MERGED_OTHER = message(
    "merged cells in the data: %(count)s, the first in %(address)s; only the first cell of each has a value"
)
LOST_DIGITS = message('column "%(column)s": Excel has lost digits of long numbers, the first in line %(line)s')
LOST_DIGITS_TEXT = message(
    'column "%(column)s": long numbers were saved as %(sample)s, their digits are lost, the first in line %(line)s'
)
LOST_ZEROS = message(
    'column "%(column)s" mixes codes such as %(sample)s with plain numbers: leading zeros may be lost (%(count)s cells)'
)
DATES_IN_CODES = message(
    'column "%(column)s" holds codes, but Excel has made dates of some (%(count)s cells), the first in line %(line)s'
)
PERCENT = message('column "%(column)s" is formatted as percent: 15%% is read as 0.15')
SECOND_READER = message("the usual reader failed on this workbook; a slower one read it")
UNCHECKED = message("cells with errors and formulas without values could not be looked for in this workbook")
