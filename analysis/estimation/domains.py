"""The domains of an estimate: who counts in which figure, with the rest of the sample kept for the variance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Codes, DesignError, Floats, compress, level_column, number_column
from analysis.estimation.frames import DomainFrame, domain_frame
from analysis.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

Where = Mapping[str, object] | NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True)
class Domains:
    """Domain of each row, -1 for none, and the values of the by-columns that name the domains.

    Attributes
    ----------
    code : ndarray of int, shape (rows,)
    by : tuple of str
    names : tuple of tuple
        Values of the by-columns, one tuple per domain.

    Examples
    --------
    >>> Domains(np.array([0, 1, -1]), ("district",), (("a",), ("b",))).names[1]
    ('b',)
    """

    code: Codes
    by: tuple[str, ...]
    names: tuple[tuple[Any, ...], ...]


def domains_of(sample: Sample, by: str | Sequence[str] = (), where: Where = None) -> Domains:
    """Return the domains that combinations of columns make.

    Parameters
    ----------
    sample : Sample
    by : str or sequence of str
        Columns whose combinations, where they occur in the sample, are the domains in sorted order. A row
        without a value in one of them is in no domain.
    where : mapping of column to value, or ndarray of bool, shape (rows,)
        Rows outside are in no domain. Domains that `where` leaves empty are kept.

    Returns
    -------
    Domains

    Raises
    ------
    DesignError
        If a column is not in the data or the flags do not fit the rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"district": ["b", "a", None, "b"], "sex": [*"fmfm"]}))
    >>> found = domains_of(sample, "district", {"sex": "f"})
    >>> found.names, found.code.tolist()
    ((('a',), ('b',)), [1, -1, -1, -1])
    """
    columns = (by,) if isinstance(by, str) else tuple(by)
    rows = len(sample.frame)
    key, inside = np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=bool)
    levels: list[tuple[Any, ...]] = []
    for name in columns:
        codes, values = level_column(sample.frame, name, missing=True)
        inside &= codes >= 0
        key = key * max(1, len(values)) + np.maximum(codes, 0)
        levels.append(values)
    met, place = compress(key[inside], int(np.prod([max(1, len(v)) for v in levels], dtype=np.int64)))
    code = np.full(rows, -1, dtype=np.int64)
    code[inside] = place
    code[~_where(sample.frame, where)] = -1
    return Domains(code, columns, tuple(_unpack(int(one), levels) for one in met) if columns else ((),))


def layout(sample: Sample, by: str | Sequence[str] = (), where: Where = None) -> tuple[Domains, DomainFrame]:
    """Return the domains and how they lie in the design, made again only when they change.

    Parameters
    ----------
    sample : Sample
    by : str or sequence of str
        As for `domains_of`.
    where : mapping or ndarray of bool, optional
        As for `domains_of`.

    Returns
    -------
    tuple of Domains and DomainFrame

    Raises
    ------
    DesignError
        As for `domains_of` and `analysis.estimation.frames.domain_frame`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"district": [*"aab"]}))
    >>> domains, frame = layout(sample, "district")
    >>> domains.names, frame.n.tolist(), layout(sample, "district")[1] is frame
    ((('a',), ('b',)), [2, 1], True)
    """
    named = (by,) if isinstance(by, str) else tuple(by)
    key = None
    if not isinstance(where, np.ndarray):
        # 1 and True are one key of a dictionary, and two answers of a column of text.
        key = named, tuple((name, type(value), value) for name, value in (where or {}).items())
    if key is None or key not in sample.layouts:
        domains = domains_of(sample, by, where)
        made = domains, domain_frame(sample.design, domains.code, len(domains.names))
        if key is None:
            return made
        sample.layouts.clear()
        sample.layouts[key] = made
    kept: tuple[Domains, DomainFrame] = sample.layouts[key]
    return kept


def indicator(frame: pd.DataFrame, variable: str, category: object) -> Floats:
    """Return 1 where a column has the category, 0 where it has another value, NaN where it has none.

    Parameters
    ----------
    frame : DataFrame
    variable : str
    category : object
        A value of the column; numbers and numbers written as text are the same.

    Returns
    -------
    ndarray of float, shape (rows,)

    Raises
    ------
    DesignError
        If no row of a text column has the category: it is misspelt more likely than absent.

    Examples
    --------
    >>> import pandas as pd
    >>> indicator(pd.DataFrame({"answer": ["yes", "no", None]}), "answer", "yes").tolist()
    [1.0, 0.0, nan]
    """
    same, known = _equal(frame, variable, category)
    if not same.any() and isinstance(category, str) and not _is_number(category):
        raise DesignError(f"column {variable!r} has no value {category!r}")
    return np.where(known, same.astype(np.float64), np.nan)


def _where(frame: pd.DataFrame, where: Where) -> NDArray[np.bool_]:
    if where is None:
        return np.ones(len(frame), dtype=bool)
    if isinstance(where, Mapping):
        inside = np.ones(len(frame), dtype=bool)
        for name, value in where.items():
            inside &= _equal(frame, name, value)[0]
        return inside
    flags = np.asarray(where, dtype=bool)
    if flags.shape != (len(frame),):
        raise DesignError(f"{flags.size} flags for {len(frame)} rows")
    return flags


def _equal(frame: pd.DataFrame, name: str, value: object) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Compare a column with a value, as text or, where both are numbers, as numbers."""
    import pandas as pd

    if name in frame.columns and pd.api.types.is_numeric_dtype(frame[name]) and _is_number(value):
        numbers = number_column(frame, name, missing=True)
        return numbers == float(str(value)), ~np.isnan(numbers)
    codes, levels = level_column(frame, name, missing=True)
    same = [level == value or str(level) == str(value) for level in levels]
    if not any(same) and _is_number(value):
        same = [_is_number(level) and float(level) == float(str(value)) for level in levels]
    flags = np.array([*same, False], dtype=bool)
    return flags[codes], codes >= 0


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _unpack(key: int, levels: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    values: list[Any] = []
    for column in reversed(levels):
        key, code = divmod(key, max(1, len(column)))
        values.append(column[code] if column else None)
    return tuple(reversed(values))
