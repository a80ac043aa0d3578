"""A release carried from a key-holder's machine to a server: signed there, trusted, attacked and stored here."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.tied.ties import Ties
from survey.commands.main import main
from survey.keys import record_keys, release_signing
from survey.made_up import send, shipped_round
from survey.problems import (
    FOREIGN_RELEASE,
    RELEASED,
    ROUND_OPEN,
    UNKNOWN_ROUND,
    UNSAFE_RELEASE,
    Kind,
    Problem,
)
from survey.publication.release import release, transfer
from survey.publication.release.checking.mixes import mix_mistakes
from survey.publication.release.figures import HIDDEN
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.results import release_document, releases
from tests.support.factories import forge

ROUND = "carried"


def opened(home: Path) -> Database:
    home.mkdir(exist_ok=True)
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    return Database(url, home, release_signing.answers_for)


@dataclass(frozen=True)
class Machine:
    """A folder with its database, and its command line."""

    home: Path
    database: Database

    def run(self, *words: str) -> Result:
        known = {"SURVEY_HOME": str(self.home), "SURVEY_DATABASE_URL": self.database.url}
        return CliRunner().invoke(main, words, env=known)


@pytest.fixture(scope="module")
def keyholder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Where interviews can be read: a small round with its release."""
    home = tmp_path_factory.mktemp("keyholder")
    database = opened(home)
    shipped_round.open_shipped_round(database, ROUND)
    send.simulate(database, 90, 3, round_name=ROUND, districts=("karak",))
    release.close(database, ROUND)
    yield Machine(home, database)
    database.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Machine]:
    """Where nothing can be read: the same round, closed."""
    database = opened(tmp_path / "server")
    shipped_round.open_shipped_round(database, ROUND)
    rounds.close(database, ROUND)
    yield Machine(tmp_path / "server", database)
    database.close()


@pytest.fixture
def exported(keyholder: Machine, tmp_path: Path) -> Path:
    file = tmp_path / "round.release"
    assert keyholder.run("release", "export", ROUND, str(file)).exit_code == 0
    return file


def trust(server: Machine, signer: Machine, tmp_path: Path) -> None:
    file = tmp_path / "signer.pem"
    file.write_text(signer.run("release", "signer").output)
    assert "taken in" in server.run("release", "trust", str(file)).output


@pytest.mark.slow
def test_a_signed_release_is_stored_as_it_was_made(keyholder, server, exported, tmp_path) -> None:
    trust(server, keyholder, tmp_path)
    assert (told := server.run("release", "import", str(exported))).exit_code == 0, told.output
    there, here = (releases.find(one.database, ROUND) for one in (keyholder, server))
    assert (here.content, here.digest, here.code_version) == (there.content, there.digest, there.code_version)
    assert there.digest in told.output
    assert release.read(server.database, ROUND).figures == release.read(keyholder.database, ROUND).figures
    again = server.run("release", "import", str(exported))
    assert again.exit_code == 2


def test_what_nobody_trusted_signed_is_refused(server, exported) -> None:
    told = server.run("release", "import", str(exported))
    assert told.exit_code == 2
    assert "nobody who is trusted here" in told.output
    assert releases.released_rounds(server.database) == ()


@pytest.mark.parametrize("place", [len(transfer.MARK), len(transfer.MARK) + 63, 200, -1])
def test_what_was_changed_on_its_way_is_refused(keyholder, server, exported, tmp_path, place: int) -> None:
    trust(server, keyholder, tmp_path)
    changed = bytearray(exported.read_bytes())
    changed[place] ^= 1
    exported.write_bytes(changed)
    assert server.run("release", "import", str(exported)).exit_code == 2
    assert releases.released_rounds(server.database) == ()


def test_a_signature_is_no_other_kind_of_signature(keyholder, exported) -> None:
    content, signature = transfer.unwrap(exported.read_bytes())
    release_signing.trust_signer(keyholder.home, release_signing.release_signer(keyholder.home))
    assert release_signing.signer_of(keyholder.home, content, signature)
    with pytest.raises(Problem):
        release_signing.signer_of(keyholder.home, content + b" ", signature)


def test_the_signing_key_is_for_the_owner_alone(keyholder, exported) -> None:
    assert (keyholder.home / "keys" / "release-signing.pem").stat().st_mode & 0o077 == 0
    assert "PRIVATE" not in keyholder.run("release", "signer").output


