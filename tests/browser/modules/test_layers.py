"""The app's modules import downward only, and nowhere in a circle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from survey.web.phone import bundle

SCRIPTS: Final = Path(__file__).parents[3] / "static" / "js"
#: From what knows nothing of the others to what joins them: folders, and the modules beside them.
LAYERS: Final = (
    "core",
    "device",
    "vault",
    "alone",
    "waiting",
    "practice",
    "recordings",
    "removal",
    "links",
    "contact",
    "home",
    "taps",
    "access",
    "start",
    "screens",
    "app",
)


def layer_of(module: Path, scripts: Path) -> int:
    return LAYERS.index(module.relative_to(scripts).parts[0].removesuffix(".js"))


def imports(scripts: Path) -> dict[Path, list[Path]]:
    return {
        module: [
            (module.parent / found).resolve()
            for found in re.findall(r'^import .* from "([^"]+)";$', module.read_text(), re.MULTILINE)
        ]
        for module in sorted(scripts.rglob("*.js"))
        if module.stem not in ("service-worker", "eraser")
    }


def upward(known: Mapping[Path, list[Path]], scripts: Path) -> list[str]:
    return [
        f"{module.name} imports {other.name}"
        for module, others in known.items()
        for other in others
        if layer_of(other, scripts) > layer_of(module, scripts)
    ]


def circle(known: Mapping[Path, list[Path]]) -> set[str]:
    """The modules that are left when those are taken away, again and again, that import none of the others."""
    left = dict(known)
    while free := [module for module, others in left.items() if not set(others) & left.keys()]:
        for module in free:
            del left[module]
    return {module.name for module in left}


def test_imports_run_downward_and_in_no_circle() -> None:
    known = imports(SCRIPTS)
    assert set(known) == set(bundle.modules(SCRIPTS / "app.js"))
    assert upward(known, SCRIPTS) == []
    assert circle(known) == set()


@pytest.mark.parametrize(
    ("lower", "line", "arrow"),
    [
        ("core/state.js", 'import { home } from "../screens/worker.js";', ["state.js imports worker.js"]),
        ("core/clock.js", 'import { phone } from "./state.js";', []),
    ],
)
def test_a_planted_arrow_or_circle_is_found(lower: str, line: str, arrow: list[str]) -> None:
    known = imports(SCRIPTS)
    found = re.findall(r'"([^"]+)"', line)[0]
    module = SCRIPTS / lower
    planted = {**known, module: [*known[module], (module.parent / found).resolve()]}
    assert upward(planted, SCRIPTS) == arrow
    assert module.name in circle(planted)


def test_the_bundle_follows_every_import_however_deep_its_folder() -> None:
    known, todo = imports(SCRIPTS), [SCRIPTS / "app.js"]
    reached: set[Path] = set()
    while todo:
        module = todo.pop()
        reached.add(module)
        todo += [one for one in known[module] if one not in reached]
    assert any(len(path.relative_to(SCRIPTS).parts) > 2 for path in reached)
    assert set(bundle.modules(SCRIPTS / "app.js")) == reached
