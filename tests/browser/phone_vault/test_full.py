"""A disk that is really full, and a browser that removes what it stored: the interview on the screen is not lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from survey.intake import envelope
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server
from tests.support.running import miss

pytestmark = [pytest.mark.browser, pytest.mark.keeps]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with little room, where the phone's profile lies."""
    folder = tmp_path / "phone"
    folder.mkdir()
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    mount = [*rights, "mount", "-t", "tmpfs", "-o", f"size=48m,uid={os.geteuid()}", "tmpfs", str(folder)]
    mounted = (
        shutil.which(mount[0]) and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    )
    if not mounted:
        miss("mounting a small disk needs root, or sudo without a password")
    yield folder
    subprocess.run([*rights, "umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Write until nothing more fits; returns the file that takes the room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(bytes(512)):
            pass
    return filler


def to_the_finish(phone: Phone) -> None:
    """End an interview early, up to the button that seals it."""
    phone.page.locator("header .pause").click()
    phone.tap("End here and keep the answers given")


def test_a_full_disk_keeps_the_interview_until_there_is_room(
    small_disk: Path, make_phone: MakePhone, server: Server
) -> None:
    phone = make_phone()
    phone.open(server.invitation())
    phone.enrol()
    phone.fly()
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.settled()
    filler = fill(small_disk)
    for option in ("village", "very_unsafe", "very_unsafe"):
        phone.choose(option)
    to_the_finish(phone)
    phone.tap("Finish")
    phone.at("not-kept")
    phone.tap("Try again")
    phone.page.wait_for_timeout(1000)
    phone.at("not-kept")
    with phone.page.expect_download() as download:
        phone.tap("Save as a file")
    (body,) = envelope.envelopes_in_file(download.value.path().read_text())
    code = phone.page.locator(".code").inner_text()

    filler.unlink()
    phone.tap("Try again")
    phone.at("done")
    assert phone.page.locator(".code").inner_text() == code
    phone.tap("Done")
    phone.at("home")
    with phone.page.expect_download() as download:
        phone.tap("Save as a file")
    # The file that was saved before holds the very same record: handed in as well it counts once.
    assert list(envelope.envelopes_in_file(download.value.path().read_text())) == [body]
    phone.kill()
    phone.open()
    phone.unlock()
    phone.at("home")
    phone.send()
    assert server.stored() == 1
    envelope.accept(server.database, body, str(envelope.read(body).id), server.worker)
    assert server.stored() == 1


def test_what_the_browser_removed_in_mid_interview_is_put_back(phone: Phone, server: Server) -> None:
    phone.fly()
    phone.begin()
    phone.choose("yes")
    to_the_finish(phone)
    phone.finish()
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.settled()
    browser = phone.context.new_cdp_session(phone.page)
    browser.send("Storage.clearDataForOrigin", {"origin": phone.base, "storageTypes": "all"})
    to_the_finish(phone)
    phone.finish()
    assert phone.waiting() == 2
    # Lock, token and questionnaire are there again, and the secret that the lock needs besides the PIN.
    phone.land()
    phone.close()
    phone.open()
    phone.unlock()
    phone.at("home")
    phone.send()
    assert server.stored() == 2


def test_an_interview_goes_on_though_the_browser_removed_its_draft(phone: Phone, server: Server) -> None:
    phone.begin()
    for option in ("yes", "woman"):
        phone.choose(option)
    phone.settled()
    browser = phone.context.new_cdp_session(phone.page)
    browser.send("Storage.clearDataForOrigin", {"origin": phone.base, "storageTypes": "all"})
    phone.choose("30_44")
    phone.settled()
    phone.kill()
    phone.open()
    phone.unlock()
    phone.tap("Go on with the interview")
    phone.choose_preset("Form W")
    phone.tap("Back")
    assert phone.page.locator("#o-30_44").is_checked()


def test_what_is_written_after_a_full_disk_is_there_at_the_next_start(
    small_disk: Path, make_phone: MakePhone, server: Server
) -> None:
    phone = make_phone()
    phone.open(server.invitation())
    phone.enrol()
    phone.fly()
    phone.begin()
    phone.choose("yes")
    to_the_finish(phone)
    phone.finish()
    phone.begin()
    phone.choose("yes")
    filler = fill(small_disk)
    phone.choose("woman")
    phone.settled()
    phone.kill()
    filler.unlink()
    # The log of the browser's database ends in half a record; behind it something is written, and read once more.
    for _ in range(2):
        phone.open(offline=True)
        phone.unlock()
        phone.at("home")
        phone.begin()
        phone.choose("yes")
        phone.settled()
        phone.kill()
    phone.open()
    phone.unlock()
    phone.at("home")
    assert phone.waiting() == 1
    phone.send()
    assert server.stored() == 1
