"""A round folder in the making: what rounds.py and cases.py fill in and write."""
import csv
import json
from decimal import Decimal
from pathlib import Path


def text(x):
    """A decimal without an exponent."""
    return format(Decimal(x), "f")


class Draft:
    def __init__(self, code, **rules):
        self.rules = {"round": code, "title": {"vi": f"Kỳ đánh giá {code}", "en": code},
                      "scales": {"l5": {"levels": 5}}, **rules}
        self.criteria, self.units, self.strata, self.roster = [], [], None, []
        self.ballots, self.entries, self.annul = [], [], []
        self.appraisals, self.measured = {1: []}, {1: []}  # by cut
        self.pool = []  # drafts
        self.sheets = 0

    def scale(self, name, levels, values=None):
        self.rules["scales"][name] = {"levels": levels}
        if values:
            self.rules["scales"][name]["values"] = [text(v) for v in values]

    def criterion(self, code, points, source="", parent="", scale="l5", blocks="",
                  lo="", hi="", direction=""):
        self.criteria.append(
            {"code": code, "parent": parent, "points": text(points), "source": source,
             "scale": scale if source == "survey" else "",
             "name_vi": f"Tiêu chí {code}", "name_en": f"Criterion {code}",
             "blocks": blocks, "lo": lo, "hi": hi, "direction": direction})

    def unit(self, code, block="A", excludes=""):
        self.units.append({"code": code, "block": block, "name_vi": f"Sở {code}",
                           "name_en": f"Unit {code}", "excludes": excludes})

    def rater(self, respondent, labels=(), cluster=""):
        row = dict(zip(self.rules.get("strata", []), labels))
        self.roster.append({"respondent": respondent, **row, "cluster": cluster})

    def stratum(self, labels, members):
        self.strata = self.strata or []
        row = dict(zip(self.rules["strata"], labels))
        self.strata.append({**row, "members": members})

    def sheet(self, respondent, unit, answers, revision=1, ballot=None, hour=0,
              imported=False):
        """answers: code -> 1..K or a word; an empty one is blank."""
        self.sheets += 1
        for code, y in answers.items():
            self.ballots.append({"respondent": respondent, "unit": unit,
                                 "criterion": code, "answer": y, "revision": revision})
        self.entries.append({"respondent": respondent, "unit": unit,
                             "revision": revision, "ballot": ballot or self.sheets,
                             "hour": hour, "imported": int(imported)})

    def appraise(self, unit, criterion, points, evidence="", cut=1):
        self.appraisals.setdefault(cut, []).append(
            {"unit": unit, "criterion": criterion, "points": text(points),
             "evidence": evidence or f"QĐ {criterion}", "by": "Hội đồng thẩm định"})

    def measure(self, unit, criterion, value, cut=1):
        self.measured.setdefault(cut, []).append(
            {"unit": unit, "criterion": criterion, "value": text(value),
             "evidence": "báo cáo"})

    def annulment(self, cut, respondent, reason, unit="", revision=""):
        self.annul.append({"cut": cut, "respondent": respondent, "unit": unit,
                           "revision": revision, "reason": reason})

    def write(self, directory):
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        for left in directory.glob("*.csv"):
            left.unlink()
        with open(directory / "round.json", "w", encoding="utf-8") as file:
            json.dump(self.rules, file, ensure_ascii=False, indent=1)
        tables = {"criteria": self.criteria, "units": self.units, "roster": self.roster,
                  "ballots": self.ballots, "entries": self.entries, "annul": self.annul,
                  "strata": self.strata}
        for name, by_cut in (("appraisals", self.appraisals), ("measured", self.measured)):
            for cut, rows in by_cut.items():
                tables[name if cut == 1 else f"{name}.{cut}"] = rows
        for name, rows in tables.items():
            if rows:
                with open(directory / f"{name}.csv", "w", encoding="utf-8",
                          newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                    writer.writeheader()
                    writer.writerows(rows)
        for other in self.pool:
            other.write(directory / "pool" / other.rules["round"])
