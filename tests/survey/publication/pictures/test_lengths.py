"""What is drawn is as long as its number: a share of 59 is drawn longer than one of 41, by their ratio."""

from __future__ import annotations

import pytest

from survey.publication.pictures.axis import Scale
from survey.publication.pictures.diverging_bars import Bar, Item, diverging_bars
from survey.publication.pictures.dumbbell import Pair, dumbbell
from survey.publication.pictures.group_dots import Strip, group_dots
from survey.publication.pictures.interval_rows import IntervalRow, interval_rows
from survey.publication.pictures.reader import Estimate
from survey.publication.pictures.slopes import Slope, slopes
from tests.survey.publication.pictures.drawings import POINTS, READERS, number, of_class, parsed, spoken, told

#: A tenth of a unit is the finest that is written.
NEAR = 0.11
both_ways = pytest.mark.parametrize("reader", [READERS["English"], READERS["Urdu"], READERS["wide"]], ids=str)
REACH = Estimate(59, 50, 68), Estimate(41, 32, 50)


def zero_of(tree) -> float:
    """Where the axis of a picture begins."""
    return number(of_class(tree, "strip")[0], "x1")


def dots(tree, shape="circle") -> list[float]:
    return [number(found, "cx") for found in of_class(tree, shape)]


def length(found) -> float:
    return abs(number(found, "x2") - number(found, "x1"))


def ratio_of(values: list[float]) -> float:
    return values[0] / values[1]


@both_ways
def test_dots_stand_as_far_from_zero_as_their_numbers(reader):
    tree = parsed(interval_rows(reader, "a", "Reach", [IntervalRow("Reach", one) for one in REACH]))
    far = [abs(dot - zero_of(tree)) for dot in dots(tree)]
    assert far[0] > far[1]
    assert ratio_of(far) == pytest.approx(59 / 41, rel=0.005)
    assert [length(found) for found in of_class(tree, "interval")] == pytest.approx(
        [length(of_class(tree, "strip")[0]) * 0.18] * 2, abs=NEAR
    )


@both_ways
def test_signs_stand_at_their_numbers(reader):
    tree = parsed(
        interval_rows(reader, "a", "Reach", [IntervalRow("Reach", REACH[0], target=80, earlier=40)])
    )
    room = length(of_class(tree, "strip")[0])
    target = of_class(tree, "target")[0]
    assert abs(number(target, "x1") - zero_of(tree)) == pytest.approx(0.8 * room, abs=NEAR)
    middle = float(of_class(tree, "diamond")[0].get("d").split()[0].removeprefix("M"))
    assert abs(middle - zero_of(tree)) == pytest.approx(0.4 * room, abs=NEAR)


def test_an_axis_may_begin_below_zero():
    scale = Scale(-50, 50, (-50, 0, 50))
    tree = parsed(
        interval_rows(READERS["English"], "a", "Gap", [IntervalRow("Gap", Estimate(0, -25, 25))], scale)
    )
    strip = of_class(tree, "strip")[0]
    assert dots(tree) == [pytest.approx((number(strip, "x1") + number(strip, "x2")) / 2, abs=NEAR)]
    assert length(of_class(tree, "interval")[0]) == pytest.approx(length(strip) / 2, abs=NEAR)


@both_ways
def test_a_dumbbell_is_as_long_as_its_gap_and_its_interval_surrounds_the_second_end(reader):
    pairs = [Pair("a", 10, 69, Estimate(59, 50, 68)), Pair("b", 20, 61, Estimate(41, 30, 52))]
    tree = parsed(dumbbell(reader, "d", "Gaps", ("got", "wanted"), pairs))
    assert ratio_of([length(found) for found in of_class(tree, "gap")]) == pytest.approx(59 / 41, rel=0.005)
    unit = length(of_class(tree, "strip")[0]) / 100
    for interval, (low, high) in zip(of_class(tree, "interval"), [(60, 78), (50, 72)], strict=True):
        ends = [abs(number(interval, name) - zero_of(tree)) / unit for name in ("x1", "x2")]
        assert ends == pytest.approx([low, high], abs=0.1)


@both_ways
def test_parts_of_bars_are_as_long_as_their_shares(reader):
    bars = (
        Bar("M", Estimate(65, 55, 74), (59, 6, 20, 10), 5),
        Bar("W", Estimate(45, 36, 54), (41, 4, 25, 20), 10),
        Bar("Y", Estimate(41, 32, 50, few=True)),
    )
    tree = parsed(diverging_bars(reader, "b", "Safety", POINTS, [Item("Safe", bars)]))
    parts = [number(found, "width") for found in of_class(tree, "part")]
    shares = [20, 10, 6, 59, 5, 25, 20, 4, 41, 10, 59, 41]
    unit = parts[3] / 59
    assert parts == pytest.approx([share * unit for share in shares], abs=NEAR)