@pytest.mark.slow
def test_another_file_is_no_release_and_no_key(server, tmp_path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("notes")
    for act in ("import", "trust"):
        assert server.run("release", act, str(file)).exit_code == 2


@pytest.fixture
def document(keyholder: Machine):
    return copy.deepcopy(release_document.unpack(releases.find(keyholder.database, ROUND).content))


def refused(server: Machine, document) -> Kind:
    with pytest.raises(Problem) as problem:
        transfer.take(server.database, release_document.pack(document))
    assert releases.released_rounds(server.database) == ()
    return problem.value.kind


def test_a_round_must_be_known_and_closed(server: Machine, document) -> None:
    assert refused(server, {**document, "round": "never"}) is UNKNOWN_ROUND
    shipped_round.open_shipped_round(server.database, "open")
    assert refused(server, {**document, "round": "open"}) is ROUND_OPEN


def test_rules_that_name_anything_else_are_refused(server: Machine, document) -> None:
    """A further base is shown to an administrator as if it held."""
    (raised,) = document["rules"]["raised"]
    for more in ({**raised, "node": "W07"}, {**raised, "base": 77}):
        document["rules"]["raised"] = [raised, more]
        assert refused(server, document) is FOREIGN_RELEASE


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda packed: packed + b"W07", id="behind its end"),
        pytest.param(lambda packed: rewritten(packed, b"{", b'{"topics":["W07"],', 1), id="a member twice"),
        pytest.param(lambda packed: rewritten(packed, b",", b", "), id="in spaces"),
        pytest.param(
            lambda _: zlib.compress(b'{"format":' + b"[" * 200_000 + b"]" * 200_000 + b"}"), id="deep"
        ),
    ],
)
def test_what_a_reader_would_skip_is_refused(
    server: Machine, document, made: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(ValueError, match="no release"):
        transfer.take(server.database, made(release_document.pack(document)))
    assert releases.released_rounds(server.database) == ()


def rewritten(packed: bytes, old: bytes, new: bytes, times: int = -1) -> bytes:
    return zlib.compress(zlib.decompress(packed).replace(old, new, times))


def test_milder_rules_are_refused(server: Machine, document) -> None:
    assert refused(server, {**document, "rules": {**document["rules"], "k": 4}}) is FOREIGN_RELEASE
    document["rules"]["ladder"][1]["base"] = 24
    assert refused(server, document) is FOREIGN_RELEASE


def test_another_questionnaire_is_refused(server: Machine, document) -> None:
    assert refused(server, {**document, "version": "0"}) is FOREIGN_RELEASE


def test_a_sensitive_question_stays_sensitive_and_none_is_added(server: Machine, document) -> None:
    topic = next(topic for topic in document["topics"] if topic["sensitive"])
    topic["sensitive"] = False
    assert refused(server, document) is FOREIGN_RELEASE
    topic.update(sensitive=True, name="l_join")
    assert refused(server, document) is FOREIGN_RELEASE


def test_other_ties_than_those_of_the_questionnaire_are_refused(server: Machine, document) -> None:
    """Who leaves a tie out would be attacked without it."""
    fewer = {**document["ties"], "inequalities": document["ties"]["inequalities"][1:]}
    assert refused(server, {**document, "ties": fewer}) is FOREIGN_RELEASE


def test_a_release_without_ties_is_attacked_with_those_of_the_questionnaire(
    server: Machine, document
) -> None:
    """It is one from before they were kept. Here money reached more people than help did, which a tie alone forbids."""
    del document["ties"], document["gaps"]
    for topic in document["topics"]:
        if topic["name"] in ("reached", "i_got/money"):
            few, many = ("said yes", "everyone else")[:: 1 if topic["name"] == "reached" else -1]
            for cells in domains_of(topic):
                if cells[few]["count"] and cells[many]["count"]:
                    base = cells[TOTAL]["count"]
                    for answer, count in ((few, 10), (many, base - 10)):
                        forge(document, topic, cells[answer], count)
    assert not any(release_document.complaints(document, ties=Ties()))
    assert refused(server, document) is UNSAFE_RELEASE


def test_a_figure_beside_a_hidden_count_is_refused(server: Machine, document) -> None:
    cells = [cell for topic in document["topics"] for cell in topic["cells"] if "figure" in cell]
    hidden = next(cell for cell in cells if cell["figure"][0] == HIDDEN)
    hidden["figure"] = ["published", 90, 3, 3, 1, 9]
    assert refused(server, document) is FOREIGN_RELEASE


def test_a_document_that_lacks_a_part_is_refused(server: Machine, document) -> None:
    del document["topics"][0]["cells"][0]["count"]
    with pytest.raises(ValueError, match="no release"):
        transfer.take(server.database, release_document.pack(document))
    with pytest.raises(ValueError, match="no release"):
        transfer.take(server.database, release_document.pack({"format": release_document.FORMAT}))
    assert releases.released_rounds(server.database) == ()


def test_a_small_count_is_refused(server: Machine, document) -> None:
    for topic in document["topics"]:
        for cell in topic["cells"]:
            if cell["count"] is None and cell["name"][-1] != TOTAL and cell["name"][1] == "karak":
                cell["count"] = 4
                assert refused(server, document) is FOREIGN_RELEASE
                return


def test_a_total_that_is_no_mean_of_shown_shares_is_refused(server: Machine, document) -> None:
    cell = document["fixed_mix"][0]["cells"][0]
    cell["figure"] = [90, 12.5, 8.0, 17.0]
    assert refused(server, document) is FOREIGN_RELEASE


def shown_mix(document):
    """A total that is shown, and its question's entry."""
    return next(
        (entry, cell)
        for entry in document["fixed_mix"]
        for cell in entry["cells"]
        if cell["figure"] is not None
    )


@pytest.mark.parametrize("place", range(5), ids=("base", "mean", "low", "high", "degrees of freedom"))
@pytest.mark.parametrize("wrong", [-5, "12", float("nan"), [3], True], ids=repr)
def test_a_total_of_other_numbers_is_refused(document, place: int, wrong: object) -> None:
    _, cell = shown_mix(document)
    assert not any(mix_mistakes(document))
    cell["figure"][place] = wrong
    assert any(mix_mistakes(document))


@pytest.mark.parametrize("answers", [None, [], ["yes"], 3], ids=repr)
def test_a_total_of_other_answers_is_refused(document, answers: object) -> None:
    shown_mix(document)[0]["answers"] = answers
    assert any(mix_mistakes(document))


def test_a_total_of_fewer_people_or_called_without_reason_is_refused(server: Machine, document) -> None:
    entry, cell = shown_mix(document)
    entry["called"] = True
    assert any(mix_mistakes(document))
    entry["called"] = False
    cell["figure"][0] -= 1
    assert refused(server, document) is FOREIGN_RELEASE


def test_a_ratio_of_an_unknown_question_is_refused(server: Machine, document) -> None:
    document["ratios"][0]["question"] = "weapons"
    assert refused(server, document) is FOREIGN_RELEASE


def changed(one):
    """The same entry with another number somewhere."""
    if isinstance(one, dict):
        return {key: value if key in NAMES else changed(value) for key, value in one.items()}
    if isinstance(one, list):
        return [changed(value) for value in one]
    return "other" if one is None or isinstance(one, str) else one + 1


#: What an entry of a release is called by; the rest is what it says.
NAMES = ("name", "question", "answer", "first", "second", "groups")


def test_nothing_is_said_twice_in_two_ways(document) -> None:
    """Whoever checks takes the last one of two, and whoever reads shows both."""
    assert not any(release_document.contradictions(document))
    tried = 0
    for member, entries in document.items():
        if isinstance(entries, list) and entries and isinstance(entries[0], dict):
            for inside in (entries, entries[0].get("cells")):
                if inside:
                    inside.insert(0, changed(inside[0]))
                    assert any(release_document.contradictions(document)), member
                    del inside[0]
                    tried += 1
    assert tried > 10
    assert not any(release_document.contradictions(document))


def test_a_hidden_count_before_the_same_cell_is_refused(server: Machine, document) -> None:
    topic = document["topics"][0]
    hidden = next(cell for cell in topic["cells"] if cell["count"] is None and cell["name"][-1] != TOTAL)
    topic["cells"].insert(0, {"name": hidden["name"], "count": 30, "figure": hidden["figure"]})
    assert refused(server, document) is UNSAFE_RELEASE


@pytest.mark.parametrize("place", range(4), ids=("base", "points", "low", "high"))
def test_a_gap_that_does_not_follow_from_published_numbers_is_refused(
    server: Machine, document, place: int
) -> None:
    told = next(cell["figure"] for one in document["gaps"] for cell in one["cells"] if cell["figure"])
    told[place] += 2
    assert refused(server, document) is FOREIGN_RELEASE


def test_a_gap_that_the_questionnaire_does_not_have_is_refused(server: Machine, document) -> None:
    document["gaps"][0]["name"] = "gap_weapons"
    assert refused(server, document) is FOREIGN_RELEASE


def test_a_release_from_before_there_were_gaps_is_taken(server: Machine, document) -> None:
    del document["gaps"]
    transfer.take(server.database, release_document.pack(document))
    assert release.read(server.database, ROUND).gaps == ()


def test_what_can_be_learned_from_a_release_is_attacked_again(server: Machine, document) -> None:
    for topic in document["topics"]:
        for cells in domains_of(topic):
            top, rest, total = (cells.get(answer) for answer in ("top two", "all others", TOTAL))
            if top and total["count"] and top["count"] is rest["count"] is None:
                # All but one are among the rest, so one gave an answer of the top two.
                forge(document, topic, rest, total["count"] - 1)
                assert refused(server, document) is UNSAFE_RELEASE
                return
    raise AssertionError("nothing to sabotage")


def domains_of(topic):
    found: dict[tuple[str, ...], dict] = {}
    for cell in topic["cells"]:
        *domain, answer = cell["name"]
        found.setdefault(tuple(domain), {})[answer] = cell
    return found.values()


def test_a_released_round_stays(keyholder: Machine, document) -> None:
    with pytest.raises(Problem) as again:
        transfer.take(keyholder.database, release_document.pack(document))
    assert again.value.kind is RELEASED


def test_a_server_without_the_key_closes_a_round_and_makes_no_release(
    server: Machine, keyholder: Machine
) -> None:
    shipped_round.open_shipped_round(server.database, "sealed")
    key = record_keys.current_key(keyholder.home)
    record_keys.take_key(server.home, record_keys.public_key(keyholder.home, key.id))
    told = server.run("round", "close", "sealed", "--now", "--yes")
    assert "import it here" in told.output
    assert not rounds.find(server.database, "sealed").open
    assert server.run("release", "draft", "sealed").exit_code == 2
    assert releases.released_rounds(server.database) == ()
