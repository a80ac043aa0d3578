"""From columns of the data to the columns of a model: numbers, factors with a reference level, interactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import DesignError, Floats, level_column, number_column

if TYPE_CHECKING:
    import pandas as pd

#: The name of the first column of every model.
INTERCEPT = "(intercept)"


def label(level: object) -> str:
    """Return how a level is named: whole numbers without a point, so that 1, 1.0 and "1" are one.

    Parameters
    ----------
    level : object

    Returns
    -------
    str

    Examples
    --------
    >>> label(1.0), label("1"), label(1.5), label("yes")
    ('1', '1', '1.5', 'yes')
    """
    if isinstance(level, float | np.floating) and float(level).is_integer():
        return str(int(level))
    return str(level)


def _place(levels: tuple[Any, ...], wanted: object) -> int | None:
    return next((place for place, level in enumerate(levels) if label(level) == label(wanted)), None)


@dataclass(frozen=True, slots=True)
class Variable:
    """A column as the model takes it.

    Attributes
    ----------
    name : str
    values : ndarray of float, shape (rows,)
        Numbers, or places among `levels`; NaN where missing.
    levels : tuple
        Of a factor, the reference first; empty for numbers.

    Examples
    --------
    >>> sex = Variable("sex", np.array([0.0, 1.0, np.nan]), ("f", "m"))
    >>> sex.names, sex.columns.ravel().tolist()
    (('sex=m',), [0.0, 1.0, 0.0])
    >>> sex.held("m").values.tolist()
    [1.0, 1.0, 1.0]
    """

    name: str
    values: Floats
    levels: tuple[Any, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the model's columns: one for numbers, one per level but the reference for a factor."""
        if not self.levels:
            return (self.name,)
        return tuple(f"{self.name}={label(level)}" for level in self.levels[1:])

    @property
    def columns(self) -> Floats:
        """The model's columns, shape (rows, columns)."""
        if not self.levels:
            return self.values[:, None]
        return np.asarray(self.values[:, None] == np.arange(1, len(self.levels)), dtype=np.float64)

    def taken(self, rows: NDArray[np.bool_]) -> Variable:
        """Return the variable of some rows, with the levels that occur in them.

        Parameters
        ----------
        rows : ndarray of bool, shape (rows,)
            None of them lacks the value.

        Returns
        -------
        Variable

        Raises
        ------
        DesignError
            If a factor has no two levels there or lacks its reference.

        Examples
        --------
        >>> answer = Variable("a", np.array([0.0, 1.0, 2.0]), ("x", "y", "z"))
        >>> answer.taken(np.array([True, False, True])).levels
        ('x', 'z')
        """
        values = self.values[rows]
        if not self.levels:
            return replace(self, values=values)
        met = np.unique(values).astype(np.int64)
        if len(met) < 2:
            raise DesignError(f"column {self.name!r} has fewer than two levels among the rows used")
        if met[0] != 0:
            raise DesignError(
                f"column {self.name!r}: no row used has the reference level {label(self.levels[0])}"
            )
        levels = tuple(self.levels[place] for place in met)
        return replace(self, values=np.searchsorted(met, values).astype(np.float64), levels=levels)

    def within(self, levels: tuple[Any, ...]) -> Variable:
        """Return the variable with some of its levels; where it has another, it is missing.

        Parameters
        ----------
        levels : tuple
            In the order wanted; empty for numbers.

        Returns
        -------
        Variable

        Examples
        --------
        >>> Variable("a", np.array([0.0, 1.0, 2.0]), ("x", "y", "z")).within(("x", "z")).values.tolist()
        [0.0, nan, 1.0]
        """
        if not levels:
            return self
        places = np.full(len(self.levels) + 1, np.nan)
        places[[self.levels.index(level) for level in levels]] = np.arange(len(levels))
        codes = np.where(np.isnan(self.values), -1, self.values).astype(np.int64)
        return replace(self, values=places[codes], levels=levels)

    def held(self, value: object) -> Variable:
        """Return the variable as if everybody had one value.

        Parameters
        ----------
        value : object
            A number, or a level of a factor.

        Returns
        -------
        Variable

        Raises
        ------
        DesignError
            If a factor has no such level, or the value of another variable is not a number.
        """
        if self.levels:
            place = _place(self.levels, value)
            if place is None:
                raise DesignError(f"column {self.name!r} has no level {value!r} among the rows used")
            return replace(self, values=np.full(len(self.values), float(place)))
        try:
            number = float(str(value))
        except ValueError as problem:
            raise DesignError(f"column {self.name!r}: {value!r} is not a number") from problem
        return replace(self, values=np.full(len(self.values), number))


