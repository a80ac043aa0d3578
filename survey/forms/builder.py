"""From a page of a questionnaire to a form class, and back from a filled form to answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wtforms import Form

from survey.forms.fields import FIELDS, AnswerField, Reader, check_field, merged_answers
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.model import Answers, Page, Question, Texts, Value
from survey.questionnaire.path import ReachedPage, Rules, constraints_of, order, reached_on_page, rules_of


class PageForm(Form):
    """One page. `reached` and `answers` are known once the form is validated."""

    page: ReachedPage | Page
    earlier: Answers
    reader: Reader
    rules: Rules
    constraints: Rules
    reached: frozenset[str] = frozenset()
    answers: Answers = {}  # noqa: RUF012 - replaced, never changed

    class Meta:
        """No locales of WTForms, which has neither Urdu nor Pashto: all texts are the reader's."""

        locales = False

        def get_translations(self, form: PageForm) -> Reader:
            """The reader translates."""
            return form.reader

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the answers of this page together with the earlier ones."""
        questions = self.page.questions
        names = frozenset([question.name for question in questions])
        everything = merged_answers(self.earlier, answers_of(self), names)
        self.reached = reached_on_page(questions, self.rules, everything, self.reader.context)
        self.answers = {
            name: value for name, value in everything.items() if name in self.reached or name not in names
        }
        return bool(super().validate(extra_validators))


def form_for(
    page: ReachedPage | Page,
    answers: Answers,
    language: str,
    *,
    seed: int = 0,
    fills: Mapping[str, Texts] | None = None,
    translate: Callable[[str], str] = str,
    context: Context | None = None,
    first: str = "",
) -> type[PageForm]:
    """The form of a page in a language.

    `answers` are the pruned answers so far, against which rules are judged; those given on this page before are
    shown by `form_for(...)(data=answers)`. `seed` orders rotated questions and options, `fills` replaces the
    holes in texts, `translate` is gettext in the language, `context` gives the day, `first` is the language of texts
    that the reader's language lacks.
    """
    reader = Reader(language, translate, fills or {}, context or Context(), seed, first)
    fields = {question.name: _field(question, reader) for question in order(page, seed)}
    known = {
        "page": page,
        "earlier": answers,
        "reader": reader,
        "rules": rules_of(page.questions),
        "constraints": constraints_of(page.questions),
    }
    return type("PageForm", (PageForm,), {**known, **fields})


def answers_of(form: Form) -> dict[str, Value]:
    """The answers that a form holds, without those that cannot be stored."""
    found = ((item.question.name, item.answer) for item in form if isinstance(item, AnswerField))
    return {name: value for name, value in found if value is not None}


def _field(question: Question, reader: Reader) -> Any:
    named: dict[str, Any] = {"question": question, "reader": reader, "validators": (check_field,)}
    named["description"] = reader.text(question.hint)
    kind = FIELDS[question.kind]
    return kind(reader.text(question.label), **named, **kind.settings(question, reader))
