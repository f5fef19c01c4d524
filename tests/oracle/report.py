"""What the oracle says of a folder: the same layout as the driver's JSON object."""
import reliability
import robust
import uncertainty
from flags import flags, response
from folder import Refused, cut_count
from held import releases
from leave_out import leave_out
from privacy import INDEX, SHOWN, suppress
from rank import INSUFFICIENT
from score import appraised_part, extras, field_figure, survey_part


def optional(x):
    """An exact number or "" """
    return "" if x is None else x


def unit_report(r, u):
    round_, score = r.round, r.scores[u]
    figure = r.index[u] is not None
    ends = r.interval[u]
    bonus, penalty = extras(r.cut, u)
    return {
        "exact": optional(r.index[u]),
        "score": r.rounding.text(r.index[u]) if figure else "",
        "status": r.status[u], "rank": r.rank[u],
        "rank_low": r.low[u], "rank_high": r.high[u],
        "band": r.band[u], "band_certain": r.certain[u],
        "se": r.se(u),
        "ci_low": r.rounding.text(ends[0]) if ends else "",
        "ci_high": r.rounding.text(ends[1]) if ends else "",
        "public_se": r.rounding.root_text(r.variance[u], 1) if r.se(u) else "",
        "public_ci_low": r.rounding.text(ends[0], 1) if ends else "",
        "public_ci_high": r.rounding.text(ends[1], 1) if ends else "",
        "raters": r.n_u[u],
        "criteria_counted": len(score.theta),
        "criteria_applicable": len(round_.leaves(u)),
        "variance": r.variance[u], "stabilised": r.stabilised.get(u, 0),
        "survey_part": optional(survey_part(r.counts, r.scale, score)),
        "appraised_part": optional(appraised_part(r.counts, r.scale, score)),
        "fields": {round_.criteria[f].code: optional(field_figure(r.scale, score, f))
                   for f in score.fields},
        "theta": {round_.criteria[c].code: x for c, x in score.theta.items()},
        "value": {round_.criteria[c].code: x for c, x in score.value.items()},
        "bonus": bonus, "penalty": penalty,
    }


def block_report(r, block):
    units = [u for u in r.block_units(block) if r.index[u] is not None]
    code = {u: r.round.units[u].code for u in units}
    covariance = {}
    if r.covariance:
        covariance = {f"{code[u]} {code[t]}": r.covariance(u, t)
                      for u in units for t in units}
    return {"units": [code[u] for u in units], "median": r.median[block],
            "covariance": covariance,
            "better": sorted(f"{code[u]} {code[t]}" for u, t in r.better[block])}


def reliability_report(r):
    blocks, rho = {}, {}
    for block in r.round.blocks:
        units = [u for u in r.ranked(block) if r.round.surveyed(u)]
        if r.covariance is None:
            units = []
        mean, tau2, of = (reliability.rho(r.covariance, r.index, units)
                          if units else (None, None, {}))
        blocks[block] = {"units": len(units), "mean": optional(mean),
                         "tau2": optional(tau2)}
        rho.update({r.round.units[u].code: x for u, x in of.items()})
    fields = {r.round.criteria[f].code: reliability.alpha(r.cut, f)
              for f in r.round.fields()}
    return {"blocks": blocks, "rho": rho,
            "alpha": {f: {"alpha": a[0], "sheets": a[1]} for f, a in fields.items() if a}}


def robust_report(r):
    found = {}
    for u, unit in enumerate(r.round.units):
        for c in r.round.surveyed(u):
            leaf = robust.leaf(r.counts, u, c)
            if leaf:
                found[f"{unit.code} {r.round.criteria[c].code}"] = {
                    k: optional(x) for k, x in leaf.items()}
    return found


def leave_out_report(r):
    found = {}
    for u, row in leave_out(r.counts, r.scale, r.scores).items():
        rows_ = {x["association"]: {"raters": x["raters"], "share": x["share"],
                                    "no_figure": x["no_figure"],
                                    "change": x["change"] or 0} for x in row["rows"]}
        found[r.round.units[u].code] = {
            "rows": rows_, "largest": optional(row["largest"]),
            "effective": row["effective"]}
    return found


def flags_report(r):
    found = {}
    for (kind, association, u), (sheets, raters) in flags(r.cut).items():
        key = f"{kind} {association} {r.round.units[u].code}"
        found[key] = {"sheets": sheets, "raters": raters}
    return found


