"""What tests see of pages: each one fetched is inspected, and journeys are told in verbs of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "rect",
    ]
)
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
DIRECTIONS = {"en": "ltr", "ur-PK": "rtl", "ps-PK": "rtl"}


@dataclass
class Element:
    """One element: its attributes, what is inside, and its words."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    own: list[str | Element] = field(default_factory=list)
    parent: Element | None = None

    def get(self, name: str) -> str:
        """An attribute, empty when absent."""
        return self.attributes.get(name, "")

    def all(self, tag: str = "", **wanted: str) -> list[Element]:
        """The elements inside with that tag and these attributes (`class_` is one of the classes)."""
        tagged = [one for one in self._inside if one.tag == tag] if tag else self._inside
        return [one for one in tagged if one._has(wanted)]

    @cached_property
    def _inside(self) -> list[Element]:
        """What is right inside, then what is inside of that; a page is complete when it is asked."""
        return [*self.children, *(one for child in self.children for one in child._inside)]

    def _has(self, wanted: Mapping[str, str]) -> bool:
        classes = wanted.get("class_")
        return (classes is None or classes in self.get("class").split()) and all(
            self.get(name) == value for name, value in wanted.items() if name != "class_"
        )

    @property
    def text(self) -> str:
        """All words inside, single-spaced."""
        return " ".join(" ".join(self._words()).split())

    def _words(self) -> list[str]:
        said: list[str] = []
        for before, part in zip([None, *self.own], self.own, strict=False):
            word = part if isinstance(part, str) else "".join(part._words())
            if said and not (isinstance(before, str) and isinstance(part, str)):
                said[-1] += word
            else:
                said.append(word)
        return [*said, *(word for child in self.children if not child.named for word in child._words())]

    @property
    def named(self) -> bool:
        """Whether it is a name inside a text, whose words are a part of that text."""
        return self.tag == "bdi" and "name" in self.get("class").split()


class _Reader(HTMLParser):
    """A strict reader: every element is closed where it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.here = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(element)
        if element.named:
            self.here.own.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(
            Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        )

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.here.tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.own.append(data)


def read(html: str) -> Element:
    """The tree of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.here is reader.root, f"<{reader.here.tag}> is never closed"
    return reader.root


def inspect(reply: TestResponse) -> Element:
    """Read a page and hold it to what every page must have."""
    html = reply.get_data(as_text=True)
    root = read(html)
    assert not {"\x02", "\x03"} & set(html), "a place was left unfilled"
    assert "${" not in html, "a hole was left unfilled"
    _check_headers(reply)
    _check_frame(root)
    _check_ids(root)
    _check_inputs(root)
    _check_forms(root)
    return root


def _check_headers(reply: TestResponse) -> None:
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for name, value in HEADERS.items():
        assert reply.headers[name] == value, name


def _check_frame(root: Element) -> None:
    (html,) = root.all("html")
    assert html.get("dir") == DIRECTIONS[html.get("lang")]
    (title,) = root.all("head")[0].all("title")
    assert title.text.split("–")[0].strip(), "a page without a title"
    assert len(root.all("main")) == 1
    assert len(root.all("h1")) == 1
    assert not root.all("script"), "a script on a page that works without"
    assert not [e for e in root.all() if e.get("style") or any(n.startswith("on") for n in e.attributes)]


def _check_ids(root: Element) -> None:
    ids = Counter(element.get("id") for element in root.all() if element.get("id"))
    assert not [name for name, count in ids.items() if count > 1], "an id twice"
    for element in root.all():
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(element.get(name).split()) <= set(ids), f"{name} leads nowhere: {element.get(name)}"
    for link in root.all("a"):
        target = link.get("href")
        assert not target.startswith("#") or target[1:] in ids, f"{target} leads nowhere"


def _check_inputs(root: Element) -> None:
    labels = {label.get("for"): label.text for label in root.all("label")}
    for element in [*root.all("input"), *root.all("select"), *root.all("textarea")]:
        if element.get("type") != "hidden":
            assert labels.get(element.get("id")), f"no label: {element.attributes}"
    for group in root.all("fieldset"):
        (legend,) = group.all("legend")
        assert legend.text, "an empty legend"
    for button in root.all("button"):
        assert button.text or button.get("aria-label"), "a button without words"


