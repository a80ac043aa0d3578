"""Parts of pages are rendered once for all that decides them, by nobody, and the oldest go first."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask, g, render_template_string

from survey.web.frame import compressed, guard
from survey.web.frame.compressed import Piece
from survey.web.readers.fragments import Fragments, rendered
from tests.support.readers import at_browser, somebody, stored

SWITCH = "components/language_switch.html"
CLAIM = "components/claim.html"


def test_a_part_is_rendered_once_for_each_key(app: Flask) -> None:
    made = list[str]()

    def piece(kept: Fragments, key: str) -> Piece:
        def context() -> dict[str, object]:
            made.append(key)
            return {}

        with app.test_request_context("/"):
            return kept.piece(key, CLAIM, context)

    first = piece(Fragments(), "a")
    assert first.text().startswith(b"<p")
    assert first.text() == first.text().strip()
    made.clear()
    kept = Fragments(most=2 * len(first.deflated))
    assert [piece(kept, "a"), piece(kept, "b"), piece(kept, "a")][0] is piece(kept, "a")
    assert made == ["a", "b"]
    # The one that was asked for longest ago makes room.
    piece(kept, "c")
    piece(kept, "a")
    piece(kept, "b")
    assert made == ["a", "b", "c", "b"]
    assert kept._size == sum(len(one.deflated) for one in kept._kept.values()) <= kept._most


def test_what_two_requests_made_meanwhile_is_kept_once(app: Flask) -> None:
    kept = Fragments()

    def again() -> dict[str, object]:
        kept.piece("a", CLAIM, dict)
        return {}

    with app.test_request_context("/"):
        kept.piece("a", CLAIM, again)
    (piece,) = kept._kept.values()
    assert kept._size == len(piece.deflated)


def test_two_templates_of_one_key_are_two_parts(app: Flask) -> None:
    kept = Fragments()
    with app.test_request_context("/"):
        switch = kept.piece("a", SWITCH, dict)
        claim = kept.piece("a", CLAIM, dict)
        assert kept.piece("a", SWITCH, dict) is switch
        assert switch.text() != claim.text()


def test_a_part_is_made_as_nobody(app: Flask) -> None:
    rashid = somebody(stored(app), "reviewer", "rashid")
    with app.test_request_context("/"):
        g.account = rashid
        seen = list[object]()
        rendered(CLAIM, lambda: {"seen": seen.append(guard.signed_in_account())})
        assert seen == [None]
        assert guard.account() == rashid


@pytest.mark.parametrize("coding", ["gzip", "identity"])
@pytest.mark.parametrize("texts", [["first", ""], ["", ""], ["x" * 70_000, "سلام", "<!--piece 0-->"]])
def test_a_page_holds_its_pieces_where_they_were_put(new_app: Flask, texts: list[str], coding: str) -> None:
    """Whatever the browser takes, and also in a page of another than the readers."""
    page = "<p>{% for one in several %}[{{ one }}]{% endfor %}{{ forged }}</p>"

    @guard.public
    def view() -> str:
        placed = [compressed.place(Piece(text)) for text in texts]
        return render_template_string(page, several=placed, forged="<!--piece 0-->")

    new_app.add_url_rule("/results/pieces/pieces", "results.pieces", view)
    new_app.add_url_rule("/pieces", "pieces", view)
    whole = "<p>" + "".join(f"[{text}]" for text in texts) + "&lt;!--piece 0--&gt;</p>"
    client = at_browser(new_app, None).client
    for address in ("/results/pieces/pieces", "/pieces"):
        reply = client.get(address, headers={"Accept-Encoding": coding})
        packed = "Content-Encoding" in reply.headers
        assert int(reply.headers["Content-Length"]) == len(reply.data)
        assert (gzip.decompress(reply.data) if packed else reply.data).decode() == whole
