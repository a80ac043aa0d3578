"""The domains of an estimate: who counts in which figure, with the rest of the sample kept for the variance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Codes, DesignError, Floats, compress, level_column, number_column
from analysis.estimation.frames import DomainFrame, domain_frame
from analysis.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

#: A domain: columns with the value, or the list of values, that they must have; or true or false for each row.
Where: TypeAlias = "Mapping[str, object] | NDArray[np.bool_] | pd.Series[bool] | Sequence[bool] | None"
Made = TypeVar("Made")
#: One name or several.
Names: TypeAlias = str | Sequence[str]


class Framed(Protocol):
    """What has rows of answers: a sample with a design, or one with replicate weights.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> len(make_sample(pd.DataFrame({"y": [1.0, 2.0]})).frame)
    2
    """

    @property
    def frame(self) -> pd.DataFrame:
        """The rows."""
        ...


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


def domains_of(sample: Framed, by: str | Sequence[str] = (), where: Where = None) -> Domains:
    """Return the domains that combinations of columns make.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    by : str or sequence of str
        Columns whose combinations, where they occur in the sample, are the domains in sorted order. A row
        without a value in one of them is in no domain.
    where : mapping of column to value or list of values; or Series, ndarray or list of bool, shape (rows,)
        Rows outside are in no domain, nor are those where it is missing. Domains that `where` leaves empty are kept.

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
    >>> domains_of(sample, "district", sample.frame["sex"] == "f").code.tolist()
    [1, -1, -1, -1]
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
    where : optional
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

    def make() -> tuple[Domains, DomainFrame]:
        domains = domains_of(sample, by, where)
        return domains, domain_frame(sample.design, domains.code, len(domains.names))

    return made_once(sample.layouts, by, where, make)


def made_once(layouts: dict[Any, Any], by: Names, where: Where, make: Callable[[], Made]) -> Made:
    """Return what belongs to domains, made again only when others are asked for.

    Parameters
    ----------
    layouts : dict
        Of the sample; it holds what was made last.
    by : str or sequence of str
    where : optional
        As for `domains_of`. Flags have no name, so that theirs is made each time.
    make : function without arguments

    Returns
    -------
    object
        What `make` gives.

    Examples
    --------
    >>> kept = {}
    >>> made_once(kept, "a", None, lambda: "first"), made_once(kept, ["a"], {}, lambda: "second")
    ('first', 'first')
    >>> made_once(kept, "a", np.array([True]), lambda: "third"), made_once(kept, "b", None, lambda: "fourth")
    ('third', 'fourth')
    """
    key = _layout_key(by, where)
    if key is None:
        return make()
    if key not in layouts:
        made = make()
        layouts.clear()
        layouts[key] = made
    kept: Made = layouts[key]
    return kept


def _layout_key(by: Names, where: Where) -> tuple[Any, ...] | None:
    if where is not None and not isinstance(where, Mapping):
        return None
    # 1 and True are one key of a dictionary, and two answers of a column of text.
    return listed(by), tuple(
        (name, *((type(value), value) for value in listed(values))) for name, values in (where or {}).items()
    )


def listed(values: Any) -> tuple[Any, ...]:
    """Return several values as they are given, and one alone as the only one.

    Parameters
    ----------
    values : object
        A list, tuple, set, range, array, index or Series holds several; a text is one.

    Returns
    -------
    tuple

    Examples
    --------
    >>> listed("ab"), listed(["a", "b"]), listed(3)
    (('ab',), ('a', 'b'), (3,))
    """
    several = (list, tuple, set, frozenset, range, np.ndarray)
    if isinstance(values, several) or (hasattr(values, "to_numpy") and hasattr(values, "tolist")):
        return tuple(values)
    return (values,)


def levels_of(frame: pd.DataFrame, variable: str) -> tuple[Any, ...]:
    """Return the levels of a column in order: those that occur, and of a categorical column all that it declares.

    Parameters
    ----------
    frame : DataFrame
    variable : str

    Returns
    -------
    tuple

    Raises
    ------
    DesignError
        If the column is not in the data.

    Examples
    --------
    >>> import pandas as pd
    >>> levels_of(pd.DataFrame({"a": pd.Categorical(["no"], ["yes", "no"]), "b": ["x"]}), "a")
    ('yes', 'no')
    """
    import pandas as pd

    found = level_column(frame, variable, missing=True)[1]
    kind = frame[variable].dtype
    return tuple(kind.categories) if isinstance(kind, pd.CategoricalDtype) else found


def indicator(frame: pd.DataFrame, variable: str, category: object, absent: bool = False) -> Floats:
    """Return 1 where a column has the category, 0 where it has another value, NaN where it has none.

    Parameters
    ----------
    frame : DataFrame
    variable : str
    category : object
        A value of the column; numbers and numbers written as text are the same.
    absent : bool
        Whether a text may be the value of no row; one that a categorical column declares always may.

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
    absent = absent or not isinstance(category, str) or _is_number(category)
    if not absent and not same.any() and category not in levels_of(frame, variable):
        raise DesignError(f"column {variable!r} has no value {category!r}")
    return np.where(known, same.astype(np.float64), np.nan)


def _where(frame: pd.DataFrame, where: Where) -> NDArray[np.bool_]:
    if where is None:
        return np.ones(len(frame), dtype=bool)
    if isinstance(where, Mapping):
        inside = np.ones(len(frame), dtype=bool)
        for name, values in where.items():
            inside &= np.any([_equal(frame, name, value)[0] for value in listed(values)], axis=0)
        return inside
    return _flags(frame, where)


def _flags(frame: pd.DataFrame, where: Any) -> NDArray[np.bool_]:
    """Return flags given as a Series of the same rows, an array or a list; a missing one is false."""
    import pandas as pd

    if isinstance(where, pd.Series) and len(where) == len(frame) and not where.index.equals(frame.index):
        raise DesignError("where: the Series has another index than the data: give where=series.to_numpy()")
    flags = pd.Series(where.array if isinstance(where, pd.Series) else np.asarray(where))
    if len(flags) != len(frame):
        raise DesignError(f"{len(flags)} flags for {len(frame)} rows")
    if pd.api.types.infer_dtype(flags, skipna=True) not in ("boolean", "empty"):
        raise DesignError("where needs true or false for each row, or columns with the values they must have")
    return flags.astype("boolean").to_numpy(dtype=bool, na_value=False)


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
