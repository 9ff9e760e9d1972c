"""Win chances: parts against slow computations, and the whole against pipelines whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from crmcli.models.deal_ages import age_curve, usual_life
from crmcli.models.measures import auc
from crmcli.models.past_deals import BASE, Deals, Method, logit, sigmoid
from crmcli.models.platt import AS_IT_IS, calibrate
from crmcli.models.shrunk_logit import fit_shrunk
from crmcli.models.win_origins import look_back, past_days
from crmcli.models.win_scores import score, wins_interval
from crmcli.models.winning import learn, tell
from tests.models.sham_pipeline import Floats, Sham, World, sham

SIGNAL = World()
FIELDS_ONLY = World(days_won=40, days_lost=40, hang=0)
NOTHING = World(fields=0, days_won=40, days_lost=40, hang=0)
ALL = Method(1.0, age=True, stage=False, calibrated=False)
NO_STAGES = np.zeros(0)


def looked(case: Sham) -> tuple[int, Floats, Floats, Floats]:
    """The horizon; chances of today's open deals by the chosen method and by everything; the truth."""
    deals = case.deals
    days = deals.closed - deals.opened
    horizon = usual_life(days[np.isfinite(days)])
    found = look_back(deals, case.day, horizon=horizon, stage_chance=NO_STAGES)
    lesson = learn(deals, case.day, horizon=horizon)
    assert lesson is not None
    places = deals.open_on(case.day)
    ages, unknown = case.day - deals.opened[places], np.full(len(places), -1)
    said = tell(lesson, found.method, deals.codes[places], ages, unknown)
    whole = tell(lesson, ALL, deals.codes[places], ages, unknown)
    return horizon, found.platt.apply(said.probability), whole.probability, case.truth(places, horizon)


def off(said: Floats, truth: Floats) -> float:
    return float(np.sqrt(np.mean((said - truth) ** 2)))


def base_rate(case: Sham) -> float:
    won, lost = case.deals.won.sum(), case.deals.lost.sum()
    return float((won + 1) / (won + lost + 2))


@pytest.mark.parametrize(("world", "times"), [(SIGNAL, 6.0), (FIELDS_ONLY, 2.5)])
def test_two_thousand_deals_with_a_signal_are_told_near_the_truth(world: World, times: float) -> None:
    case = sham(2_000, 1, world)
    _horizon, said, _whole, truth = looked(case)
    assert off(said, truth) * times < off(np.full(len(truth), base_rate(case)), truth)
    assert abs(said.mean() - truth.mean()) < 0.03


def test_two_hundred_deals_with_a_signal_beat_the_base_rate() -> None:
    gains = []
    for seed in range(2):
        case = sham(200, seed, SIGNAL)
        _horizon, said, _whole, truth = looked(case)
        gains.append(off(np.full(len(truth), base_rate(case)), truth) - off(said, truth))
    assert min(gains) > 0.2


@pytest.mark.parametrize("count", [200, 1_500])
def test_where_nothing_tells_chances_stay_at_the_base_rate(count: int) -> None:
    case = sham(count, 3, NOTHING)
    _horizon, said, _whole, _truth = looked(case)
    assert np.abs(said - base_rate(case)).max() < 0.06


