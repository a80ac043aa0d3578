"""Parts of a release that this program never writes: nobody would look at what they hold, and it would be kept and sent on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

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
        *(
            "format",
            "round",
            "questionnaire",
            "version",
            "code_version",
            "mode",
            "block_mode",
            "rules",
            "ties",
        ),
        *("bases", "topics", "valid", "left_out", "workloads", "lengths", "weighting"),
        *("indices", "pooled", "fixed_mix", "gaps", "paired", "ratios", "weighted"),
    ),
    "rules": ("k", "sensitive_k", "base", "raised", "ladder"),
    "rules.raised": ("dimension", "node", "base"),
    "rules.ladder": ("base", "nodes"),
    "ties": ("inequalities", "same"),
    "ties.inequalities": ("name", "terms", "base", "groups"),
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


def unknown_members(document: Mapping[str, Any]) -> Iterator[str]:
    """Where in the document something has a name that none of its kind has."""
    yield from _unknown("", document)


def _unknown(path: str, part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _unknown(path, one)
    elif isinstance(part, dict) and path != "pooled.scores":
        for name, inside in part.items():
            here = f"{path}.{name}".removeprefix(".")
            if name not in MEMBERS.get(path, ()):
                yield here
            else:
                yield from _unknown(here, inside)
