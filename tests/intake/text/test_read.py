"""Text files of every kind → readings."""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.intake.reading import Hints, Reading
from crmcli.intake.text.read import read_text
from crmcli.intake.text.write import write_clean

TABLE = "id;name;amount\n1;Кабель ВВГ;1 234,50\n2;Провод ПВС;99,00\n3;Розетка;5,10\n"


def read(folder: Path, content: str | bytes, hints: Hints | None = None) -> list[Reading]:
    path = folder / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_text(path, hints or Hints(), origin="in.csv")


def rows(reading: Reading) -> list[list[str]]:
    return [list(row) for row in reading.rows]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (reading,) = read(tmp_path, TABLE.encode(encoding))
    assert reading.encoding == encoding
    assert rows(reading)[0] == ["1", "Кабель ВВГ", "1 234,50"]
    assert (reading.headings, reading.delimiter) == (("id", "name", "amount"), ";")


def test_western_encoding(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, "Name;Straße;Preis\nMüller;Königsallee 5;3,50 €\n".encode("cp1252"))
    assert (reading.encoding, rows(reading)) == ("cp1252", [["Müller", "Königsallee 5", "3,50 €"]])


def test_slip_in_utf8_is_warned_about_with_its_line(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, ("имя;шт\n" + "Кабель;1\n" * 200).encode() + b"\xcf;5\n")
    assert (reading.encoding, len(reading.rows)) == ("utf-8", 201)
    assert reading.warnings[0][1]["line"] == 202


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "||", "^"])
def test_delimiters_and_newlines(tmp_path: Path, delimiter: str, newline: str) -> None:
    lines = [["id", "name", "on"], ["1", "Smith & Sons", "2024-01-31"], ["2", "Bolt", "2024-02-28"]]
    (reading,) = read(tmp_path, "".join(delimiter.join(line) + newline for line in lines))
    assert (reading.delimiter, reading.newline) == (delimiter, newline)
    assert rows(reading) == lines[1:]


def test_comma_and_space(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, 'a, b, c\n1, "x, y", 3\n2, z, \n')
    assert rows(reading) == [["1", "x, y", "3"], ["2", "z", ""]]


def test_decimal_commas_do_not_divide(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, "a;b;c\n1,5;2,5;x\n3,5;4,5;y\n")
    assert rows(reading) == [["1,5", "2,5", "x"], ["3,5", "4,5", "y"]]


def test_semicolons_in_texts_do_not_divide(tmp_path: Path) -> None:
    body = "".join(f'{i},often; what is on sale,"{i},2,3"\n' for i in range(9))
    (reading,) = read(tmp_path, f"id,habit,list\n{body}")
    assert (reading.delimiter, len(reading.headings)) == (",", 3)


def test_single_quotes_and_backslashes(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, "a,b\n1,'x, it''s'\n2,'y, z'\n3,'u, v'\n")
    assert rows(reading)[0] == ["1", "x, it's"]
    (reading,) = read(tmp_path, 'a,b,c\n1,"5\\" nail, long",2\n2,"6\\" nail, short",3\n')
    assert rows(reading)[0] == ["1", '5" nail, long', "2"]


def test_quoted_newlines_keep_line_numbers_right(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, 'a,b\n1,"x\ny ""z""\nw"\n2,u\n\n3,v\n')
    assert rows(reading) == [["1", 'x\ny "z"\nw'], ["2", "u"], ["3", "v"]]
    assert list(reading.lines) == [2, 5, 7]
    assert [(d.kind, d.line) for d in reading.dropped] == [("blank", 6)]


def test_unclosed_quote_swallows_nothing(tmp_path: Path) -> None:
    good = [f'"{i}","name, {i}","{i * 3}"' for i in range(40)]
    (reading,) = read(tmp_path, "\n".join(['"id","name","qty"', *good[:20], '"x","broken,"3"', *good[20:]]))
    assert len(reading.rows) == 41
    assert rows(reading)[20] == ["x", '"broken', "3"]
    assert list(reading.lines) == list(range(2, 43))
    assert reading.warnings[0][1]["lines"] == (22,)


def test_stray_quotes_are_text(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, 'id,size,n\n1,5" nail,3\n2,"6" nail",4\n3,plain,5\n4,plain,5\n')
    assert rows(reading)[:2] == [["1", '5" nail', "3"], ["2", '6" nail', "4"]]


def test_ragged_rows_are_put_in_order_and_named(tmp_path: Path) -> None:
    body = [f"{i},2024-01-{i:02d},Town,{i}.50" for i in range(1, 10)]
    broken = ["10,2024-01-10,Old, Town,9.50", "11,2024-01-11,,Town,9.50", "12,2024-01-12"]
    (reading,) = read(tmp_path, "\n".join(["id,on,city,sum", *body, *broken]))
    assert rows(reading)[-3:] == [
        ["10", "2024-01-10", "Old, Town", "9.50"], ["11", "2024-01-11", "Town", "9.50"], ["12", "2024-01-12", "", ""],
    ]  # fmt: skip
    assert reading.warnings[0][1]["lines"] == (11, 12, 13)


def test_several_tables(tmp_path: Path) -> None:
    first, second = read(tmp_path, "id,name,qty\n1,a,5\n2,b,6\nid,name,qty,price\n1,c,7,1.5\n2,d,8,2.5\n")
    assert (len(first.rows), len(second.rows), second.headings[-1]) == (2, 2, "price")
    assert second.origin == "in.csv#2"
    assert list(second.lines) == [5, 6]


