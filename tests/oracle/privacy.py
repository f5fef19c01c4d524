"""METHOD P1 and P2: what of a unit's figures may be public.

A cell is a leaf that counts, a field, or the index. Its raters are those who scored a
surveyed leaf in it that counts. What a cell shows is never what P1 and P2 say of it alone:
the figures around it are public too, and add up.
"""
from fractions import Fraction

from folder import SURVEY
from rank import INSUFFICIENT
from score import appraised_part, combine, field_figure, finish, score_fields, survey_part

NONE, SHOWN, NO_SE, HIGH, LOW, HIDDEN = "none", "shown", "no_se", "high", "low", "hidden"
EXACT, BOUNDS = (SHOWN, NO_SE), (HIGH, LOW)
FEW = 30  # raters of a cell that P2 looks at
INDEX = "index"
TOP, BOTTOM, EDGE = 95, 5, 5


class Verdict:
    """States and texts of one unit; both by place in criteria and by name."""

    def __init__(self, counts, scale, score, rounding):
        self.counts, self.scale, self.score = counts, scale, score
        self.rounding = rounding
        self.round = counts.cut.round
        self.cell_show = self.round.minimum("cell_show", 10)
        self.surveyed = {}  # cell -> its surveyed leaves that count
        for f in score.fields:
            self.surveyed[f] = [c for c in score.theta
                                if self.round.criteria[c].field == f
                                and self.round.criteria[c].source == SURVEY]
        for c in score.theta:
            self.surveyed[c] = [c] if self.round.criteria[c].source == SURVEY else []
        self.surveyed[INDEX] = [c for f in score.fields for c in self.surveyed[f]]
        self.own = {cell: self.alone(cell) for cell in self.surveyed}
        self.state = dict(self.own)
        self.place = None  # what it is ranked by
        if self.own[INDEX] != HIDDEN:
            self.judge()

    # ---- a cell alone

    def scored_by(self, leaves):
        return {r for c in leaves for r, _ in self.counts.by_cell[(self.score.unit, c)]}

    def raters(self, cell):
        return len(self.scored_by(self.surveyed[cell]))

    def few(self, cell):
        return 1 <= self.raters(cell) < self.cell_show

    def alone(self, cell):
        if self.few(cell):
            return HIDDEN
        leaves = self.surveyed[cell]
        values = [self.round.value(c, y) for c in leaves
                  for _, y in self.counts.by_cell[(self.score.unit, c)]]
        if not values or self.raters(cell) >= FEW or not any(
                10 * values.count(v) > 9 * len(values) for v in set(values)):
            return SHOWN
        mean = self.worth(cell) / self.weight(cell)
        return HIGH if mean >= TOP else LOW if mean <= BOTTOM else NO_SE

    def leaf_weight(self, c):
        """What a leaf weighs in the index."""
        f = self.score.fields[self.round.criteria[c].field]
        return self.round.criteria[c].points * f.applying / f.counting

    def leaf_place(self, c):
        """0..100: how far up the scale it stands."""
        lo, hi = self.scale.lo, self.scale.hi
        return 100 * (self.score.value[c] - lo) / (hi - lo)

    def weight(self, cell):
        return sum(self.leaf_weight(c) for c in self.surveyed[cell])

    def worth(self, cell):
        return sum(self.leaf_weight(c) * self.leaf_place(c) for c in self.surveyed[cell])

    # ---- a row under a public total

    def unprinted(self, row):
        """Surveyed leaves of a row of which nothing is printed."""
        found = []
        for cell in row:
            if self.state[cell] == HIDDEN:
                found += self.surveyed[cell]
            elif self.state[cell] in BOUNDS:
                found += [c for c in self.surveyed[cell] if self.state[c] not in BOUNDS]
        return found

    def few_follow(self, row):
        """P1: those of whom nothing is printed are few, and follow from the total."""
        leaves = self.unprinted(row)
        return (any(self.few(c) for c in (*leaves, *(x for x in row if self.state[x] == HIDDEN)))
                and len(self.scored_by(leaves)) < self.cell_show)

    def pinned(self, row):
        """
        Whether the total says of a cell of few raters that it is at an end of the scale,
        or of a bound that it is at its own, though all others not exact were at the end.
        """
        inexact = [c for c in row if self.state[c] not in EXACT]
        worth = sum(self.worth(c) for c in inexact)
        lacking = 100 * sum(self.weight(c) for c in inexact) - worth
        for side, room in ((HIGH, lacking), (LOW, worth)):
            for c in inexact:
                looked_at = side in (self.own[c], self.state[c]) or self.few(c)
                if looked_at and room <= EDGE * self.weight(c):
                    return side
        return None

    def close(self, row, total):
        """Hides until nothing follows; else the total becomes a bound."""
        row = [c for c in row if self.surveyed[c]]
        while True:
            side = None
            left = [c for c in row if self.state[c] != HIDDEN]
            if not self.few_follow(row):
                side = self.pinned(row)
                left = [c for c in left if self.state[c] in EXACT]
                if not side:
                    return
            if not left:
                self.state[total] = side or self.state[total]
                return
            self.state[min(left, key=self.raters)] = HIDDEN

    # ---- the tree

    def below(self, f):
        return [c for c in self.score.theta if c != f and self.round.criteria[c].field == f]

    def take_down(self, cell, below):
        """What is not exact takes with it what is below, but for bounds below a bound."""
        if self.state[cell] in EXACT:
            return
        for c in below:
            if self.surveyed[c] and not (self.state[cell] in BOUNDS
                                         and self.state[c] in BOUNDS):
                self.state[c] = HIDDEN

    def judge(self):
        for f in self.score.fields:
            if self.state[f] in EXACT:
                self.close(self.below(f), f)
        if self.state[INDEX] in EXACT:
            self.close(list(self.score.fields), INDEX)
        self.take_down(INDEX, self.score.fields)
        for f in self.score.fields:
            self.take_down(f, self.below(f))
        self.parts()

    def parts(self):
        self.survey = survey_part(self.counts, self.scale, self.score)
        self.appraised = appraised_part(self.counts, self.scale, self.score)
        self.state["survey"] = NONE if self.survey is None else self.survey_state()
        self.state["appraised"] = NONE if self.appraised is None else SHOWN

    def survey_state(self):
        """A second equation in the fields, where it weighs them in another way."""
        if self.state[INDEX] != SHOWN:
            lo, hi = self.scale.low(), self.scale.high()
            place = 100 * (self.survey - lo) / (hi - lo)
            if place >= TOP or place <= BOTTOM:
                return HIGH if place >= TOP else LOW
            if self.state[INDEX] in BOUNDS:
                return HIDDEN
        for f, field in self.score.fields.items():
            if self.state[f] not in EXACT and field.counting < field.applying:
                return HIDDEN
        return self.state[INDEX]

    # ---- figures

    def at_bound(self, side):
        """Values of the leaves with each surveyed one at the bound."""
        edge = TOP if side == HIGH else BOTTOM
        bound = self.scale.lo + (self.scale.hi - self.scale.lo) * Fraction(edge, 100)
        return {c: bound if self.surveyed[c] else x for c, x in self.score.value.items()}

    def figure(self, cell):
        """The exact figure of a cell, or its bound."""
        score, side = self.score, self.state[cell]
        value = self.at_bound(side) if side in BOUNDS else score.value
        fields = score_fields(self.round, score.unit, value)
        if cell == INDEX:
            plain = combine(fields, self.scale.factor)
            return finish(self.counts.cut, self.scale, score.unit, plain)
        if cell == "survey":
            if side in BOUNDS:
                return self.scale.factor * value[self.surveyed[INDEX][0]]
            return self.survey
        if cell == "appraised":
            return self.appraised
        if cell in fields:
            return self.scale.factor * fields[cell].value
        return self.scale.factor * value[cell]

    def text(self, cell):
        sign = {HIGH: ">= ", LOW: "<= "}.get(self.state[cell], "")
        if self.state[cell] in (NONE, HIDDEN):
            return ""
        return sign + self.rounding.text(self.figure(cell))


def judge(counts, scale, score, rounding, status):
    """A unit's verdict; None: nothing may be public."""
    if status == INSUFFICIENT:
        return None
    v = Verdict(counts, scale, score, rounding)
    return None if v.own[INDEX] == HIDDEN else v


def suppress(raters, hidden, cell_show):
    """P1, complementary, on a line that has a total. Adds places to `hidden`."""
    while True:
        shown = [i for i, n in enumerate(raters) if n and i not in hidden]
        lost = [n for i, n in enumerate(raters) if n and i in hidden]
        if not shown or not lost or (len(lost) > 1 and sum(lost) >= cell_show):
            return
        hidden.add(min(shown, key=lambda i: raters[i]))
