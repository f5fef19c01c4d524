"""METHOD O3: flagged sheets, and O5: response."""
from collections import defaultdict
from fractions import Fraction

from folder import NOT_SHOWN
from leave_out import association_of

IDENTICAL, CROWD, STRAIGHT = "identical", "crowd", "straight"


def flags(cut):
    """(kind, association, unit) -> (sheets, raters); association "" without columns."""
    round_ = cut.round
    limit = {"identical_scores": 10, "identical_raters": 3, "straight_scores": 10,
             "ballots_hour": 60, **round_.rules.get("flags", {})}

    def association(s):
        return association_of(round_, s.rater) if round_.columns else ""

    def answers(s):
        return tuple(s.answers.get(c, NOT_SHOWN) for c, k in enumerate(round_.criteria)
                     if k.leaf)

    alike, crowds = defaultdict(list), defaultdict(list)
    for s in cut.sheets:
        if len(s.scores()) >= limit["identical_scores"]:
            alike[(s.unit, answers(s), association(s), s.hour)].append(s)
        if not s.imported:
            crowds[(association(s), s.hour)].append(s)
    found = defaultdict(list)
    for group in alike.values():
        if len({s.rater for s in group}) >= limit["identical_raters"]:
            found[IDENTICAL] += group
    for group in crowds.values():
        if len({s.ballot for s in group}) > limit["ballots_hour"]:
            found[CROWD] += group
    second = {id(s) for s in found[IDENTICAL] + found[CROWD]}
    found[STRAIGHT] = [s for s in cut.sheets if id(s) in second
                       and len(s.scores()) >= limit["straight_scores"]
                       and len(set(s.scores().values())) == 1]
    table = defaultdict(list)
    for kind, sheets in found.items():
        for s in sheets:
            table[(kind, association(s), s.unit)].append(s.rater)
    return {key: (len(r), len(set(r))) for key, r in table.items()}


def response(cut):
    """O5."""
    round_ = cut.round
    units = []
    for u in range(len(round_.units)):
        sheets = [s for s in cut.sheets if s.unit == u]
        given = [s.answers.get(c, NOT_SHOWN) for s in sheets for c in round_.surveyed(u)]
        shown = sum(a != NOT_SHOWN for a in given)
        no_contact, dont_know = given.count("no_contact"), given.count("dont_know")
        units.append({
            "sheets": len(sheets), "shown": shown, "no_contact": no_contact,
            "dont_know": dont_know,
            "contact_rate": Fraction(shown - no_contact, shown) if shown else None,
            "dont_know_rate": Fraction(dont_know, shown) if shown else None})
    reasons = defaultdict(list)
    for reason, sheet in cut.annulled:
        reasons[reason].append(sheet.rater)
    return {"invited": len(round_.raters), "sheets": len(cut.sheets),
            "responded": len({s.rater for s in cut.sheets}), "units": units,
            "annulled": {k: (len(v), len(set(v))) for k, v in reasons.items()}}
