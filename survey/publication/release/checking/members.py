"""Parts of a release that this program never writes: nobody would look at what they hold, and it would be kept and sent on.

What is checked here is the form: which members there are, and of what kind. What they say is checked by the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from survey.parsing import legible
from survey.storage.results.release_document import key_of

_CUBE: Final = ("name", "columns", "leaves", "tree", "answers", "total")
#: What a table says of itself; releases of before say how long its attack took, and of all its interviewers one number.
_TABLE: Final = ("name", "cube", "cells", "hidden", "sensitive", "attack", "design_effect")
_CELL: Final = ("name", "count")
_FIGURE: Final = ("name", "figure")
_INTERVIEWERS: Final = ("rho", "error", "source", "alone")
_MEAN: Final = ("name", "groups", "components", "interviewers", "cells")
_ATTACK: Final = ("primary", "programs")
#: Of two answers of one person.
_SIDES: Final = ("name", "first", "second", "answer", "cells")

#: Where in a release → the members that one entry there may have. Lists are passed through.
MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        *("format", "round", "questionnaire", "version", "code_version", "mode", "block_mode"),
        *("rules", "ties"),
        *("bases", "topics", "valid", "left_out", "workloads", "lengths", "weighting"),
        *("indices", "pooled", "fixed_mix", "gaps", "paired", "ratios", "weighted"),
    ),
    "rules": ("k", "sensitive_k", "base", "raised", "ladder"),
    "rules.raised": ("dimension", "node", "base"),
    "rules.ladder": ("base", "nodes"),
    "bases": _TABLE,
    "bases.attack": _ATTACK,
    "bases.cube": _CUBE,
    "bases.cells": _CELL,
    "topics": (*_TABLE, "interviewers", "wording", "routed"),
    "topics.attack": _ATTACK,
    "topics.cube": _CUBE,
    "topics.cells": (*_CELL, "figure", "answered"),
    "topics.interviewers": _INTERVIEWERS,
    "valid": _TABLE,
    "valid.attack": _ATTACK,
    "valid.cube": _CUBE,
    "valid.cells": _CELL,
    "workloads": ("name", "seen"),
    "lengths": ("name", "band"),
    "weighting": ("name", "classes", "effect"),
    "indices": (*_MEAN, "alpha", "design_effect"),
    "indices.interviewers": _INTERVIEWERS,
    "indices.cells": _FIGURE,
    # Each score is compared with that of the questionnaire, and so is its name.
    "pooled": (*_MEAN, "scores", "spread"),
    "pooled.interviewers": _INTERVIEWERS,
    "pooled.cells": _FIGURE,
    "fixed_mix": ("question", "answers", "called", "cells"),
    "fixed_mix.cells": (*_FIGURE, "answered"),
    "gaps": (*_SIDES, "interviewers", "groups"),
    "gaps.interviewers": _INTERVIEWERS,
    "gaps.cells": _FIGURE,
    "paired": (*_SIDES, "within", "groups"),
    "paired.cells": _CELL,
    "ratios": ("name", "question", "less", "more", "of", "groups", "cells"),
    "ratios.cells": _FIGURE,
    "weighted": ("question", "answer", "cells"),
    "weighted.cells": _FIGURE,
}
#: What a member is, by its name or, where a name means several things, by where it is.
_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("format", "k", "sensitive_k", "base", "hidden", "count", "primary", "programs"), "whole"
    ),
    **dict.fromkeys(("spread", "classes"), "whole"),
    **dict.fromkeys(("rho", "error", "seen", "effect", "design_effect", "alpha"), "number"),
    **dict.fromkeys(("total", "sensitive", "routed", "alone", "called"), "flag"),
    **dict.fromkeys(
        ("round", "questionnaire", "version", "code_version", "mode", "block_mode", "name"), "text"
    ),
    **dict.fromkeys(("dimension", "node", "wording", "source", "band", "question", "answer"), "text"),
    **dict.fromkeys(("first", "second", "within"), "text"),
    **dict.fromkeys(("bases", "topics", "valid", "left_out", "workloads", "lengths", "weighting"), "list"),
    **dict.fromkeys(("indices", "pooled", "fixed_mix", "gaps", "paired", "ratios", "weighted"), "list"),
    **dict.fromkeys(("cells", "cube", "columns", "leaves", "tree", "components", "groups", "raised"), "list"),
    **dict.fromkeys(("nodes", "answered", "less", "more", "of"), "list"),
    **{f"{member}.cube.answers": "flag" for member in ("bases", "topics", "valid")},
    **dict.fromkeys(("workloads.name", "lengths.name", "weighting.name", "fixed_mix.answers"), "list"),
    **{f"{path}.name": "list" for path in MEMBERS if path.endswith(".cells")},
}
#: Members that may say nothing, and so are null.
_MAY_BE_NULL: Final = ("count", "alpha")
#: Lists that hold lists.
_NESTED: Final = (".leaves", ".tree")
#: What is not looked into here: the import compares it as a whole with its own ties, and with the scores of the questionnaire.
_COMPARED: Final = ("ties", "pooled.scores")
#: No name is longer, no number larger, and none has more digits behind its point.
_LONGEST: Final = 200
_LARGEST: Final = 10**9
_DIGITS: Final = 6


def member_mistakes(document: Mapping[str, Any]) -> Iterator[str]:
    """Where something has a name that none of its kind has, is no such thing as that name says, or is said again."""
    return _mistakes("", document)


def _mistakes(path: str, part: Any) -> Iterator[str]:
    if path in _COMPARED:
        return
    if isinstance(part, list):
        if _is_repeated(part):
            yield f"{path}: said again"
        if not path.endswith(_NESTED) and any(isinstance(one, list) for one in part):
            yield f"{path}: a list in a list"
        for one in part:
            yield from _mistakes(path, one)
    elif isinstance(part, dict):
        for name, inside in part.items():
            here = f"{path}.{name}".removeprefix(".")
            known = name in MEMBERS.get(path, ())
            if known and _is_of_kind(here, name, inside):
                yield from _mistakes(here, inside)
            else:
                yield here
    elif not _is_plain(part):
        yield path


def _is_of_kind(path: str, name: str, value: Any) -> bool:
    if value is None:
        return name in _MAY_BE_NULL or _KINDS.get(path, _KINDS.get(name)) is None
    kind = _KINDS.get(path, _KINDS.get(name))
    wanted = {"whole": int, "number": int | float, "flag": bool, "text": str, "list": list}
    is_flag = isinstance(value, bool)
    return kind is None or (isinstance(value, wanted[kind]) and is_flag == (kind == "flag"))


def _is_plain(value: Any) -> bool:
    """Whether it is a short number, or a name without signs that nobody sees."""
    if isinstance(value, str):
        return len(value) <= _LONGEST and legible(value) == value
    if isinstance(value, float):
        return abs(value) < _LARGEST and round(value, _DIGITS) == value
    return value is None or abs(value) < _LARGEST


def _is_repeated(several: list[Any]) -> bool:
    """Whether an entry is there twice; two that differ are refused by what attacks them."""
    seen: dict[str, Any] = {}
    for one in several:
        if isinstance(one, dict):
            key = key_of(one)
            if seen.get(key) == one:
                return True
            seen[key] = one
    return False
