"""METHOD U5: reliability of a block, Cronbach's alpha of a field."""
from fractions import Fraction

from folder import SURVEY


def rho(covariance, index, units):
    """(mean covariance, tau2, {unit: rho}); None where there is none. n >= 2."""
    p = len(units)
    if p < 2:
        return None, None, {}
    pairs = [covariance(u, t) for i, u in enumerate(units) for t in units[i + 1:]]
    mean = sum(pairs, Fraction(0)) / len(pairs)
    v = {u: float(covariance(u, u) - mean) for u in units}
    if p < 4 or min(v.values()) <= 0:
        return mean, None, {}
    w = {u: 1 / v[u] for u in units}
    total = sum(w.values())
    centre = sum(w[u] * float(index[u]) for u in units) / total
    q = sum(w[u] * (float(index[u]) - centre) ** 2 for u in units)
    tau2 = max(0.0, (q - (p - 1)) / (total - sum(x * x for x in w.values()) / total))
    if tau2 == 0:
        return mean, None, {}
    return mean, tau2, {u: tau2 / (tau2 + float(covariance(u, u))) for u in units}


def variance(xs):
    mean = sum(xs, Fraction(0)) / len(xs)
    return sum((x - mean) ** 2 for x in xs) / (len(xs) - 1)


def alpha(cut, f):
    """(alpha, sheets); None: none."""
    round_ = cut.round
    leaves = [c for c, k in enumerate(round_.criteria)
              if k.leaf and k.field == f and k.source == SURVEY]
    if len(leaves) < 2:
        return None
    table = []
    for s in cut.sheets:
        scores = s.scores()
        if all(round_.applies(s.unit, c) and c in scores for c in leaves):
            table.append([round_.value(c, scores[c]) for c in leaves])
    if len(table) < 2:
        return None
    whole = variance([sum(row) for row in table])
    if whole == 0:
        return None
    k = len(leaves)
    parts = sum(variance(column) for column in zip(*table))
    return Fraction(k, k - 1) * (1 - parts / whole), len(table)