@both_ways
def test_the_best_two_points_begin_where_all_others_end_and_the_dot_ends_them(reader):
    bars = (
        Bar("M", Estimate(65, 55, 74), (59, 6, 20, 10), 5),
        Bar("W", Estimate(45, 36, 54), (41, 4, 25, 20), 10),
    )
    tree = parsed(diverging_bars(reader, "b", "Safety", POINTS, [Item("Safe", bars)]))
    middle = number(of_class(tree, "middle")[0], "x1")
    parts = of_class(tree, "part")
    way = -1 if reader.mirrored else 1
    unit = number(parts[3], "width") / 59
    in_legend = 1
    for dot, value in zip(dots(tree)[in_legend:], (65, 45), strict=True):
        assert (dot - middle) * way / unit == pytest.approx(value, abs=0.1)
    for places, after in (((0, 1, 5, 6), False), ((2, 3, 7, 8), True)):
        for place in places:
            start = number(parts[place], "x")
            sides = sorted(((start - middle) * way, (start + number(parts[place], "width") - middle) * way))
            assert sides[0] >= -NEAR if after else sides[1] <= NEAR


@both_ways
def test_groups_share_one_axis(reader):
    strips = [Strip("a", (*REACH, None), 30), Strip("b", (REACH[1], REACH[0], REACH[0]))]
    tree = parsed(group_dots(reader, "g", "Heard", ("M", "W", "Y"), strips, everywhere="All"))
    zero = zero_of(tree)
    _, first, second = dots(tree)
    assert abs(first - zero) / abs(second - zero) == pytest.approx(59 / 41, rel=0.005)
    (across,) = of_class(tree, "across")
    assert abs(number(across, "x1") - zero) / abs(first - zero) == pytest.approx(30 / 59, rel=0.005)


@both_ways
@pytest.mark.parametrize("kind", ["rows", "groups"])
def test_a_target_and_a_baseline_are_where_their_numbers_are(reader, kind):
    drawn = {
        "rows": interval_rows(reader, "r", "Safe", [IntervalRow("a", REACH[0], 80, None, 25)]),
        "groups": group_dots(reader, "g", "Safe", ("M",), [Strip("a", REACH[:1], None, 80, 25)]),
    }
    tree = parsed(drawn[kind])
    zero, shown = zero_of(tree), dots(tree)[-1 if kind == "groups" else 0]
    target = number(of_class(tree, "target")[0], "x1")
    baseline = float(of_class(tree, "diamond")[0].get("d").split()[0].removeprefix("M"))
    unit = abs(shown - zero) / 59
    assert abs(target - zero) / unit == pytest.approx(80, abs=0.5)
    assert abs(baseline - zero) / unit == pytest.approx(25, abs=0.5)


def test_a_slope_breaks_where_a_round_was_asked_in_other_words():
    estimate = Estimate(50, 45, 55)
    lines = [Slope("a", (estimate, estimate, estimate), breaks={1: "asked in other words"})]
    tree = parsed(slopes(READERS["English"], "s", "Change", "123", lines))
    (drawn,) = of_class(tree, "slope")
    second, third = (number(found, "cx") for found in of_class(tree, "circle")[1:])
    assert (number(drawn, "x1"), number(drawn, "x2")) == (second, third)
    (mark,) = of_class(tree, "break")
    assert number(mark, "x1") < second
    assert "asked in other words" in list(spoken(tree))
    assert "2 50, 45–55 (asked in other words)" in told(tree.find("desc"))


@both_ways
def test_slopes_rise_by_their_change_on_one_scale(reader):
    def flat(value: float) -> Estimate:
        return Estimate(value, value - 5, value + 5)

    lines = [Slope("a", (flat(10), flat(69)), clear=True), Slope("b", (flat(70), flat(29)))]
    tree = parsed(slopes(reader, "s", "Change", ("1", "2"), lines))
    up, down = (number(found, "y1") - number(found, "y2") for found in of_class(tree, "slope"))
    assert up / down == pytest.approx(59 / -41, rel=0.01)
    assert [found.get("class") for found in of_class(tree, "slope")] == ["slope deep", "slope grey"]


def test_a_slope_breaks_where_a_round_is_hidden():
    estimate = Estimate(50, 45, 55)
    tree = parsed(
        slopes(READERS["English"], "s", "Change", "1234", [Slope("a", (estimate, None, estimate, estimate))])
    )
    (drawn,) = of_class(tree, "slope")
    third, fourth = (number(found, "cx") for found in of_class(tree, "circle")[1:])
    assert (number(drawn, "x1"), number(drawn, "x2")) == (third, fourth)
