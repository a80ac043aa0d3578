"""Indicators: how rows are valued, what stands beside them, fixed mixes and change."""

import math

import numpy as np
import pytest
from scipy import special

from analysis.changes import NO_CLEAR_CHANGE, NOT_COMPARABLE, Figures, change, combine, fixed_mix
from analysis.estimation.counting import UnitTable, pair_up, sum_values
from analysis.estimation.sums import mean_of_sums, pooled_design_effect
from analysis.hypothesis_tests import benjamini_hochberg, cronbach_alpha
from analysis.intervals import wilson
from survey.publication.counts.indicator_tables import (
    count_indicators,
    figures_of,
    gather_indicator,
    merge_indicators,
    tabulate,
)
from survey.publication.counts.indicators import (
    INDICATORS,
    KINDS,
    Answers,
    answer_counts,
    item_scores,
    row_values,
)

BY_NAME = {indicator.name: indicator for indicator in INDICATORS}
SPECIAL = ("97", "98", "99")
SCALES = {
    "safe4": {"very_safe": 100, "fairly_safe": 67, "bit_unsafe": 33, "very_unsafe": 0},
    "ext4": {"lot": 100, "some": 67, "little": 33, "not_at_all": 0},
    "oft4": {"never": 0, "once_twice": 33, "several_times": 67, "most_weeks": 100},
}


def scale(name, *given):
    """Make the answers to a question from the names of options, "" for no answer."""
    names = [*SCALES[name], *SPECIAL]
    options = {option: code for code, option in enumerate(names, 1)}
    return Answers(np.array([options.get(one, 0) for one in given], dtype=np.int8), options, SCALES[name])


def single(names, *given):
    options = {option: code for code, option in enumerate([*names, *SPECIAL], 1)}
    return Answers(np.array([options.get(one, 0) for one in given], dtype=np.int8), options, {})


def multiple(names, *given):
    options = {option: place for place, option in enumerate([*names, "98", "99"])}
    chosen = np.array([sum(1 << options[option] for option in one) for one in given], dtype=np.uint16)
    return Answers(chosen, options, {}, multiple=True)


def values(name, **answers):
    return [None if math.isnan(v) else round(float(v), 6) for v in row_values(BY_NAME[name], answers)]


def test_an_index_is_the_mean_of_valid_scores_where_enough_are_valid():
    answers = {
        "saf_day": scale("safe4", "very_safe", "very_safe", "98"),
        "saf_night": scale("safe4", "fairly_safe", "97", "very_safe"),
        "saf_market": scale("safe4", "bit_unsafe", "very_unsafe", "very_safe"),
        "saf_road": scale("safe4", "99", "fairly_safe", ""),
    }
    assert values("safety", **answers) == [66.666667, 55.666667, None]


def test_reversed_items_are_taken_from_a_hundred():
    answers = {
        "l_threat": scale("oft4", "most_weeks", "never"),
        "l_protect": scale("ext4", "not_at_all", "lot"),
        "l_family": scale("ext4", "98", "some"),
    }
    assert values("protection_concern", **answers) == [100.0, 11.0]


def test_top_two_and_bottom_two():
    ext4 = scale("ext4", "lot", "some", "little", "not_at_all", "98", "")
    assert values("preparedness", prep_know=ext4) == [100, 100, 0, 0, None, None]
    assert values("adequacy_short", i_enough=ext4) == [0, 0, 100, 100, None, None]
    often = scale("oft4", "never", "once_twice", "several_times", "most_weeks")
    assert values("mobility", mob_avoid=often) == [0, 0, 100, 100]


def test_going_out_after_dark_is_reported_beside():
    night = scale("safe4", "very_safe", "97", "98")
    assert values("safe_night", saf_night=night) == [100, None, None]
    assert values("not_out_night", saf_night=night) == [0, 100, None]


def test_the_trend_balance_nets_safer_against_less_safe():
    trend = single(["safer", "same", "less_safe"], "safer", "same", "less_safe", "98")
    assert values("safety_trend", saf_trend=trend) == [100, 0, -100, None]


def test_reach_and_timeliness_have_their_own_bases():
    got = multiple(["money", "job", "none"], ["money"], ["none"], ["98"], [], ["job", "money"])
    assert values("reach", i_got=got) == [100, 0, None, None, 100]
    time = single(["yes", "partly_late", "very_late", "no_promise"], "yes", "very_late", "no_promise", "")
    assert values("on_time", i_time=time) == [100, 0, None, None]