def test_the_same_heading_again_goes_on_with_the_table_unless_all_is_a_copy(tmp_path: Path) -> None:
    page = "id,name,qty\n1,a,5\n2,b,6\n3,c,7\n"
    assert len(read(tmp_path, page + "id,name,qty\n4,d,8\n5,e,9\n6,f,1\n")[0].rows) == 6
    assert [len(reading.rows) for reading in read(tmp_path, page + page)] == [3, 3]


def test_declared_delimiter(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, "sep=;\nname;qty\nA;1,5\nB;2\n")
    assert (reading.header_line, rows(reading), list(reading.lines)) == (2, [["A", "1,5"], ["B", "2"]], [3, 4])


def test_lines_quoted_as_a_whole(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, '"a,""b"",c"\n"1,""x, y"",3"\n"2,z,4"\n')
    assert rows(reading) == [["1", "x, y", "3"], ["2", "z", "4"]]


@pytest.mark.parametrize(
    "content", ["name\nJohn Smith\nMary, the tall\nSelma\n", "2024-01-01 10:00\n2024-01-02 11:00\n"]
)
def test_one_column(tmp_path: Path, content: str) -> None:
    (reading,) = read(tmp_path, content)
    assert (len(reading.headings), reading.delimiter) == (1, None)


def test_one_column_full_of_delimiters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="';'"):
        read(tmp_path, "".join(";".join("x" * width) + "\n" for width in [*range(30, 2, -1), 9, 9]))


@pytest.mark.parametrize("content", ["", "\n \n", b"\xef\xbb\xbf"])
def test_empty(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(UsageError, match="is empty"):
        read(tmp_path, content)


@pytest.mark.parametrize("content", [b"a,b\n1,\0\n", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"<html><table></table>"])
def test_no_text(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UsageError):
        read(tmp_path, content)


def test_too_many_columns(tmp_path: Path) -> None:
    line = ",".join("x" for _ in range(100_000))
    with pytest.raises(UsageError, match="100000 columns"):
        read(tmp_path, f"{line}\n{line}\n")


def test_wrong_encoding_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 2"):
        read(tmp_path, "a;b\nКабель;1\n".encode("cp1251"), Hints(encoding="utf-8"))
    with pytest.raises(UsageError, match="no encoding"):
        read(tmp_path, "a,b\n", Hints(encoding="klingon"))


def test_packed_files(tmp_path: Path) -> None:
    path = tmp_path / "in.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode("cp1251")))
    assert len(read_text(path, Hints(), origin="x")[0].rows) == 3
    path.write_bytes(lzma.compress(TABLE.encode()))
    assert len(read_text(path, Hints(), origin="x")[0].rows) == 3
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../a.csv", TABLE)
        archive.writestr("folder/b.csv", TABLE)
        archive.writestr("__MACOSX/._b.csv", "x")
    assert [reading.origin for reading in read_text(path, Hints(), origin="x.zip")] == ["x.zip:a.csv", "x.zip:b.csv"]
    path.write_bytes(gzip.compress(TABLE.encode())[:-20])
    with pytest.raises(UsageError, match="broken"):
        read_text(path, Hints(), origin="x")


def test_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (80 << 20))
    with pytest.raises(UsageError, match="plausible"):
        read_text(path, Hints(), origin="bomb.zip")


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=3, max_size=3),
        min_size=1, max_size=8,
    )
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_every_record_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["id", "name", "qty"], *cells])
    readings = read(tmp_path_factory.mktemp("t"), text.getvalue(), Hints(delimiter=",", encoding="utf-8", header_row=1))
    assert sum(len(r.rows) + sum(d.count for d in r.dropped) for r in readings) == len(cells)
    assert all(len(row) == len(r.headings) for r in readings for row in r.rows)


def test_written_and_read_again(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, 'id;;name\n1;x;a "b"\n2;;"c;\nd"\n')
    write_clean(reading, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8") == 'id,,name\n1,x,"a ""b"""\n2,,"c;\nd"\n'
    (again,) = read_text(tmp_path / "out.csv", Hints(), origin="out.csv")
    assert (again.headings, rows(again)) == (reading.headings, rows(reading))


def test_long_preamble_of_pairs_above_a_short_table(tmp_path: Path) -> None:
    (reading,) = read(
        tmp_path,
        "Vendor\tOwn\nFrom\t2024-06-02\nTo\t2024-06-29\n"
        "on\tsku\ttitle\tcountry\tqty\tprice\n2024-06-19\tA-1\tCable\tDE\t1\t9.99\n2024-06-20\tA-2\tWire\tFR\t2\t8.99\n",
    )
    assert (reading.header_line, len(reading.rows), reading.dropped[0].count) == (4, 2, 3)


def test_note_with_commas_at_the_end_is_one_note(tmp_path: Path) -> None:
    body = "".join(f"{i},Town {i},{i}.5,x\n" for i in range(9))
    (reading,) = read(tmp_path, f"id,city,sum,kind\n{body}\nSource: our books, and a guess\n")
    assert (len(reading.rows), reading.dropped[-1].kind) == (9, "footnote")
    assert reading.dropped[-1].sample == "Source: our books, and a guess"
