"""Every refusal the survey can give: its code, its text with named holes, its HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text for translation; the edge translates it in the reader's language."""
    return text


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which something is refused."""

    code: str
    status: int
    text: str


class Problem(Exception):  # noqa: N818 - a refusal shown to a person, not a failure of the program
    """A refusal with a code for machines and a sentence for people."""

    def __init__(self, kind: Kind, **holes: str) -> None:
        super().__init__(kind.text.format_map(holes))
        self.kind = kind
        self.holes: Mapping[str, str] = holes


@dataclass(frozen=True, slots=True)
class Report:
    """A problem as it travels to an edge that speaks the reader's language."""

    code: str
    status: int
    text: str
    holes: Mapping[str, str] = field(default_factory=dict)


# A submission is refused only when it cannot be identified or may not be held.
NOT_JSON = Kind("not_json", 400, N_("The submission is not readable JSON. Keep it and send it again."))
NOT_CSV = Kind(
    "not_csv",
    400,
    N_("The file cannot be read as CSV: a cell is too long, or a quotation mark is missing."),
)
WRONG_TYPE = Kind("wrong_type", 415, N_("This address takes application/json."))
BAD_ID = Kind("bad_id", 400, N_("The interview's number must be a random UUID (version 4)."))
UNKNOWN_VERSION = Kind(
    "unknown_version", 400, N_("Questionnaire {questionnaire}, version {version}, is not known here.")
)
UNKNOWN_ROUND = Kind("unknown_round", 400, N_("Round {round} is not known here."))
ROUND_CLOSED = Kind("round_closed", 400, N_("Round {round} is closed for good."))
ROUND_ENDING = Kind(
    "round_ending",
    409,
    N_(
        "Round {round} is ending: waiting interviews are taken until it closes on {day}. "
        "Nothing is worked out or released before."
    ),
)
OTHER_VERSION = Kind(
    "other_version",
    409,
    N_("Round {round} asks another version of the questionnaire: these interviews cannot join it."),
)
UNKNOWN_DISTRICT = Kind("unknown_district", 400, N_("District {district} is not known here."))
DISTRICT_NOT_YOURS = Kind(
    "district_not_yours", 403, N_("This account may not send interviews from district {district}.")
)
UNDER_AGE = Kind("under_age", 400, N_("Answers of people under 18 are not kept. Only a tally was noted."))
BAD_FIELD = Kind("bad_field", 400, N_("The field {field} that travels with the answers is missing or wrong."))
TOO_LARGE = Kind("too_large", 413, N_("The submission is larger than an interview can be."))
CONFLICT = Kind(
    "conflict", 409, N_("Another interview is already stored under this number. Nothing was overwritten.")
)
VERSION_TAKEN = Kind(
    "version_taken",
    409,
    N_(
        "Questionnaire {questionnaire}, version {version}, is published with other content. Give it a new version."
    ),
)
NOTHING_TO_LEAVE_OUT = Kind(
    "nothing_to_leave_out",
    404,
    N_("There is no interview of {worker} on {day} to leave out. Look at the code and at the day."),
)
ROUND_TAKEN = Kind("round_taken", 409, N_("There is already a round named {round}. Choose another name."))
ROUND_OPEN = Kind("round_open", 409, N_("Round {round} is still open. Close it first."))
RELEASED = Kind("released", 409, N_("The results of round {round} are frozen and stay as they are."))
TOO_EARLY = Kind(
    "too_early",
    409,
    N_("The interviews of round {round} are not deleted before their time. Days after its close: {days}."),
)
BAD_NAME = Kind(
    "bad_name",
    400,
    N_("{name} cannot be a name here. Use at most 50 letters, digits, dots, hyphens and underscores."),
)
LONG_ROUND = Kind(
    "long_round",
    400,
    N_(
        "Phones cannot seal interviews of round {round}: next to questionnaire {questionnaire}, version {version}, its name "
        "is too long. Letters too many: {number}. Choose a shorter name, or publish the questionnaire under a shorter one."
    ),
)
RESERVED_NAME = Kind(
    "reserved_name",
    400,
    N_("Some computers cannot keep a file named {name}. Choose another name, such as {example}."),
)
NO_CODE = Kind(
    "no_code",
    400,
    N_("A field worker has a code with a digit and without spaces, such as W07, and never a name."),
)
NAME_TAKEN = Kind("name_taken", 409, N_("There is already an account named {name}. Choose another name."))
OWN_ACCOUNT = Kind(
    "own_account", 409, N_("You cannot suspend the account you work with. Ask another administrator.")
)
UNKNOWN_ACCOUNT = Kind("unknown_account", 404, N_("There is no account named {name}."))
WEAK_PASSWORD = Kind("weak_password", 400, N_("Choose a password of at least {length} characters."))
WRONG_SIGN_IN = Kind("wrong_sign_in", 401, N_("The name or the password is wrong. Try again."))
TOO_MANY_ATTEMPTS = Kind(
    "too_many_attempts", 429, N_("Too many wrong passwords. Seconds until the next try: {seconds}.")
)
SIGN_IN_BUSY = Kind("sign_in_busy", 503, N_("Many people are signing in just now. Try again in a moment."))
LINK_USED = Kind("link_used", 410, N_("This link has been used or has never been valid. Ask for a new one."))
STATE_EXPIRED = Kind(
    "state_expired", 400, N_("This interview was open for more than two hours. Begin it again.")
)
STATE_BROKEN = Kind(
    "state_broken", 400, N_("This page is not complete or belongs to another account. Begin again.")
)
NO_TOKEN = Kind("no_token", 401, N_("Sign in, or send the worker's token."))
NOT_ALLOWED = Kind("not_allowed", 403, N_("Your account may not open this page."))
NOT_FOUND = Kind("not_found", 404, N_("There is no such page."))
BUSY = Kind("busy", 503, N_("The server is busy. Keep the interview and send it again in a minute."))
# The database itself: what asked comes again and nothing of it is lost.
DATABASE_DOWN = Kind(
    "database_down",
    503,
    N_("The database cannot be reached. Keep the interview and send it again in a few minutes."),
)
STORAGE_FULL = Kind(
    "full", 503, N_("The server's disk is full. Keep the interview and send it again when there is room.")
)
DATABASE_DAMAGED = Kind(
    "database_damaged",
    500,
    N_("The database is damaged. Keep the interview. An administrator has to restore a backup."),
)
#: What an administrator reads of these, on a terminal or in the log.
TROUBLE: Final[Mapping[Kind, str]] = {
    BUSY: "the database is held by another program or overloaded; try again in a minute",
    DATABASE_DOWN: "the database cannot be reached or written; look at its address, its folder and whether it runs",
    STORAGE_FULL: "the disk of the database is full; make room",
    DATABASE_DAMAGED: "the database is damaged; stop the server and restore a backup",
}
NEWER_DATABASE = Kind(
    "newer_database",
    409,
    N_("The database was changed by a newer version of the survey. Install that version."),
)
KEYS_DIFFER = Kind(
    "keys_differ",
    409,
    N_(
        "The keys in {folder} are not those of this database ({names}). Put its own keys back, or let "
        "{setting} name their folder."
    ),
)
KEYS_WITHOUT_DATABASE = Kind(
    "keys_without_database",
    409,
    N_(
        "{folder} holds the keys of a survey, but its database is new and empty. Put its own database back; for a "
        "new survey with these keys, run: {command}"
    ),
)
FORM_EXPIRED = Kind(
    "form_expired", 400, N_("This page was open too long. Go back, load it again and send it again.")
)
NOT_PRIVATE = Kind(
    "not_private",
    500,
    N_(
        "Other users of this machine can open {path}, and that cannot be changed from here. Choose another folder, "
        "or give it to the user of the survey alone, and start again."
    ),
)
UNREADABLE_TEXT = Kind(
    "unreadable_text", 400, N_("A field holds a sign that belongs to no text. Take it out and send it again.")
)
FAILED = Kind("failed", 500, N_("Something went wrong here. Try again in a minute."))
WRONG_METHOD = Kind("wrong_method", 405, N_("This address does not take that kind of request."))
INSECURE = Kind("insecure", 403, N_("This service answers only over a secure connection (https)."))
# The phone in the field.
DEVICE_REVOKED = Kind("device_revoked", 401, N_("This phone has been signed out by the coordinator."))
INVITATION_UNKNOWN = Kind(
    "invitation_unknown", 410, N_("This link is not valid any more. Ask your coordinator for a new one.")
)
INVITATION_USED = Kind(
    "invitation_used", 409, N_("This link was used before. Ask your coordinator for a new one.")
)
MARK_TAKEN = Kind(
    "mark_taken",
    409,
    N_("Another phone of {name} has this colour and number. Choose another, or leave one open."),
)
NOT_A_WORKER = Kind("not_a_worker", 400, N_("Only a field worker's phone can be invited."))
NO_OPEN_ROUND = Kind("no_open_round", 404, N_("No round is open."))
UNKNOWN_KEY = Kind("unknown_key", 400, N_("The interview was sealed to a key that is not here. Keep it."))
KEY_IN_USE = Kind("key_in_use", 409, N_("Phones seal to this key. Make a new one first."))
BROKEN_ENVELOPE = Kind("broken_envelope", 400, N_("The sealed interview is damaged. Keep it."))
CUSTODY = Kind(
    "custody", 403, N_("This server takes sealed interviews only. Use the app on the worker's phone.")
)
UNSAFE_RELEASE = Kind(
    "unsafe_release",
    409,
    N_("The results of round {round} are not stored: hidden figures could be worked out ({cells})."),
)
PURGED = Kind(
    "purged",
    409,
    N_("The interviews of round {round} were deleted on {day}: no release can be made of them."),
)
BROKEN_TIES = Kind(
    "broken_ties",
    409,
    N_(
        "The counts of round {round} contradict the questionnaire's rules ({ties}). Nothing is released. This is a fault"
        " of the program: report it to its makers."
    ),
)
TAKE_BACK = Kind(
    "take_back",
    409,
    N_(
        "Hidden figures of round {round} can be worked out from its release: {tables}. Take these tables back: show them"
        " to nobody, and ask everybody who has them to delete them."
    ),
)
CHANGED_RELEASE = Kind(
    "changed_release",
    500,
    N_(
        "The stored results of round {round} are not the ones that were frozen, so they are not shown. "
        "Tell an administrator: a backup holds the right ones."
    ),
)
CHANGED_QUESTIONNAIRE = Kind(
    "changed_questionnaire",
    500,
    N_(
        "The stored questionnaire {questionnaire}, version {version}, is not the one that was published. "
        "Tell an administrator: a backup holds the right one."
    ),
)
NO_DRAFT = Kind(
    "no_draft", 409, N_("There is no finished draft of round {round}. Make it with: release draft {round}")
)
UNTRUSTED_RELEASE = Kind(
    "untrusted_release",
    403,
    N_("The release was changed on its way, or nobody who is trusted here signed it. Nothing was stored."),
)
FOREIGN_RELEASE = Kind(
    "foreign_release",
    409,
    N_("The release does not fit round {round}: {mistake}. Nothing was stored."),
)
RELEASE_ELSEWHERE = Kind(
    "release_elsewhere",
    409,
    N_("This server cannot read interviews. Make the release where the key is, and import it here."),
)
NOTHING_TO_PLAN = Kind(
    "nothing_to_plan",
    400,
    N_(
        "There is nothing to plan: no interviews, or no scale in the questionnaire that every group is asked."
    ),
)
RELEASE_BUSY = Kind(
    "release_busy", 409, N_("The results of round {round} are being worked on. Wait until that has ended.")
)
LOOSER_RULES = Kind(
    "looser_rules", 400, N_("The rules can be made stricter than those in force and never looser.")
)
UNORDERED_RULES = Kind(
    "unordered_rules",
    400,
    N_("The least count of sensitive questions cannot be smaller than that of other questions."),
)
