"""Table: rows and columns, which are embeddings where they hold vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from dotscape.errors import DataError, MissingExtraError
from dotscape.sdk.arrays import is_array_like, to_array
from dotscape.sdk.complaints import warn_user
from dotscape.sdk.data.table_draft import check_choice, table_draft
from dotscape.sdk.data.value import Sink, Value
from dotscape.sdk.frames import frame_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT_COLUMNS = ("Input", "Output", "Expected")


class Table(Value):
    """Rows and columns.

    A column of arrays, or of lists of numbers, makes the table an embedding set; every such column
    makes one of its own. Without one, a table of two or more columns that are all numeric is an
    embedding set whose dimensions are its columns. `embedding` overrides this.

    Parameters
    ----------
    columns : list of str, optional
        The columns' names; those of a data frame, else ``Input, Output, Expected``, or numbers
        where the rows are of another width.
    data : list of rows, 2-D array or data frame, optional
    rows : list of rows, optional
        The same under its old name.
    dataframe : data frame, optional
        pandas, polars or Arrow.
    dtype, optional, log_mode
        Taken as W&B's client takes them; types are found from the values, values may always be
        missing, and a table that is logged again is written again in full.
    allow_mixed_types : bool
        Columns of mixed types are meant; without it they are kept as text and this is said.
    embedding : None, False, str or list of str
        Which columns are vectors: None by the rule above, False none, a name or names those
        (names of numeric columns together make one).
    """

    MAX_ROWS = 10_000  # W&B's limits, which don't hold here
    MAX_ARTIFACT_ROWS = 200_000

    def __init__(
        self,
        columns: Sequence[Any] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        dtype: Any = None,
        optional: bool | list[bool] = True,
        allow_mixed_types: bool = False,
        log_mode: str | None = "IMMUTABLE",
        *,
        embedding: Literal[False] | str | Sequence[str] | None = None,
    ) -> None:
        self.log_mode = log_mode
        self.dtype = dtype
        self.optional = optional
        self.allow_mixed_types = allow_mixed_types
        self.embedding = embedding
        # Either whole columns as they came, or a list of rows: the first stays as long as nobody
        # asks for rows, so that large arrays are never taken apart.
        self._whole: list[Any] | None = None
        self._rows: list[list[Any]] = []
        self.columns: list[Any] = [] if columns is None else list(columns)
        self._problem: str | None = None
        given = next((d for d in (dataframe, data, rows) if d is not None), None)
        self._take(given, named=columns is not None)

    def _take(self, data: Any, *, named: bool) -> None:
        """Keep what the table is made from."""
        if data is None:
            if not named:
                self.columns = list(DEFAULT_COLUMNS)
            return
        frame = frame_columns(data)
        if frame is None and isinstance(data, Mapping):
            frame = list(cast("Mapping[Any, Any]", data).items())
        if frame is not None:
            # Names given beside a data frame choose and order its columns.
            by_name = dict(frame)
            chosen = [(n, by_name[n]) for n in self.columns if n in by_name] if named else frame
            if named and len(chosen) < len(self.columns):
                chosen = frame
            self.columns = [name for name, _ in chosen]
            self._whole = [column for _, column in chosen]
        elif is_array_like(data):
            self._take_array(data, named=named)
        else:
            self._take_rows(data, named=named)

    def _take_array(self, data: Any, *, named: bool) -> None:
        try:
            array = to_array(data)
        except DataError as error:
            self._problem = str(error)
            return
        if array.ndim == 1:
            array = array.reshape(-1, 1)
        if array.ndim != 2:
            self._problem = f"A table is made from a 2-D array. Got shape {array.shape}."
            return
        self._name_columns(array.shape[1], named=named)
        self._whole = [array[:, i] for i in range(array.shape[1])]

    def _take_rows(self, data: Any, *, named: bool) -> None:
        try:
            rows = [list(cast("Sequence[Any]", row)) for row in data]
        except TypeError:
            self._problem = (
                "A table's 'data' is a list of rows (lists), a 2-D array or a data frame. "
                f"Got {type(data).__name__}."
            )
            return
        widest = max(map(len, rows), default=len(self.columns) or len(DEFAULT_COLUMNS))
        if not named:
            self._name_columns(widest, named=False)
        for row in rows:
            self._append(row)

    def _name_columns(self, width: int, *, named: bool) -> None:
        if named and len(self.columns) == width:
            return
        if named:
            warn_user(
                f"A table of {width} columns needs {width} names. Got {len(self.columns)}: "
                f"{self.columns!r:.100}. The rest are numbered."
            )
            self.columns = [*self.columns[:width], *map(str, range(len(self.columns), width))]
        elif width == len(DEFAULT_COLUMNS):
            self.columns = list(DEFAULT_COLUMNS)
        else:
            self.columns = [str(number) for number in range(width)]

    # --- building ---------------------------------------------------------------------------------

    def add_data(self, *data: Any) -> None:
        """Append a row: one value for each column."""
        self._rows_now()
        self._append(list(data))

    def add_row(self, *row: Any) -> None:
        """Append a row; the old name of `add_data`."""
        self.add_data(*row)

    def _append(self, row: list[Any]) -> None:
        expected = len(self.columns)
        if len(row) != expected:
            what = "Missing ones are left empty" if len(row) < expected else "The rest is left out"
            warn_user(
                f"This table expects {expected} values a row ({self.columns!r:.100}). "
                f"Got {len(row)}. {what}."
            )
            row = [*row[:expected], *[None] * (expected - len(row))]
        self._rows.append(row)

    def add_column(self, name: str, data: Any, optional: bool = False) -> None:
        """Append a column of one value for each row."""
        values = data if hasattr(data, "__len__") else list(data)
        count = len(self)
        if self.columns and (count or self._whole) and len(values) != count:
            warn_user(
                f"The column '{name}' must have one value for each of the table's {count:,} rows. "
                f"Got {len(values):,}. It is left out."
            )
            return
        if not self._rows:
            self._whole = [*(self._whole or ([[] for _ in self.columns])), values]
            if self._whole and any(len(column) != len(values) for column in self._whole):
                # Columns that were only named so far come out empty.
                self._whole = [c if len(c) else [None] * len(values) for c in self._whole]
        else:
            for row, value in zip(self._rows, list(values), strict=True):
                row.append(value)
        self.columns.append(name)

    def add_computed_columns(self, fn: Callable[[int, dict[Any, Any]], Mapping[Any, Any]]) -> None:
        """Append columns computed row by row: `fn` gets a row's number and its values by name."""
        computed: dict[Any, list[Any]] = {}
        for index, row in self.iterrows():
            for name, value in fn(index, dict(zip(self.columns, row, strict=True))).items():
                computed.setdefault(name, [None] * index).append(value)
        for name, values in computed.items():
            self.add_column(name, values)

    # --- asking -----------------------------------------------------------------------------------

    @property
    def data(self) -> list[list[Any]]:
        """The rows; changing the list changes the table."""
        return self._rows_now()

    @data.setter
    def data(self, rows: Any) -> None:
        self._whole = None
        self._rows = [list(row) for row in rows]

    def _rows_now(self) -> list[list[Any]]:
        if self._whole is not None:
            columns = [_values(column) for column in self._whole]
            self._rows = [list(row) for row in zip(*columns, strict=False)]
            self._whole = None
        return self._rows

    def __len__(self) -> int:
        if self._whole is not None:
            return len(self._whole[0]) if self._whole else 0
        return len(self._rows)

    def iterrows(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield each row's number and values."""
        yield from enumerate(self.data)

    def get_index(self) -> list[int]:
        """Return the rows' numbers."""
        return list(range(len(self)))

    def get_column(
        self, name: Any, convert_to: Literal["numpy"] | None = None
    ) -> list[Any] | NDArray[Any]:
        """Return a column's values, as a list or a numpy array.

        Raises
        ------
        DataError
            If the table has no such column.
        """
        if name not in self.columns:
            raise DataError(f"This table has no column {name!r}, only {self.columns}.")
        index = self.columns.index(name)
        column = self._whole[index] if self._whole is not None else [r[index] for r in self._rows]
        if convert_to != "numpy":
            return _values(column)
        import numpy as np

        return to_array(column) if is_array_like(column) else np.array(column)

    def get_dataframe(self) -> Any:
        """Return the table as a pandas data frame.

        Raises
        ------
        MissingExtraError
            If pandas isn't installed.
        """
        try:
            import pandas as pd  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise MissingExtraError("pandas", "pandas", "Table.get_dataframe") from None
        return pd.DataFrame(self.data, columns=self.columns)

    def cast(self, col_name: Any, dtype: Any, optional: bool = False) -> Any:
        """Take a column's type as given; values are stored by what they are."""
        return dtype

    # --- logging ----------------------------------------------------------------------------------

    def log(self, sink: Sink, key: str, step: int) -> dict[str, Any]:
        """Write the table; see `Value.log`."""
        if self._problem is not None:
            raise DataError(f"`{key}`: {self._problem}")
        whole = self._whole
        if whole is None:
            width = len(self.columns)
            rows = [row if len(row) == width else _fitted(row, width) for row in self._rows]
            whole = [[row[i] for row in rows] for i in range(width)]
        draft = table_draft(
            list(zip(self.columns, whole, strict=True)),
            sink,
            f"`{key}`",
            embedding=check_choice(self.embedding),
            mixed=self.allow_mixed_types,
        )
        return sink.rows(key, step, draft)


def _values(column: Any) -> list[Any]:
    """Return a column as a list of its values."""
    if isinstance(column, list):
        return list(cast("list[Any]", column))
    for name in ("tolist", "to_pylist", "to_list"):
        if hasattr(column, name):
            return list(getattr(column, name)())
    return list(column)


def _fitted(row: list[Any], width: int) -> list[Any]:
    return [*row[:width], *[None] * (width - len(row))]
