"""The form of the aims of a round: for each lead indicator a target and a baseline in per cent, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from wtforms import Field, StringField
from wtforms.validators import StopValidation

from survey.forms.administration import AdministrationForm
from survey.parsing import whole_number
from survey.problems import N_
from survey.storage.field.aims import Aim

TARGET: Final = "target"
BASELINE: Final = "baseline"
LABELS: Final[Mapping[str, str]] = {TARGET: N_("Target in per cent"), BASELINE: N_("Baseline in per cent")}
#: What a field showed when it was opened.
SHOWN: Final = "shown"
CHANGED: Final = N_(
    "{indicator}: somebody else has changed this meanwhile. It is shown as it is now; save again if yours should hold."
)
NO_PERCENT: Final = N_("{indicator}: write a whole number from 0 to 100 in digits, or leave the field empty.")


class AimsForm(AdministrationForm):
    """Two fields for each indicator; `names` are the indicators' own by their keys."""

    names: Mapping[str, str]

    def __init__(self, formdata: Any = None, **named: Any) -> None:
        super().__init__(formdata, **named)
        self.shown_before: dict[str, str] = {name: formdata[name] for name in formdata or ()}

    @property
    def pairs(self) -> Iterator[tuple[str, Field, Field]]:
        """Each indicator with its field for the target and that for the baseline."""
        for key in self.names:
            yield key, self[f"{TARGET}_{key}"], self[f"{BASELINE}_{key}"]

    @property
    def aims(self) -> dict[str, Aim]:
        """What was written, once the form is valid."""
        return {key: Aim(_percent(target), _percent(baseline)) for key, target, baseline in self.pairs}

    def shown(self, field: Field) -> str:
        """What the field showed when this form was opened, which a form that is refused carries on."""
        return self.shown_before.get(f"{SHOWN}_{field.name}", field.object_data or "")

    def changed(self, stored: Mapping[str, Aim], formdata: Mapping[str, str]) -> dict[str, Aim]:
        """The aims that were changed in this form; those that somebody else changed meanwhile are refused and shown as they are."""
        found, written = {}, self.aims
        for key, target, baseline in self.pairs:
            seen, wanted = Aim(_seen(target, formdata), _seen(baseline, formdata)), written[key]
            if wanted in (seen, stored[key]):
                continue
            if stored[key] == seen:
                found[key] = wanted
                continue
            self.refuse(target.name, self.message(CHANGED, indicator=self.names[key]))
            self._show(key, stored[key])
        return found

    def catch_up(self, stored: Mapping[str, Aim]) -> None:
        """Where a refused form was not touched, show what is stored by now; saved later, it would undo that unseen."""
        for key, target, baseline in self.pairs:
            if all((field.data or "") == self.shown(field) for field in (target, baseline)):
                self._show(key, stored[key])

    def _show(self, key: str, aim: Aim) -> None:
        for part, number in ((TARGET, aim.target), (BASELINE, aim.baseline)):
            field = self[f"{part}_{key}"]
            field.data = _text(number)
            self.shown_before[f"{SHOWN}_{field.name}"] = _text(number)


def _percent(field: Field) -> int | None:
    return whole_number(field.data, 100) if field.data else None


def _seen(field: Field, formdata: Mapping[str, str]) -> int | None:
    """What the field showed when the form was opened; of a form that does not say so, what is stored."""
    return whole_number(formdata.get(f"{SHOWN}_{field.name}", field.object_data), 100)


def _require_percent(form: AimsForm, field: Field) -> None:
    """A whole number of per cent in any digits, or nothing."""
    field.data = (field.data or "").strip().rstrip("%٪").strip()
    if field.data and whole_number(field.data, 100) is None:
        name = form.names[field.name.partition("_")[2]]
        raise StopValidation(form.message(NO_PERCENT, indicator=name))


def aims_form(names: Mapping[str, str], stored: Mapping[str, Aim], formdata: Any, **named: Any) -> AimsForm:
    """The form for these indicators, filled with what is stored."""
    parts: Sequence[str] = (TARGET, BASELINE)
    fields = {
        f"{part}_{key}": StringField(LABELS[part], [_require_percent]) for key in names for part in parts
    }
    shown = {f"{part}_{key}": _text(getattr(stored[key], part)) for key in names for part in parts}
    built: type[AimsForm] = type("BuiltAimsForm", (AimsForm,), {**fields, "names": dict(names)})
    return built(formdata, data=shown, **named)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
