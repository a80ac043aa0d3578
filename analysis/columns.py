"""Columns of a data frame as numbers or as levels, with refusals that name row and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)


class DesignError(ValueError):
    """Data that cannot be the design it is said to be; the message is one line and names row and column.

    Examples
    --------
    >>> import pandas as pd
    >>> number_column(pd.DataFrame({"w": ["1", "two"]}), "w")
    Traceback (most recent call last):
        ...
    analysis.columns.DesignError: row 2 (line 3), column 'w': 'two' is not a number
    """


def number_column(frame: pd.DataFrame, name: str, missing: bool = False) -> Floats:
    """Return a column as floats, missing values as NaN where they may be.

    Parameters
    ----------
    frame : DataFrame
    name : str
    missing : bool
        Whether values may be missing.

    Returns
    -------
    ndarray of float, shape (rows,)
        NaN where missing.

    Raises
    ------
    DesignError
        If the column is not there or there twice, holds text or dates, or lacks a value that it must have.

    Examples
    --------
    >>> import pandas as pd
    >>> number_column(pd.DataFrame({"y": [1, None, 2.5]}), "y", missing=True).tolist()
    [1.0, nan, 2.5]
    """
    import pandas as pd

    column = _column(frame, name)
    _refuse_dates(column, name)
    numbers = column if pd.api.types.is_numeric_dtype(column) else pd.to_numeric(column, errors="coerce")
    values = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    text = numbers.isna().to_numpy() & column.notna().to_numpy() if numbers is not column else np.False_
    if np.any(text):
        row = int(np.argmax(text))
        raise DesignError(f"{place(row, name)}: {column.iloc[row]!r} is not a number")
    bad = np.isinf(values) if missing else ~np.isfinite(values)
    if bad.any():
        raise DesignError(f"{place(int(np.argmax(bad)), name)}: the value is missing or not finite")
    return values


def weight_column(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column of weights, none of which is negative.

    Parameters
    ----------
    frame : DataFrame
    name : str

    Returns
    -------
    ndarray of float, shape (rows,)

    Raises
    ------
    DesignError
        If a weight is negative; else as for `number_column`.

    Examples
    --------
    >>> import pandas as pd
    >>> weight_column(pd.DataFrame({"w": ["1.5", "0"]}), "w").tolist()
    [1.5, 0.0]
    """
    weight = number_column(frame, name)
    if (weight < 0).any():
        row = int(np.argmax(weight < 0))
        raise DesignError(f"{place(row, name)}: the weight {weight[row]:g} is negative")
    return weight


def level_column(frame: pd.DataFrame, name: str, missing: bool = False) -> tuple[Codes, tuple[Any, ...]]:
    """Return a column as codes into its sorted levels, -1 where the value is missing and may be.

    Parameters
    ----------
    frame : DataFrame
    name : str
    missing : bool
        Whether values may be missing.

    Returns
    -------
    tuple
        Codes, shape (rows,), and the levels that they stand for. Numbers written as text are in their own order.

    Raises
    ------
    DesignError
        If the column is not there, is there twice, or lacks a value that it must have.

    Examples
    --------
    >>> import pandas as pd
    >>> codes, levels = level_column(pd.DataFrame({"age": ["10", "9", None]}), "age", missing=True)
    >>> codes.tolist(), levels
    ([1, 0, -1], ('9', '10'))
    """
    import pandas as pd

    column = _column(frame, name)
    codes, levels = _by_number(*pd.factorize(column, sort=True))
    if not missing and (codes < 0).any():
        raise DesignError(f"{place(int(np.argmax(codes < 0)), name)}: the value is missing")
    return codes.astype(np.int64), tuple(levels)


def _by_number(codes: NDArray[Any], distinct: Any) -> tuple[NDArray[Any], list[Any]]:
    """Put levels that are numbers written as text in the order of the numbers."""
    levels = list(distinct)
    if not levels or not isinstance(levels[0], str):
        return codes, levels
    try:
        numbers = np.array(levels, dtype=np.float64)
    except ValueError:
        return codes, levels
    order = np.argsort(numbers, kind="stable")
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(order)), -1
    return rank[codes], [levels[place] for place in order]


def place(row: int, name: str) -> str:
    """Say where a value is: data rows are counted from 1, the heading being line 1 of a file.

    Parameters
    ----------
    row : int
        Place of the row in the data, from 0.
    name : str
        Column.

    Returns
    -------
    str

    Examples
    --------
    >>> place(0, "w")
    "row 1 (line 2), column 'w'"
    """
    return f"row {row + 1} (line {row + 2}), column {name!r}"


def compress(keys: Codes, size: int) -> tuple[Codes, Codes]:
    """Return the distinct keys in order and, for each key, its place among them.

    Parameters
    ----------
    keys : ndarray of int
        Keys from 0 to `size` - 1.
    size : int
        Bound of the keys; a table of that length is used where it is not much longer than the data.

    Returns
    -------
    tuple of ndarray of int
        Distinct keys, shape (k,), and the place of each key among them, shape of `keys`.

    Examples
    --------
    >>> distinct, place = compress(np.array([7, 2, 7]), 10)
    >>> distinct.tolist(), place.tolist()
    ([2, 7], [1, 0, 1])
    """
    if size > 8 * len(keys) + 1_000_000:
        distinct, inverse = np.unique(keys, return_inverse=True)
        return distinct, inverse.astype(np.int64)
    met = np.zeros(size, dtype=bool)
    met[keys] = True
    return np.flatnonzero(met), (np.cumsum(met) - 1)[keys]


def taken(values: NDArray[Scalar], rows: Codes | None) -> NDArray[Scalar]:
    """Return the values of some rows.

    Parameters
    ----------
    values : ndarray, shape (all rows, ...)
    rows : ndarray of int or None
        Places of the rows; None where all are wanted, which then costs no copy.

    Returns
    -------
    ndarray, shape (rows, ...)

    Examples
    --------
    >>> taken(np.array([5, 7, 8]), np.array([0, 2])).tolist(), taken(np.array([5, 7, 8]), None).tolist()
    ([5, 8], [5, 7, 8])
    """
    return values if rows is None else values[rows]


def float_if_scalar(values: Any) -> Any:
    """Return a float for a scalar, the array otherwise.

    Parameters
    ----------
    values : float or ndarray

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> float_if_scalar(np.float64(0.5)), float_if_scalar(np.array([0.5, 1.0])).tolist()
    (0.5, [0.5, 1.0])
    """
    return float(values) if np.ndim(values) == 0 else values


def _column(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    times = int((frame.columns == name).sum())
    if times != 1:
        many = f"in the data {times} times: give each its own name" if times else "not in the data"
        raise DesignError(f"column {name!r} is {many}")
    column: pd.Series[Any] = frame[name]
    return column


def _refuse_dates(column: pd.Series[Any], name: str) -> None:
    """Refuse what pandas would turn into nanoseconds without a word."""
    import pandas as pd

    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind.startswith(("datetime", "date", "timedelta", "period", "time")):
        raise DesignError(
            f"column {name!r} holds dates or times, not numbers: make a number of days of it first"
        )
