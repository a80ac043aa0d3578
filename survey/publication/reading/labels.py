"""What figures are called for a reader: districts, groups, questions and answers in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from analysis.disclosure.nodes import TOTAL
from analysis.models.interviewers import EARLIER, MEASURED, OTHERS
from survey import geography
from survey.problems import N_
from survey.publication.counts.cube import BOTTOM_TWO, NO, REST, TOP_TWO, YES, ranked_points
from survey.publication.counts.design_effects import Known
from survey.publication.counts.shares import SHARES, WANTS
from survey.publication.reading.comparable import GAP, INDEX, RATIO
from survey.questionnaire.model import GROUP, Questionnaire, filled_text
from survey.storage.results.release_document import NO_ANSWER

#: Coordinators and reviewers read the programme's own term for members; respondents never do.
GROUPS: Final[Mapping[str, str]] = {
    "member": N_("Members"),
    "woman": N_("Women"),
    "youth": N_("Youth (18 to 29)"),
}

#: Sums of answers; no option can have one of these names.
ANSWERS: Final[Mapping[str, str]] = {
    REST: N_("Any other answer, or none"),
    NO_ANSWER: N_("No answer"),
    YES: N_("Yes"),
    NO: N_("Any other answer, or none"),
}

#: Where chance hides what is true, an answer is no more than what was recorded.
RECORDED: Final = N_("recorded: {answer}")
EVERYONE: Final = N_("All interviewed")
ALL_DISTRICTS: Final = N_("All districts")

#: Provinces by P-code, as the reference data name them.
PROVINCES: Final[Mapping[str, str]] = {"PK5": N_("Khyber Pakhtunkhwa"), "PK2": N_("Balochistan")}

SHARE_LABELS: Final[Mapping[str, str]] = {share.name: share.label for share in SHARES}


INDICES: Final[Mapping[str, str]] = {
    "safety": N_("Safety index"),
    "trust": N_("Trust index"),
    "cohesion": N_("Cohesion index"),
    "inclusion": N_("Inclusion index"),
    "protection_concern": N_("Protection concern index (more is worse)"),
}

VERDICTS: Final[Mapping[str, str]] = {
    "higher": N_("higher"),
    "lower": N_("lower"),
    "no clear change": N_("no clear change"),
    "not called": N_("not called"),
    "asked in other words": N_("asked in other words"),
    "not everybody was asked": N_("not everybody was asked"),
    "other places": N_("other places"),
    "clear": N_("clear"),
    "not clear": N_("not clear"),
}

#: What is compared in the gaps of two groups; the others are named after their kind of help.
PERCEPTIONS: Final[Mapping[str, str]] = {
    "perception_woman": N_("How much women are heard"),
    "perception_youth": N_("How much young people are heard"),
}

#: What is made of one question, of those to whom it applies.
RATIOS: Final[Mapping[str, str]] = {
    "on_time": N_("Help came on time, of those who were promised a time"),
    "adequacy_shortfall": N_("Help was little or not at all enough, of those who got some and answered"),
    "trend_balance": N_("How many more said safer than less safe, of those who answered (points)"),
}

#: Whence it is known how alike the interviews of one worker are, which makes intervals wider.
SOURCES: Final[Mapping[str, str]] = {
    MEASURED: N_("Interviews of one worker resemble each other, as measured in this round."),
    EARLIER: N_("Interviews of one worker resemble each other, as measured in an earlier round."),
    OTHERS: N_("Interviews of one worker resemble each other, as in the other questions of this round."),
}
ONE_WORKER: Final = N_("One worker per group: the worker's part is assumed.")
FEW_WORKERS: Final = N_("Few workers: the worker's part is assumed.")


#: How long interviews took, by the names of the bands.
LENGTHS: Final[Mapping[str, str]] = {
    "under_5": N_("under 5 minutes"),
    "5_to_9": N_("5 to 9 minutes"),
    "10_to_14": N_("10 to 14 minutes"),
    "15_to_19": N_("15 to 19 minutes"),
    "20_to_29": N_("20 to 29 minutes"),
    "30_to_59": N_("30 to 59 minutes"),
    "60_or_more": N_("60 minutes or more"),
}


def code_of(answer: str) -> str:
    """An answer's code in files: one word."""
    return answer.replace(" ", "_")


