"""The pages of an interview as they are answered: a section, the pause, the review, the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template, request
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from survey import geography
from survey.intake.gate import WOMAN
from survey.problems import N_
from survey.questionnaire import path
from survey.questionnaire.model import CONSENT, DISTRICT, GENDER, Question
from survey.questionnaire.path import ReachedPage
from survey.questionnaire.rules import REFUSED
from survey.web import helplines
from survey.web.frame import guard
from survey.web.frame.current import database
from survey.web.interview import compiled as interview_compiled
from survey.web.interview import hand_over, review, state
from survey.web.interview.compiled import Extras, Section
from survey.web.interview.state import Interview
from survey.web.interview.step import REVIEW, Step, page_named

#: How an interview ends → its title and what to say.
ENDINGS: Final = {
    "sent": (N_("Thank you"), (N_("The interview has been sent. Thank the person for their time."),)),
    "practice": (N_("Thank you"), (N_("The practice interview has been sent. It does not count."),)),
    REFUSED: (
        N_("Thank you, we stop here"),
        (
            N_("The person does not wish to take part. Thank them kindly and do not ask why."),
            N_("No answer is kept. Only the number of such visits in this district is counted."),
        ),
    ),
    "under_age": (
        N_("Thank you, we stop here"),
        (
            N_("This survey is for adults only. Thank the person kindly and stop."),
            N_("No answer is kept. Only the number of such visits in this district is counted."),
        ),
    ),
    "late": (
        N_("Thank you"),
        (
            N_("The round was over when this interview came. It is kept sealed and apart."),
            N_("An administrator decides whether it joins the next round. Ask your coordinator."),
        ),
    ),
    "left_out": (N_("Thank you"), (N_("The round is over. This interview was left out of it."),)),
    "expired": (
        N_("Thank you"),
        (N_("The round is over and its interviews are deleted. This one was not kept."),),
    ),
    "dropped": (
        N_("The interview has ended"),
        (N_("These answers were not sent and nothing of them is kept."),),
    ),
}


def render_page(step: Step) -> str:
    """The page at which the interview is."""
    step = hand_over.past_closed(step)
    if hand_over.at_door(step):
        return _render(
            "interview/hand_over.html", step, title=gettext("Give the phone to the person"), enter="resume"
        )
    if step.page is not None:
        return section(step)
    if not step.agreed:
        return section(step.with_page(step.page_of(CONSENT)))
    return _review(step)


def _carried_values(step: Step, extras: Extras) -> dict[str, str]:
    """What every page of an interview carries."""
    interview = step.interview
    return {
        "csrf": generate_csrf(),
        "record": interview.id,
        "edition": interview.edition,
        "state": state.seal_interview(interview, guard.account(), database().home),
        "practice": extras.practice if interview.practice else "",
    }


def section(step: Step, mistakes: Mapping[str, str] | None = None, more: bool = False) -> str:
    """The section at which the interview is, with its mistakes by question."""
    interview, place = step.interview, step.place
    page = step.pages[place]
    compiled = interview_compiled.section(
        step.questionnaire, page_named(step.questionnaire, page.name), interview.day
    )
    extras = interview_compiled.section_extras(step.questionnaire)
    values = _carried_values(step, extras) | {
        "asked": " ".join([question.name for question in page.questions]),
        # Before consent the other sections are not yet open: their number would mislead.
        "progress": extras.progress(place, len(step.pages)) if step.agreed else "",
        "questions": _note_on_covered(step, page)
        + _render_questions(page, compiled, interview, mistakes or {}),
        "back": extras.back if hand_over.leads_back(step) else "",
        "more": extras.more if more else "",
        "woman": extras.woman if _needs_a_woman(step) else "",
        "privacy": extras.privacy(interview.answers),
        "errors": _errors(compiled, mistakes) if mistakes else "",
    }
    return interview_compiled.without_holes(compiled.frame.fill(values), step.questionnaire, interview.fills)


def _needs_a_woman(step: Step) -> bool:
    """Whether a man is about to hold a woman's interview, which the gate would leave out."""
    return step.interview.answers.get(GENDER) == WOMAN and not guard.account().woman


