"""A phone that is set up in a round of a questionnaire of its own."""

from __future__ import annotations

from survey.questionnaire.model import Questionnaire
from survey.storage import questionnaires
from survey.storage.field import rounds
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server

ROUND = "2027-1"


def enrolled(make_phone: MakePhone, server: Server, asked: Questionnaire) -> Phone:
    """Open a round with the questionnaire and set a phone up in it."""
    rounds.start(server.database, ROUND, questionnaires.publish(server.database, asked))
    phone = make_phone()
    phone.open(server.invitation(round_name=ROUND))
    phone.enrol()
    return phone
