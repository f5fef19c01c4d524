"""Random rounds, each from a seed: small, odd, and together all of METHOD."""
import random
from decimal import Decimal as D

from draft import Draft

NO_SCORE = ("", "no_contact", "dont_know", "refused", "not_shown")
LABELS = (("Hội Nữ doanh nhân", "Hội Doanh nhân trẻ", "Hiệp hội Tỉnh", "CLB Xuất khẩu"),
          ("nhỏ", "vừa", "lớn"), ("dịch vụ", "công nghiệp", "nông nghiệp"))
REASONS = ("gửi hai lần", "không phải hội viên", "trả lời hộ")


class Generator:
    def __init__(self, seed):
        self.r = random.Random(f"oracle {seed}")
        self.seed = seed

    def chance(self, p):
        return self.r.random() < p

    def round(self):
        r = self.r
        composite = self.chance(0.35)
        self.unit_count = r.choice((1, 2, 3, 4, 5, 6, 8, 10, 12))
        self.blocks = [f"K{i}" for i in range(min(self.unit_count,
                                                  r.choice((1, 1, 1, 2, 3))))]
        self.columns = r.choice((0, 1, 1, 2, 2, 3))
        self.draft = Draft(f"kỳ-{self.seed}", **self.rules(composite))
        self.make_scales()
        self.make_tree(composite)
        self.make_units()
        self.make_raters()
        self.make_sheets()
        self.make_values(1)
        self.make_cuts()
        if composite and self.draft.rules["composite"].get("pool"):
            self.make_pool()
        return self.draft

    def rules(self, composite):
        r = self.r
        full = r.choice((10, 12, 15, 20, 30, 50))
        rules = {
            "mode": "composite" if composite else "points",
            "strata": ["hội", "quy mô", "ngành"][:self.columns],
            "collapse_first": self.chance(0.4),
            "minimum": {"full_rank": full, "rank": r.choice((10, 10, min(full, 15))),
                        "cell_score": r.choice((1, 2, 3, 3, 5)),
                        "cell_show": r.choice((10, 10, 10, 12, 15))},
            "rounding": {"decimals": r.choice((0, 1, 2, 2, 3, 4)),
                         "rule": r.choice(("half_up", "half_even"))},
            "ties": r.choice(("standard", "standard", "dense")),
            "rank_on": r.choice(("published", "published", "exact")),
        }
        if self.chance(0.3):
            rules["minimum"]["blocks"] = {self.blocks[0]: {"full_rank": 11, "rank": 10}}
        if self.chance(0.4):
            rules["flags"] = {"identical_scores": r.choice((2, 3, 5)),
                              "identical_raters": r.choice((1, 2, 3)),
                              "straight_scores": r.choice((2, 3)),
                              "ballots_hour": r.choice((1, 2, 5, 60))}
        if composite:
            rules["composite"] = self.composite()
        if self.chance(0.5):
            rules["annulment_reasons"] = list(REASONS)
        rules["bands"] = self.bands(rules)
        top = D(rules["composite"]["scale"][1]) * D(rules["composite"]["factor"]) \
            if composite else D(100)
        for extra, parts in (("bonus_max", (0, 10, 25, 50)), ("penalty_max", (0, 10, 30))):
            rules[extra] = str(top * r.choice(parts) / 1000)
        return rules

    def composite(self):
        r = self.r
        lo, hi = r.choice(((0, 1), (1, 10), (0, 100), (0, 10), ("0.5", "2.5")))
        c = {"scale": [str(lo), str(hi)], "factor": r.choice(("1", "10", "0.1", "2.5"))}
        if self.chance(0.6):
            c["minmax"] = True
            if self.chance(0.85):
                c["max_eq_min"] = r.choice((str(lo), str(hi), str((D(lo) + D(hi)) / 2)))
            if self.chance(0.4):
                c["pool"] = [f"năm-trước-{self.seed}"]
        return c

    def bands(self, rules):
        """Edges on the index's own scale, some with `from x` beside `above x`."""
        lo, hi, factor = D(0), D(100), D(1)
        if "composite" in rules:
            c = rules["composite"]
            lo, hi, factor = D(c["scale"][0]), D(c["scale"][1]), D(c["factor"])
        edges = sorted(self.r.sample((0, 30, 40, 50, 55, 60, 65, 70, 80, 90, 95, 100),
                                     self.r.choice((0, 2, 4, 5))))
        found = []
        for i, e in enumerate(edges):
            edge = str((lo + (hi - lo) * e / 100) * factor)
            kind = self.r.choice(("from", "above", "both"))
            if kind != "above":
                found.append({"from": edge, "name": {"vi": f"Loại {i}", "en": f"Class {i}"}})
            if kind != "from":
                found.append({"above": edge, "name": {"vi": f"Trên {i}", "en": f"Over {i}"}})
        return found if self.chance(0.5) else found[::-1]

    def make_scales(self):
        r = self.r
        self.scales = {"l5": 5}
        for i in range(r.choice((0, 1, 2))):
            k = r.randint(2, 10)
            values = None
            if self.chance(0.5):
                values = sorted(D(r.randint(0, 400)) / 4 for _ in range(k))
            self.scales[f"s{i}"] = k
            self.draft.scale(f"s{i}", k, values)

    def split(self, total, n):
        """total (quarters) in n parts > 0."""
        cuts = sorted(self.r.sample(range(1, int(total * 4)), n - 1))
        edges = [0, *cuts, int(total * 4)]
        return [D(b - a) / 4 for a, b in zip(edges, edges[1:])]

    def make_tree(self, composite):
        r = self.r
        self.leaf_codes, self.sources = [], {}
        n = r.choice((1, 2, 2, 3, 4))
        total = 100 if composite else r.choice((100, 100, 60, 33))
        self.only = r.choice((None,) * 9 + ("appraised",))
        for i, points in enumerate(self.split(D(total), n)):
            self.make_branch(str(i + 1), "", points, 1, composite)
        if composite and len(self.blocks) > 1 and self.chance(0.3):
            self.draft.criteria[0]["blocks"] = self.blocks[0]
            first = D(self.draft.criteria[0]["points"])
            self.make_branch(str(n + 1), "", first, 1, composite)
            last = next(row for row in self.draft.criteria if row["code"] == str(n + 1))
            last["blocks"] = " ".join(self.blocks[1:])

    def make_branch(self, code, parent, points, depth, composite):
        r = self.r
        blocks = ""
        # S6: in each block the fields keep a leaf, and add up to 100
        kept = composite and (depth == 1 or code.endswith(".1"))
        if len(self.blocks) > 1 and not kept and self.chance(0.1):
            blocks = r.choice(self.blocks)
        parts = r.choice(((1, 2, 3, 4), (0, 0, 2, 3), (0,))[depth - 1])
        if parts and points >= D(parts) / 4 and (depth > 1 or self.chance(0.85)):
            self.draft.criterion(code, points, "", parent, blocks=blocks)
            for i, part in enumerate(self.split(points, parts)):
                self.make_branch(f"{code}.{i + 1}", code, part, depth + 1, composite)
            return
        source = self.only or r.choice(("survey",) * 7 + ("appraised",) * 2 + ("measured",))
        scale = r.choice(list(self.scales))
        direction = "down" if source != "appraised" and self.chance(0.2) else ""
        lo, hi = (("10", "60") if source == "measured" else ("", ""))
        self.draft.criterion(code, points, source, parent, scale, blocks, lo, hi,
                             direction)
        self.leaf_codes.append(code)
        self.sources[code] = (source, scale, points)

    def make_units(self):
        r = self.r
        self.unit_codes = []
        codes = [row["code"] for row in self.draft.criteria]
        for i in range(self.unit_count):
            block = self.blocks[i % len(self.blocks)]
            excludes = ""
            if self.chance(0.15):
                excludes = " ".join(r.sample(codes, min(len(codes), r.choice((1, 1, 2)))))
            self.draft.unit(f"U{i}", block, excludes)
            self.unit_codes.append(f"U{i}")

    def applies(self, unit, code):
        """Of a leaf, as the folder says it."""
        row = next(u for u in self.draft.units if u["code"] == unit)
        above = {c["code"]: c for c in self.draft.criteria}
        while code:
            blocks = above[code]["blocks"].split()
            if code in row["excludes"].split() or (blocks and row["block"] not in blocks):
                return False
            code = above[code]["parent"]
        return True

    def make_raters(self):
        r = self.r
        self.size = r.choice((1, 2, 8, 12, 15, 20, 25, 30, 40, 40, 60, 60, 90, 150))
        labels = [r.sample(LABELS[j], r.randint(1, len(LABELS[j])))
                  for j in range(self.columns)]
        self.groups = {}
        clusters, even = self.chance(0.3), self.chance(0.25)
        for i in range(self.size):
            own = tuple(column[(i // 3 ** j) % len(column)] if even else
                        r.choice(column[:1 + r.randrange(len(column))])
                        for j, column in enumerate(labels))
            self.draft.rater(f"DN{i}", own, f"chủ {r.randrange(self.size)}"
                             if clusters and self.chance(0.4) else "")
            self.groups[own] = self.groups.get(own, 0) + 1
        if self.columns and self.chance(0.6):
            if self.chance(0.3):
                self.groups.setdefault(tuple(column[-1] for column in labels), 0)
            for own, n in self.groups.items():
                self.draft.stratum(own, max(n, 1) * r.choice((1, 1, 2, 3, 10)) + r.randrange(5))

    def answer(self, scale, level):
        r = self.r
        k = self.scales[scale]
        if self.missing and self.chance(self.missing):
            return r.choice(NO_SCORE)
        if self.style == "equal":
            return k
        if self.style == "concentrated":
            return k if self.chance(0.97) else r.randint(1, k)
        return min(k, max(1, round(1 + (k - 1) * r.gauss(level, self.spread))))

    def make_sheets(self):
        r = self.r
        self.style = r.choice(("plain",) * 7 + ("equal", "concentrated", "concentrated"))
        self.missing = r.choice((0, 0.02, 0.15, 0.5))
        self.spread = r.choice((0.1, 0.25, 0.4))
        share = r.choice((0.4, 0.7, 0.9, 1))
        # the leaves a rater sees, so that cells differ in raters
        level = {u: r.uniform(0.1, 0.95) for u in self.unit_codes}
        twin = self.unit_codes[1] if len(self.unit_codes) > 1 and self.chance(0.15) else None
        seen = {c: r.choice((1, 1, 1, 0.5, 0.2)) for c in self.leaf_codes}
        budget = 4500
        for i, row in enumerate(self.draft.roster):
            if self.chance(0.1) or budget < 0:
                continue
            hour = 480000 + r.randrange(4)
            ballot, imported = 10000 + i, self.chance(0.3)
            for u in self.unit_codes:
                if self.chance(share):
                    source = self.unit_codes[0] if u == twin else u
                    budget -= self.make_sheet(row["respondent"], u, level[source], seen,
                                              ballot, hour, imported)
                    if self.chance(0.3):
                        ballot, hour = ballot + 1000, 480000 + r.randrange(4)

    def make_sheet(self, respondent, u, level, seen, ballot, hour, imported):
        r = self.r
        answers = {c: self.answer(self.sources[c][1], level) for c in self.leaf_codes
                   if self.sources[c][0] == "survey" and self.applies(u, c)
                   and self.chance(seen[c])}
        if not answers:
            return 0
        if self.chance(0.1):
            straight = r.randint(1, min(self.scales.values()))
            answers = {c: straight for c in answers}
        revision = r.choice((1,) * 15 + (2, 3))
        for lower in range(1, revision):
            if self.chance(0.7):
                self.draft.sheet(respondent, u, {c: 1 for c in answers}, lower,
                                 ballot + 500000 * lower, hour, imported)
        self.draft.sheet(respondent, u, answers, revision, ballot, hour, imported)
        return len(answers) * revision

    def make_values(self, cut):
        r = self.r
        share = 0.93 if cut == 1 else 0.15
        for u in self.unit_codes:
            for c, (source, _, points) in self.sources.items():
                if not self.applies(u, c) or not self.chance(share):
                    continue
                for _ in range(r.choice((1, 1, 1, 2))):
                    if source == "appraised":
                        part = points * r.choice((0, 25, 50, 60, 75, 80, 90, 100)) / 100
                        self.draft.appraise(u, c, part, cut=cut)
                    if source == "measured":
                        self.draft.measure(u, c, r.choice((0, 10, 22, 35, "47.5", 60, 99)),
                                           cut=cut)
            for extra in ("bonus", "penalty"):
                limit = D(self.draft.rules[f"{extra}_max"])
                for _ in range(r.choice((0, 0, 0, 1, 2, 3)) if limit else 0):
                    self.draft.appraise(u, extra,
                                        round(limit * r.choice((0, 1, 2, 5)) / 4, 6),
                                        f"văn bản {r.randrange(3)}", cut)

    def make_cuts(self):
        """Later cuts: some raters or sheets annulled, some values new."""
        r = self.r
        for cut in range(2, 2 + r.choice((0, 0, 0, 1, 1, 2))):
            respondents = [row["respondent"] for row in self.draft.roster]
            n = min(len(respondents), r.choice((0, 1, 2, 8, 9, 10, 11, 14)))
            for respondent in r.sample(respondents, n):
                self.draft.annulment(cut, respondent, r.choice(REASONS))
            if self.draft.entries and self.chance(0.4):
                for entry in r.sample(self.draft.entries, min(len(self.draft.entries), 12)):
                    self.draft.annulment(cut, entry["respondent"], r.choice(REASONS),
                                         entry["unit"], entry["revision"])
            self.make_values(cut)

    def make_pool(self):
        """Last year's round: the same tree, other raters and scales' values."""
        other = Generator(f"{self.seed} pool")
        other.blocks, other.columns = self.blocks, 0
        other.unit_count = len(self.blocks) + other.r.randrange(4)
        r = other.r
        rules = dict(self.draft.rules)
        code = rules["composite"]["pool"][0]
        rules["composite"] = {"scale": ["0", "100"], "factor": "1"}
        rules["bands"], rules["strata"] = [], []
        rules.pop("round")
        rules.pop("title")
        rules["minimum"] = {"full_rank": 10, "rank": 10, "cell_score": r.choice((1, 3))}
        other.draft = Draft(code, **rules)
        other.scales, other.sources = self.scales, self.sources
        other.leaf_codes, other.draft.criteria = self.leaf_codes, self.draft.criteria
        other.make_units()
        other.make_raters()
        other.make_sheets()
        other.make_values(1)
        self.draft.pool.append(other.draft)


def make(seed, directory):
    Generator(seed).round().write(directory)
