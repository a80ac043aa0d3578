"""What every page shows around its own content: the menu, the languages, the demonstration mark."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, request
from flask_babel import gettext

from survey.accounts import permissions
from survey.languages import languages
from survey.problems import N_
from survey.publication.briefing.sentences import limits, signed
from survey.questionnaire.model import text_in
from survey.web.frame import guard, language
from survey.web.frame.current import settings
from survey.web.frame.names import fill_names

#: Permission, endpoint and label of each entry of the menu.
MENU: Final = (
    ("form.fill", "interview.start", N_("Interview")),
    ("coverage.read", "coverage.index", N_("Coverage")),
    ("results.read", "results.index", N_("Results")),
    ("phones.manage", "phones.index", N_("Phones")),
    ("rounds.manage", "administration.index", N_("Administration")),
)

#: Entry of a menu → what of the addresses is under it besides the pages of its own name.
UNDER: Final[dict[str, tuple[str, ...]]] = {
    "results.index": ("results", "actions"),
    "coverage.index": ("coverage",),
    "administration.index": ("administration.rounds", "administration.endings"),
    "administration.releases.index": (
        "administration.releases",
        "administration.release_rules",
        "administration.safeguarding",
    ),
    "administration.accounts.index": ("administration.accounts",),
    "administration.local_bodies": ("administration.local_body",),
}

#: The provinces as the reference data name them, so that the catalogues hold them.
PROVINCES: Final = {"Khyber Pakhtunkhwa": N_("Khyber Pakhtunkhwa"), "Balochistan": N_("Balochistan")}


def install(app: Flask) -> None:
    """Give every page what the frame shows."""
    app.context_processor(_context)
    app.add_template_filter(fill_names, "named")
    app.add_template_filter(signed, "signed")
    app.add_template_filter(text_in, "text_in")
    app.add_template_global(limits, "limits")


def _context() -> dict[str, Any]:
    account = guard.signed_in_account()
    office = account is not None and account.role != "worker"
    return {
        "language": language.current_language(),
        "languages": tuple(languages().values()),
        "account": account,
        "menu": _menu(account),
        "current_mark": current_mark,
        "may": lambda permission: permissions.allows(account, permission),
        "app_name": settings().office_name if office else settings().app_name,
        "office": office,
        "demonstration": settings().demonstration,
        "province_name": lambda name: gettext(PROVINCES.get(name, name)),
        "draft": office and language.current_language().draft,
    }


def current_mark(endpoint: str, whole: bool = False) -> str:
    """What an entry of a menu says of the present page: "page" for itself, "true" for one under it, "" for others.

    An entry of the `whole` menu has all pages under it whose names begin in the same way.
    """
    here = request.endpoint or ""
    if here == endpoint:
        return "page"
    if whole and here.partition(".")[0] == endpoint.partition(".")[0]:
        return "true"
    under = UNDER.get(endpoint, ())
    return "true" if here in under or here.rpartition(".")[0] in under else ""


def _menu(account: Any) -> tuple[tuple[str, str], ...]:
    if account is None:
        return ()
    allowed = ((p, e, label) for p, e, label in MENU if permissions.allows(account, p))
    return tuple((endpoint, gettext(label)) for _, endpoint, label in allowed)
