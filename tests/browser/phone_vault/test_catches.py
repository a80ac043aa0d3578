"""Every place of the app that takes a failure is known, and what it makes of it holds whatever failed."""

from __future__ import annotations

import re

from tests.browser.phone import ROOT

#: Every place that takes a failure, and why what it makes of it is so whatever failed.
TAKEN = {
    "access.js": [
        ("} catch (error) {", "told by its name"),
        ("renew(PHONE).catch(() => null)", "the lock is made without it"),
        (".catch(() => {})", "asked once more at the next start"),
        (".catch((error) => ({ error }))", "told by its name"),
        ("} catch (error) {", "told by its name"),
        (".catch(() => null)", "the code was shown once, and the first screen comes"),
    ],
    "contact.js": [
        ("dismiss().catch(() => {})", "forgotten in memory, and again at the next contact"),
        ('"coming", coming).catch(() => {})', "held in memory, and fetched again"),
        ("} catch (error) {", "fetched again"),
        ("keepSafe({ skew: skewOf(pack.day) }).catch(() => {})", "reckoned again from the next pack"),
        ("keepSafe({ unknown }).catch(() => {})", "known in memory, and heard again"),
        ('"counts", counts).catch(() => {})', "known in memory, and heard again"),
        ("fetchRecordings().then(recount).catch(() => {})", "no recording is offered that is not there"),
    ],
    "home.js": [('put("language", chosen().code).catch(() => {})', "noted again at the next visit")],
    "recordings.js": [
        ("kept.removeRecordings(marks).catch(() => {})", "leftovers, removed with the next pack"),
        ("kept.heldMarks().catch(() => [])", "no recording is offered that is not there"),
        ("keepSafe({ silent: false }).catch(() => {})", "held in memory, and asked again"),
        ("fetchRecordings(true).catch(() => false)", "told as not all fetched"),
        ("keepSafe({ silent: true }).catch(() => {})", "held in memory, and asked again"),
        ("kept.removeRecordings().catch(() => {})", "what is left is shown, with its size"),
        ("player.play().catch(() => player === playing", "no sound is what is heard"),
    ],
    "removal.js": [("renew(name))).catch(() => {})", "leftovers, tried again at the next start")],
    "sounds.js": [("key.aes, kept.slice(IV)).catch(() => null)", "fetched again")],
    "start.js": [
        ("phone.secrets.restore().catch(() => {})", "told at the next start, where the lock lacks it"),
        ("tidy().catch(() => {})", "housekeeping, done again at the next start"),
        ("former(phone.store).catch(halt)", "told as not started"),
        ("renew(PHONE).catch(() => {})", "leftovers, tried again at the next start"),
    ],
    "taps.js": [
        ("keepSafe({ last }).catch(() => {})", "noted again with the next interview"),
        (".catch((error) => say(unsaved(error)))", "told by its name"),
        ("keepSafe({ aloud }).catch(() => {})", "held in memory, and chosen again"),
        ("} catch (error) {", "nothing but the sealing is tried there"),
        ("} catch (error) {", "told by its name"),
        ("parting.catch(() => {})", "the code is shown this once"),
        ('remove("draft").catch(() => {})', "its secret is overwritten besides, and that is told"),
    ],
    "worker.js": [("void keepSafe({ still", "held in memory, and chosen again after the next lock")],
    "waiting.js": [
        ("phone.store.waiting.held()", "what waits is held in memory too"),
        ('"sent", sent).catch(() => {})', "a count of today, held in memory"),
    ],
    "api.js": [
        ("response.json().catch(() => null)", "no answer of our server's"),
        ("} catch (error) {", "no answer at all"),
        (".catch(() => null)", "fetched again with the next pack"),
        ("response.arrayBuffer().catch(() => null)", "fetched again with the next pack"),
    ],
    "drafts.js": [
        ("} catch (error) {", "by its name: only what cannot be deciphered goes"),
        ("} catch (error) {", "told as not overwritten, and tried again"),
    ],
    "eraser.js": [
        (".catch((error) => {", "by its name"),
        ("} catch (error) {", "handed on with its name"),
    ],
    "locked.js": [("} catch (error) {", "by its name: only what cannot be deciphered is a wrong PIN")],
    "practice.js": [("keepSafe({ tried", "held in memory, and tried again in the next practice")],
    "proof.js": [("} catch (error) {", "a refusal that cannot be checked is not believed")],
    "queue.js": [
        ("response.json().catch(() => null)", "no answer of our server's"),
        ("} catch (error) {", "no answer at all"),
    ],
    "rebuild.js": [
        ("} catch (error) {", "by its name"),
        ("sweep(store, () => deleted(FORMER)).catch(() => {})", "taken up again at the next start"),
    ],
    "record.js": [("} catch (error) {", "nothing but the sealing is tried there")],
    "secrets.js": [("} catch (error) {", "by its name: unable, or not started")],
    "sender.js": [(".catch(unread)", "the network never rejects there, the phone's store does")],
    "store.js": [
        ("} catch (error) {", "tried once more, then handed on"),
        ("} catch (error) {", "by its name"),
    ],
    "update.js": [
        (".catch(() => null)", "the app goes on without a worker, and tries again"),
        (".catch(() => null)", "the app goes on without a worker, and tries again"),
        ("registration.update().catch(() => {})", "looked for again at the next visit"),
    ],
}


def test_every_place_that_takes_a_failure_is_known() -> None:
    found = {}
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        lines = [one for one in path.read_text(encoding="utf-8").splitlines() if CATCH.search(one)]
        if lines:
            found[path.name] = lines
    assert {name: len(lines) for name, lines in found.items()} == {
        name: len(known) for name, known in TAKEN.items()
    }
    for name, known in TAKEN.items():
        for (call, _), line in zip(known, found[name], strict=True):
            assert call in line, name


CATCH = re.compile(r"\bcatch\b ?\(")