def _render_questions(
    page: ReachedPage, compiled: Section, interview: Interview, mistakes: Mapping[str, str]
) -> str:
    """The questions in the order of this interview, each note before its question."""
    parts = []
    waiting = list(page.notes)
    for question in path.order(page, interview.seed):
        parts += [compiled.notes[note.name] for note in waiting if note.before == question.name]
        waiting = [note for note in waiting if note.before != question.name]
        # Nobody who comes to the block again, on any way, finds what was answered there.
        covered = page.page.self_entry_block
        answer = None if covered else interview.answers.get(question.name)
        choices = path.options(question, interview.seed)
        typed = "" if covered or answer is not None else _typed_text(question, page)
        parts.append(
            compiled.blocks[question.name].render(choices, answer, mistakes.get(question.name, ""), typed)
        )
    return "".join([*parts, *(compiled.notes[note.name] for note in waiting)])


def _note_on_covered(step: Step, page: ReachedPage) -> str:
    """That answers of the block are kept and not shown, where there are any."""
    if not page.page.self_entry_block or not any(
        one.name in step.interview.answers for one in page.questions
    ):
        return ""
    said = gettext(
        "Answers given here before are kept and not shown. To change one, answer that question again."
    )
    return str(Markup('<p class="small" id="covered">{}</p>').format(said))


def _typed_text(question: Question, page: ReachedPage) -> str:
    """The content of a box of this page as it was sent, where that is no number: it stays to be corrected."""
    if question.type.listed or request.form.get("page") != page.name:
        return ""
    return request.form.get(interview_compiled.PREFIX + question.name, "")


def _errors(compiled: Section, mistakes: Mapping[str, str]) -> str:
    pairs = [(compiled.blocks[name].anchor, message) for name, message in mistakes.items()]
    return render_template("components/error_summary.html", errors=pairs)


def _review(step: Step) -> str:
    return _render_review(
        step._replace(interview=step.interview.final_version(step.language).with_place(REVIEW))
    )


def render_review_as_new(step: Step, page: str) -> str:
    """The review again, where another interview was sent from the same pages: now with a number of its own."""
    new = step._replace(interview=state.copy_as_another(step.interview, page, database().home))
    return _render_review(new, taken=True)


def _render_review(step: Step, taken: bool = False) -> str:
    html = _render(
        "interview/review.html",
        step,
        title=gettext("Look at the answers"),
        enter="continue",
        sections=review.sections(step),
        back=hand_over.leads_back(step),
        taken=taken,
    )
    return interview_compiled.without_holes(html, step.questionnaire, step.interview.fills)


def _render(template: str, step: Step, **values: Any) -> str:
    """A page of an interview that is no section. Menu and sign-out stay away: they would lose the answers."""
    return render_template(
        template,
        carried=_carried_values(step, interview_compiled.section_extras(step.questionnaire)),
        spoken=step.questionnaire.languages,
        menu=(),
        account=None,
        **values,
    )


def render_end(ending: str, code: str, practice: bool) -> str:
    """The last page: what happened, what was kept, and the withdrawal code of an interview that was sent."""
    title, sentences = ENDINGS[ending]
    return render_template(
        "interview/ended.html",
        title=gettext(title),
        sentences=[gettext(sentence) for sentence in sentences],
        code=code,
        late=ending == "late",
        practice=practice,
        menu=(),
        account=None,
    )


def render_pause(step: Step) -> str:
    """Calm words, telephone lines, three ways on."""
    province = geography.districts()[str(step.interview.answers[DISTRICT])].adm1_pcode
    return _render(
        "interview/pause.html",
        step,
        title=gettext("Pause"),
        enter="resume",
        referrals=[
            (line.number, line.dialled, gettext(line.label)) for line in helplines.lines_of_province(province)
        ],
    )


def render_hand_back(step: Step) -> str:
    """The page on which the person gives the phone back; what comes next is the worker's."""
    return _render("interview/hand_back.html", step, title=gettext("Give the phone back"), enter="resume")


def render_drop_question(step: Step) -> str:
    """The question before all answers are thrown away."""
    return _render("interview/sure.html", step, title=gettext("Throw all answers away?"), enter="resume")
