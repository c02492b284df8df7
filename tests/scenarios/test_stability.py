"""How firm the list stands: exact without any doubt, the same for a seed, true as often as it says."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.ranking_builders import firms, ranked, rule, worked_example
from scenarios.districts import district

from landuse.ranking import rank
from landuse.scenarios.shrink import Prior, conditioned, forward, leaning, patterns, prior, redrawn, tails
from landuse.scenarios.stability import stability
from landuse.settings import Stability

SURE = {"weights": 0.0, "tax_error": 0.0, "output_error": 0.0, "energy_error": 0.0, "area_error": 0.0}
PLAIN = {"industry": "plain"}


def drawn(frame, force=None, readings=(), **settings_):
    force = force or rule()
    table = ranked(frame, force=force).table
    others = [ranked(other, force=force).table for other in readings]
    return stability([table, *others], rule=force, ranges=Stability(**{"draws": 40, **settings_}))


# ------------------------------------------------------------------------------------------------ exact


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"method": "minmax"}, {"unknown": "mean"}, {"unknown": "zero"}, {"bases": {"tax_per_mu": 8.0}},
        {"frozen_bases": {"19": {"output_per_mu": 60.0}}}, {"share": Decimal("0.3"), "price_apply": "multiply"},
        {"frozen_bases": {"19": {"tax_per_mu": np.nan}}},
        {"method": "minmax", "frozen_extremes": {"19": {"tax_per_mu": (0.5, 3.0), "output_per_mu": (np.nan, np.nan)}}},
        {"unknown": "mean", "frozen_means": {"19": {"output_per_energy": 0.2, "tax_per_mu": np.nan}}},
    ],
    ids=str,
)  # fmt: skip
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_without_errors_and_with_fixed_weights_it_is_the_flag_itself(changes, seed):
    random = np.random.default_rng(seed)
    frame = firms(random.integers(-2, 12, 14).astype(float), area_mu=random.integers(1, 4, 14).astype(float))
    frame["energy_tce"] = np.where(random.random(14) < 0.3, np.nan, 100.0)
    table = ranked(frame, force=rule(**changes)).table
    found = stability([table], rule=rule(**changes), ranges=Stability(draws=5, **SURE))
    assert found["stability"].tolist() == table["in_bottom_share"].astype(float).tolist()


def test_two_readings_are_drawn_alike_and_the_share_is_that_of_the_one_in_which_it_is_listed():
    frame = firms([10, 20, 30, 40, 50, 60, 70])
    other = firms([25, 20, 30, 40, 50, 60, 70])
    found = drawn(frame, readings=[other], draws=4000, **SURE)["stability"]
    assert found.iloc[0] + found.iloc[1] == 1.0
    assert found.iloc[0] == pytest.approx(0.5, abs=0.03)
    assert found.iloc[2:].eq(0).all()


def test_who_is_not_ranked_has_no_stability_and_a_pooled_tenant_that_of_its_holder():
    frame = firms([10, 20, 30, 40, 50, 60, 70, 65]).assign(rank_unit=[*(f"U{i:04d}" for i in range(7)), "U0000"])
    found = drawn(
        pd.concat([frame, firms([1], uscc="U0008", industry_code="44", rank_unit="U0008")], ignore_index=True)
    )
    assert found["stability"].iloc[7] == found["stability"].iloc[0] > 0.9
    assert np.isnan(found["stability"].iloc[8])
    assert pd.isna(found["stability_class"].iloc[8])


def test_no_share_no_list_in_any_draw():
    assert drawn(worked_example(), rule(share=Decimal(0)))["stability"].eq(0).all()


def test_a_measure_nobody_yields_drops_out_as_in_the_ranking():
    found = drawn(firms([0] * 7, output_wan=np.arange(7.0) + 1), **SURE)
    assert found["stability"].tolist() == [1, 0, 0, 0, 0, 0, 0]


def test_the_classes_begin_at_their_limits_and_the_safe_ones_have_none():
    found = drawn(worked_example(), draws=100, tax_error=0.3, output_error=0.3, firm_from=0.9, mostly_from=0.5)
    share, kind = found["stability"], found["stability_class"]
    assert kind[share.ge(0.9)].eq("firm").all()
    assert kind[share.ge(0.5) & share.lt(0.9)].eq("mostly").all()
    assert kind[share.gt(0) & share.lt(0.5)].eq("borderline").all()
    assert kind[share.eq(0)].isna().all()
    assert kind.iloc[6] == "firm"
    limits = drawn(worked_example(), **SURE, firm_from=1.0)
    assert limits["stability_class"].iloc[6] == "firm"  # the limit itself belongs to the class


# ------------------------------------------------------------------------------------------------- draws


def test_the_same_seed_gives_the_same_another_seed_another():
    one, same, other = (drawn(worked_example(), seed=seed, draws=200, tax_error=0.3) for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(17)))
def test_the_order_of_the_rows_changes_nothing(order):
    frame = pd.concat([worked_example(), firms(range(10, 17), industry_code="14")], ignore_index=True)
    one = drawn(frame, tax_error=0.3).assign(uscc=frame["uscc"])
    rows = frame.iloc[list(order)].reset_index(drop=True)
    other = drawn(rows, tax_error=0.3).assign(uscc=rows["uscc"])
    pd.testing.assert_frame_equal(
        one.sort_values("uscc").reset_index(drop=True), other.sort_values("uscc").reset_index(drop=True)
    )


def test_a_group_does_not_feel_another():
    alone = drawn(worked_example(), tax_error=0.0, output_error=0.0, energy_error=0.0, area_error=0.0)
    both = pd.concat([worked_example(), firms(range(10, 17), industry_code="14")], ignore_index=True)
    together = drawn(both, tax_error=0.0, output_error=0.0, energy_error=0.0, area_error=0.0)
    assert together["stability"].iloc[:10].tolist() == alone["stability"].tolist()


def test_weights_alone_can_turn_a_near_pair_and_not_a_far_one():
    frame = firms([10, 12, 60, 60, 60, 60, 60], output_wan=[1000, 960, 2000, 2000, 2000, 2000, 2000])
    found = drawn(frame, draws=400, **{**SURE, "weights": 0.5})["stability"]
    assert 0.02 < found.iloc[0] < 0.98
    assert found.iloc[:2].sum() == 1.0
    assert found.iloc[2:].eq(0).all()


# ---------------------------------------------------------------------------------- errors, given what was seen


def test_one_figure_is_drawn_back_as_the_normal_law_says():
    """Variance seen 1, of the error 0.25: a member at +2 is 0.5 too high in the mean, its error varies by 0.1875."""
    logs = np.array([[-1.0], [1.0], [-1.0], [1.0]])
    given_ = prior(logs, np.zeros(4, dtype=int), 1, np.array([0.5]))
    assert given_.means.tolist() == [[0.0]]
    spread = given_.spread[0, 0, 0]
    assert spread == pytest.approx((20 * 4 / 3 + 4) / 23)  # the pooled variance leans by 20, here it is the same group
    error = conditioned(np.array([[2.0]]), patterns(np.array([[2.0]])), given_, np.array([0.5]))
    assert error.shift[0, 0] == pytest.approx(-2.0 * 0.25 / spread)
    assert error.roots[0][1][0, 0] ** 2 == pytest.approx(0.25 - 0.0625 / spread)


def test_what_is_exact_or_unknown_has_no_error():
    logs = np.array([[0.0, 1.0], [1.0, np.nan], [2.0, 0.0], [0.5, 2.0]])
    given_ = prior(logs, np.zeros(4, dtype=int), 1, np.array([0.0, 0.2]))
    error = conditioned(logs, patterns(logs), given_, np.array([0.0, 0.2]))
    assert error.shift[:, 0].tolist() == [0.0] * 4
    assert error.shift[1, 1] == 0.0
    for rows, root in error.roots:
        assert np.abs(root[0]).max() < 1e-12
        assert rows.tolist() != [1] or np.abs(root).max() < 1e-12
    assert forward(logs, patterns(logs), np.array([0.0, 0.2])).shift.max() == 0.0


def test_figures_that_cannot_vary_are_all_error():
    """All alike: the spread is that of the error itself, and a member's whole distance is taken for error."""
    logs = np.zeros((5, 1))
    given_ = prior(logs, np.zeros(5, dtype=int), 1, np.array([0.3]))
    assert given_.spread[0, 0, 0] == pytest.approx(0.09)
    far = np.array([[0.6]])
    assert conditioned(far, patterns(far), given_, np.array([0.3])).shift[0, 0] == pytest.approx(-0.6)


