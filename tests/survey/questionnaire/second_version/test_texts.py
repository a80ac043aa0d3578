"""The words of version 2, as they are read and heard: one hand, scales that cannot be confused, nothing that endangers."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

import pytest

from survey import geography
from survey.questionnaire.model import filled_text
from tests.survey.questionnaire.second_version.sheets import (
    LANGUAGES,
    SPECIAL,
    code_of,
    points,
    scales,
    texts,
    version,
)
from tests.texts import spelling

#: Letters of no text in that language.
FOREIGN = {"en": "", "ur": "يكىةهټډړګېۍښڼځڅږ", "ps": "ٹڈڑےںہھكةگ"}
#: The longest texts in letters: an option takes three lines on a screen of 360 px, a question eight, a page's name one.
LONGEST = {"option": 48, "question": 190, "page": 24}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_written_in_one_hand(language: str) -> None:
    for place, text in texts(language):
        assert text == unicodedata.normalize("NFC", text).strip(), place
        assert not spelling.out_of_place(language, text), (place, text)
        assert not spelling.refused(language, text), (place, text)
        assert not spelling.other_digits(text), (place, text)
        assert language == "en" or not spelling.bare_lists(text), (place, text)
        assert not set(FOREIGN[language]) & set(text), (place, text)
        assert "  " not in text, place


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_takes_a_man_for_granted(language: str) -> None:
    assert not [(place, text) for place, text in texts(language) if spelling.of_a_man(language, text)]


def heard_apart(one: str, other: str) -> str:
    """What distinguishes two texts of a scale, as the shorter of what is left of them without their common words."""
    first, second = one.casefold().split(), other.casefold().split()
    common = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    rest = [
        [
            word
            for at, word in enumerate(words)
            if not any(start <= at < start + size for start, size in blocks)
        ]
        for words, blocks in (
            (first, [(block.a, block.size) for block in common]),
            (second, [(block.b, block.size) for block in common]),
        )
    ]
    return min(("".join(words) for words in rest), key=len)


def too_near(one: str, other: str) -> bool:
    """Whether one syllable, missed in noise, turns one text into the other."""
    if not heard_apart(one, other):
        return True
    short, long = sorted(
        (one.casefold().split(), other.casefold().split()), key=lambda words: len("".join(words))
    )
    return len(short) == len(long) and all(
        here == there or (there.endswith(here) and len(there) - len(here) <= 2)
        for here, there in zip(short, long, strict=True)
    )


def confused(number: str, language: str) -> list[tuple[str, str, str]]:
    """Pairs of points of a scale that can be taken for each other when they are heard."""
    code = code_of(language, version(number))
    return [
        (name, one.label[code], other.label[code])
        for name, question in scales(number).items()
        for at, one in enumerate(points(question))
        for other in points(question)[:at]
        if too_near(one.label[code], other.label[code])
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_points_of_a_scale_can_be_confused_when_heard(language: str) -> None:
    assert confused("2", language) == []


@pytest.mark.parametrize("language", ["ur", "ps"])
def test_the_points_of_version_1_could_be(language: str) -> None:
    assert "safe4" in {name for name, _, _ in confused("1", language)}


def repeated(number: str, language: str) -> list[str]:
    """Questions in which a point of their scale is said: "how many times" is heard as the answer "several times"."""
    asked = version(number)
    code = code_of(language, asked)
    return [
        question.name
        for question in asked.questions.values()
        for one in points(question)
        if re.search(
            rf"(?<!\w){re.escape(one.label[code].casefold())}(?!\w)", question.label[code].casefold()
        )
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_says_one_of_its_answers(language: str) -> None:
    assert repeated("2", language) == []


def test_questions_of_version_1_did() -> None:
    assert set(repeated("1", "ps")) == {"mob_avoid", "l_threat", "y_online"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_of_the_same_name_has_the_same_words_in_every_scale(language: str) -> None:
    """Scales that differ in "does not apply" alone are one scale; so are "don't know" and "prefer not to say"."""
    asked = version("2")
    code = code_of(language, asked)
    found: dict[str, set[str]] = {}
    for question in asked.questions.values():
        for one in question.choices:
            if one.name in SPECIAL - {"97"} or points(question):
                family = question.list_name.partition("_")[0] if one.name not in SPECIAL else ""
                if one.name != "97":
                    found.setdefault(f"{family} {one.name}", set()).add(one.label[code])
    assert len(found) == 4 * 4 + 2 + 2
    assert not {name: words for name, words in found.items() if len(words) > 1}


#: Point by point, what a scale says in each language: of equal strength, and as the glossary has it.
SCALES = {
    "safe4": (
        ("Very safe", "بہت محفوظ", "ډېر خوندي"),
        ("Fairly safe", "کافی حد تک محفوظ", "کافي خوندي"),
        ("Not so safe", "زیادہ محفوظ نہیں", "زيات خوندي نه"),
        ("Not at all safe", "بالکل محفوظ نہیں", "هېڅ خوندي نه"),
    ),
    "ext4": (
        ("A lot", "بہت زیادہ", "ډېر زيات"),
        ("Some", "کسی حد تک", "تر يو حده"),
        ("Very little", "بہت کم", "ډېر لږ"),
        ("Not at all", "بالکل نہیں", "هېڅ نه"),
    ),
    "oft4": (
        ("Never", "کبھی نہیں", "هېڅکله نه"),
        ("Once or twice", "ایک دو بار", "يو دوه ځله"),
        ("Several times", "کئی بار", "ډېر ځله"),
        ("Most weeks", "زیادہ تر ہفتوں میں", "په زياترو هفتو کې"),
    ),
    "oft4_month": (
        ("Never", "کبھی نہیں", "هېڅکله نه"),
        ("Once or twice", "ایک دو بار", "يو دوه ځله"),
        ("About every week", "تقریباً ہر ہفتے", "تقريباً هره هفته"),
        ("Almost every day", "تقریباً ہر روز", "تقريباً هره ورځ"),
    ),
    "fair4": (
        ("Fully fair", "پورا انصاف", "پوره انصاف"),
        ("Mostly fair", "زیادہ تر انصاف", "زياتره انصاف"),
        ("A bit unfair", "کچھ ناانصافی", "لږه بې انصافي"),
        ("Very unfair", "بہت ناانصافی", "ډېره بې انصافي"),
    ),
}


@pytest.mark.parametrize("name", SCALES)
def test_scales_say_the_same_in_every_language(name: str) -> None:
    asked = version("2")
    codes = [code_of(language, asked) for language in LANGUAGES]
    found = tuple(tuple(one.label[code] for code in codes) for one in points(scales()[name]))
    assert found == SCALES[name]


#: Terms that every text has for a thing.
GLOSSARY = {
    "inc6 education": ("Education", "تعلیم", "تعليم"),
    "inc6 job": ("Job", "روزگار", "روزګار"),
    "inc6 compensation": ("Compensation after a loss", "نقصان کے بعد معاوضہ", "د نقصان نه پس معاوضه"),
    "main study": ("Study", "پڑھائی", "تعليم"),
    "first administration": ("The district administration", "ضلعی انتظامیہ", "د ضلعې انتظاميه"),
    "gender woman": ("Woman", "خاتون", "ښځه"),
    "gender man": ("Man", "مرد", "سړی"),
    "on_time partly_late": ("A bit late", "کچھ دیر سے", "لږ په ناوخته"),
}


@pytest.mark.parametrize("place", GLOSSARY)
def test_terms_of_the_glossary(place: str) -> None:
    asked = version("2")
    name, option = place.split()
    (question, *_) = (one for one in asked.questions.values() if one.list_name == name)
    choice = question.choice(option)
    assert choice is not None
    assert tuple(choice.label[code_of(language, asked)] for language in LANGUAGES) == GLOSSARY[place]


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_fit_a_screen_of_360_px(language: str) -> None:
    asked = version("2")
    code = code_of(language, asked)
    for page in asked.pages:
        assert len(page.label.get(code, "")) <= LONGEST["page"], page.name
        for question in page.questions:
            assert len(filled_text(question.label, code, asked.fills)) <= LONGEST["question"], question.name
            for one in question.choices:
                assert len(filled_text(one.label, code, asked.fills)) <= LONGEST["option"], one.label


def test_districts_are_those_of_the_reference_in_every_language() -> None:
    asked = version("2")
    known = {district.id: district for district in geography.current_districts()}
    assert {choice.name for choice in asked.questions["district"].choices} == set(known)
    for choice in asked.questions["district"].choices:
        for language in LANGUAGES:
            assert choice.label[code_of(language, asked)] == known[choice.name].names[language]
        assert not set(FOREIGN["ps"]) & set(choice.label[code_of("ps", asked)])


# What a respondent hears


@pytest.mark.parametrize(("language", "most"), [("en", 125), ("ur", 185), ("ps", 175)])
def test_the_consent_says_who_asks_for_whom_and_where_to_complain(language: str, most: int) -> None:
    asked = version("2")
    script = dict(texts(language))["consent_script"]
    assert re.findall(r"\$\{(\w+)\}", script) == ["asked_by", "asked_for", "complaints"]
    filled = filled_text(
        {"x": script},
        "x",
        {name: {"x": words[code_of(language, asked)]} for name, words in asked.fills.items()},
    )
    assert "${" not in filled
    assert len(filled.split()) <= most
    adults = {"en": "adults", "ur": "بالغ", "ps": "بالغو"}[language]
    assert adults in script


@pytest.mark.parametrize(("language", "round_"), [("en", r"\bround\b"), ("ur", "دور "), ("ps", "دور ")])
def test_respondents_hear_nothing_of_rounds(language: str, round_: str) -> None:
    assert not [place for place, text in texts(language) if re.search(round_, text)]


@pytest.mark.parametrize(("language", "jirga"), [("en", "jirga"), ("ur", "جرگہ"), ("ps", "جرګه")])
def test_the_jirga_is_in_one_of_the_two_trust_items(language: str, jirga: str) -> None:
    asked = version("2")
    code = code_of(language, asked)
    labels = {
        name: filled_text(asked.questions[name].label, code, asked.fills) for name in ("tr_body", "tr_elders")
    }
    assert [name for name, text in labels.items() if jirga in text] == ["tr_body"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "peace|programme"), ("ur", "امن|پروگرام"), ("ps", "امن|پروګرام")]
)
def test_what_may_be_overheard_says_nothing_of_a_peace_programme(language: str, said: str) -> None:
    asked = version("2")
    code = code_of(language, asked)
    (support,) = (page for page in asked.pages if page.name == "support")
    for question in support.questions:
        if not question.self_entry:
            assert not re.search(said, question.label[code]), question.name


@pytest.mark.parametrize(
    "name", ["coh_mix", "l_clear", "l_threat", "l_family", "y_job", "y_online", "w_voice", "y_voice"]
)
def test_a_question_asks_one_thing(name: str) -> None:
    label = version("2").questions[name].label[code_of("en", version("2"))]
    assert not re.search(r"\b(?:or|and)\b", label), label
    assert re.search(r"\b(?:or|and)\b", version("1").questions[name].label[code_of("en", version("1"))])