def test_fifty_deals_are_no_worse_than_the_base_rate() -> None:
    told = [sham(50, seed, world) for world in (SIGNAL, NOTHING) for seed in range(2)]
    for case in told:
        deals = case.deals
        days = deals.closed - deals.opened
        found = look_back(deals, case.day, horizon=usual_life(days[np.isfinite(days)]), stage_chance=NO_STAGES)
        skill = score(found.origins, [origin.said for origin in found.origins]).skill
        assert skill is None or skill > -0.03


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of chances between 5 and 95 %, which are no rare events."""
    inside: list[bool] = []
    for seed in range(12):
        case = sham(400, 50 + seed, SIGNAL)
        deals, horizon = case.deals, 120
        lesson = learn(deals, case.day, horizon=horizon)
        assert lesson is not None
        places = deals.open_on(case.day)
        said = tell(lesson, ALL, deals.codes[places], case.day - deals.opened[places], np.full(len(places), -1))
        truth = case.truth(places, horizon)
        half, middle = 1.2816 * said.spread, logit(said.probability)
        fair = (truth > 0.05) & (truth < 0.95)
        inside.extend(((sigmoid(middle - half) <= truth) & (truth <= sigmoid(middle + half)))[fair])
    assert 0.7 < np.mean(inside) < 0.95


def test_nothing_later_than_the_past_day_is_looked_at() -> None:
    """Endings after a day, and deals opened after it, change nothing in what was told then."""
    case = sham(400, 7, SIGNAL)
    deals, day, horizon = case.deals, 500, 120
    later = ~(deals.closed <= day)
    turned = Deals(
        deals.opened,
        np.where(later, np.nan, deals.closed),
        deals.won & ~later,
        deals.lost & ~later,
        deals.codes,
        deals.fields,
        deals.moved_deal,
        deals.moved_on,
        deals.moved_to,
    )
    places = deals.open_on(day)
    assert (places == turned.open_on(day)).all()
    said = []
    for known in (deals, turned):
        lesson = learn(known, day, horizon=horizon)
        assert lesson is not None
        ages = day - deals.opened[places]
        said.append(tell(lesson, ALL, known.codes[places], ages, np.full(len(places), -1)).probability)
    assert np.allclose(said[0], said[1], atol=1e-12)


def test_a_choice_rests_on_past_days_whose_horizon_was_over() -> None:
    case = sham(2_000, 2, SIGNAL)
    horizon = 150
    origins = look_back(case.deals, case.day, horizon=horizon, stage_chance=NO_STAGES).origins
    first = [origin for origin in origins if origin.day < origins[0].day + horizon]
    assert first
    assert all(origin.method == BASE for origin in first)
    assert origins[-1].method != BASE
    assert all(origin.day + horizon <= case.day for origin in origins)
    assert past_days(case.deals, 30, horizon) == ()


def test_hazards_by_age_against_aalen_and_johansen_day_by_day() -> None:
    """With plenty of deals the banded curve is near the raw one, deals still open included."""
    case = sham(6_000, 4, World(fields=0))
    deals, horizon = case.deals, 100
    ended = deals.won | deals.lost
    days = np.where(ended, deals.closed, case.day) - deals.opened
    curve = age_curve(days, deals.won, deals.lost, horizon=horizon)
    for age in (0, 20, 60):
        left, won = 1.0, 0.0
        for day in range(age, age + horizon):
            risk = np.count_nonzero(days >= day)
            wins, losses = np.count_nonzero(deals.won & (days == day)), np.count_nonzero(deals.lost & (days == day))
            won += left * wins / risk
            left *= 1 - (wins + losses) / risk
        assert curve.won[age] == pytest.approx(won, abs=0.04)


def test_deals_older_than_any_that_ended_are_told_they_hang() -> None:
    days = np.concatenate([np.arange(1.0, 61), np.full(200, 400.0)])
    won = np.arange(260) < 40
    curve = age_curve(days, won, (np.arange(260) >= 40) & (np.arange(260) < 60), horizon=60)
    chance, lost, wins = curve.at(np.array([0.0, 300.0, np.nan]))
    assert chance[0] > 0.1
    assert chance[1] + lost[1] < 0.02
    assert wins[1] == 0
    assert chance[2] == chance[0]


def test_shrunk_effects_are_the_minimum_of_the_penalised_loss() -> None:
    case = sham(500, 5, SIGNAL)
    ended = case.deals.won | case.deals.lost
    codes, won = case.deals.codes[ended], case.deals.won[ended].astype(float)
    found = fit_shrunk(codes, np.array([6, 5, 8]), won)[1.0]
    matrix = np.hstack([np.ones((len(won), 1)), *(np.eye(size)[codes[:, n]] for n, size in enumerate((6, 5, 8)))])
    penalty = np.concatenate([[1e-6], np.repeat(1 / found.variances, (6, 5, 8))])

    def loss(beta: Floats) -> float:
        eta = matrix @ beta
        return float(np.logaddexp(0, eta).sum() - won @ eta + penalty @ beta**2 / 2)

    slow = minimize(loss, np.zeros(20), method="BFGS", options={"gtol": 1e-6})
    assert np.allclose(slow.x, np.append(found.base, found.effects), atol=2e-3)
    curvature = (matrix * (sigmoid(matrix @ slow.x) * (1 - sigmoid(matrix @ slow.x)))[:, None]).T @ matrix
    assert np.allclose(found.covariance, np.linalg.inv(curvature + np.diag(penalty)), atol=2e-3)
    row = matrix[:1]
    assert found.variance(codes[:1])[0] == pytest.approx(float((row @ found.covariance @ row.T)[0, 0]))


def test_a_field_that_tells_nothing_is_drawn_to_nothing() -> None:
    case = sham(3_000, 6, SIGNAL)
    ended = case.deals.won | case.deals.lost
    won = case.deals.won[ended].astype(float)
    found = fit_shrunk(case.deals.codes[ended], np.array([6, 5, 8]), won)[1.0]
    assert found.variances[2] < 0.03 < found.variances[0]
    assert (found.terms(np.full((1, 3), -1)) == 0).all()


def test_calibration_is_learned_from_many_and_left_alone_by_few() -> None:
    rng = np.random.default_rng(8)
    said = rng.uniform(0.3, 0.9, 4_000)
    happened = (rng.random(4_000) < said * 0.5).astype(float)
    many = calibrate(said, happened, np.ones(4_000))
    assert many.apply(said).mean() == pytest.approx(happened.mean(), abs=0.01)
    few = calibrate(said[:4], happened[:4], np.ones(4))
    assert np.abs(few.apply(said) - said).max() < 0.2
    assert np.allclose(calibrate(said[:0], happened[:0], said[:0]).apply(said), said)
    assert (AS_IT_IS.spread(said, said) == said).all()
    assert auc(many.apply(said), happened > 0) == auc(said, happened > 0)  # the order stays


def test_too_few_teach_nothing() -> None:
    case = sham(2_000, 9, SIGNAL)
    assert learn(case.deals, 10, horizon=60) is None
    assert usual_life(np.zeros(0)) == 180
    assert wins_interval(np.zeros(0), 0.25) == (0.0, 0.0)
    assert score([], []).skill is None