def _check_forms(root: Element) -> None:
    for form in root.all("form"):
        assert "?" not in form.get("action"), "an answer must not travel in an address"
        assert form.get("method") == "post", "an answer must not travel in an address"
        assert form.all("input", name="csrf_token"), "a form without its token"


class Page:
    """One fetched page, and what a person can do on it."""

    def __init__(self, reply: TestResponse) -> None:
        self.status = reply.status_code
        self.html = reply.get_data(as_text=True)
        self.root = inspect(reply)

    @property
    def title(self) -> str:
        """The heading."""
        return self.root.all("h1")[0].text

    @property
    def text(self) -> str:
        """The words of the main part."""
        return self.root.all("main")[0].text

    @property
    def language(self) -> str:
        """The language the page declares."""
        return self.root.all("html")[0].get("lang")

    @property
    def errors(self) -> dict[str, str]:
        """The error summary: anchor → message."""
        return {a.get("href")[1:]: a.text for box in self.root.all("div", id="errors") for a in box.all("a")}

    @property
    def form(self) -> Element:
        """The form of the interview."""
        return next(form for form in self.root.all("form") if form.get("action") == "/form")

    @property
    def fields(self) -> dict[str, list[str]]:
        """What the form would send as it stands, without a button."""
        sent: dict[str, list[str]] = {}
        for element in self.form.all("input"):
            kind = element.get("type")
            if kind not in ("radio", "checkbox") or "checked" in element.attributes:
                sent.setdefault(element.get("name"), []).append(element.get("value"))
        for choice in self.form.all("select"):
            picked = [o for o in choice.all("option") if "selected" in o.attributes] or choice.all("option")[
                :1
            ]
            sent[choice.get("name")] = [option.get("value") for option in picked]
        return sent

    @property
    def questions(self) -> list[str]:
        """The names of the questions on the page, in order."""
        names = [e.get("name") for e in self.form.all("input") if e.get("name").startswith("q-")]
        return [name.removeprefix("q-") for name in dict.fromkeys(names)]

    def options(self, question: str) -> list[str]:
        """The options of a question, in order."""
        return [element.get("value") for element in self.form.all("input", name=f"q-{question}")]

    def answer(self, question: str) -> list[str]:
        """What is chosen for a question."""
        return self.fields.get(f"q-{question}", [])

    def buttons(self) -> list[str]:
        """What the buttons of the form do."""
        return [button.get("value") for button in self.form.all("button")]


class Visitor:
    """Somebody with a browser without JavaScript; every page is inspected."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page: Page

    def get(self, address: str, status: int = 200) -> Page:
        """Open a page."""
        self.page = self._page(self.client.get(address), status)
        return self.page

    def post(self, address: str, data: Mapping[str, Any], status: int = 200) -> Page:
        """Send a form as it is given, with the token of the present page."""
        token = self.page.root.all("input", name="csrf_token")[0].get("value")
        self.page = self._page(self.client.post(address, data={"csrf_token": token, **data}), status)
        return self.page

    def _page(self, reply: TestResponse, status: int) -> Page:
        assert reply.status_code == status, reply.get_data(as_text=True)[:2000]
        return Page(reply)

    def press(self, button: str, status: int = 200, **answers: Any) -> Page:
        """Fill in answers (questions, or fields of the start page by `field_NAME`) and press a button."""
        assert button in self.page.buttons(), f"no button {button}: {self.page.buttons()}"
        return self.send(self.page, button, status, **answers)

    def send(self, page: Page, button: str, status: int = 200, **answers: Any) -> Page:
        """Send a page that may no longer be the present one, as the browser's Back does."""
        data: dict[str, Any] = {**page.fields, "do": button}
        for name, value in answers.items():
            key = name.removeprefix("field_") if name.startswith("field_") else f"q-{name}"
            data[key] = list(value) if isinstance(value, tuple) else value
        self.page = self._page(self.client.post("/form", data=data), status)
        return self.page
