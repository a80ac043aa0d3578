"""The app's modules as one script: on a slow line every file costs a journey there and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_NAMED: Final = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', re.MULTILINE)
_WHOLE: Final = re.compile(r'^import \* as (\w+) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?function (\w+)|const (\w+))", re.MULTILINE)
_COMMENT: Final = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
_ANY: Final = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def bundle(folder: Path, entry: str) -> bytes:
    """The module `entry` with all that it imports, each in a function of its own, without comments on lines of theirs.

    Raises ValueError for an import or export that is written in a way that is not known here.
    """
    sources: dict[str, str] = {}
    _collect(folder, entry, sources)
    return "\n".join(['"use strict";', "const M = {};", *map(_wrapped, sources.items())]).encode()


def _collect(folder: Path, name: str, sources: dict[str, str]) -> None:
    """Add a module behind everything that it imports."""
    text = (folder / f"{name}.js").read_text(encoding="utf-8")
    for imported in _imports(text):
        if imported not in sources:
            _collect(folder, imported, sources)
    sources[name] = text


def _imports(text: str) -> Iterable[str]:
    return [match[1] for pattern in (_NAMED, _WHOLE) for match in pattern.findall(text)]


def _wrapped(module: tuple[str, str]) -> str:
    name, text = module
    exported = [function or constant for function, constant in _EXPORT.findall(text)]
    text = _NAMED.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = M.{found[2]};", text)
    text = _WHOLE.sub(r"const \1 = M.\2;", text)
    text = _EXPORT.sub("", _COMMENT.sub("", text))
    if _ANY.search(text):
        raise ValueError(f"{name}.js imports or exports in a way that the bundle does not know")
    return f"M.{name} = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})();"
