"""Writes into the lists of requirements which files of each pinned release may be installed: `python -m tools.hashes`.

The hashes are those of every file that the package index lists for a release, so that all platforms find theirs.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

LISTS: Final = ("requirements.txt", "requirements-dev.txt", "requirements-release.txt")
_PIN: Final = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.!+-]+)")
_HASH: Final = re.compile(r"--hash=(sha256:[0-9a-f]{64})")


def main() -> None:
    """Renew the hashes of every list; a pin without any file ends it."""
    for name in LISTS:
        file = Path(name)
        lines = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join(hashed(lines, _asked(pins(lines)))) + "\n", encoding="utf-8")


def pins(lines: Iterable[str]) -> list[str]:
    """The pins of a list, such as `click==8.5.1`, in its order."""
    return [found.group() for line in lines if (found := _PIN.match(line))]


def hashed(lines: Sequence[str], known: Mapping[str, Sequence[str]]) -> list[str]:
    """The list with the hashes that are known of each release; comments and other lists that it names stay."""
    written: list[str] = []
    for line in lines:
        if found := _PIN.match(line):
            written += " \\\n    --hash=".join([found.group(), *known[canonical(found.group())]]).split("\n")
        elif not line.startswith(" "):
            written += [line]
    return written


def canonical(pin: str) -> str:
    """A pin with the name as an index spells it."""
    name, _, version = pin.partition("==")
    return f"{re.sub(r'[-_.]+', '-', name).lower()}=={version}"


def read(text: str) -> dict[str, list[str]]:
    """The hashes that a list holds, by pin."""
    blocks = re.split(r"\n(?=\S)", text)
    return {
        canonical(found.group()): _HASH.findall(block) for block in blocks if (found := _PIN.match(block))
    }


def _asked(wanted: Sequence[str]) -> dict[str, list[str]]:
    uv = str(Path(sys.executable).parent / "uv")
    options = ("--no-deps", "--no-annotate", "--no-header", "--no-config", "--generate-hashes")
    done = subprocess.run(
        [uv, "pip", "compile", "--quiet", *options, "-"],
        input="\n".join(wanted),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return read(done.stdout)


if __name__ == "__main__":
    main()
