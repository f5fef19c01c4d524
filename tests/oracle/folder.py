"""Reads a round folder in its plain form (UTF-8, comma): the input of METHOD.

Of what the door refuses only the two cases that METHOD section 7 names are looked at; the
rest is the business of other tests. Two files are the oracle's own:

    entries.csv  respondent,unit,revision,ballot,hour,imported   the entry that carried a
                 sheet; a sheet without a row: a ballot of its own in hour 0
    annul.csv    cut,respondent,unit,revision,reason   annulled in this cut (2, 3, ...)
                 and later; unit and revision empty: the respondent whole

and appraisals.CUT.csv, measured.CUT.csv are the rows that a later cut adds. The rounds
that S6 pools stand in pool/CODE.
"""
import csv
import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

SURVEY, APPRAISED, MEASURED = "survey", "appraised", "measured"
NOT_SHOWN = "not_shown"


class Refused(Exception):
    """The round or its result is refused; the words say why."""


@dataclass
class Criterion:
    code: str
    parent: int  # place in criteria, -1: a field
    points: Fraction
    source: str  # "": a parent
    scale: str
    blocks: set  # empty: all
    lo: Fraction
    hi: Fraction
    down: bool
    field: int = -1  # place of the root above, itself for a field
    leaf: bool = True


@dataclass
class Unit:
    code: str
    block: str
    excludes: set  # codes


@dataclass
class Stratum:
    labels: tuple
    members: int  # N_h


@dataclass
class Rater:
    respondent: str
    stratum: int
    cluster: tuple  # ("own", respondent) or ("label", text)


@dataclass
class Sheet:
    rater: int
    unit: int
    revision: int
    answers: dict  # place in criteria -> 1..K or one of the five words
    ballot: object = None
    hour: int = 0
    imported: bool = False

    def scores(self):
        return {c: y for c, y in self.answers.items() if isinstance(y, int)}


@dataclass
class Round:
    code: str
    rules: dict  # round.json
    criteria: list
    units: list
    strata: list
    raters: list
    columns: list  # of the strata
    values: dict  # scale -> S1's v(1..K) as a list
    blocks: list = field(default_factory=list)

    def applies(self, u, c):
        """`excludes` and `blocks`, each with its subtree (S7)."""
        unit = self.units[u]
        while c >= 0:
            criterion = self.criteria[c]
            if criterion.code in unit.excludes:
                return False
            if criterion.blocks and unit.block not in criterion.blocks:
                return False
            c = criterion.parent
        return True

    def leaves(self, u):
        return [c for c, k in enumerate(self.criteria) if k.leaf and self.applies(u, c)]

    def surveyed(self, u):
        return [c for c in self.leaves(u) if self.criteria[c].source == SURVEY]

    def fields(self):
        return [c for c, k in enumerate(self.criteria) if k.parent < 0]

    def value(self, c, y):
        """S1: v(y), `down` reversed."""
        values = self.values[self.criteria[c].scale]
        return values[len(values) - y] if self.criteria[c].down else values[y - 1]

    def levels(self, c):
        return len(self.values[self.criteria[c].scale])

    def minimum(self, name, default):
        return self.rules.get("minimum", {}).get(name, default)

    def block_minimum(self, block, name, default):
        own = self.rules.get("minimum", {}).get("blocks", {}).get(block, {})
        return own.get(name, self.minimum(name, default))


@dataclass
class Cut:
    """What counts at a cut."""
    round: Round
    sheets: list  # live, by rater, then unit
    appraisals: dict  # (unit, code, "" or the evidence of bonus, penalty) -> points
    measured: dict  # (unit, criterion) -> value
    annulled: list  # [(reason, sheet)], sheets that would live without annulments
    pool: list = field(default_factory=list)  # cuts of the rounds pooled (S6)


def rows(path):
    if not path.exists():
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fraction(text):
    return Fraction(text) if text else Fraction(0)


def read_criteria(directory):
    criteria, place = [], {}
    for row in rows(directory / "criteria.csv"):
        parent = place[row["parent"]] if row["parent"] else -1
        c = Criterion(row["code"], parent, Fraction(row["points"]), row["source"],
                      row["scale"], set((row.get("blocks") or "").split()),
                      fraction(row.get("lo")), fraction(row.get("hi")),
                      row.get("direction") == "down")
        place[c.code] = len(criteria)
        c.field = len(criteria) if parent < 0 else criteria[parent].field
        if parent >= 0:
            criteria[parent].leaf = False
        criteria.append(c)
    return criteria


def read_values(rules):
    """S1: the declared values, or 100 (y-1)/(K-1)."""
    values = {}
    for name, scale in rules["scales"].items():
        k = scale["levels"]
        declared = scale.get("values") or [Fraction(100 * y, k - 1) for y in range(k)]
        values[name] = [Fraction(v) for v in declared]
    return values


def read_raters(directory, columns):
    """The roster and the frame: strata.csv, else the rows of the roster counted."""
    declared = rows(directory / "strata.csv")
    strata = [Stratum(tuple(r[c] for c in columns), int(r["members"])) for r in declared]
    place = {s.labels: h for h, s in enumerate(strata)}
    raters = []
    for row in rows(directory / "roster.csv"):
        labels = tuple(row[c] for c in columns)
        if labels not in place:
            place[labels] = len(strata)
            strata.append(Stratum(labels, 0))
        h = place[labels]
        if not declared:
            strata[h].members += 1
        cluster = row.get("cluster")
        raters.append(Rater(row["respondent"], h, ("label", cluster) if cluster
                            else ("own", row["respondent"])))
    return strata, raters


