"""What the people of one group can answer: the rules that matter, and as few answers as tell them apart.

An interview counts with the answers that break no rule (see `survey.questionnaire.rules`): every question answered
was reached, every constraint holds. Nobody has to answer a question, save those without which no interview counts.
What is said here of all possible interviews is therefore true of every count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any, Final

from survey.publication.protection.ties.tables import Seen
from survey.questionnaire.expressions.values import Context, evaluate, mentions, references, truth
from survey.questionnaire.model import GROUP, Question, Questionnaire, Tree, Value
from survey.questionnaire.possible_answers import values_of
from survey.questionnaire.rules import ESSENTIAL

#: Combinations of answers that are tried to see what one rule says.
TRIES: Final = 50_000

Live = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Rule:
    """A skip rule or, with `own`, a constraint of question `owner`; `names` are the earlier questions it sees."""

    owner: str
    tree: Tree
    names: tuple[str, ...]
    own: bool = False

    @property
    def touched(self) -> tuple[str, ...]:
        """The questions on which its outcome depends."""
        return (*self.names, self.owner) if self.own else self.names

    def holds(self, live: Live, group: str) -> bool:
        """Whether it holds; a constraint judges only what was answered."""
        if self.own and live.get(self.owner, "") == "":
            return True
        return truth(self.tree, self._visible(live, group), self._context(live))

    def part(self, tree: Tree, live: Live, group: str) -> Any:
        """The value of a part of it."""
        return evaluate(tree, self._visible(live, group), self._context(live))

    def _visible(self, live: Live, group: str) -> dict[str, Value]:
        found = {name: value for name in self.touched if (value := live.get(name, "")) != ""}
        return {**found, GROUP: group}

    def _context(self, live: Live) -> Context:
        return Context("", live.get(self.owner, "") if self.own else "")


@dataclass
class People:
    """One group: the answers and rules that are left, question by question in the order of asking.

    Without an answer to a question of `must`, where it is reached, an interview does not count. `classes` says of each
    table that tells one question which of its leaves no rule tells apart.
    """

    group: str
    tables: tuple[Seen, ...]
    values: dict[str, list[Value]]
    rules: list[Rule]
    must: frozenset[str] = frozenset()
    classes: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def about(self, name: str) -> list[Seen]:
        """The tables that see a question's answer."""
        return [table for table in self.tables if name in table.marks]

    def seeing(self, name: str) -> list[Rule]:
        """The rules whose outcome depends on a question's answer."""
        return [rule for rule in self.rules if name in rule.touched]

    def gates(self, name: str) -> list[Rule]:
        """The skip rules of a question."""
        return [rule for rule in self.rules if rule.owner == name and not rule.own]

    def outcomes(self, rule: Rule) -> tuple[bool, ...] | None:
        """What a rule says of all combinations of answers; None where they are too many."""
        names = tuple(dict.fromkeys(rule.touched))
        several = [self.values[name] for name in names]
        if prod(map(len, several)) > TRIES:
            return None
        combinations = (dict(zip(names, values, strict=True)) for values in product(*several))
        return tuple(rule.holds(live, self.group) for live in combinations)


def people_of(questionnaire: Questionnaire, group: str, tables: Sequence[Seen]) -> People:
    """What a group can answer as far as these tables and the rules behind them see it."""
    rules = list(_rules(questionnaire))
    needed = _required_questions(
        rules, {name for table in tables for name in table.marks} | ESSENTIAL - {GROUP}
    )
    kept = [rule for rule in rules if rule.owner in needed]
    asked = {name: one for name, one in questionnaire.questions.items() if name in needed}
    must = frozenset(name for name in ESSENTIAL & set(asked) if asked[name].required)
    people = People(group, tuple(tables), {}, kept, must)
    for name, question in asked.items():
        people.values[name] = values_of(
            question, [rule.tree for rule in people.seeing(name)], _distinguished_options(people, question)
        )
    while _drop_rules(people) | _leave_out_silence(people) | _merge(people) | _leave_out_lesser(people):
        pass
    _reduce_leaves(people)
    return people


def _rules(questionnaire: Questionnaire) -> Iterator[Rule]:
    """Every rule; one sees what was asked before it, a page's what was asked before the page."""
    before: list[str] = []
    for page in questionnaire.pages:
        opened = tuple(before)
        for question in page.questions:
            if page.relevant is not None:
                yield _rule(question, page.relevant, opened)
            if question.relevant is not None:
                yield _rule(question, question.relevant, tuple(before))
            if question.constraint is not None:
                yield _rule(question, question.constraint, tuple(before), own=True)
            before.append(question.name)


def _rule(question: Question, tree: Tree, before: tuple[str, ...], *, own: bool = False) -> Rule:
    seen = references(tree)
    names = tuple(name for name in before if name in seen and name != GROUP)
    return Rule(question.name, tree, names, own)


def _required_questions(rules: Sequence[Rule], wanted: set[str]) -> set[str]:
    """Those questions and all on which their rules depend."""
    needed = set(wanted)
    while more := {name for rule in rules if rule.owner in needed for name in rule.names} - needed:
        needed |= more
    return needed


def _distinguished_options(people: People, question: Question) -> frozenset[str]:
    """The options that some table tells from the others."""
    marks = [table.marks[question.name] for table in people.about(question.name)]
    return frozenset(
        one.name for one in question.choices if any(mark((one.name,)) != mark("") for mark in marks)
    )


