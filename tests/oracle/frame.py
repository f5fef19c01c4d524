"""METHOD S2: strata, merged where they are thin, and their weights."""
from dataclasses import dataclass
from fractions import Fraction


@dataclass
class Group:
    strata: list  # places, in order
    labels: tuple  # of the earliest
    members: int  # N
    responded: int  # m

    def weight(self):
        return Fraction(self.members, self.responded) if self.responded else None


@dataclass
class Frame:
    groups: list
    group_of: dict  # stratum -> place of its group
    weights: list  # w_h by group; None where m = 0
    merged: list  # names
    thin: list
    not_represented: list


def lower_median(values):
    """Element floor((k-1)/2), counted from 0, of the k values sorted ascending."""
    return sorted(values)[(len(values) - 1) // 2]


def thin_groups(groups):
    weights = [g.weight() for g in groups if g.responded]
    limit = 5 * lower_median(weights) if weights else None
    return [g for g in groups
            if g.responded < 20 or g.weight() > limit]


def merge_once(groups, column):
    """Merges one thin group with a sibling, equal in the columns before this one."""
    def siblings(g):
        return [s for s in groups if s is not g and s.labels[:column] == g.labels[:column]]

    candidates = [g for g in thin_groups(groups) if siblings(g)]
    if not candidates:
        return False
    # min() gives the first of equals: ties go to the first in order
    one = min(candidates, key=lambda g: g.responded)
    other = min(siblings(one), key=lambda g: g.responded)
    first, second = sorted((one, other), key=groups.index)
    first.strata = sorted(first.strata + second.strata)
    first.members += second.members
    first.responded += second.responded
    groups.remove(second)
    return True


def stratum_name(stratum):
    return " / ".join(stratum.labels)


def make_frame(round_, responded):
    """responded[h] = m_h."""
    columns = len(round_.columns)
    if columns == 0:
        total = Group([0], (), 1, 1)
        return Frame([total], {h: 0 for h in range(len(round_.strata))},
                     [Fraction(1)], [], [], [])
    groups = [Group([h], s.labels, s.members, responded[h])
              for h, s in enumerate(round_.strata)]
    last = 1 if round_.rules.get("collapse_first") else 2
    for j in range(columns, last - 1, -1):
        while merge_once(groups, j - 1):
            pass

    def name(g):
        return " + ".join(stratum_name(round_.strata[h]) for h in g.strata)

    return Frame(groups, {h: i for i, g in enumerate(groups) for h in g.strata},
                 [g.weight() for g in groups],
                 [name(g) for g in groups if len(g.strata) > 1],
                 [name(g) for g in thin_groups(groups) if g.responded],
                 [name(g) for g in groups if not g.responded])
