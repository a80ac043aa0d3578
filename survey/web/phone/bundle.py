"""The app's modules as one script: on a slow line every file costs a round trip."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_NAMED: Final = re.compile(r'^import \{([^}]*)\} from "((?:\.{1,2}/)+(?:\w+/)*(\w+)\.js)";$', re.MULTILINE)
_WHOLE: Final = re.compile(r'^import \* as (\w+) from "((?:\.{1,2}/)+(?:\w+/)*(\w+)\.js)";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?function (\w+)|const (\w+))", re.MULTILINE)
_COMMENT: Final = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
_TYPE: Final = re.compile(r"/\*\* @type \{[^*\n]*\} \*/ ?")
_SPACE: Final = re.compile(r"^[ \t]+|^\n", re.MULTILINE)
_ANY: Final = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def bundle(entry: Path) -> bytes:
    """The module `entry` with all that it imports, each in a function of its own, without types, without comments on
    lines of theirs and without spaces at the beginning of a line.

    Raises ValueError for an import or export that is written in a way that is not known here, for a text over several lines, and
    for two modules of one name.
    """
    found = modules(entry)
    sources = {path.stem: path.read_text(encoding="utf-8") for path in found}
    if len(sources) < len(found):
        raise ValueError(f"two modules that {entry.name} imports have one name")
    return "\n".join(['"use strict";', "const M = {};", *map(_wrap_module, sources.items())]).encode()


def modules(entry: Path) -> tuple[Path, ...]:
    """The files of a module and of all that it imports, each behind everything that it imports itself."""
    found: dict[Path, None] = {}
    _collect(entry.resolve(), found)
    return tuple(found)


def _collect(module: Path, found: dict[Path, None]) -> None:
    text = module.read_text(encoding="utf-8")
    for imported in _imports(text):
        path = (module.parent / imported).resolve()
        if path not in found:
            _collect(path, found)
    found[module] = None


def _imports(text: str) -> Iterable[str]:
    return [match[1] for pattern in (_NAMED, _WHOLE) for match in pattern.findall(text)]


def without_comments(text: str) -> str:
    """A script as it is sent: without types and without comments on lines of theirs."""
    return _TYPE.sub("", _COMMENT.sub("", text))


def _wrap_module(module: tuple[str, str]) -> str:
    name, text = module
    exported = [function or constant for function, constant in _EXPORT.findall(text)]
    text = _NAMED.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = M.{found[3]};", text)
    text = _WHOLE.sub(r"const \1 = M.\3;", text)
    text = _EXPORT.sub("", without_comments(text))
    if _ANY.search(text):
        raise ValueError(f"{name}.js imports or exports in a way that the bundle does not know")
    if any(line.count("`") % 2 for line in text.splitlines()):
        raise ValueError(f"{name}.js has a text over several lines, whose spaces the bundle would take away")
    text = _SPACE.sub("", text)
    return f"M.{name} = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})();"
