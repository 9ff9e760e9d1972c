"""Rows that lie in a Parquet file until someone wants them in Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

_ROWS_AT_ONCE = 10_000


class FrameRows(Sequence[Sequence[str]]):
    """Data rows in a Parquet file: text columns named as the headings, "" for empty, no nulls, no heading row.

    The loader may hand `frame_path` to the database as it is. The file lives as long as the `folder` given here is
    referred to: whoever keeps the path must keep these rows.

    Args:
        frame_path: The Parquet file.
        length: Number of rows.
        folder: Owner of the folder the file lies in; kept alive, not looked at.
    """

    def __init__(self, frame_path: Path, length: int, folder: object) -> None:
        self.frame_path = frame_path
        self._length = length
        self._folder = folder
        self._frame: pl.DataFrame | None = None

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Sequence[str]]:
        for start in range(0, self._length, _ROWS_AT_ONCE):
            yield from self._load().slice(start, _ROWS_AT_ONCE).rows()

    @overload
    def __getitem__(self, index: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        if isinstance(index, slice):
            return self._load()[index].rows()
        if not -self._length <= index < self._length:
            raise IndexError(index)
        return self._load().row(index)

    def _load(self) -> pl.DataFrame:
        if self._frame is None:
            import polars as pl  # only when rows are wanted in Python

            self._frame = pl.read_parquet(self.frame_path)
        return self._frame