def _drop_rules(people: People) -> bool:
    """Drop rules that always hold, and the answers that none lets through."""
    changed = False
    for rule in list(people.rules):
        outcomes = people.outcomes(rule) if rule in people.rules else None
        if outcomes is None:
            continue
        if all(outcomes):
            people.rules.remove(rule)
            changed = True
        elif not any(outcomes) and not rule.own:
            people.rules = [other for other in people.rules if other.owner != rule.owner]
            people.values[rule.owner] = [""]
            changed = True
        elif rule.own and rule.touched == (rule.owner,):
            people.values[rule.owner] = [
                v for v in people.values[rule.owner] if rule.holds({rule.owner: v}, people.group)
            ]
            people.rules.remove(rule)
            changed = True
    return changed


def _leave_out_silence(people: People) -> bool:
    """An interview without some answers does not count; where they are always asked for, they are always there."""
    changed = False
    for name in people.must:
        values = people.values[name]
        if "" in values and len(values) > 1 and not people.gates(name):
            people.values[name] = [value for value in values if value != ""]
            changed = True
    return changed


def _merge(people: People) -> bool:
    """Keep one of the answers that no rule and no table tells apart."""
    changed = False
    for name, values in people.values.items():
        sights = _sights(people, name)
        single = [table.marks[name] for table in people.about(name) if table.single]
        seen = {(sights[value], *(mark(value) for mark in single)): value for value in reversed(values)}
        changed |= len(seen) < len(values)
        people.values[name] = list(seen.values())[::-1]
    return changed


def _sights(people: People, name: str) -> dict[Value, tuple[Any, ...]]:
    """What rules and tables see of each answer, the table aside that tells this one question."""
    others = [table.marks[name] for table in people.about(name) if not table.single]
    # Who is not asked can only be silent, and silence breaks no constraint; else it is an answer like any other.
    apart = any(rule.owner == name for rule in people.rules)
    parts = [(rule, part) for rule in people.seeing(name) for part in _parts(rule, rule.tree, name)]
    return {
        value: (
            apart and value == "",
            *(mark(value) for mark in others),
            *(str(rule.part(part, {name: value}, people.group)) for rule, part in parts),
        )
        for value in people.values[name]
    }


def _reduce_leaves(people: People) -> None:
    """Find the leaves that no rule tells apart, and keep the answers of one of them."""
    for table in people.tables:
        if table.single:
            (name,) = table.marks
            sights, mark = _sights(people, name), table.marks[name]
            classes = _leaf_classes(table, [(mark(value), sight) for value, sight in sights.items()])
            people.classes[table.name] = classes
            kept = {(classes[mark(value)], sight): value for value, sight in reversed(sights.items())}
            people.values[name] = list(kept.values())[::-1]


def _leaf_classes(table: Seen, seen: Sequence[tuple[int, Any]]) -> tuple[int, ...]:
    """The class of each leaf: leaves whose answers look the same to everything else are in one."""
    places = range(len(table.leaves))
    sights = [frozenset(sight for leaf, sight in seen if leaf == place) for place in places]
    # A leaf that nobody can be in is no leaf to be merged: its count is known.
    numbers: dict[Any, int] = {}
    return tuple(numbers.setdefault(sight or place, len(numbers)) for place, sight in enumerate(sights))


def _parts(rule: Rule, tree: Tree, name: str) -> Iterator[Tree]:
    """The largest parts of a rule that see this question's answer and no other."""
    seen = {other for other in references(tree) if other in rule.touched}
    if rule.own and mentions(tree, "."):
        seen.add(rule.owner)
    if seen == {name}:
        yield tree
    elif name in seen:
        for part in tree[1:]:
            yield from _parts(rule, part, name)


def _leave_out_lesser(people: People) -> bool:
    """Of a question that no table tells and that is always asked, leave out answers that never open more than another.

    All that can follow the lesser answer can follow the other too, so no table tells them apart.
    """
    changed = False
    for name, values in people.values.items():
        if people.about(name) or people.gates(name) or len(values) == 1:
            continue
        says = _says(people, name)
        if says is None:
            continue
        kept = [v for v in values if not any(_lesser(says, v, other, values) for other in values)]
        changed |= len(kept) < len(values)
        people.values[name] = kept
    return changed


def _says(people: People, name: str) -> dict[Value, tuple[bool, ...]] | None:
    """By answer, what all rules that see it say of all other answers; None where more than that matters."""
    found: dict[Value, tuple[bool, ...]] = dict.fromkeys(people.values[name], ())
    for rule in people.seeing(name):
        if rule.owner in people.must and not rule.own:
            return None
        for value in found:
            only = People(people.group, (), {**people.values, name: [value]}, [])
            outcomes = only.outcomes(rule)
            if outcomes is None:
                return None
            found[value] += outcomes
    return found


def _lesser(
    says: Mapping[Value, tuple[bool, ...]], value: Value, other: Value, values: Sequence[Value]
) -> bool:
    """Whether the other answer allows all that this one does; of two that allow the same the first stays."""
    if value == other or not all(mine <= its for mine, its in zip(says[value], says[other], strict=True)):
        return False
    return says[value] != says[other] or values.index(other) < values.index(value)
