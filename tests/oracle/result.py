"""A cut's whole result, in the order of METHOD; report.py says it in words."""
from fractions import Fraction

import rank
import rankset
import variance
from philox import key_of, seed_of
from rank import INSUFFICIENT
from score import count, make_scale, score_unit, scorers


class Result:
    """Raises score.Refused. Lists are by unit; what a unit does not have is None."""

    def __init__(self, cut):
        self.cut = cut
        self.round = cut.round
        self.rounding = rank.Rounding(self.round.rules)
        self.seed = seed_of(self.round.code)
        self.key = key_of(self.seed)
        self.counts = count(cut)
        self.scale = make_scale(self.counts)
        self.near = set()  # (unit code, what): at the edge of a decision
        units = range(len(self.round.units))
        self.scores = [score_unit(self.counts, self.scale, u) for u in units]
        self.index = [s.index for s in self.scores]
        self.n_u = [scorers(self.counts, u) for u in units]
        self.status = [rank.status(self.round, u, self.index[u] is not None, self.n_u[u])
                       for u in units]
        self.place_units()
        self.measure_errors()
        self.make_rank_sets()
        self.certain = [self.band_is_certain(u) for u in units]

    def block_units(self, block):
        return [u for u, unit in enumerate(self.round.units) if unit.block == block]

    def ranked(self, block):
        return [u for u in self.block_units(block) if self.status[u] != INSUFFICIENT]

    def place_units(self):
        """S8."""
        rules = self.round.rules
        self.rank = [0] * len(self.round.units)
        self.band = [-1] * len(self.round.units)
        for block in self.round.blocks:
            figures = {u: self.index[u] for u in self.ranked(block)}
            for u, place in rank.ranks(rules, self.rounding, figures).items():
                self.rank[u] = place
                self.band[u] = rank.band_of(rules, self.rounding.published(self.index[u]))

    def measure_errors(self):
        """U1, U2."""
        n = self.counts.clusters
        units = range(len(self.round.units))
        self.covariance = (variance.Covariance(self.counts, self.scale, self.scores)
                           if n >= 2 else None)
        self.variance = [self.covariance(u, u) if self.covariance
                         and self.index[u] is not None else Fraction(0) for u in units]
        self.median, self.stabilised, self.interval = {}, {}, [None] * len(units)
        for block in self.round.blocks:
            of = self.block_units(block)
            s = variance.block_median(self.round, of, self.variance, self.n_u, self.status)
            self.median[block] = s
            for u in of:
                if self.index[u] is not None:
                    self.stabilised[u] = variance.stabilise(self.variance[u],
                                                            self.n_u[u], s)
                    self.interval[u] = self.interval_of(u)

    def interval_of(self, u):
        if self.n_u[u] < 2 or not self.round.surveyed(u):
            return None
        return variance.interval(self.scale, self.index[u], self.stabilised[u],
                                 self.n_u[u])

    def se(self, u):
        """U2: empty without a figure; 0 without a surveyed leaf; empty if n < 2."""
        if self.index[u] is None:
            return ""
        if not self.round.surveyed(u):
            return "0"
        return variance.root_12g(self.variance[u]) if self.covariance else ""

    def make_rank_sets(self):
        """U3."""
        self.low = [0] * len(self.round.units)
        self.high = [0] * len(self.round.units)
        self.better = {}  # block -> pairs (u, t)
        draws = order = None
        for block in self.round.blocks:
            units = self.ranked(block)
            self.better[block] = set()
            for u in units:
                self.low[u], self.high[u] = 1, len(units)
            if self.covariance is None or len(units) < 2:
                continue
            if draws is None:
                order = rankset.cluster_order(self.covariance, len(self.round.units))
                draws = rankset.signs(len(order), self.key)
            sets = rankset.RankSets(units, self.index, self.stabilised, self.n_u,
                                    self.covariance, draws, order)
            self.better[block] = sets.rejected
            for u in units:
                self.low[u], self.high[u] = sets.limits(u, units, self.rank[u])
            codes = [self.round.units[u].code for pair in sets.near for u in pair]
            self.near |= {(code, "rank set") for code in codes}

    def band_is_certain(self, u):
        """The interval lies inside the band."""
        if self.band[u] < 0 or self.interval[u] is None:
            return False
        low, high = self.interval[u]
        bands = rank.bands(self.round.rules)
        next_one = bands[self.band[u] + 1:self.band[u] + 2]
        return (rank.satisfies(low, bands[self.band[u]])
                and not any(rank.satisfies(high, b) for b in next_one))
