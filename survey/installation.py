"""How this program is installed, as a checkout or as a wheel: where its files are, and which code it is."""

from __future__ import annotations

import os
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Final

from survey import __version__

_PACKAGE: Final = Path(__file__).resolve().parent
#: Where the build puts templates, scripts, catalogues, migrations, questionnaires and reference files.
_SHIPPED: Final = _PACKAGE / "shipped"
#: The folder of the packages `survey` and `analysis`: the top of a checkout, or where wheels are installed.
ROOT: Final = _PACKAGE.parent
CHECKOUT: Final = not _SHIPPED.is_dir()
#: The build writes the commit here, in a wheel and in a source distribution; no checkout has it.
COMMIT: Final = "COMMIT"
UNKNOWN: Final = "unknown"
#: What makes figures or shows them. Questionnaires are not among it: people keep their own next to ours.
CODE: Final = ("analysis", "migrations", "reference", "static", "survey", "templates", "translations")


def path(*parts: str) -> Path:
    """Where a file or folder that ships with the program is, such as `path("questionnaires", "targets.csv")`."""
    return (ROOT if CHECKOUT else _SHIPPED).joinpath(*parts)


@lru_cache(maxsize=1)
def code_version() -> str:
    """Version and commit of the code that runs, such as `0.1.0+e57d6d4abcde`, and `.changed` after it where it is."""
    return f"{__version__}+{built_commit() or commit_of(ROOT)}"


def built_commit() -> str:
    """The commit that the build wrote down; empty where there was no build."""
    file = path(COMMIT)
    return file.read_text(encoding="ascii").strip() if file.is_file() else ""


def commit_of(folder: Path) -> str:
    """The commit of the work tree whose top is this folder; `unknown` where it is none, or git is missing."""
    found = _git(folder, "rev-parse", "--show-toplevel", "--short=12", "HEAD").splitlines()
    # The folder may be in a repository of somebody else.
    if len(found) != 2 or Path(found[0]).resolve() != folder.resolve():
        return UNKNOWN
    return found[1] + (".changed" if _git(folder, "status", "--porcelain", "--", *CODE) else "")


def _git(folder: Path, *words: str) -> str:
    """What git prints; empty where it refuses or is missing."""
    # A hook of git names its own repository and index to every program it starts.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
