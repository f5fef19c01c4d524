"""METHOD O4: 10,000 draws of points and of the way of averaging."""
from fractions import Fraction

import numpy as np

import robust
from folder import SURVEY
from philox import philox
from score import extras

DRAWS = 10000
PLACES = {"median": 5000, "p5": 500, "p95": 9500}
NEAR = 1e-10  # exact figures closer than this may stand either way


def draws(round_, key):
    """factors: place of a leaf -> 10,000 of them; geometric, trimmed: 10,000 of 0, 1."""
    leaves = [c for c, k in enumerate(round_.criteria) if k.leaf]
    d, i = np.meshgrid(np.arange(DRAWS), np.arange(len(leaves) + 1))
    words = philox((d, i, 4, 0), key)[0]
    factors = 0.75 + 0.5 * (words.astype(np.float64) + 0.5) * 2.0 ** -32
    last = words[-1]
    return ({c: factors[n] for n, c in enumerate(leaves)},
            (last & np.uint64(1)).astype(bool),
            (last >> np.uint64(1) & np.uint64(1)).astype(bool))


def indexes(counts, scale, score, drawn):
    """The index of a unit with a figure in each draw, after bonus, penalty, clip."""
    factors, geometric, use_trimmed = drawn
    round_ = counts.cut.round
    u = score.unit
    block = round_.units[u].block
    criteria = round_.criteria
    arithmetic, logs, weights = np.zeros(DRAWS), np.zeros(DRAWS), np.zeros(DRAWS)
    zero = np.zeros(DRAWS, dtype=bool)
    for f in score.fields:
        weight = sum(float(criteria[c].points) * factors[c] for c in round_.leaves(u)
                     if criteria[c].field == f)
        top, bottom = np.zeros(DRAWS), np.zeros(DRAWS)
        for c in score.theta:
            if criteria[c].field != f:
                continue
            mean = other = float(score.value[c])
            if criteria[c].source == SURVEY:
                x = robust.trimmed(robust.weighted_scores(counts, u, c))
                other = float(scale.value(block, c, x))
            points = float(criteria[c].points) * factors[c]
            top += points * np.where(use_trimmed, other, mean)
            bottom += points
        s = top / bottom
        zero |= s <= 0
        arithmetic += weight * s
        logs += weight * np.log(np.where(s > 0, s, 1.0))
        weights += weight
    index = np.where(geometric, np.where(zero, 0.0, np.exp(logs / weights)),
                     arithmetic / weights)
    bonus, penalty = extras(counts.cut, u)
    index = float(scale.factor) * index + float(bonus - penalty)
    return np.clip(index, float(scale.low()), float(scale.high()))


def ranks(figures, u, lost):
    """1 + units above u in each draw; `lost`: every near tie is taken for lost."""
    own = figures[u]
    rank = np.ones(DRAWS, dtype=int)
    for t, other in figures.items():
        if t != u and not np.array_equal(own, other):  # the same throughout: tied
            rank += other > own + (-NEAR if lost else NEAR)
    return np.sort(rank)


def rank_spread(figures):
    """
    figures: unit -> 10,000. unit -> {place: (lowest, highest)}: the rank, between what
    it is when near ties are won or lost; both are equal where it is decided.
    """
    found = {}
    for u in figures:
        low, high = ranks(figures, u, False), ranks(figures, u, True)
        found[u] = {name: (int(low[n - 1]), int(high[n - 1]))
                    for name, n in PLACES.items()}
    return found
