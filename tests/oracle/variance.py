"""METHOD U1 and U2: covariance of the indexes, stabilised variance, intervals."""
from collections import defaultdict
from decimal import Context, Decimal
from fractions import Fraction
from math import floor, sqrt

import mpmath

from folder import Refused, SURVEY
from frame import lower_median
from rank import INSUFFICIENT
from score import theta_surveyed

UNIT = 2 ** 48
FINE = 2 ** 96


def influence(counts, scale, score):
    """U1: E[k,u] x 2^48 as whole numbers, by cluster."""
    round_ = counts.cut.round
    group_of, raters = counts.frame.group_of, round_.raters
    block = round_.units[score.unit].block
    total = sum(f.applying for f in score.fields.values())
    omegas = 0
    z = defaultdict(Fraction)
    for c in score.theta:
        criterion = round_.criteria[c]
        if criterion.source != SURVEY:
            continue
        f = score.fields[criterion.field]
        omega = (f.applying / total * criterion.points / f.counting
                 * scale.slope(block, c))
        omegas += floor(omega * FINE + Fraction(1, 2))
        theta, d = theta_surveyed(counts, score.unit, c)
        of_answer = {y: omega * (round_.value(c, y) - theta) / d
                     for y in range(1, round_.levels(c) + 1)}
        for r, y in counts.by_cell[(score.unit, c)]:
            z[r] += of_answer[y]
    if omegas >= 2 ** 21 * FINE:
        raise Refused("the omegas of a unit reach 2^21")
    # the mean is over all m_h raters of the group, zeros included
    members, sums = defaultdict(int), defaultdict(Fraction)
    for r in counts.weight:
        h = group_of[raters[r].stratum]
        members[h] += 1
        sums[h] += z.get(r, 0)
    mean = {h: sums[h] / members[h] for h in members}
    # over the raters of a cluster; those who say nothing of u only add minus the mean
    exact = defaultdict(Fraction)
    for (k, h), n in cluster_groups(counts).items():
        exact[k] -= n * counts.frame.weights[h] * mean[h]
    for r, value in z.items():
        exact[raters[r].cluster] += counts.weight[r] * value
    e = {k: floor(x * UNIT + Fraction(1, 2)) for k, x in exact.items()}
    if sum(abs(x) for x in e.values()) >= 2 ** 61:
        raise Refused("the sum of |E| of a unit reaches 2^13")
    return e


def cluster_groups(counts):
    """(cluster, group) -> raters of the cluster in the group."""
    found = defaultdict(int)
    for r in counts.weight:
        rater = counts.cut.round.raters[r]
        found[(rater.cluster, counts.frame.group_of[rater.stratum])] += 1
    return found


class Covariance:
    """V[u,t] of the units that have a figure; none when n < 2."""

    def __init__(self, counts, scale, scores):
        self.n = counts.clusters
        self.e = {s.unit: influence(counts, scale, s)
                  for s in scores if s.index is not None}
        self.clusters = sorted({k for e in self.e.values() for k in e})

    def __call__(self, u, t):
        total = sum(self.e[u][k] * self.e[t][k] for k in self.e[u])
        return Fraction(self.n * total, (self.n - 1) * UNIT ** 2)


def root_12g(x):
    """C's %.12g of the exact root."""
    if x == 0:
        return "0"
    wide = Context(prec=80)
    root = wide.sqrt(wide.divide(Decimal(x.numerator), Decimal(x.denominator)))
    return "%.12g" % float(Context(prec=12).plus(root))


def t_quantile(df):
    """t(0.975, df) to 30 digits."""
    with mpmath.workdps(40):
        beta = mpmath.findroot(
            lambda t: mpmath.betainc(mpmath.mpf(df) / 2, 0.5, 0, df / (df + t * t),
                                     regularized=True) - mpmath.mpf("0.05"),
            student_start(df))
        return +beta


def student_start(df):
    z = 1.959963984540054
    g = (z ** 3 + z) / 4
    return {1: 12.706, 2: 4.3027, 3: 3.1824}.get(df, z + g / df + 3.2 / df ** 2)


T_QUANTILES = {}


def half_width(stabilised, n_u):
    """U2: t sqrt(V~) in doubles."""
    if n_u not in T_QUANTILES:
        T_QUANTILES[n_u] = float(t_quantile(n_u - 1))
    return T_QUANTILES[n_u] * sqrt(float(stabilised))


def stabilise(v, n_u, s):
    """U2: V~[u,u]."""
    if n_u == 0:
        return v
    return max(v, (n_u ** 2 * v + 5 * s) / ((n_u + 5) * n_u))


def block_median(round_, units, variance, n_u, statuses):
    """S of U2, over the units of a block."""
    values = [n_u[u] * variance[u] for u in units
              if statuses[u] != INSUFFICIENT and round_.surveyed(u)]
    return lower_median(values) if values else Fraction(0)


def interval(scale, index, stabilised, n_u):
    """U2: the unrounded ends; None: no interval."""
    h = Fraction(half_width(stabilised, n_u))
    return (min(max(index - h, scale.low()), scale.high()),
            min(max(index + h, scale.low()), scale.high()))
