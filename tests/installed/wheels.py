"""A wheel in an environment of its own, which holds what the wheel declares and what that needs, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent.parent


def built(folder: Path, source: Path = PROJECT) -> Path:
    """The wheel of a project, as `pip wheel` would build it with what is installed here."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


class Environment:
    """An environment with one wheel; its dependencies are links to those that are installed here."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        (self.packages,) = folder.glob("lib/python*/site-packages")
        words = ["install", "--quiet", "--no-index", "--no-deps", "--no-compile", str(wheel)]
        self.run([sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), *words])
        (self.information,) = self.packages.glob("*.dist-info")
        self.declared = self._link_what_is_declared()

    def _link_what_is_declared(self) -> set[str]:
        """Link all that the wheel needs; the names of the distributions."""
        found: set[str] = set()
        waiting = _needed((self.information / "METADATA").read_text(encoding="utf-8").splitlines())
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            present = distribution(name)
            for top in {file.parts[0] for file in present.files or () if file.parts[0] != ".."}:
                if not (self.packages / top).exists():
                    (self.packages / top).symlink_to(Path(str(present.locate_file(top))))
            waiting |= _needed([f"Requires-Dist: {line}" for line in present.requires or ()])
        return found

    def run(self, command: list[str], code: int = 0, **environment: str) -> str:
        """Run a command away from the project, with nothing of it in sight; what it printed."""
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SURVEY"))
        }
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**clean, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def program(self, name: str) -> str:
        """Where a program of this environment is."""
        return str(self.folder / "bin" / name)


def _needed(lines: list[str]) -> set[str]:
    """The names that lines of metadata require here, without extras but for the ones that are asked for."""
    wanted = [Requirement(line.partition(": ")[2]) for line in lines if line.startswith("Requires-Dist: ")]
    present = [one for one in wanted if not one.marker or one.marker.evaluate({"extra": ""})]
    binary = {f"{one.name}-{extra}" for one in present for extra in one.extras}
    return {one.name for one in present} | binary