def test_the_incentive_gap_is_wanted_less_got():
    kinds = ["money", "education", "job"]
    answers = {
        "i_want1": single(kinds, "money", "job", "98", "money"),
        "i_want2": single(kinds, "job", "education", "money", "98"),
        "i_got": multiple([*kinds, "none"], ["none"], ["money"], ["none"], ["money"]),
    }
    assert values("gap_money", **answers) == [100, -100, None, 0]
    assert values("gap_job", **answers) == [100, 100, None, 0]


def test_voluntariness_needs_one_yes_or_two_noes():
    answers = {
        "l_join": single(["own_wish", "no_choice"], "own_wish", "no_choice", "own_wish", "98"),
        "l_free": scale("ext4", "lot", "98", "not_at_all", "lot"),
    }
    assert values("voluntariness", **answers) == [0, 100, 100, None]


def test_harm_counts_any_bad_effect():
    names = ["jealousy", "quarrels", "less_safe", "pressure", "good_feeling", "none"]
    effect = multiple(names, ["good_feeling"], ["good_feeling", "jealousy"], ["none"], ["99"])
    assert values("harm", i_effect=effect) == [0, 100, 0, None]


def test_a_question_nobody_was_asked_is_an_error():
    with pytest.raises(KeyError, match="saf_night"):
        row_values(BY_NAME["safe_night"], {})


def test_refusals_are_counted_by_cell():
    cell = np.array([0, 0, 1, 1, -1])
    single_choice = answer_counts(scale("ext4", "lot", "98", "99", "", "98"), cell, 2)
    np.testing.assert_array_equal(single_choice, [[2, 1], [1, 0], [0, 1]])
    several = answer_counts(multiple(["a", "b"], ["a", "b"], ["98"], ["99"], [], ["99"]), cell, 2)
    np.testing.assert_array_equal(several, [[2, 1], [1, 0], [0, 1]])


def test_every_declared_indicator_can_be_evaluated():
    assert len(BY_NAME) == len(INDICATORS)
    for indicator in INDICATORS:
        assert indicator.kind in KINDS
        assert indicator.direction in {"up", "down", ""}
        assert indicator.level in {"district", "province"}
        assert set(indicator.reverse) <= set(indicator.items)
        assert set(indicator.beside) <= set(BY_NAME)
        assert 1 <= indicator.needed <= len(indicator.items)