def check(criteria, strata, raters):
    """METHOD section 7: points that do not add up, a frame below its roster."""
    for c, parent in enumerate(criteria):
        parts = [k.points for k in criteria if k.parent == c]
        if parts and sum(parts) != parent.points:
            raise Refused(f"criterion {parent.code}: its parts do not add up")
    for h, stratum in enumerate(strata):
        if stratum.members < sum(r.stratum == h for r in raters):
            raise Refused(f"stratum {' / '.join(stratum.labels)}: fewer members than rows")


def read_round(directory):
    with open(directory / "round.json", encoding="utf-8") as file:
        rules = json.load(file)
    columns = rules.get("strata", [])
    units = [Unit(r["code"], r["block"], set((r.get("excludes") or "").split()))
             for r in rows(directory / "units.csv")]
    strata, raters = read_raters(directory, columns)
    criteria = read_criteria(directory)
    check(criteria, strata, raters)
    round_ = Round(rules["round"], rules, criteria, units, strata, raters, columns,
                   read_values(rules))
    round_.blocks = list(dict.fromkeys(u.block for u in units))
    return round_


def answer(text):
    return int(text) if text.isdigit() else text or "blank"


def read_sheets(directory, round_):
    """Every sheet taken: all rows of one respondent, unit and revision."""
    rater = {r.respondent: i for i, r in enumerate(round_.raters)}
    unit = {u.code: i for i, u in enumerate(round_.units)}
    criterion = {c.code: i for i, c in enumerate(round_.criteria)}
    sheets = {}
    for row in rows(directory / "ballots.csv"):
        revision = int(row.get("revision") or 1)
        key = (rater[row["respondent"]], unit[row["unit"]], revision)
        if key not in sheets:
            sheets[key] = Sheet(*key, {}, ballot=key)
        sheets[key].answers[criterion[row["criterion"]]] = answer(row["answer"])
    for row in rows(directory / "entries.csv"):
        sheet = sheets[(rater[row["respondent"]], unit[row["unit"]],
                        int(row["revision"]))]
        sheet.ballot = int(row["ballot"])
        sheet.hour = int(row["hour"])
        sheet.imported = row["imported"] == "1"
    return sheets


def live(sheets, annulled):
    """The highest revision that is not annulled, of each (rater, unit)."""
    highest = {}
    for (r, u, revision), sheet in sorted(sheets.items()):
        if (r, u, revision) not in annulled:
            highest[(r, u)] = sheet
    return highest


def annulments(directory, round_, sheets, cut):
    """Sheet -> reason of the first annulment that took it out, at this cut."""
    reasons = {}
    for row in rows(directory / "annul.csv"):
        if int(row["cut"]) > cut:
            continue
        for key, sheet in sheets.items():
            if (round_.raters[sheet.rater].respondent == row["respondent"]
                    and row["unit"] in ("", round_.units[sheet.unit].code)
                    and row["revision"] in ("", str(sheet.revision))):
                reasons.setdefault(key, row["reason"])
    return reasons


def read_values_that_hold(directory, round_, cut):
    """Appraisals and measured values: the last in order holds."""
    unit = {u.code: i for i, u in enumerate(round_.units)}
    criterion = {c.code: i for i, c in enumerate(round_.criteria)}
    appraisals, measured = {}, {}
    for n in range(1, cut + 1):
        part = "" if n == 1 else f".{n}"
        for row in rows(directory / f"appraisals{part}.csv"):
            code = row["criterion"]
            evidence = row["evidence"] if code in ("bonus", "penalty") else ""
            appraisals[(unit[row["unit"]], code, evidence)] = Fraction(row["points"])
        for row in rows(directory / f"measured{part}.csv"):
            key = (unit[row["unit"]], criterion[row["criterion"]])
            measured[key] = Fraction(row["value"])
    return appraisals, measured


def read_cut(directory, cut=1, sheets_of=None):
    """The cut `cut`; sheets and annulments of the cut `sheets_of`, if it is another."""
    directory = Path(directory)
    round_ = read_round(directory)
    sheets = read_sheets(directory, round_)
    annulled = annulments(directory, round_, sheets, sheets_of or cut)
    lives = live(sheets, annulled)
    would = live(sheets, {})
    taken = [(annulled[(s.rater, s.unit, s.revision)], s) for s in would.values()
             if (s.rater, s.unit, s.revision) in annulled]
    appraisals, measured = read_values_that_hold(directory, round_, cut)
    pool = [read_cut(directory / "pool" / code)
            for code in round_.rules.get("composite", {}).get("pool", [])]
    return Cut(round_, [lives[k] for k in sorted(lives)], appraisals, measured, taken,
               pool)


def cut_count(directory):
    directory = Path(directory)
    cuts = [int(row["cut"]) for row in rows(directory / "annul.csv")]
    cuts += [int(p.name.split(".")[1]) for p in directory.glob("*.[0-9].csv")]
    return max(cuts, default=1)
