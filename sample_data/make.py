"""Makes the sample files anew, byte for byte the same each time: `python -m sample_data.make [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from sample_data.control import control_text
from sample_data.text_files import text_files
from sample_data.workbook import book


def sample_files() -> dict[str, bytes]:
    """File name → content, of every file that is made."""
    return text_files() | {"book.xlsx": book(), "expected.json": control_text().encode()}


def main(arguments: list[str]) -> int:
    """Write all files into the folder named, or beside this program; returns the exit code."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sample_files().items():
        (folder / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
