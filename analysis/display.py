"""How results look where they are printed or shown in a notebook: one line that says what it is, and a short table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Rows that a print shows, and a notebook; of a longer table the first ones, and how many there are.
PRINTED, SHOWN = 20, 60


def as_text(title: str, table: pd.DataFrame) -> str:
    """Return a table as a short print.

    Parameters
    ----------
    title : str
    table : DataFrame
        Columns in which nothing is said are left out; numbers have five digits.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> print(as_text("means", pd.DataFrame({"sex": ["f", "m"], "estimate": [2 / 3, 0.5], "note": ["", ""]})))
    means
    sex  estimate
      f   0.66667
      m       0.5
    """
    return f"{title}\n{_short(table, PRINTED).to_string(index=False, float_format=_number)}" + _rest(
        table, PRINTED
    )


def as_html(title: str, table: pd.DataFrame) -> str:
    """Return a table as a notebook shows it.

    Parameters
    ----------
    title : str
    table : DataFrame
        As for `as_text`.

    Returns
    -------
    str
        HTML; what is in the data cannot be markup.

    Examples
    --------
    >>> import pandas as pd
    >>> as_html("a < b", pd.DataFrame({"n": [1]})).startswith("<p>a &lt; b</p>")
    True
    """
    body = _short(table, SHOWN).to_html(index=False, float_format=_number, na_rep="", border=0)
    return f"<p>{escape(title)}</p>\n{body}\n<p>{escape(_rest(table, SHOWN).strip())}</p>"


def _short(table: pd.DataFrame, rows: int) -> pd.DataFrame:
    said = [name for name in table.columns if name == "n" or not table[name].isin([""]).all()]
    shown: pd.DataFrame = table[said].head(rows)
    return shown.drop(columns=[name for name in shown.columns if table[name].isna().all()])


def _rest(table: pd.DataFrame, rows: int) -> str:
    return f"\n… {len(table)} rows in all; to_frame() has them" if len(table) > rows else ""


def _number(value: float) -> str:
    return f"{value:.5g}"
