"""Parts of pages are rendered once for all that decides them, and the oldest go first."""

from __future__ import annotations

from flask import Flask

from survey.web.readers.fragments import Fragments


def test_a_part_is_rendered_once_for_each_key(app: Flask) -> None:
    kept, made = Fragments(most=2), list[str]()

    def part(key: str) -> str:
        def context() -> dict[str, object]:
            made.append(key)
            return {"problem": {"text": f"<{key}>"}}

        with app.test_request_context("/"):
            return str(kept.part(key, "components/language_switch.html", context))

    first = part("a")
    assert first.startswith("<form")
    assert first == first.strip()
    assert [part("a"), part("b"), part("a")][0] == first
    assert made == ["a", "b"]
    # The one that was asked for longest ago makes room.
    part("c")
    part("a")
    part("b")
    assert made == ["a", "b", "c", "b"]


def test_two_templates_of_one_key_are_two_parts(app: Flask) -> None:
    kept = Fragments()
    with app.test_request_context("/"):
        switch = kept.part("a", "components/language_switch.html", dict)
        claim = kept.part("a", "components/claim.html", dict)
        assert kept.part("a", "components/language_switch.html", dict) == switch != claim
