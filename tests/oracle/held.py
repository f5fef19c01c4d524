"""METHOD P6 and the public view of a release."""
from collections import Counter, defaultdict
from dataclasses import dataclass

import rank
from flags import response
from frame import make_frame
from folder import SURVEY, read_cut
from privacy import EXACT, HIDDEN, INDEX, SHOWN, judge
from rank import INSUFFICIENT
from result import Result
from score import responded

FEW = range(1, 10)  # raters


# ---- how far two cuts are apart, in raters

def scores_of(cut):
    """rater -> unit -> scores on what applies; a respondent may have none."""
    found = defaultdict(dict)
    for s in cut.sheets:
        leaves = cut.round.surveyed(s.unit)
        found[s.rater][s.unit] = {c: y for c, y in s.scores().items() if c in leaves}
    return found


def names(cut):
    """The groups that a release of it names."""
    frame = make_frame(cut.round, responded(cut))
    return frame.merged, frame.thin, frame.not_represented


class Changes:
    """Kinds of no score are no public figure: from one to another nothing changes."""

    def __init__(self, old, new):
        self.round = new.round
        self.before, self.after = scores_of(old), scores_of(new)
        raters = self.before.keys() | self.after.keys()
        self.respondents = {r for r in raters
                            if (r in self.before) != (r in self.after)}
        self.raters = self.respondents | {r for r in raters if any(
            self.differs(r, u) for u in range(len(self.round.units)))}
        self.reasons = [self.annulled(old), self.annulled(new)]
        self.names = [names(old), names(new)]

    def scores(self, cut, rater, u):
        return cut.get(rater, {}).get(u, {})

    def differs(self, rater, u, leaves=None):
        one, other = self.scores(self.before, rater, u), self.scores(self.after, rater, u)
        if leaves is None:
            return one != other
        return any(one.get(c) != other.get(c) for c in leaves)

    def count(self, units, leaves=None):
        return sum(any(self.differs(r, u, leaves) for u in units) for r in self.raters)

    def few_of_unit(self, u):
        """Whether its own scores, of a field, of a leaf, differ by few."""
        by_field = defaultdict(list)
        for c in self.round.surveyed(u):
            by_field[self.round.criteria[c].field].append(c)
        cells = [[c] for c in self.round.surveyed(u)] + list(by_field.values()) + [None]
        return any(self.count([u], leaves) in FEW for leaves in cells)

    def held(self):
        """Units whose survey data may not change from one cut to the other."""
        units = range(len(self.round.units))
        if len(self.raters) in FEW or len(self.respondents) in FEW:
            return set(units)
        minmax = self.round.rules.get("composite", {}).get("minmax", False)
        found = set()
        for block in self.round.blocks:
            of = [u for u in units if self.round.units[u].block == block]
            own = {u for u in of if self.few_of_unit(u)}
            everyone = self.count(of) in FEW or (minmax and own)
            found |= set(of) if everyone else own
        return found

    def annulled(self, cut):
        """Sheets and raters by reason."""
        return defaultdict(lambda: (0, 0), response(cut)["annulled"])

    def few_of_reason(self, reason):
        (sheets, raters), (more, others) = (count[reason] for count in self.reasons)
        return abs(raters - others) < 10 and (sheets, raters) != (more, others)

    def few_of_names(self):
        """Other groups are named, because of a stratum that changed by few."""
        by_stratum = Counter(self.round.raters[r].stratum for r in self.respondents)
        return self.names[0] != self.names[1] and any(
            n in FEW for n in by_stratum.values())

    def round_is_held(self):
        """What is told of the round as a whole."""
        one, other = self.reasons
        return (len(self.respondents) in FEW or self.few_of_names() or
                any(map(self.few_of_reason, one.keys() | other.keys())))


# ---- the public rows

@dataclass
class Row:
    result: object  # what its survey data are from, with the values of its release
    verdict: object
    held_from: int  # 0: its own data
    kept: bool = False  # an old row again, appraisals and all