@dataclass(frozen=True, slots=True)
class ModelMatrix:
    """The variables of a model and how they make its columns.

    Attributes
    ----------
    variables : dict of str to Variable
    terms : tuple of tuple of str
        Each one or two variables; two are an interaction.

    Examples
    --------
    >>> made = ModelMatrix({"y": Variable("y", np.array([2.0, 3.0]))}, (("y",),))
    >>> made.names, made.column_terms, made.values.tolist(), made.rows
    (('(intercept)', 'y'), ('', 'y'), [[1.0, 2.0], [1.0, 3.0]], 2)
    >>> made.held("y", 0).values.tolist(), made.without(["y"]).names
    ([[1.0, 0.0], [1.0, 0.0]], ('(intercept)',))
    """

    variables: dict[str, Variable]
    terms: tuple[tuple[str, ...], ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.variables.values())).values)

    @property
    def term_names(self) -> tuple[str, ...]:
        """Names of the terms, interactions with a colon."""
        return tuple(":".join(parts) for parts in self.terms)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, the intercept first."""
        return (INTERCEPT, *(name for parts in self.terms for name in self._names(parts)))

    @property
    def column_terms(self) -> tuple[str, ...]:
        """The term of each column, nothing for the intercept."""
        pairs = zip(self.term_names, self.terms, strict=True)
        return ("", *(name for name, parts in pairs for _ in self._names(parts)))

    @property
    def values(self) -> Floats:
        """The matrix, shape (rows, columns)."""
        parts = [self._columns(term) for term in self.terms]
        return np.column_stack([np.ones((self.rows, 1)), *parts])

    def _names(self, parts: tuple[str, ...]) -> list[str]:
        names = list(self.variables[parts[0]].names)
        for other in parts[1:]:
            names = [f"{one}:{two}" for one in names for two in self.variables[other].names]
        return names

    def _columns(self, parts: tuple[str, ...]) -> Floats:
        columns = self.variables[parts[0]].columns
        for other in parts[1:]:
            more = self.variables[other].columns
            columns = (columns[:, :, None] * more[:, None, :]).reshape(len(columns), -1)
        return columns

    def held(self, name: str, value: object) -> ModelMatrix:
        """Return the model as if everybody had one value of a variable.

        Parameters
        ----------
        name : str
        value : object

        Returns
        -------
        ModelMatrix
        """
        return replace(self, variables=self.variables | {name: self.variables[name].held(value)})

    def without(self, terms: Iterable[str]) -> ModelMatrix:
        """Return the model less some of its terms.

        Parameters
        ----------
        terms : iterable of str

        Returns
        -------
        ModelMatrix
        """
        gone = set(terms)
        kept = tuple(
            parts for name, parts in zip(self.term_names, self.terms, strict=True) if name not in gone
        )
        return replace(self, terms=kept)


def parsed_terms(frame: pd.DataFrame, terms: str | Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the terms of a model: ``a``, ``a:b`` (an interaction) and ``a*b`` (both and their interaction).

    Parameters
    ----------
    frame : DataFrame
    terms : str or sequence of str

    Returns
    -------
    tuple of tuple of str
        Each once, in order.

    Raises
    ------
    DesignError
        If no term is given, a column is not in the data, or an interaction lacks one of its parts as a term.

    Examples
    --------
    >>> import pandas as pd
    >>> parsed_terms(pd.DataFrame({"a": [1], "b": [2]}), ["a*b"])
    (('a',), ('b',), ('a', 'b'))
    """
    found: dict[tuple[str, ...], None] = {}
    for text in (terms,) if isinstance(terms, str) else terms:
        found.update(dict.fromkeys(_parts(frame, text)))
    if not found:
        raise DesignError("a regression needs one term or more")
    for parts in found:
        lacking = [name for name in parts if (name,) not in found]
        if lacking:
            raise DesignError(f"the interaction {':'.join(parts)} needs {lacking[0]!r} as a term of its own")
    return tuple(found)