def survey(rows=3000, districts=10, seed=11):
    """Make one round: districts of three workers whose respondents resemble each other."""
    rng = np.random.default_rng(seed)
    district = rng.integers(0, districts, rows)
    worker = district * 3 + rng.integers(0, 3, rows)
    lean = rng.normal(0, 0.5, districts * 3)[worker] + rng.normal(0, 1, rows)
    names = list(SCALES["ext4"])
    answers = {}
    for item in ("coh_help", "coh_mix", "gov_serv"):
        place = np.clip(np.digitize(lean + rng.normal(0, 1, rows), [-1, 0, 1]), 0, 3)
        given = np.where(rng.random(rows) < 0.05, "98", np.array(names)[place])
        answers[item] = scale("ext4", *given)
    units = UnitTable(np.arange(districts * 3) // 3, np.zeros(districts))
    return answers, district, worker, units


def evaluated(name, made=None):
    answers, district, worker, units = made or survey()
    (sums,) = count_indicators([BY_NAME[name]], answers, pair_up(district, 10, worker, 30), district)
    return tabulate(sums, units)


def test_values_have_intervals_on_the_pooled_design_effect():
    answers, district, worker, units = survey()
    table = evaluated("services", (answers, district, worker, units))
    assert table.deff > 1.5
    rows = row_values(BY_NAME["services"], answers)
    inside = rows[(district == 4) & ~np.isnan(rows)]
    assert table.figures.value[4] == pytest.approx(inside.mean())
    low, high = wilson(inside.mean() / 100, len(inside) / table.deff)
    assert (table.figures.low[4], table.figures.high[4]) == pytest.approx((100 * low, 100 * high))
    assert table.dont_know[4] == pytest.approx(np.isnan(rows[district == 4]).mean())
    frame = table.to_frame({"district": [f"d{number}" for number in range(10)]})
    assert list(frame.columns[:4]) == ["district", "indicator", "n", "value"]


def test_only_what_was_asked_is_counted():
    answers, district, worker, _ = survey()
    found = count_indicators(INDICATORS, answers, pair_up(district, 10, worker, 30), district)
    assert [sums.indicator.name for sums in found] == ["cohesion", "services"]


def test_an_index_has_its_alpha_beside_it():
    answers, *rest = survey()
    table = evaluated("cohesion", (answers, *rest))
    scores = item_scores(BY_NAME["cohesion"], answers)
    assert table.alpha == pytest.approx(cronbach_alpha(scores))
    assert 0.4 < table.alpha < 0.8
    assert table.alpha_rows == table.figures.n.sum()
    assert (table.figures.low < table.figures.value).all()
    assert math.isnan(evaluated("services").alpha)


def test_indicators_of_any_split_of_the_rows_are_those_of_the_whole():
    answers, district, worker, units = survey()
    part = np.random.default_rng(1).integers(0, 3, len(district))
    asked = [BY_NAME["services"], BY_NAME["cohesion"]]
    split = []
    for p in range(3):
        inside = part == p
        some = {item: Answers(a.codes[inside], a.options, a.scores) for item, a in answers.items()}
        pairs = pair_up(district[inside], 10, worker[inside], 30)
        split.append(count_indicators(asked, some, pairs, district[inside]))
    whole = count_indicators(asked, answers, pair_up(district, 10, worker, 30), district)
    for one, others in zip(whole, zip(*split, strict=True), strict=True):
        table, merged = tabulate(one, units), tabulate(merge_indicators(others), units)
        np.testing.assert_allclose(merged.figures.low, table.figures.low, rtol=1e-12)
        np.testing.assert_array_equal(merged.dont_know, table.dont_know)
        assert merged.deff == pytest.approx(table.deff, rel=1e-9)
        assert merged.alpha == pytest.approx(table.alpha, rel=1e-9, nan_ok=True)


def test_districts_add_up_to_a_province():
    answers, district, worker, units = survey()
    (sums,) = count_indicators([BY_NAME["services"]], answers, pair_up(district, 10, worker, 30), district)
    target = np.array([0, 0, 0, 0, 1, 1, 1, 1, -1, -1])
    province = tabulate(gather_indicator(sums, target, 2), units)
    rows = row_values(BY_NAME["services"], answers)
    inside = np.isin(district, [0, 1, 2, 3])
    assert province.figures.value[0] == pytest.approx(np.nanmean(rows[inside]))
    assert province.dont_know[0] == pytest.approx(np.isnan(rows[inside]).mean())


def figures(n, value, half):
    value = np.asarray(value, dtype=float)
    return Figures(np.asarray(n), value, value - half, value + half)


def test_a_changed_mix_of_groups_moves_nothing():
    # The same scores in each group, first mostly members, then mostly youth
    first = figures([[200, 50, 50]], [[80.0, 50.0, 20.0]], 5.0)
    second = figures([[50, 50, 200]], [[80.0, 50.0, 20.0]], 5.0)
    crude = [np.average(one.value[0], weights=one.n[0]) for one in (first, second)]
    assert crude[1] - crude[0] == pytest.approx(-30)
    totals = fixed_mix(first), fixed_mix(second)
    assert totals[0].value == pytest.approx([50])
    assert change(*totals).verdict[0] == NO_CLEAR_CHANGE
    assert totals[0].high - totals[0].value == pytest.approx([5 / math.sqrt(3)])


def test_a_fixed_mix_exists_only_where_every_group_does():
    one = figures([[60, 60, 0]], [[80.0, 50.0, math.nan]], 5.0)
    assert math.isnan(fixed_mix(one).value[0])
    assert change(fixed_mix(one), fixed_mix(one)).verdict[0] == NOT_COMPARABLE


def test_the_perception_gap_sets_members_against_the_others():
    one = figures([60, 60, 60], [80.0, 50.0, 30.0], 4.0)
    gap = combine(one, [1, -0.5, -0.5])
    assert gap.value == pytest.approx(40)
    assert gap.high - gap.value == pytest.approx(4 * math.sqrt(1.5))


def test_a_change_is_clear_only_with_interval_family_and_base():
    first = figures([100, 100, 40, 100], [40.0, 40.0, 40.0, 40.0], 5.0)
    second = figures([100, 100, 100, 100], [60.0, 43.0, 60.0, 20.0], 5.0)
    result = change(first, second)
    assert list(result.verdict) == ["higher", NO_CLEAR_CHANGE, NO_CLEAR_CHANGE, "lower"]
    assert list(result.figures.n) == [100, 100, 40, 100]
    assert (result.p_adjusted >= result.p).all()


def test_the_family_decides_what_is_clear():
    # A difference of 7.2 with 7.07 as the half-width: p = 0.046, clear alone, not among ten
    first, second = figures([100] * 10, [40.0] * 10, 5.0), figures([100] * 10, [47.2] + [40.0] * 9, 5.0)
    assert change(first, second).verdict[0] == NO_CLEAR_CHANGE
    assert change(first, second, family=range(10)).verdict[0] == "higher"


def rounds_without_change(seed, districts=75, workers=3, people=30):
    """Make two rounds of one question whose true shares are equal, met by few workers who differ."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(2):
        district = np.repeat(np.arange(districts), people)
        worker = district * workers + rng.integers(0, workers, len(district))
        lean = rng.normal(0, 0.6, districts * workers)[worker]
        made.append(
            (district, worker, np.where(rng.random(len(district)) < 1 / (1 + np.exp(-lean)), 100.0, 0.0))
        )
    return made


def test_few_workers_in_a_district_do_not_make_change():
    # Standard errors by worker within each district, with the degrees of freedom of the whole, find changes
    # where there are none; one design effect per question does not.
    naive, pooled, families = 0, 0, 60
    for seed in range(families):
        tables, errors = [], []
        for district, worker, value in rounds_without_change(seed):
            units = UnitTable(np.arange(225) // 3, np.zeros(75))
            sums = sum_values(value, pair_up(district, 75, worker, 225))
            linear = mean_of_sums(sums, units)
            errors.append((linear.estimate, linear.variance))
            effect = pooled_design_effect(sums, units, np.ones(75, dtype=bool))
            tables.append(figures_of(BY_NAME["services"], linear, effect))
        (before, v0), (after, v1) = errors
        p = 2 * special.ndtr(-np.abs(after - before) / np.sqrt(np.maximum(v0 + v1, 1e-9)))
        naive += int((benjamini_hochberg(p) < 0.05).any())
        pooled += int((change(*tables).p_adjusted < 0.05).any())
    assert naive > 0.75 * families
    assert pooled < 0.15 * families


def test_newcombe_interval_of_a_difference():
    # Newcombe (1998), Statistics in Medicine 17, 873-890, example a: 56/70 less 48/80 is 0.2 (0.0524 to 0.3339)
    shares = [(56, 70), (48, 80)]
    limits = [wilson(x, n) for x, n in shares]
    one = Figures(
        np.array([70, 80]),
        np.array([x / n for x, n in shares]),
        np.array([low for low, _ in limits]),
        np.array([high for _, high in limits]),
    )
    gap = combine(one, [1, -1])
    assert (float(gap.value), float(gap.low), float(gap.high)) == pytest.approx(
        (0.2, 0.0524, 0.3339), abs=5e-5
    )


def test_nobody_and_everybody_still_have_a_width_of_change():
    low, high = wilson(np.array([0.0, 1.0]), np.array([60.0, 60.0]))
    one = Figures(np.array([60, 60]), np.array([0.0, 1.0]), low, high)
    gap = change(
        Figures(one.n[:1], one.value[:1], one.low[:1], one.high[:1]),
        Figures(one.n[1:], one.value[1:], one.low[1:], one.high[1:]),
    )
    assert gap.verdict[0] == "higher"
    assert gap.figures.low[0] < gap.figures.value[0] == 1.0


def test_a_mean_has_the_whole_spread_though_alike_interviews_show_a_part_of_it():
    # Kish (1965), section 5.4: the expected s² of a sample with design effect d is σ² (n − d) / (n − 1).
    units = UnitTable(np.zeros(41, np.int64), np.zeros(1))
    linear = mean_of_sums(
        sum_values(np.arange(41.0), pair_up(np.zeros(41, int), 1, np.arange(41), 41)), units
    )
    plain, alike = (figures_of(BY_NAME["cohesion"], linear, effect) for effect in (1.0, 5.0))
    assert plain.high[0] - 20 == pytest.approx(1.95996 * np.arange(41.0).std(ddof=1) / 41**0.5, rel=1e-5)
    assert (alike.high[0] - 20) / (plain.high[0] - 20) == pytest.approx((5 * 40 / 36) ** 0.5)
    # A design effect as large as the number itself leaves nothing to say how far answers spread.
    assert np.isnan(figures_of(BY_NAME["cohesion"], linear, 41.0).low[0])
