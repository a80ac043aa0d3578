"""Questionnaire, Page, Question, Choice and Codebook: what is asked, as frozen values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from survey.questionnaire.options import DO_NOT_KNOW as DO_NOT_KNOW
from survey.questionnaire.options import DOES_NOT_APPLY as DOES_NOT_APPLY
from survey.questionnaire.options import MISSING as MISSING
from survey.questionnaire.options import PREFER_NOT_TO_SAY as PREFER_NOT_TO_SAY
from survey.questionnaire.options import Choice as Choice
from survey.questionnaire.options import Texts as Texts
from survey.questionnaire.options import Value as Value
from survey.questionnaire.types import TYPES
from survey.questionnaire.types.hidden import HiddenChoice, Hiding
from survey.questionnaire.types.type import Type

#: The answers of an interview by question.
Answers = Mapping[str, Value]
#: An expression compiled to nested lists; see docs/expressions.md.
Tree = Any

# Fields that the survey itself reads, in every questionnaire.
ROUND: Final = "round"
DISTRICT: Final = "district"
GROUP: Final = "p_group"
MODE: Final = "mode"
PRIVACY: Final = "s_private"
#: Who enters the answers of the self-entry block, where another than the rest: no question, it travels with the answers.
BLOCK_MODE: Final = "block_mode"
CONSENT: Final = "c_agree"
AGE: Final = "p_age"
GENDER: Final = "p_gender"
#: Set by the worker before consent, or by the round; never asked of the respondent.
PRESET: Final = (ROUND, DISTRICT, GROUP, MODE)

#: Fields that every questionnaire must have; nothing is published of them unless their author asks for it.
OWN: Final = (ROUND, DISTRICT, MODE, GROUP, CONSENT, AGE, PRIVACY)


@dataclass(frozen=True, slots=True)
class Question:
    """One item.

    `kind` names its type, such as choice, multiple or integer. `relevant` and `constraint` are compiled trees or None.
    `sensitivity` is L, M or H; `self_entry` items are hidden unless the respondent is alone.
    `direction` is "up" when the highest-scored options are the best ones, "down" when they are the worst,
    "" for nominal questions.
    `publication` is "district", "province" or "never". `rotated` options are ordered by the stored seed.
    `hidden_by` holds the parameters of a design in which chance hides the answer, and nothing of any other question. `items`
    are those of a list of which people say how many are true; then `choices` are what can be recorded.
    """

    name: str
    kind: str
    label: Texts
    choices: tuple[Choice, ...] = ()
    list_name: str = ""
    hint: Texts = field(default_factory=dict)
    relevant: Tree | None = None
    constraint: Tree | None = None
    constraint_message: Texts = field(default_factory=dict)
    required: bool = False
    required_message: Texts = field(default_factory=dict)
    sensitivity: str = "L"
    self_entry: bool = False
    direction: str = ""
    indicator: str = ""
    publication: str = "district"
    rotated: bool = False
    audio: Texts = field(default_factory=dict)
    hidden_by: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Choice, ...] = ()

    @property
    def type(self) -> Type:
        """What is known of questions of this kind."""
        return TYPES[self.kind]

    @property
    def hiding(self) -> Hiding | None:
        """How chance hides its answers, None where it does not."""
        kind = self.type
        return kind.hiding(self.hidden_by) if isinstance(kind, HiddenChoice) else None

    @property
    def design(self) -> str:
        """How chance hides its answers, as its author writes it; empty where it does not."""
        kind = self.type
        order = kind.order if isinstance(kind, HiddenChoice) else ()
        written = (f"{name}={self.hidden_by[name]}" for name in order if name in self.hidden_by)
        return " ".join([self.kind, *written]) if order else ""

    def choice(self, name: str) -> Choice | None:
        """The option of that name, if there is one."""
        for choice in self.choices:
            if choice.name == name:
                return choice
        return None


@dataclass(frozen=True, slots=True)
class Note:
    """A text of a page that asks nothing. It is shown before the question named `before`, or at the end."""

    name: str
    text: Texts
    before: str = ""
    relevant: Tree | None = None
    audio: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One section. The questions of a `rotated` page are ordered by the stored seed.

    A `self_entry_block` is handed over whole: the respondent enters it alone, and the worker does not look back into it.
    """

    name: str
    label: Texts
    questions: tuple[Question, ...]
    relevant: Tree | None = None
    rotated: bool = False
    notes: tuple[Note, ...] = ()
    self_entry_block: bool = False


