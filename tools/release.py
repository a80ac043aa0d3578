"""Makes a release of what is committed: changelog, tag, wheels, source, list of parts: `python -m tools.release`."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from survey import __version__
from survey.days import today
from tools import sbom

CHANGELOG: Final = Path("CHANGELOG.md")
DIST: Final = Path("dist")
_HEADING: Final = "## Unreleased\n"


def main() -> None:
    """Check, write the day into the changelog, commit, build and tag; push nothing."""
    tag = f"v{__version__}"
    _demand(_git("status", "--porcelain") == "", "commit or remove what was changed first")
    _demand(_git("tag", "--list", tag) == "", f"{tag} is there: raise __version__ in survey/__init__.py")
    text = CHANGELOG.read_text(encoding="utf-8")
    _demand(bool(unreleased(text)), f"nothing is written under Unreleased in {CHANGELOG}")
    CHANGELOG.write_text(dated(text, __version__, today()), encoding="utf-8")
    _git("commit", "-q", "-m", f"Release {__version__}", str(CHANGELOG))
    try:
        build()
    except BaseException:
        # All was committed before: nothing but the day in the changelog is lost, and the next try begins as this one did.
        _git("reset", "-q", "--hard", "HEAD~1")
        raise
    _git("tag", "-a", tag, "-m", f"Release {__version__}")
    sys.stdout.write("".join(f"{DIST}/{path.name}\n" for path in sorted(DIST.iterdir())))
    sys.stdout.write(f"Look at it, then: git push --follow-tags origin {tag}\n")


def unreleased(text: str) -> str:
    """What the changelog has under Unreleased."""
    _, _, rest = text.partition(_HEADING)
    return re.split(r"(?m)^## ", rest, maxsplit=1)[0].strip()


def dated(text: str, version: str, day: str) -> str:
    """The changelog with what was unreleased under a version and a day."""
    return text.replace(_HEADING, f"{_HEADING}\n## {version} - {day}\n", 1)


def build() -> None:
    """Both wheels, the source, the list of parts and the sums of all of them, in an empty `dist`."""
    DIST.mkdir(exist_ok=True)
    for old in DIST.iterdir():
        old.unlink()
    target = str(DIST.resolve())
    for folder, kinds in (".", ("-t", "sdist", "-t", "wheel")), ("analysis", ("-t", "wheel")):
        command = [sys.executable, "-m", "hatchling", "build", *kinds, "-d", target]
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        _demand(done.returncode == 0, f"{' '.join(command[1:])} failed:\n{done.stderr}")
    parts = DIST / f"community-resilience-survey-{__version__}.cdx.json"
    parts.write_text(json.dumps(sbom.parts(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(DIST.iterdir())
    ]
    (DIST / "SHA256SUMS").write_text("".join(sums))


def _demand(held: bool, otherwise: str) -> None:
    if not held:
        raise SystemExit(f"error: {otherwise}")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
