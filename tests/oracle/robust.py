"""METHOD O1: a leaf beside its mean; all scores of the leaf, counting or not."""
from fractions import Fraction


def weighted_scores(counts, u, c):
    """[(v, w)] ascending by v."""
    value = counts.cut.round.value
    return sorted((value(c, y), counts.weight[r])
                  for r, y in counts.by_cell.get((u, c), ()))


def median(scores):
    """Smallest v with half of the weight at or below it."""
    half = sum(w for _, w in scores) / 2
    below = Fraction(0)
    for v, w in scores:
        below += w
        if below >= half:
            return v
    raise AssertionError


def trimmed(scores):
    """Mean without 10 % of the weight at each end, the bordering answer split."""
    total = sum(w for _, w in scores)
    low, high = total / 10, total * Fraction(9, 10)
    start = sum_ = Fraction(0)
    for v, w in scores:
        end = start + w
        sum_ += v * max(Fraction(0), min(end, high) - max(start, low))
        start = end
    return sum_ / (high - low)


def variance(scores):
    total = sum(w for _, w in scores)
    mean = sum(w * v for v, w in scores) / total
    return sum(w * (v - mean) ** 2 for v, w in scores) / total


def shares(counts, u, c):
    """Weight of the two best and the two worst answer places, by direction."""
    k = counts.cut.round.levels(c)
    if k < 4:
        return None, None
    down = counts.cut.round.criteria[c].down
    high, low = (k, k - 1), (1, 2)
    weight = {y: Fraction(0) for y in range(1, k + 1)}
    for r, y in counts.by_cell[(u, c)]:
        weight[y] += counts.weight[r]
    total = sum(weight.values())
    ends = [sum(weight[y] for y in places) / total for places in (high, low)]
    return tuple(reversed(ends)) if down else tuple(ends)


def leaf(counts, u, c):
    """None without a score."""
    scores = weighted_scores(counts, u, c)
    if not scores:
        return None
    top, bottom = shares(counts, u, c)
    return {"median": median(scores), "trimmed": trimmed(scores), "top2": top,
            "bottom2": bottom, "polarisation": variance(scores) / 2500}
