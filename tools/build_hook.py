"""What the build adds to a wheel and to a source distribution: the files next to the code, and the commit."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Top-level folders that the code reads; `survey.installation.path` finds them.
FOLDERS: Final = (
    "demonstration",
    "migrations",
    "questionnaires",
    "reference",
    "static",
    "templates",
    "translations",
)
#: Sources of what is compiled, and what tools leave behind.
LEFT_OUT: Final = {".compiled", ".mo", ".po", ".pot", ".pyc"}


class Shipped(BuildHookInterface[Any]):
    """Puts the folders into the wheel under `survey/shipped`, catalogues compiled, and says which commit it is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name every file that is added: where it is, and where it goes."""
        self.made = tempfile.TemporaryDirectory()
        top = "survey/shipped/" if self.target_name == "wheel" else ""
        files = {str(self._commit()): f"{top}COMMIT"}
        if top:
            files |= {str(Path(self.root, name)): f"{top}{name}" for name in _shipped(Path(self.root))}
            files |= {str(file): f"{top}{name}" for name, file in self._catalogues()}
        build_data["force_include"].update(files)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made for the build."""
        self.made.cleanup()

    def _commit(self) -> Path:
        sys.path.insert(0, self.root)
        from survey import installation

        file = Path(self.made.name, "COMMIT")
        file.write_text((installation.built_commit() or installation.commit_of(Path(self.root))) + "\n")
        return file

    def _catalogues(self) -> Iterator[tuple[str, Path]]:
        """The compiled catalogue of every language."""
        for source in sorted(Path(self.root, "translations").glob("*/LC_MESSAGES/messages.po")):
            name = source.relative_to(self.root).with_suffix(".mo")
            compiled = Path(self.made.name, name)
            compiled.parent.mkdir(parents=True)
            with source.open("rb") as texts, compiled.open("wb") as file:
                write_mo(file, read_po(texts, locale=name.parts[1]))
            yield name.as_posix(), compiled


def _shipped(root: Path) -> Iterator[str]:
    """Every file of the folders, by its name in the project."""
    for folder in FOLDERS:
        for path in sorted(root.joinpath(folder).rglob("*")):
            if path.is_file() and not LEFT_OUT & {path.name, path.suffix}:
                yield path.relative_to(root).as_posix()
