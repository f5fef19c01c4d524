"""METHOD U3: simultaneous confidence sets of the ranks of a block."""
from functools import lru_cache
from math import sqrt

import mpmath
import numpy as np

from philox import philox

DRAWS, PLACE = 9999, 9500
EDGE = 1e-9  # a decision this close to its edge is told apart


def signs(n, key):
    """g[k,b] for the places k of n clusters: n x 9,999 of +1 and -1."""
    blocks = DRAWS // 128 + 1
    b, i = np.meshgrid(np.arange(blocks), np.arange(n))
    words = np.stack(philox((b, i, 3, 0), key), axis=-1)  # n x blocks x 4
    bits = (words[..., None] >> np.arange(32, dtype=np.uint64)) & np.uint64(1)
    return 1 - 2 * bits.reshape(n, -1)[:, :DRAWS].astype(np.int64)


def cluster_order(covariance, unit_count):
    """Clusters sorted by their vectors of E over all units; 0 without a figure."""
    none = {}
    return sorted(covariance.clusters, key=lambda k: [
        covariance.e.get(u, none).get(k, 0) for u in range(unit_count)])


def influences(covariance, order, units):
    return np.array([[covariance.e[u].get(k, 0) for k in order] for u in units],
                    dtype=np.int64).reshape(len(units), len(order))


@lru_cache(maxsize=100000)
def student_tail(t, df):
    """P(t_df > t), t > 0."""
    with mpmath.workdps(25):
        t, df = mpmath.mpf(t), mpmath.mpf(df)
        return mpmath.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True) / 2


def normal_tail(q):
    with mpmath.workdps(25):
        return mpmath.erfc(mpmath.mpf(q) / mpmath.sqrt(2)) / 2 if q > 0 else mpmath.mpf(0.5)


def welch(a, b, n_a, n_b):
    """df[u,t]; a term with n_u = 0 is 0."""
    first = a * a / (n_a - 1) if n_a else 0.0
    second = b * b / (n_b - 1) if n_b else 0.0
    return (a + b) * (a + b) / (first + second)


class RankSets:
    """
    units: the ranked units of a block; index, stabilised, n_u by unit; covariance with
    n >= 2. better[(u, t)]: u is surely better than t. near: pairs at a decision's edge.
    """

    def __init__(self, units, index, stabilised, n_u, covariance, draws, order):
        self.near = set()
        self.rejected = set()
        pairs = self.statistics(units, index, stabilised, n_u, covariance)
        left = [p for p in pairs if pairs[p][0] > 0]
        z = influences(covariance, order, units) @ draws if left else None
        place = {u: i for i, u in enumerate(units)}
        n = covariance.n
        scale = sqrt(float(n) / float(n - 1)) * 2.0 ** -48
        while left:
            most = np.full(DRAWS, -np.inf)
            for u, t in left:
                d = (z[place[u]] - z[place[t]]).astype(np.float64)
                most = np.maximum(most, d / pairs[(u, t)][0])
            q = float(np.sort(most)[PLACE - 1]) * scale
            now = self.rejections(left, pairs, normal_tail(q))
            if not now:
                return
            self.rejected |= now
            left = [p for p in left if p not in now]

    @staticmethod
    def statistics(units, index, stabilised, n_u, covariance):
        """(u, t) -> (s, T, df); s = 0: takes no part."""
        found = {}
        for u in units:
            for t in units:
                if u == t:
                    continue
                s2 = float(stabilised[u] + stabilised[t] - 2 * covariance(u, t))
                if s2 <= 0:
                    continue
                s = sqrt(s2)
                df = welch(float(stabilised[u]), float(stabilised[t]), n_u[u], n_u[t])
                found[(u, t)] = (s, float(index[u] - index[t]) / s, df)
        return found

    def rejections(self, left, pairs, tail):
        now = set()
        for pair in left:
            _, t, df = pairs[pair]
            if t <= 0:
                continue
            p = student_tail(t, df)
            if abs(p - tail) <= EDGE * tail:
                self.near.add(pair)
            if p < tail:
                now.add(pair)
        return now

    def limits(self, u, units, rank):
        """L and U of a unit, widened to hold its published rank."""
        low = 1 + sum((t, u) in self.rejected for t in units)
        high = len(units) - sum((u, t) in self.rejected for t in units)
        return min(low, rank), max(high, rank)
