"""METHOD S1, S3 to S7: the exact index of a unit. Fractions throughout."""
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from folder import APPRAISED, MEASURED, SURVEY, Refused
from frame import make_frame

TWO_THIRDS = Fraction(2, 3)


@dataclass
class Counts:
    """What the sheets of a cut come to; made again for any subset of them."""
    cut: object
    sheets: list
    frame: object
    weight: dict  # rater -> w_h
    by_cell: dict  # (unit, leaf) -> [(rater, y)]
    clusters: int  # n


def responded(cut):
    """m_h: raters with a live sheet, whatever is in it."""
    counts = defaultdict(int)
    for r in {s.rater for s in cut.sheets}:
        counts[cut.round.raters[r].stratum] += 1
    return counts


def count(cut, frame=None, sheets=None):
    """`frame` keeps the weights of another set of sheets (O2)."""
    frame = frame or make_frame(cut.round, responded(cut))
    sheets = cut.sheets if sheets is None else sheets
    raters = cut.round.raters
    cells = defaultdict(list)
    for s in sheets:
        for c, y in s.scores().items():
            cells[(s.unit, c)].append((s.rater, y))
    present = {s.rater for s in sheets}
    weight = {r: frame.weights[frame.group_of[raters[r].stratum]] for r in present}
    return Counts(cut, sheets, frame, weight, cells,
                  len({raters[r].cluster for r in present}))


def theta_surveyed(counts, u, c):
    """S3: (theta, D), or None without a score."""
    value = counts.cut.round.value
    total = weight = Fraction(0)
    for r, y in counts.by_cell.get((u, c), ()):
        total += counts.weight[r] * value(c, y)
        weight += counts.weight[r]
    return (total / weight, weight) if weight else None


def theta_given(cut, u, c):
    """S4: appraised and measured, or None."""
    criterion = cut.round.criteria[c]
    if criterion.source == APPRAISED:
        points = cut.appraisals.get((u, criterion.code, ""))
        return None if points is None else 100 * points / criterion.points
    x = cut.measured.get((u, c))
    if x is None:
        return None
    share = (x - criterion.lo) / (criterion.hi - criterion.lo)
    theta = 100 * max(Fraction(0), min(Fraction(1), share))
    return 100 - theta if criterion.down else theta


def thetas(counts, u):
    """S5: theta of the leaves that count for u."""
    round_ = counts.cut.round
    cell_score = round_.minimum("cell_score", 3)
    found = {}
    for c in round_.leaves(u):
        if round_.criteria[c].source != SURVEY:
            theta = theta_given(counts.cut, u, c)
            if theta is not None:
                found[c] = theta
            continue
        raters = {r for r, _ in counts.by_cell.get((u, c), ())}
        if len({round_.raters[r].cluster for r in raters}) >= max(cell_score, 1):
            found[c] = theta_surveyed(counts, u, c)[0]
    return found


@dataclass
class Scale:
    """S6: from theta to s. Mode points is lo 0, hi 100, factor 1."""
    lo: Fraction = Fraction(0)
    hi: Fraction = Fraction(100)
    factor: Fraction = Fraction(1)
    minmax: bool = False
    max_eq_min: Fraction = None
    ranges: dict = field(default_factory=dict)  # (block, leaf) -> (min, max)

    def low(self):
        return self.lo * self.factor

    def high(self):
        return self.hi * self.factor

    def value(self, block, c, x):
        if not self.minmax:
            return self.lo + (self.hi - self.lo) * x / 100
        least, most = self.ranges[(block, c)]
        if least == most:
            return self.max_eq_min
        return self.lo + (self.hi - self.lo) * (x - least) / (most - least)

    def slope(self, block, c):
        """U1: dT/dx times 100 parts of nothing else; 1 in mode points."""
        if not self.minmax:
            return self.factor * (self.hi - self.lo) / 100
        least, most = self.ranges[(block, c)]
        if least == most:
            return Fraction(0)
        return self.factor * (self.hi - self.lo) / (most - least)


def block_thetas(counts):
    """(block, code of the leaf) -> the thetas of the units for which it counts."""
    found = defaultdict(list)
    round_ = counts.cut.round
    for u, unit in enumerate(round_.units):
        for c, theta in thetas(counts, u).items():
            found[(unit.block, round_.criteria[c].code)].append(theta)
    return found