def response_report(r):
    found = response(r.cut)
    found["units"] = {r.round.units[u].code: {k: optional(x) for k, x in row.items()}
                      for u, row in enumerate(found["units"])}
    found["annulled"] = {k: {"sheets": s, "raters": n}
                         for k, (s, n) in found["annulled"].items()}
    return found


def uncertainty_report(r):
    found = {}
    drawn = uncertainty.draws(r.round, r.key)
    for block in r.round.blocks:
        figures = {u: uncertainty.indexes(r.counts, r.scale, r.scores[u], drawn)
                   for u in r.ranked(block)}
        for u, spread in uncertainty.rank_spread(figures).items():
            found[r.round.units[u].code] = spread
    return found


def cell_report(verdict, cell):
    return {"state": verdict.state[cell], "text": verdict.text(cell)}


def public_unit(public, u):
    if u not in public.rows:
        return {"status": INSUFFICIENT}
    row = public.rows[u]
    r, verdict = row.result, row.verdict
    criteria = public.round.criteria
    plain = verdict.state[INDEX] == SHOWN
    unit = unit_report(r, u)
    cells = {criteria[c].code: cell_report(verdict, c) for c in sorted(
        c for c in verdict.state if not isinstance(c, str))}
    return {
        "status": r.status[u], "index": cell_report(verdict, INDEX),
        "rank": public.rank[u], "rank_low": public.low[u], "rank_high": public.high[u],
        "band": public.band[u], "band_certain": plain and r.certain[u],
        "se": unit["public_se"] if plain else "",
        "ci_low": unit["public_ci_low"] if plain else "",
        "ci_high": unit["public_ci_high"] if plain else "",
        "raters": r.n_u[u] if r.n_u[u] >= public.round.minimum("cell_show", 10) else 0,
        "criteria_counted": len(r.scores[u].theta),
        "criteria_applicable": len(public.round.leaves(u)),
        "survey_part": cell_report(verdict, "survey"),
        "appraised_part": cell_report(verdict, "appraised"),
        "cells": cells, "held_from": row.held_from,
    }


def public_round(r):
    """What is told of the round as a whole."""
    frame = r.counts.frame
    return {"respondents_tens": len(r.counts.weight) // 10 * 10,
            "merged": frame.merged, "thin": frame.thin,
            "not_represented": frame.not_represented,
            "annulments": public_annulments(r)}


def public_annulments(r):
    """Sheets by reason, 0 where too few raters; without declared reasons in one."""
    counts = response(r.cut)["annulled"]
    show = r.round.minimum("cell_show", 10)
    if not r.round.rules.get("annulment_reasons"):
        sheets = sum(sheets for sheets, _ in counts.values())
        many = any(raters >= show for _, raters in counts.values())
        return {"": sheets if many else 0} if counts else {}
    reasons = list(counts)
    raters = [counts[k][1] for k in reasons]
    hidden = {i for i, n in enumerate(raters) if 1 <= n < show}
    suppress(raters, hidden, show)
    return {k: 0 if i in hidden else counts[k][0] for i, k in enumerate(reasons)}


def cut_report(r, public, whole):
    code = [unit.code for unit in r.round.units]
    frame = r.counts.frame
    return {
        "seed": str(r.seed), "clusters": r.counts.clusters,
        "respondents": len(r.counts.weight), "unweighted": not r.round.columns,
        "merged": frame.merged, "thin": frame.thin,
        "not_represented": frame.not_represented,
        "units": {code[u]: unit_report(r, u) for u in range(len(code))},
        "blocks": {block: block_report(r, block) for block in r.round.blocks},
        "robust": robust_report(r), "leave_out": leave_out_report(r),
        "flags": flags_report(r), "reliability": reliability_report(r),
        "response": response_report(r), "uncertainty": uncertainty_report(r),
        "public": {code[u]: public_unit(public, u) for u in range(len(code))},
        "public_round": public_round(whole),
        "near": r.near,
    }


def report(directory):
    """{"cuts": [...]} or {"refused": words}."""
    try:
        made = releases(directory, cut_count(directory))
        return {"cuts": [cut_report(*cut) for cut in made]}
    except Refused as words:
        return {"refused": str(words)}