def test_mean_and_spread_are_drawn_around_what_the_members_told():
    """Mean of the draws of an inverse Wishart of n degrees: n / (n - dimensions - 1) times the covariance told."""
    random = np.random.default_rng(5)
    logs = random.normal(0.0, 1.0, (30, 2)) @ np.array([[1.0, 0.5], [0.0, 1.0]])
    error = np.array([0.1, 0.1])
    told = prior(logs, np.zeros(30, dtype=int), 1, error)
    draws = [redrawn(told, error, random) for _ in range(4000)]
    spread = np.mean([each.spread[0] for each in draws], axis=0)
    assert spread == pytest.approx(told.spread[0] * 49 / 46, rel=0.05)
    means = np.array([each.means[0] for each in draws])
    assert means.mean(axis=0) == pytest.approx(told.means[0], abs=0.02)
    assert np.cov(means.T) == pytest.approx(told.spread[0] * 49 / 46 / 30, rel=0.2)


def drawn_groups(scales, *, members=20, freedom=None, seed=3):
    """Return logs of two quantities, group by group with so large a spread, and the group of each row."""
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(scales)), members)
    size = (len(group), 2)
    heavy = 1.0 if freedom is None else np.sqrt(freedom / random.chisquare(freedom, (len(group), 1)))
    return random.standard_normal(size) * heavy * np.array(scales)[group, None], group


