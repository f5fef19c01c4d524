"""METHOD O2: each unit without the raters of one association."""
from fractions import Fraction

from folder import SURVEY
from score import count, score_unit


def associations(round_):
    """Labels of the first strata column, in the order of the frame."""
    if not round_.columns:
        return []
    return list(dict.fromkeys(s.labels[0] for s in round_.strata))


def association_of(round_, rater):
    return round_.strata[round_.raters[rater].stratum].labels[0]


def scoring_weights(counts, score):
    """rater -> w of those who scored a counting surveyed leaf of the unit."""
    criteria = counts.cut.round.criteria
    raters = {r for c in score.theta if criteria[c].source == SURVEY
              for r, _ in counts.by_cell[(score.unit, c)]}
    return {r: counts.weight[r] for r in raters}


def leave_out(counts, scale, scores):
    """unit -> rows, largest, n_eff; {} without strata columns."""
    round_ = counts.cut.round
    labels = associations(round_)
    without = {a: count(counts.cut, counts.frame,
                        [s for s in counts.sheets
                         if association_of(round_, s.rater) != a]) for a in labels}
    found = {}
    for score in scores if labels else ():
        u = score.unit
        weights = scoring_weights(counts, score)
        total = sum(weights.values(), Fraction(0))
        rows = []
        for a in labels:
            raters = {s.rater for s in counts.sheets
                      if s.unit == u and association_of(round_, s.rater) == a}
            if not raters:
                continue
            own = sum((w for r, w in weights.items()
                       if association_of(round_, r) == a), Fraction(0))
            row = {"association": a, "raters": len(raters),
                   "share": own / total if total else Fraction(0),
                   "no_figure": False, "change": None}
            if score.index is not None:
                index = score_unit(without[a], scale, u).index
                row["no_figure"] = index is None
                row["change"] = index - score.index if index is not None else None
            rows.append(row)
        squares = sum((w * w for w in weights.values()), Fraction(0))
        found[u] = {"rows": rows, "largest": largest(rows, score),
                    "effective": total ** 2 / squares if squares else Fraction(0)}
    return found


def largest(rows, score):
    if score.index is None or not rows:
        return None
    # max() gives the first of equals
    return max(rows, key=lambda r: (r["no_figure"], abs(r["change"] or 0)))["association"]
