"""The app on the phone and its tests pass the checks of types and of habits, and each check finds what it is for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.support.running import miss

PROJECT: Final = Path(__file__).parents[1]
TOOLS: Final = PROJECT / "tools" / "javascript"
PROGRAMS: Final = TOOLS / "node_modules" / ".bin"
STATE: Final = PROJECT / "static" / "js" / "core" / "state.js"

pytestmark = [pytest.mark.node, pytest.mark.slow]


def run(*command: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=PROJECT,
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    """Both programs in the versions of the lock file, fetched where they are not here yet."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        miss("Node.js or npm is missing: apt-get install nodejs npm")
    needed = json.loads((TOOLS / "package.json").read_text())["engines"]["node"]
    version = run("node", "--version").stdout.strip()
    if numbers(version) < numbers(needed):
        miss(f"Node.js {needed} is needed, and {version} is here")
    noted = TOOLS / "node_modules" / ".package-lock.json"
    if noted.is_file() and noted.stat().st_mtime >= (TOOLS / "package-lock.json").stat().st_mtime:
        return
    fetched = run("npm", "ci", "--silent", "--prefix", TOOLS)
    if fetched.returncode:
        miss(f"npm ci in tools/javascript failed: {fetched.stderr or fetched.stdout}")
    noted.touch()


def numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)][:2]


@pytest.mark.parametrize("part", ["tsconfig.json", "tsconfig.workers.json", "tsconfig.tests.json"])
def test_the_types_are_right(part: str) -> None:
    checked = run(PROGRAMS / "tsc", "--project", TOOLS / part)
    assert checked.returncode == 0, checked.stdout


def test_the_types_are_of_every_file() -> None:
    """What no configuration names would pass unseen."""
    listed = set()
    for part in TOOLS.glob("tsconfig*.json"):
        found = run(PROGRAMS / "tsc", "--project", part, "--listFilesOnly").stdout.split("\n")
        listed |= {Path(line).resolve() for line in found if line}
    ours = {*PROJECT.glob("static/js/**/*.js"), *PROJECT.glob("tests/**/*.mjs")}
    assert len(ours) > 40
    assert ours - listed == set()


def test_the_habits_are_kept() -> None:
    checked = lint("static/js", "tests")
    assert checked.returncode == 0, checked.stdout


def lint(*what: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    own = ("--config", TOOLS / "eslint.config.mjs", "--max-warnings", "0")
    return run(PROGRAMS / "eslint", *own, *what, given=given)


#: Faults, one each, and by what name the check of types tells them.
WRONG_TYPES: Final = {
    "phone.pack = null;": "TS2540",
    "phone.nothing;": "TS2339",
    "phone.pack.round;": "TS18047",
    "holdSafe({});": "TS2739",
    "function untold(value) { return value; } untold(1);": "TS7006",
}


@pytest.mark.parametrize(("fault", "told"), WRONG_TYPES.items())
def test_a_planted_wrong_type_is_found(tmp_path: Path, fault: str, told: str) -> None:
    planted = tmp_path / "planted.js"
    planted.write_text(f'import {{ holdSafe, phone }} from "{STATE}";\nholdSafe;\nphone;\n{fault}\n')
    configuration = tmp_path / "tsconfig.json"
    files = [str(TOOLS / "types.d.ts"), str(planted)]
    configuration.write_text(
        json.dumps({"extends": str(TOOLS / "tsconfig.json"), "include": files, "exclude": []})
    )
    checked = run(PROGRAMS / "tsc", "--project", configuration)
    assert checked.returncode != 0
    assert re.findall(r"error (TS\d+)", checked.stdout) == [told], checked.stdout


#: Bad habits, one each, and the rule that tells them.
BAD_HABITS: Final = {
    "export const same = (a, b) => a == b;": "eqeqeq",
    "const unused = 1;": "no-unused-vars",
    "export const twice = (a) => ((a) => a)(a);": "no-shadow",
    "export const write = (a) => { a.b = 1; };": "no-param-reassign",
    "export const none = () => missing;": "no-undef",
    'import { phone } from "./core/state.js"; phone.pack = null;': "no-restricted-syntax",
    'import { phone } from "./core/state.js"; phone.setup.mode = "x";': "no-restricted-syntax",
    'import { phone } from "./core/state.js"; Object.assign(phone, {});': "no-restricted-syntax",
}


@pytest.mark.parametrize(("habit", "rule"), BAD_HABITS.items())
def test_a_planted_bad_habit_is_found(habit: str, rule: str) -> None:
    checked = lint("--stdin", "--stdin-filename", "static/js/planted.js", given=habit)
    assert checked.returncode == 1
    assert re.findall(r"  error  .*  (\S+)$", checked.stdout, re.MULTILINE) == [rule], checked.stdout


def test_the_lock_file_names_versions_and_no_place_to_fetch_them_from() -> None:
    package = json.loads((TOOLS / "package.json").read_text())
    locked = json.loads((TOOLS / "package-lock.json").read_text())["packages"]
    assert package["private"] is True
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values())
    assert "dependencies" not in package
    fetched = {name: one for name, one in locked.items() if name}
    assert len(fetched) > 50
    assert all(one["integrity"].startswith("sha512-") for one in fetched.values())
    assert [name for name, one in fetched.items() if "resolved" in one or "funding" in one] == []
    assert "://" not in (TOOLS / "package-lock.json").read_text()