def test_groups_that_are_alike_lean_on_each_other_and_different_ones_hardly():
    alike, different = (leaning(*drawn_groups(scales), 12) for scales in ([1.0] * 12, [0.2, 1.0, 5.0] * 4))
    assert alike > 100.0
    assert different < 10.0
    assert leaning(*drawn_groups([1.0]), 1) == 20.0  # one group: nothing tells
    assert leaning(np.full((6, 2), np.nan), np.arange(6) // 3, 2) == 20.0


def test_tails_are_heavy_where_the_members_say_so_and_normal_where_they_are_few():
    assert tails(*drawn_groups([1.0] * 30), 30) == np.inf
    assert tails(*drawn_groups([1.0] * 30, freedom=4), 30) in {4.0, 6.0}
    assert tails(*drawn_groups([1.0, 1.0], freedom=4), 2) == np.inf
    assert tails(np.full((60, 2), np.nan), np.arange(60) // 20, 3) == np.inf
    assert tails(np.ones((90, 2)), np.arange(90) // 30, 3) == np.inf  # all alike: no law fits


def test_under_heavy_tails_who_stands_far_out_is_drawn_back_less():
    """Scatter 1, error 0.5, four degrees. At 2: w = (4 + 1)/(4 + 4), back by 5/8 x 0.25 x 2 instead of 0.5.

    Its variance is 0.25 - 5/8 x 0.0625 + 2 x 5/8 / 8 x 0.5^2 = 0.25. At 0 it is 0.25 - 5/4 x 0.0625.
    """
    given_ = Prior(np.zeros((1, 1)), np.ones((1, 1, 1)), np.array([[30.0]]), tails=4.0)
    logs = np.array([[2.0], [0.0]])
    error = conditioned(logs, patterns(logs), given_, np.array([0.5]))
    assert error.shift[:, 0] == pytest.approx([-0.3125, 0.0])
    ((rows, roots),) = error.roots
    assert rows.tolist() == [0, 1]
    assert (roots[:, 0] ** 2).sum(axis=1) == pytest.approx([0.25, 0.171875])


def test_what_is_exact_or_unknown_has_no_error_under_heavy_tails_either():
    given_ = Prior(np.zeros((1, 2)), np.diag([1.0, 0.5])[None], np.full((1, 2), 30.0), tails=6.0)
    logs = np.array([[0.0, 1.0], [1.0, np.nan]])
    error = conditioned(logs, patterns(logs), given_, np.array([0.0, 0.2]))
    assert error.shift[:, 0].tolist() == [0.0, 0.0]
    assert error.shift[1, 1] == 0.0
    for rows, roots in error.roots:
        assert np.abs(roots[:, 0]).max() < 1e-12
        assert rows.tolist() != [1] or np.abs(roots).max() < 1e-12


# ------------------------------------------------------------------------------------------- calibration


def reliability(noise, errors, *, districts=200, draws=400, tail=None):
    """Return, by tenths of the stated stability, members, mean stated, and the share truly in the bottom share."""
    force = rule(**PLAIN)
    names = ("tax_error", "output_error", "energy_error", "area_error")
    ranges = Stability(draws=draws, weights=0.0, noise=noise, **dict(zip(names, errors, strict=True)))
    made = [district(seed, groups=10, errors=errors, tail=tail) for seed in range(districts)]
    truth, seen = (
        rank(pd.concat(side, ignore_index=True), rule=force, lang="zh").table for side in zip(*made, strict=True)
    )
    each = [table for _, table in seen.groupby(seen["uscc"].str[:4], sort=True)]
    stated = pd.concat([stability([table], rule=force, ranges=ranges)["stability"] for table in each])
    table = pd.DataFrame({"stated": stated, "true": truth["in_bottom_share"].astype(bool)})
    return table.groupby(np.minimum((table["stated"] * 10).astype(int), 9)).agg(
        members=("true", "size"), stated=("stated", "mean"), true=("true", "mean")
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("errors", "tail", "least"),
    [((0.2, 0.2, 0.2, 0.1), None, 650), ((0.4, 0.4, 0.4, 0.2), None, 600), ((0.4, 0.4, 0.4, 0.2), 4, 600)],
    ids=["medium", "large", "heavy tails"],
)
def test_the_stated_share_comes_true_as_often_as_it_says_within_three_points(errors, tail, least):
    """A tenth of 650 members knows its true share to 1.7 points itself."""
    curve = reliability("posterior", errors, tail=tail)
    assert curve["members"].sum() == 40_000
    assert curve["members"].min() >= least
    assert (curve["stated"] - curve["true"]).abs().max() <= 0.03
