"""What differs between two versions of a questionnaire, question by question and language by language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import Any, Final

from survey.problems import N_
from survey.questionnaire.model import Choice, Note, Page, Question, Questionnaire, Texts

QUESTION_ADDED: Final = N_("question added")
QUESTION_REMOVED: Final = N_("question removed")
QUESTION_MOVED: Final = N_("asked at another place")
OPTION_ADDED: Final = N_("option added")
OPTION_REMOVED: Final = N_("option removed")
OPTION_MOVED: Final = N_("options in another order")
PAGE_ADDED: Final = N_("page added")
PAGE_REMOVED: Final = N_("page removed")
PAGE_MOVED: Final = N_("page at another place")
NOTE_ADDED: Final = N_("note added")
NOTE_REMOVED: Final = N_("note removed")
NOTE_MOVED: Final = N_("note at another place")
LANGUAGES: Final = N_("languages")
WORDS: Final = N_("other words")
RULE: Final = N_("another rule")

_ADDED: Final = {Page: PAGE_ADDED, Question: QUESTION_ADDED, Note: NOTE_ADDED, Choice: OPTION_ADDED}
_REMOVED: Final = {Page: PAGE_REMOVED, Question: QUESTION_REMOVED, Note: NOTE_REMOVED, Choice: OPTION_REMOVED}
#: Members with a text in each language.
_TEXTS: Final = {"title", "label", "text", "hint", "constraint_message", "required_message", "audio"}
#: Members that are compared in a way of their own, or follow from others: an option's code from its place in the list.
_APART: Final = {
    "name",
    "version",
    "pages",
    "questions",
    "notes",
    "choices",
    "items",
    "languages",
    "fills",
    "code",
}
#: What an author calls a member, where the sheet has another word for it.
_COLUMNS: Final = {"kind": "type", "before": "place", "required_message": "required message"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the question, page, note or option it is in, what differs, in which language, before and after.

    `member` is the column of the sheet, empty where a whole row was added, removed or moved. `before` and `after` are
    texts as respondents read them, or short values; both are empty for a rule, which has no words of its own.
    """

    name: str
    what: str
    member: str = ""
    language: str = ""
    before: str = ""
    after: str = ""


def differences(before: Questionnaire, after: Questionnaire) -> tuple[Change, ...]:
    """Every difference but the number of the version: of the whole form, its pages, its notes, its questions."""
    shared = [code for code in after.languages if code in before.languages]
    return tuple(_Comparison(shared, after.languages[0]).of_forms(before, after))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares in the languages that both versions have; what is new or gone is shown in the first."""

    languages: Sequence[str]
    first: str

    def of_forms(self, before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
        if before.languages != after.languages:
            yield Change(
                after.name,
                LANGUAGES,
                before=", ".join(before.languages),
                after=", ".join(after.languages),
            )
        yield from self._members(after.name, before, after)
        for hole in sorted({*before.fills, *after.fills}):
            yield from self._texts(hole, "fills", before.fills.get(hole, {}), after.fills.get(hole, {}))
        yield from self._rows(before.pages, after.pages, PAGE_MOVED)
        yield from self._rows(_notes(before), _notes(after), NOTE_MOVED)
        yield from self._rows(
            tuple(before.questions.values()), tuple(after.questions.values()), QUESTION_MOVED
        )
        yield from _changes_of_page(before, after)
        yield from self._options(before, after)

    def _rows(
        self, before: Sequence[Any], after: Sequence[Any], moved: str, of: str = ""
    ) -> Iterator[Change]:
        """Rows that came, went, changed, or are in another order among those that stayed."""
        old, new = {row.name: row for row in before}, {row.name: row for row in after}
        for name, row in old.items():
            if name not in new:
                yield Change(_place(of, name), _REMOVED[type(row)], before=self._label(row))
        for name, row in new.items():
            if name not in old:
                yield Change(_place(of, name), _ADDED[type(row)], after=self._label(row))
            else:
                yield from self._members(_place(of, name), old[name], row)
        for name in _moved([name for name in old if name in new], [name for name in new if name in old]):
            yield Change(_place(of, name), moved)

    def _members(self, name: str, before: Any, after: Any) -> Iterator[Change]:
        for member in (one.name for one in fields(after) if one.name not in _APART):
            old, new = getattr(before, member), getattr(after, member)
            if member in _TEXTS:
                yield from self._texts(name, member, old, new)
            elif old != new:
                yield Change(name, RULE, _COLUMNS.get(member, member), before=_short(old), after=_short(new))

    def _options(self, before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
        """Options of the questions that stayed; a list that several of them offer is compared once."""
        pairs = [(old, after.questions.get(name)) for name, old in before.questions.items()]
        lists = {
            (old.list_name or old.name, new.list_name or new.name): (old, new)
            for old, new in reversed(pairs)
            if new
        }
        for (_, name), (old, new) in reversed(lists.items()):
            # Of a list of items what is recorded follows from their number.
            yield from self._rows(old.items or old.choices, new.items or new.choices, OPTION_MOVED, name)

    def _texts(self, name: str, member: str, before: Texts, after: Texts) -> Iterator[Change]:
        for language in self.languages:
            old, new = before.get(language, ""), after.get(language, "")
            if old != new:
                yield Change(name, WORDS, _COLUMNS.get(member, member), language, old, new)

    def _label(self, row: Page | Question | Note | Choice) -> str:
        texts = row.text if isinstance(row, Note) else row.label
        return texts.get(self.first) or next(iter(texts.values()), "")


def _changes_of_page(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    """Questions and notes that are on another page than before."""
    old, new = _pages_by_name(before), _pages_by_name(after)
    for name, page in new.items():
        if name in old and old[name] != page:
            yield Change(name, RULE, "page", before=old[name], after=page)


def _pages_by_name(questionnaire: Questionnaire) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for page in questionnaire.pages:
        found |= {question.name: page.name for question in page.questions}
        found |= {note.name: page.name for note in page.notes}
    return found


def _notes(questionnaire: Questionnaire) -> tuple[Note, ...]:
    return tuple(note for page in questionnaire.pages for note in page.notes)


def _moved(before: Sequence[str], after: Sequence[str]) -> Iterable[str]:
    """The fewest names that have to be taken out for the others to be in the same order."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {name for block in blocks for name in after[block.b : block.b + block.size]}
    return [name for name in after if name not in stayed]


def _place(options: str, name: str) -> str:
    return f"{options}/{name}" if options else name


def _short(value: Any) -> str:
    """A value as an author writes it; a rule is a tree, which has no words of its own."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return " ".join(f"{key}={part}" for key, part in value.items())
    return str(value) if isinstance(value, str | int) else ""