def make_scale(counts):
    """S6, with the ranges of minmax; Refused where max = min is not declared."""
    round_ = counts.cut.round
    if round_.rules.get("mode", "points") == "points":
        return Scale()
    declared = round_.rules["composite"]
    scale = Scale(Fraction(declared["scale"][0]), Fraction(declared["scale"][1]),
                  Fraction(declared.get("factor", 1)), declared.get("minmax", False))
    if "max_eq_min" in declared:
        scale.max_eq_min = Fraction(declared["max_eq_min"])
    if not scale.minmax:
        return scale
    own = block_thetas(counts)
    pooled = [block_thetas(count(other)) for other in counts.cut.pool]
    place = {c.code: i for i, c in enumerate(round_.criteria)}
    for (block, code), values in own.items():
        everything = values + [x for p in pooled for x in p.get((block, code), ())]
        least, most = min(everything), max(everything)
        if least == most and scale.max_eq_min is None:
            raise Refused(f"block {block}, leaf {code}: max = min")
        scale.ranges[(block, place[code])] = (least, most)
    return scale


@dataclass
class Field:
    applying: Fraction  # P[u,f]
    counting: Fraction  # sum of max_c over its counting leaves
    value: Fraction  # phi[u,f], s[u,f]; None: nothing counts

    def enough(self):
        """S7."""
        return self.counting > 0 and self.counting >= TWO_THIRDS * self.applying


@dataclass
class Score:
    unit: int
    theta: dict  # of counting leaves
    value: dict  # theta, or s[u,c]
    fields: dict  # place -> Field, with P > 0
    index: Fraction  # I[u], None
    plain: Fraction  # before bonus, penalty and clip


def score_fields(round_, u, value, wanted=lambda c: True):
    fields = {}
    for f in round_.fields():
        leaves = [c for c in round_.leaves(u)
                  if round_.criteria[c].field == f and wanted(c)]
        applying = sum((round_.criteria[c].points for c in leaves), Fraction(0))
        if not applying:
            continue
        counted = [c for c in leaves if c in value]
        counting = sum((round_.criteria[c].points for c in counted), Fraction(0))
        total = sum((round_.criteria[c].points * value[c] for c in counted), Fraction(0))
        fields[f] = Field(applying, counting, total / counting if counting else None)
    return fields


def combine(fields, factor):
    """S5, S6: the mean of the fields by P; None where S7 gives no figure."""
    if not fields or not all(f.enough() for f in fields.values()):
        return None
    total = sum(f.applying * f.value for f in fields.values())
    return factor * total / sum(f.applying for f in fields.values())


def extras(cut, u):
    """Bonus and penalty as they are taken."""
    def limited(code, limit):
        rows = [v for (unit, target, _), v in cut.appraisals.items()
                if unit == u and target == code]
        return min(sum(rows, Fraction(0)), Fraction(cut.round.rules.get(limit, 0)))

    return limited("bonus", "bonus_max"), limited("penalty", "penalty_max")


def finish(cut, scale, u, plain):
    """Bonus, penalty and clip."""
    bonus, penalty = extras(cut, u)
    return min(max(plain + bonus - penalty, scale.low()), scale.high())


def score_unit(counts, scale, u):
    round_ = counts.cut.round
    block = round_.units[u].block
    theta = thetas(counts, u)
    value = {c: scale.value(block, c, x) for c, x in theta.items()}
    fields = score_fields(round_, u, value)
    plain = combine(fields, scale.factor)
    index = None if plain is None else finish(counts.cut, scale, u, plain)
    return Score(u, theta, value, fields, index, plain)


def part(counts, scale, score, sources):
    """S5: the survey part, the appraised part; None: no figure or nothing of it."""
    criteria = counts.cut.round.criteria
    fields = score_fields(counts.cut.round, score.unit, score.value,
                          lambda c: criteria[c].source in sources)
    return combine(fields, scale.factor)


def survey_part(counts, scale, score):
    return part(counts, scale, score, (SURVEY,))


def appraised_part(counts, scale, score):
    return part(counts, scale, score, (APPRAISED, MEASURED))


def field_figure(scale, score, f):
    fld = score.fields.get(f)
    return scale.factor * fld.value if fld and fld.enough() else None


def scorers(counts, u):
    """n_u: clusters with a rater who scored half of the surveyed points of u."""
    round_ = counts.cut.round
    points = {c: round_.criteria[c].points for c in round_.surveyed(u)}
    total = sum(points.values())
    clusters = set()
    for s in counts.sheets:
        scored = sum(points[c] for c in s.scores()) if s.unit == u else 0
        if scored and 2 * scored >= total:
            clusters.add(round_.raters[s.rater].cluster)
    return len(clusters)
