"""The error summary of a form: what to change, each line leading to its field."""

from __future__ import annotations

from wtforms import Form

from survey.forms.fields import Answering


def errors(form: Form) -> tuple[tuple[str, str], ...]:
    """Each message of a validated form with the id of the input it is about, in the order of the page."""
    answerings = (item for item in form if isinstance(item, Answering))
    return tuple((item.anchor, str(message)) for item in answerings for message in item.errors)
