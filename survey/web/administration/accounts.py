"""Accounts: added with a password that is shown once, suspended, restored, and given districts and tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.accounts import sign_in
from survey.forms.administration import ROLES, AccountForm, DistrictsForm, district_choices
from survey.problems import BAD_NAME, N_, NAME_TAKEN, NOT_FOUND, OWN_ACCOUNT, Problem
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.seen import mark_of
from survey.web.frame import guard, language
from survey.web.frame.current import database
from survey.web.frame.names import fill_names
from survey.web.frame.second_press import is_confirmed

pages = Blueprint("accounts", __name__)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Secrets that are shown once, in the reply that made them, and kept nowhere."""

    name: str
    password: str = ""
    token: str = ""


@pages.get("/accounts")
@guard.needs("accounts.manage")
def index() -> str:
    """All accounts."""
    return render_template(
        "administration/accounts.html", accounts=accounts.all_accounts(database()), roles=ROLES
    )


@pages.route("/add-account", methods=["GET", "POST"])
@guard.needs("accounts.manage")
def add() -> str | tuple[str, int]:
    """Add an account; its password is made here and shown once."""
    form = AccountForm(request.form, translate=gettext)
    form.role.choices = [(role, gettext(label)) for role, label in ROLES.items()]
    form.districts.choices = district_choices(language.current_language().code)
    if request.method == "POST" and form.validate():
        try:
            return _show_once(_add_account(form))
        except Problem as problem:
            if problem.kind not in (BAD_NAME, NAME_TAKEN):
                raise
            form.refuse("name", language.problem_markup(problem))
    return render_template("administration/add_account.html", form=form), 400 if form.errors else 200


def _add_account(form: AccountForm) -> Secrets:
    name, by, password = form.text("name"), guard.account().name, sign_in.make_password()
    accounts.add(
        database(),
        form.text("role"),
        name,
        woman=form.woman.data,
        districts=form.given or (),
        password_hash=sign_in.hash_password(password),
        by=by,
    )
    token = accounts.add_token(database(), name, by=by) if form.token.data else ""
    return Secrets(name, password, token)


def _show_once(secrets: Secrets) -> str:
    return render_template("administration/secrets.html", secrets=secrets)


@pages.get("/accounts/<name>", endpoint="one")
@guard.needs("accounts.manage")
def show_account(name: str) -> str:
    """One account and what can be done with it."""
    return _render_account(accounts.find(database(), name))


def _render_account(
    shown: Account, form: DistrictsForm | None = None, asked: str = "", mark: str = ""
) -> str:
    return render_template(
        "administration/account.html",
        shown=shown,
        form=form or _districts_form(shown),
        mark=mark or mark_of(sorted(shown.districts)),
        roles=ROLES,
        actions=ACTIONS,
        asked=asked,
    )


def _stored_districts(shown: Account) -> dict[str, object]:
    everywhere = not shown.districts and shown.role != "coordinator"
    return {"districts": sorted(shown.districts), "everywhere": everywhere}


def _districts_form(shown: Account) -> DistrictsForm:
    stored = _stored_districts(shown)
    form = DistrictsForm(request.form, given_to=shown.role, translate=gettext, data=stored)
    form.districts.choices = district_choices(language.current_language().code)
    return form


@pages.post("/accounts/<name>/districts")
@guard.needs("accounts.manage")
def give_districts(name: str) -> Response | tuple[str, int]:
    """Give an account other districts, which ends its sessions."""
    form, mark = _districts_form(accounts.find(database(), name)), request.form.get("seen", "")
    if not form.validate():
        return _render_account(accounts.find(database(), name), form, mark=mark), 400
    if not accounts.set_districts(database(), name, form.given, guard.account().name, mark):
        shown = accounts.find(database(), name)
        form.show_instead(_stored_districts(shown), "districts")
        return _render_account(shown, form), 400
    flash(fill_names(gettext("The districts of {name} are saved."), name=name))
    return redirect(url_for("administration.accounts.one", name=name))


@pages.post("/accounts/<name>/<action>")
@guard.needs("accounts.manage")
def act(name: str, action: str) -> Response | str:
    """Do something with an account that needs no form, once it is confirmed where it takes something away."""
    shown = accounts.find(database(), name)
    if action not in ACTIONS or not ACTIONS[action].offered(shown):
        raise Problem(NOT_FOUND)
    if ACTIONS[action].warning and not is_confirmed():
        return _render_account(shown, asked=action)
    secrets = ACTIONS[action].do(shown, guard.account())
    if secrets is not None:
        return _show_once(secrets)
    flash(fill_names(gettext(ACTIONS[action].done), name=name))
    return redirect(url_for("administration.accounts.one", name=name))


def _suspend(shown: Account, by: Account) -> None:
    if shown.id == by.id:
        raise Problem(OWN_ACCOUNT)
    accounts.set_active(database(), shown.name, False, by.name)
    accounts.revoke_tokens(database(), shown.name, by.name)


def _restore(shown: Account, by: Account) -> None:
    accounts.set_active(database(), shown.name, True, by.name)


def _sign_out(shown: Account, by: Account) -> None:
    accounts.end_sessions(database(), shown.name, by.name)


def _revoke_tokens(shown: Account, by: Account) -> None:
    accounts.revoke_tokens(database(), shown.name, by.name)


def _password(shown: Account, by: Account) -> Secrets:
    password = sign_in.make_password()
    sign_in.set_password(database(), shown.name, password, by.name)
    return Secrets(shown.name, password=password)


def _make_token(shown: Account, by: Account) -> Secrets:
    return Secrets(shown.name, token=accounts.add_token(database(), shown.name, by=by.name))


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do with an account: the button, when it is offered, what it does, what is said afterwards.

    `warning` is what is said before; where there is one, a second press is asked for.
    """

    label: str
    offered: Callable[[Account], bool]
    do: Callable[[Account, Account], Secrets | None]
    done: str = ""
    warning: str = ""


def _active(shown: Account) -> bool:
    return shown.active


def _suspend_account(shown: Account) -> bool:
    return not shown.active


def _sends(shown: Account) -> bool:
    return shown.active and shown.role == "worker"


ACTIONS: Final[Mapping[str, Action]] = {
    "password": Action(
        N_("Make a new password"),
        _active,
        _password,
        warning=N_(
            "The present password of {name} stops working at once, and every browser is signed out. The new one is shown once."
        ),
    ),
    "sign-out": Action(
        N_("Sign out everywhere"),
        _active,
        _sign_out,
        N_("{name} is signed out everywhere."),
        N_("Every browser of {name} has to sign in again; what is typed and not sent there is lost."),
    ),
    "token": Action(N_("Make a token"), _sends, _make_token),
    "revoke": Action(
        N_("Revoke all tokens"),
        _sends,
        _revoke_tokens,
        N_("The tokens of {name} are revoked."),
        N_(
            "The phones of {name} are signed out at their next contact and keep sealed interviews only. This cannot be undone: each phone needs a new link."
        ),
    ),
    "suspend": Action(
        N_("Suspend the account"),
        _active,
        _suspend,
        N_("{name} is suspended. Its sessions and tokens have ended; its interviews stay."),
        N_(
            "{name} can no longer sign in, and its sessions and tokens end: its phones need new links even if the account is restored. Its interviews stay."
        ),
    ),
    "restore": Action(N_("Restore the account"), _suspend_account, _restore, N_("{name} may sign in again.")),
}