STATUS: Final[Mapping[str, str]] = {
    "published": N_("shown"),
    "few answers": N_("few answers"),
    "hidden": N_("hidden"),
}

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Labels:
    """Labels in one language; `translate` speaks the interface's part of it."""

    questionnaire: Questionnaire
    language: str
    translate: Translate

    def district(self, key: str) -> str:
        """A district's name."""
        return geography.districts()[key].name(self.language)

    def place(self, province: str, district: str) -> str:
        """A district's name, or that of a division, a province, or of all districts."""
        if geography.is_division(district):
            known = geography.divisions().get(district)
            # A release of before may hold a division that is none any more.
            return known.name(self.language) if known else district
        if district != TOTAL:
            return self.district(district)
        return self.translate(PROVINCES.get(province, ALL_DISTRICTS))

    def group(self, name: str) -> str:
        """A group's name, as coordinators and reviewers read it."""
        if name == TOTAL:
            return self.translate(EVERYONE)
        return self.translate(GROUPS[name]) if name in GROUPS else self.choice(GROUP, name)

    def page(self, name: str) -> str:
        """A section's title."""
        page = next(page for page in self.questionnaire.pages if page.name == name)
        return self._filled(page.label)

    def question(self, name: str) -> str:
        """A question's wording; that of a share names what makes it a yes."""
        if name in SHARE_LABELS and "/" not in name:
            return self.translate(SHARE_LABELS[name])
        asked, _, option = name.partition("/")
        if asked in self.questionnaire.questions:
            label = self._filled(self.questionnaire.questions[asked].label)
            return f"{label} – {self.choice(asked, option)}" if option else label
        return f"{self.translate(SHARE_LABELS[name])} – {self.choice(WANTS[0], option)}"

    def index(self, name: str) -> str:
        """An index's name."""
        return self.translate(INDICES[name])

    def ratio(self, name: str) -> str:
        """What a ratio says of those to whom it applies."""
        return self.translate(RATIOS[name])

    def gap(self, name: str) -> str:
        """What a gap compares: a kind of help, or what is said of a group."""
        if name in PERCEPTIONS:
            return self.translate(PERCEPTIONS[name])
        return self.choice(WANTS[0], name.removeprefix("gap_"))

    def compared(self, kind: str, name: str) -> str:
        """What is compared between two rounds: a question, an index, a gap or a ratio."""
        return {INDEX: self.index, GAP: self.gap, RATIO: self.ratio}.get(kind, self.question)(name)

    def length(self, band: str) -> str:
        """How long an interview took."""
        return self.translate(LENGTHS[band])

    def verdict(self, name: str) -> str:
        """What a comparison of two rounds or two shares says."""
        return self.translate(VERDICTS[name])

    def workers_part(self, known: Known) -> str:
        """What intervals hold of the likeness of one worker's interviews: measured, borrowed or assumed."""
        if known.assumed:
            return self.translate(ONE_WORKER if known.alone else FEW_WORKERS)
        return self.translate(SOURCES[known.correlation.source])

    def answer(self, question: str, answer: str) -> str:
        """An answer's wording; a sum of points is named by them."""
        if answer in ANSWERS:
            return self.translate(ANSWERS[answer])
        asked = self.questionnaire.questions[question]
        if asked.hiding:
            return self.translate(RECORDED).format(answer=self.choice(question, answer))
        points = ranked_points(asked)
        names = {TOP_TWO: points[:2], BOTTOM_TWO: points[-2:]}.get(answer, (answer,))
        return " + ".join(self.choice(question, name) for name in names)

    def code(self, question: str, answer: str) -> str:
        """An answer's code in files: one word, unless an option of the question has that word for a name."""
        asked = self.questionnaire.questions.get(question)
        word = code_of(answer)
        return answer if asked and asked.choice(word) else word

    def item(self, question: str, name: str) -> str:
        """An item of a list as it was shown."""
        listed = self.questionnaire.questions[question].items
        return next((self._filled(one.label) for one in listed if one.name == name), name)

    def choice(self, question: str, name: str) -> str:
        """An option as it was read out."""
        choice = self.questionnaire.questions[question].choice(name)
        return self._filled(choice.label) if choice else name

    def _filled(self, texts: Mapping[str, str]) -> str:
        first = self.questionnaire.languages[0]
        return filled_text(texts, self.language, self.questionnaire.fills, first)