@dataclass(frozen=True)
class Questionnaire:
    """An immutable published questionnaire; `name` and `version` identify it.

    `fills` gives the default text of each hole that texts may contain, such as `${local_body}`; a setting may
    replace it per district.
    """

    name: str
    version: str
    title: Texts
    languages: tuple[str, ...]
    default_language: str
    pages: tuple[Page, ...]
    fills: Mapping[str, Texts] = field(default_factory=dict)

    def __hash__(self) -> int:
        """By name and version, which a published questionnaire keeps for good."""
        return hash((self.name, self.version))

    def __eq__(self, other: object) -> bool:
        """Whether it says the same, by the digests: rules are looked up by questionnaire at every interview."""
        return self is other or (isinstance(other, Questionnaire) and self.digest == other.digest)

    def language_for(self, wanted: str) -> str:
        """The language in which its texts are shown to a reader: the wanted one, or else its first."""
        return wanted if wanted in self.languages else self.languages[0]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by name, in order."""
        return {question.name: question for page in self.pages for question in page.questions}

    @cached_property
    def block(self) -> Page | None:
        """The page that the respondent may enter alone as a whole, if there is one."""
        return next((page for page in self.pages if page.self_entry_block), None)

    @cached_property
    def block_mode(self) -> Question | None:
        """Who enters the block, as a question with the ways of entering that the questionnaire has; no page asks it."""
        if self.block is None:
            return None
        return replace(self.questions[MODE], name=BLOCK_MODE, required=False, relevant=None, constraint=None)

    @cached_property
    def codebook(self) -> Codebook:
        """How the answers of this version are packed."""
        return Codebook.of(self)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON; equal questionnaires have equal digests."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one question's answer is in the packed record: `width` bytes from `offset`."""

    name: str
    kind: str
    offset: int
    width: int
    codes: Mapping[str, int]

    @property
    def type(self) -> Type:
        """What is known of questions of this kind."""
        return TYPES[self.kind]


#: Numbers of the codec: a record holds the answers, or after them who entered the block. A number never changes its meaning.
PLAIN: Final = 1
WITH_BLOCK: Final = 2


@dataclass(frozen=True, eq=False)
class Codebook:
    """The packing of one version: every stored question once, in order of asking. `round` is kept separately.

    `number` is PLAIN or WITH_BLOCK.
    """

    entries: tuple[Entry, ...]
    width: int
    number: int = PLAIN

    @classmethod
    def of(cls, questionnaire: Questionnaire) -> Codebook:
        """Lay out the answers of a questionnaire one after the other."""
        number = WITH_BLOCK if questionnaire.block else PLAIN
        entries = tuple(_entries(questionnaire))
        return cls(entries, sum(entry.width for entry in entries), number)

    @cached_property
    def by_name(self) -> Mapping[str, Entry]:
        """Every entry by question name."""
        return {entry.name: entry for entry in self.entries}


def _entries(questionnaire: Questionnaire) -> Iterator[Entry]:
    offset = 0
    by_whom = questionnaire.block_mode
    for question in (*questionnaire.questions.values(), *([by_whom] if by_whom else [])):
        if question.name == ROUND:
            continue
        codes = question.type.codes(question.choices)
        width = len(question.type.blank(codes))
        yield Entry(question.name, question.kind, offset, width, codes)
        offset += width


_HOLE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")


def text_in(texts: Texts, language: str, first: str) -> str:
    """The text in a reader's language, or else in the questionnaire's first: the one way to choose among texts."""
    return texts.get(language) or texts.get(first) or ""


def filled_text(texts: Texts, language: str, fills: Mapping[str, Texts], first: str = "") -> str:
    """The text that `text_in` gives, with its holes such as `${local_body}` filled; a hole without a filling stays."""
    text = text_in(texts, language, first)
    return _HOLE.sub(lambda hole: text_in(fills.get(hole[1], {}), language, first) or hole[0], text)


#: Members that questionnaires of before do not have: where they are empty they are not written, so that digests stay.
_LATER: Final = frozenset({"hidden_by", "items", "self_entry_block"})


def to_json(questionnaire: Questionnaire) -> str:
    """Canonical JSON of a questionnaire: sorted keys, no spaces, UTF-8."""
    return json.dumps(_plain_data(questionnaire), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Questionnaire:
    """The questionnaire that `to_json` wrote."""
    data = json.loads(text)
    pages = tuple(_page(page) for page in data.pop("pages"))
    languages = tuple(data.pop("languages"))
    return Questionnaire(pages=pages, languages=languages, **data)


def _plain_data(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        members = {name: getattr(value, name) for name in value.__dataclass_fields__}
        return {name: _plain_data(member) for name, member in members.items() if name not in _LATER or member}
    if isinstance(value, tuple | list):
        return [_plain_data(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain_data(item) for key, item in value.items()}
    return value


def _page(data: dict[str, Any]) -> Page:
    questions = tuple(_question(question) for question in data["questions"])
    notes = tuple(Note(**note) for note in data["notes"])
    return Page(**{**data, "questions": questions, "notes": notes})


def _question(data: dict[str, Any]) -> Question:
    listed = {name: tuple(Choice(**one) for one in data.get(name, ())) for name in ("choices", "items")}
    return Question(**{**data, **listed})