class Public:
    """The public rows of release `number`; origin[u] is the release behind each."""

    def __init__(self, results, origin, number):
        self.number = number
        self.round, self.rounding = results[number].round, results[number].rounding
        self.rows = {}  # by unit; none: insufficient
        for u in range(len(self.round.units)):
            source = results[origin[u]]
            verdict = judge(source.counts, source.scale, source.scores[u],
                            source.rounding, source.status[u])
            if verdict:
                held_from = origin[u] if origin[u] != number else 0
                self.rows[u] = Row(source, verdict, held_from)
        self.first = dict(self.rows)  # before any was kept

    def keep(self, before):
        """Rows that next to those of an earlier release would give away what one hides."""
        for u, row in self.rows.items():
            old = before.rows.get(u)
            if old and gives_away(old.verdict, row.verdict):
                self.rows[u] = Row(old.result, old.verdict,
                                   old.held_from or before.number, True)

    def place(self):
        """S8 and U3 over the public rows; a bound is ranked as what it says."""
        self.rank, self.band, self.low, self.high = {}, {}, {}, {}
        rules = self.round.rules
        for block in self.round.blocks:
            units = [u for u in self.rows if self.round.units[u].block == block]
            figures = {u: self.rows[u].verdict.figure(INDEX) for u in units}
            for u, place in rank.ranks(rules, self.rounding, figures).items():
                self.rank[u] = place
                self.band[u] = rank.band_of(rules, self.rounding.published(figures[u]))
            for u in units:
                self.low[u], self.high[u] = self.rank_set(u, units)

    def is_sure(self, u, t):
        """Whether the public may know that u is surely better than t."""
        one, other = self.first[u], self.first[t]
        if one.result is not other.result:
            return False
        if any(row.verdict.state[INDEX] != SHOWN for row in (one, other)):
            return False
        return (u, t) in one.result.better[self.round.units[u].block]

    def rank_set(self, u, units):
        """Wide enough for any order of the rows that were kept."""
        p = len(units)
        if self.rows[u].verdict.state[INDEX] != SHOWN:
            return 0, 0
        if self.rows[u].kept:
            return 1, p
        kept = sum(self.rows[t].kept for t in units)
        low = 1 + sum(self.is_sure(t, u) for t in units) - kept
        high = p - sum(self.is_sure(u, t) for t in units) + kept
        return max(1, min(low, self.rank[u])), min(p, max(high, self.rank[u]))

    def status(self, u):
        return self.rows[u].result.status[u] if u in self.rows else INSUFFICIENT


def gives_away(old, new):
    """Whether two rows of a unit tell more together than each alone."""
    criteria = old.round.criteria
    for cell in old.state.keys() & new.state.keys():
        if (cell in old.surveyed and old.surveyed[cell] and same_scores(old, new, cell)
                and (old.state[cell] == HIDDEN) != (new.state[cell] == HIDDEN)):
            return True
    for c in old.score.theta.keys() ^ new.score.theta.keys():
        f = criteria[c].field
        if (criteria[c].source != SURVEY and old.surveyed.get(f)
                and same_scores(old, new, f)
                and old.state[f] not in EXACT and new.state[f] not in EXACT):
            return True
    return False


def same_scores(old, new, cell):
    def scores(v):
        return {(c, r): y for c in v.surveyed[cell]
                for r, y in v.counts.by_cell[(v.score.unit, c)]}

    return scores(old) == scores(new)


class History:
    """Whose sheets each unit shows, and has shown; the round as a whole is one more."""

    def __init__(self):
        self.sheets = {}  # release -> its cut
        self.shown = defaultdict(list)  # unit -> releases, the last one now
        self.published = []

    def add(self, number, new):
        whole = len(new.round.units)
        held = set()
        for n, old in self.sheets.items():
            changes = Changes(old, new)
            few = changes.held() | ({whole} if changes.round_is_held() else set())
            held |= {u for u in few if n in self.shown[u]}
        for u in range(whole + 1):
            if u not in held:
                self.shown[u].append(number)
        self.sheets[number] = new
        return {u: self.shown[u][-1] for u in range(whole + 1)}

    def publish(self, public):
        for before in reversed(self.published):
            public.keep(before)
        public.place()
        self.published.append(public)


def releases(directory, count):
    """
    One release for each cut. Yields (result, public, result that the round as a whole is
    told by): a unit shows the sheets of its origin, with the values of the cut.
    """
    history = History()
    for number in range(1, count + 1):
        new = read_cut(directory, number)
        origin = history.add(number, new)
        results = {number: Result(new)}
        for n in set(origin.values()) - {number}:
            results[n] = Result(read_cut(directory, number, sheets_of=n))
        public = Public(results, origin, number)
        history.publish(public)
        yield results[number], public, results[origin[len(new.round.units)]]
