"""Whether what cannot be undone was asked again, in place, and confirmed."""

from __future__ import annotations

from typing import Final

from flask import request

from survey.parsing import whole_number

#: Never as many as there are.
_NO_NUMBER: Final = -1
_MOST: Final = 10**9


def is_confirmed() -> bool:
    """Whether this press is the second one; templates/administration/asked.html and its like send it."""
    return request.form.get("sure") == "yes"


def seen_number() -> int | None:
    """How many the page showed that asked, which the write compares; None where it showed no number."""
    seen = request.form.get("seen")
    if seen is None:
        return None
    number = whole_number(seen, _MOST)
    return _NO_NUMBER if number is None else number
