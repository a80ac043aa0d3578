"""Whether what cannot be undone was asked again, in place, and confirmed."""

from __future__ import annotations

from flask import request


def is_confirmed() -> bool:
    """Whether this press is the second one; templates/administration/asked.html and its like send it."""
    return request.form.get("sure") == "yes"