def _parts(frame: pd.DataFrame, text: str) -> list[tuple[str, ...]]:
    """Read one term; a column whose name has a sign in it is still a column."""
    if text in frame.columns:
        return [(text,)]
    crossed = "*" in text
    parts = tuple(part.strip() for part in text.split("*" if crossed else ":"))
    lacking = [name for name in parts if name not in frame.columns]
    if lacking:
        raise DesignError(f"column {lacking[0]!r} is not in the data")
    if len(parts) > 2 or len(set(parts)) < len(parts):
        raise DesignError(f"{text!r}: an interaction has two different columns")
    return [*((name,) for name in parts), parts] if crossed else [parts]


def read_variables(
    frame: pd.DataFrame, names: Iterable[str], reference: Mapping[str, object], factors: Iterable[str] = ()
) -> dict[str, Variable]:
    """Read the columns of a model.

    Parameters
    ----------
    frame : DataFrame
    names : iterable of str
        Columns. Numbers, and texts that are all numbers, are taken as numbers; other columns are factors.
    reference : mapping of column to level
        Levels that others are compared with; without one, the first in order. A column named here is a factor.
    factors : iterable of str
        Columns that are factors though they hold numbers.

    Returns
    -------
    dict of str to Variable

    Raises
    ------
    DesignError
        If a column cannot be used, a level is not in it, or `reference` or `factors` names what is no term.

    Examples
    --------
    >>> import pandas as pd
    >>> read_variables(pd.DataFrame({"a": ["x", "y"]}), ["a"], {"a": "y"})["a"].levels
    ('y', 'x')
    """
    wanted, as_factors = list(dict.fromkeys(names)), set(factors)
    strangers = [name for name in (*reference, *as_factors) if name not in wanted]
    if strangers:
        raise DesignError(f"column {strangers[0]!r} has a reference level or is a factor, and is no term")
    return {
        name: _factor(frame, name, reference.get(name))
        if name in reference or name in as_factors or not _is_numeric(frame, name)
        else Variable(name, number_column(frame, name, missing=True))
        for name in wanted
    }


def _is_numeric(frame: pd.DataFrame, name: str) -> bool:
    import pandas as pd

    column = frame[name]
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        raise DesignError(f"column {name!r} holds dates: turn them into numbers or groups first")
    if pd.api.types.is_bool_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype):
        return False
    if pd.api.types.is_numeric_dtype(column):
        return True
    known = column.dropna()
    return bool(len(known)) and bool(pd.to_numeric(known, errors="coerce").notna().all())


def _factor(frame: pd.DataFrame, name: str, reference: object) -> Variable:
    codes, levels = level_column(frame, name, missing=True)
    values = np.where(codes >= 0, codes, np.nan).astype(np.float64)
    if reference is None:
        return Variable(name, values, levels)
    first = _place(levels, reference)
    if first is None:
        raise DesignError(f"column {name!r} has no level {reference!r}")
    order = (levels[first], *levels[:first], *levels[first + 1 :])
    return Variable(name, values, levels).within(order)
