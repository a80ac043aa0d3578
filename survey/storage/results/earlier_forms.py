"""Reads a release of an earlier format in today's format: the figures stay as they are, the names are today's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: Names of sums in form 1, which an author's options could have too, and the names that replace them since.
_RENAMED_IN_TREES: Final = {"rest": "all others"}
_RENAMED_IN_SHARES: Final = {"yes": "said yes", "no": "everyone else"}
#: Every question of one answer has this leaf; a share of form 1 has "yes" and "no" alone.
_NO_ANSWER: Final = "no answer"


def from_form_1(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of form 1 in form 2, which names no sum as an option can be named."""
    ladder = document["rules"]["ladder"]
    renamed = {**_RENAMED_IN_TREES, "yes": _RENAMED_IN_SHARES["yes"]}
    steps = ladder and [{**step, "nodes": [renamed.get(n, n) for n in step["nodes"]]} for step in ladder]
    return {
        **document,
        "format": 2,
        "rules": {**document["rules"], "ladder": steps},
        "topics": [_topic(topic) for topic in document["topics"]],
    }


def _topic(topic: Mapping[str, Any]) -> dict[str, Any]:
    """One table of counts; its options are never renamed."""
    *others, answers = topic["cube"]
    leaves = {leaf[-1] for leaf in answers["leaves"]}
    renamed = _RENAMED_IN_TREES if _NO_ANSWER in leaves else _RENAMED_IN_SHARES
    cells = [{**cell, "name": _rename_cell(cell["name"], renamed)} for cell in topic["cells"]]
    return {**topic, "cube": [*others, _dimension(answers, renamed)], "cells": cells}


def _dimension(answers: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    tree = [
        [_rename_node(node, renamed), [_rename_node(c, renamed) for c in below]]
        for node, below in answers["tree"]
    ]
    return {**answers, "leaves": [_rename_cell(leaf, renamed) for leaf in answers["leaves"]], "tree": tree}


def _rename_cell(name: list[str], renamed: Mapping[str, str]) -> list[str]:
    return [*name[:-1], _rename_node(name[-1], renamed)]


def _rename_node(node: str, renamed: Mapping[str, str]) -> str:
    return renamed.get(node, node)
