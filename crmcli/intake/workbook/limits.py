"""Every limit of workbook intake, with its reason.

Workbooks come from outside: a few kilobytes may unfold to gigabytes, so each step has a bound that an honest
file of a small business does not reach.
"""

from __future__ import annotations

MEBIBYTE = 1 << 20

# --- the archive, looked at before anything is unpacked -----------------------------------------------------------
# Unpacked size from which the packing ratio must look honest. Sheet XML of a million rows is about 450 MiB.
UNPACKED_BYTES = 512 * MEBIBYTE
# Sheet XML packs 6-20 times, repetitive shared strings up to 40: what is beyond UNPACKED_BYTES must stay below this.
PLAUSIBLE_RATIO = 40
# No honest ratio is beyond this one; deflate itself ends at about 1,030.
HIGHEST_RATIO = 200
# Below this unpacked size a member does no harm whatever its ratio (empty styled rows do pack 300 times).
HARMLESS_MEMBER_BYTES = 16 * MEBIBYTE
# Beyond this nothing is read: the child's memory would not do for it.
MOST_UNPACKED_BYTES = 2048 * MEBIBYTE
# An archive lists a handful of parts; pictures and comments add hundreds, not tens of thousands.
MOST_MEMBERS = 20_000
# Parts read whole (workbook, relationships, styles, manifest): real ones are below 1 MiB, wild styles reach 10.
PART_BYTES = 32 * MEBIBYTE

# --- the sheet ----------------------------------------------------------------------------------------------------
# The same cap as for text files: no table of a business has more, and a database table should not.
MOST_COLUMNS = 2_000
# Readers allocate the whole rectangle up to the farthest cell, 32 bytes each: 30 million are about 1 GiB.
MOST_AREA_CELLS = 30_000_000
# ... unless the XML is big enough to fill such a rectangle: a filled cell takes 20 bytes and more.
AREA_CELLS_PER_BYTE = 1
# One cell's XML longer than this is no cell (Excel ends at 32,767 characters, escapes included 400 kB).
CELL_BYTES = 8 * MEBIBYTE
# Text after the cells that is searched for merged ranges.
AFTERMATH_BYTES = 32 * MEBIBYTE
# Cells remembered one by one before a (column, type) pair counts as usual.
REMEMBERED_CELLS = 200
# Error cells and formulas without a value that are put back by address; more of them make the sheet unusable.
MOST_PATCHES = 2_000_000
# First and later pieces in which sheet XML is looked through: a first look of some hundred rows, then big strides.
HEAD_BYTES = 256 * 1024
CHUNK_BYTES = 4 * MEBIBYTE

# --- the child that reads -----------------------------------------------------------------------------------------
# Address space: twelve million cells take about 2.5 GiB in it, libraries another 1 GiB.
CHILD_MEMORY_BYTES = 5 * 1024 * MEBIBYTE
# Wall clock: a second is enough for most; the rest is for a busy machine.
CHILD_SECONDS = 60.0
# ... and on top of it per unpacked MiB (about 0.02 s when nothing else runs).
CHILD_SECONDS_PER_MEBIBYTE = 0.5
# A child that only lists sheets or only looks where a far cell is.
LOOK_SECONDS = 60.0

# --- which road -----------------------------------------------------------------------------------------------------
# From this size of sheet XML on, columns go through Arrow instead of Python cells: below, starting polars costs more.
COLUMNAR_FROM_BYTES = 8 * MEBIBYTE
# Rows handed over inside JSON up to this many cells, as a Parquet file beyond.
CELLS_IN_JSON = 100_000
# Rows at the head and at the tail of a big sheet that are looked at one by one for titles, headings and totals.
HEAD_ROWS = 120
TAIL_ROWS = 60
# The second reader takes twenty times as long and ten times the memory of the first.
SECOND_READER_BYTES = 24 * MEBIBYTE
# Rows in between that look unlike data are looked at too; if there are more, they are how the data looks.
MOST_SUSPECTS = 5_000

# --- numbers and words ------------------------------------------------------------------------------------------------
# Excel keeps 15 significant digits; what lies beyond is float noise, and an id of 16 digits has lost its last.
SIGNIFICANT_DIGITS = 15
# Addresses named in one warning.
NAMED_ADDRESSES = 5
# Length of names from the file inside a sentence.
NAMED_CHARACTERS = 80
