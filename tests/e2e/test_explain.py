"""par explain and par compare: every step of a figure computed again with fractions from
the sheets alone, the sentences, who is refused; a release that its rules cannot compute."""
import json
import re
from collections import Counter
from decimal import Decimal, getcontext
from fractions import Fraction
from system import Folder, System, check, main, wait_for

getcontext().prec = 60
KINDS = ("", "no_contact", "dont_know", "refused", "not_shown")
KIND_KEYS = ("blank", "no_contact", "dont_know", "refused", "not_shown")
COLUMNS = ["code", "parent", "points", "source", "scale", "name_vi", "name_en", "lo", "hi",
           "direction"]
TREE = [["1", "", 12, "", "", "Phục vụ", "Service", "", "", ""],
        ["1.1", "1", 6, "survey", "five", "Thái độ", "Manner", "", "", ""],
        ["1.2", "1", 4, "survey", "seven", "Thời gian", "Time", "", "", "down"],
        ["1.3", "1", 2, "survey", "five", "Chi phí", "Cost", "", "", ""],
        ["2", "", "6.5", "", "", "Hồ sơ", "Files", "", "", ""],
        ["2.1", "2", "4.5", "appraised", "", "Kế hoạch", "Plan", "", "", ""],
        ["2.2", "2", 2, "measured", "", "Đúng hạn", "In time", "10", "70", ""],
        ["3", "", 3, "survey", "five", "Một cửa", "One stop", "", "", ""]]
LEVELS = {"1.1": 5, "1.2": 7, "1.3": 5, "3": 5}
UNITS = [["A", "Sở", "Sở Nội vụ", "Home Affairs", ""],
         ["B", "Sở", "Sở Tài chính", "Finance", "3"],
         ["C", "Sở", "Sở Y tế", "Health", ""],
         ["D", "Sở", "Sở Xây dựng", "Building", ""],
         ["E", "Sở", "Sở Du lịch", "Tourism", ""],
         ["F", "Huyện", "Huyện Một", "District One", ""]]
LEVEL_OF = {"A": 5, "B": 5, "C": 1, "D": 3, "E": 3, "F": 4}


class Round(Folder):
    """Two strata columns, clusters, an appraised field, bonus beyond its cap."""

    def __init__(self, code="explain"):
        super().__init__(code, respondents=72, seed=5)
        rules = json.loads((self.path / "round.json").read_text())
        rules.update(strata=["hoi", "co"], bonus_max="2", penalty_max="1.25",
                     scales={"five": {"levels": 5}, "seven": {"levels": 7}},
                     minimum={"full_rank": 30, "rank": 12})
        (self.path / "round.json").write_text(json.dumps(rules, ensure_ascii=False))
        self.write("criteria.csv", COLUMNS, TREE)
        self.write("units.csv", ["code", "block", "name_vi", "name_en", "excludes"], UNITS)
        # the second association has few members: its two sizes become one group
        self.stratum = {name: ("Hội Một" if i < 52 else "Hội Hai", "lớn" if i % 2 else "nhỏ")
                        for i, name in enumerate(self.respondents)}
        self.write("roster.csv", ["respondent", "hoi", "co", "cluster"],
                   [[name, *self.stratum[name], f"k{i // 3}" if i % 3 else ""]
                    for i, name in enumerate(self.respondents)])
        self.members = {("Hội Một", "nhỏ"): 130, ("Hội Một", "lớn"): 40,
                        ("Hội Hai", "nhỏ"): 35, ("Hội Hai", "lớn"): 15}
        self.write("strata.csv", ["hoi", "co", "members"],
                   [[*labels, count] for labels, count in self.members.items()])
        self.answers = {}  # unit: [(respondent, {leaf: answer})]
        for unit, *_ in UNITS:
            asked = self.respondents[:20] if unit == "E" else self.respondents
            self.answers[unit] = [(name, self.answer(unit)) for name in asked]

    def answer(self, unit):
        given = {}
        for leaf, levels in LEVELS.items():
            if leaf == "3" and unit == "B":
                continue
            if self.random.random() < 0.15:
                given[leaf] = self.random.choice(KINDS)
                continue
            near = LEVEL_OF[unit] + self.random.choice((-1, 0, 0, 0, 1))
            near = max(1, min(5, near))
            given[leaf] = 8 - near if leaf == "1.2" else near
        return given

    def sheets(self):
        return [[[name, unit, leaf, answer, 1] for leaf, answer in given.items()]
                for unit, list_ in self.answers.items() for name, given in list_]

    def values(self, system):
        header = ["unit", "criterion", "points", "evidence", "by"]
        rows = [[unit, "2.1", "3.3", f"QĐ {unit}", "hội đồng"] for unit, *_ in UNITS
                if unit != "E"]
        rows += [["A", "bonus", "1.75", "sáng kiến", ""], ["A", "bonus", "0.5", "giải thưởng", ""],
                 ["C", "penalty", "0.75", "chậm báo cáo", "thanh tra"]]
        system.par("appraisals", "import", self.write("appraisals.csv", header, rows),
                   "--round", self.code)
        measured = [[unit, "2.2", "25", "báo cáo"] for unit, *_ in UNITS if unit != "D"]
        system.par("measured", "import", self.write(
            "measured.csv", ["unit", "criterion", "value", "evidence"], measured),
            "--round", self.code)

    def put(self, system):
        system.par("round", "open", self.path)
        system.par("ballots", "import", self.ballots(self.sheets()), "--round", self.code)
        self.values(system)


def explained(system, code, unit, *arguments):
    return json.loads(system.par("explain", code, unit, "--format", "json", *arguments))


def compared(system, code, first, second, *arguments):
    return json.loads(system.par("compare", code, first, second, "--format", "json", *arguments))


def rounded(x, decimals):
    """Half up, away from zero, as text."""
    whole = int(abs(x) * 10 ** decimals + Fraction(1, 2))
    text = f"{whole // 10 ** decimals}.{whole % 10 ** decimals:0{decimals}d}"
    return "-" + text if x < 0 and whole else text


def root12(x):
    """%.12g of a root."""
    root = (Decimal(x.numerator) / Decimal(x.denominator)).sqrt()
    return f"{float(root):.12g}"


def check_leaf(made, unit, leaf, groups, group_of):
    """S1, S3 from the sheets of the test itself."""
    levels = LEVELS[leaf["code"]]
    values = [Fraction(100 * y, levels - 1) for y in range(levels)]
    if leaf["code"] == "1.2":
        values.reverse()
    check([Fraction(v) for v in leaf["values"]] == values, leaf["code"], leaf["values"])
    counted = Counter((group_of[made.stratum[name]], str(given[leaf["code"]]))
                      for name, given in made.answers[unit])
    for row in leaf["answers"]:
        want = [counted[row["group"], str(y + 1)] for y in range(levels)]
        check(row["scores"] == want, unit, leaf["code"], row, want)
        for key, kind in zip(KIND_KEYS, KINDS):
            check(row[key] == counted[row["group"], kind], unit, leaf["code"], row, key)
    total = sum(groups[row["group"]] * n * v for row in leaf["answers"]
                for n, v in zip(row["scores"], values))
    divisor = sum(groups[row["group"]] * sum(row["scores"]) for row in leaf["answers"])
    check(Fraction(leaf["sum"]) == total and Fraction(leaf["divisor"]) == divisor, leaf)
    return total / divisor


def check_leaves(made, unit, page, groups, group_of):
    theta = {}
    for leaf in page["leaves"]:
        if not leaf["counts"]:
            check(leaf["reason"] and leaf["theta"] is None, leaf)
            continue
        if leaf["source"] == "survey":
            theta[leaf["code"]] = check_leaf(made, unit, leaf, groups, group_of)
        elif leaf["source"] == "appraised":
            theta[leaf["code"]] = 100 * Fraction(leaf["given"]) / Fraction(leaf["points"])
        else:
            theta[leaf["code"]] = 100 * (Fraction(leaf["given"]) - 10) / 60
        check(Fraction(leaf["theta"]) == theta[leaf["code"]], leaf)
        check(leaf["six_decimals"] == rounded(theta[leaf["code"]], 6), leaf)
    return theta


def check_fields(page, theta):
    """S5, S7: gives the sum of the fields by their weights, None without a figure."""
    applying = {field["code"]: sum(Fraction(leaf["points"]) for leaf in page["leaves"]
                                   if leaf["field"] == field["code"] and leaf["applies"])
                for field in page["fields"]}
    total, whole = sum(applying.values()), Fraction(0)
    for field in page["fields"]:
        leaves = [leaf for leaf in page["leaves"] if leaf["field"] == field["code"]
                  and leaf["counts"]]
        counting = sum(Fraction(leaf["points"]) for leaf in leaves)
        check(Fraction(field["applying"]) == applying[field["code"]], field)
        check(Fraction(field["counting"]) == counting, field)
        if applying[field["code"]] == 0:
            check(field["figure"] is None and field["weight"] is None, field)
            continue
        check(field["enough"] == (3 * counting >= 2 * applying[field["code"]]), field)
        if not field["enough"]:
            whole = None
            continue
        phi = sum(Fraction(leaf["points"]) * theta[leaf["code"]] for leaf in leaves) / counting
        weight = applying[field["code"]] / total
        check(Fraction(field["figure"]) == phi and Fraction(field["weight"]) == weight, field)
        check(field["six_decimals"] == rounded(phi, 6), field)
        whole = None if whole is None else whole + weight * phi
    return whole


def check_index(page, weighed):
    """S5, S8."""
    index = page["index"]
    if weighed is None:
        check(index["exact"] is None and page["unit"]["score"] is None, index)
        return
    check(Fraction(index["weighed"]) == weighed, index)
    extra = {}
    for kind in ("bonus", "penalty"):
        given = sum((Fraction(row["points"]) for row in index["evidence"]
                     if row["kind"] == kind), Fraction(0))
        extra[kind] = min(given, Fraction(index[kind + "_max"]))
        check(Fraction(index[kind + "_given"]) == given, index)
        check(Fraction(index[kind]) == extra[kind], index)
    inner = weighed + extra["bonus"] - extra["penalty"]
    exact = max(Fraction(0), min(Fraction(100), inner))
    check(Fraction(index["exact"]) == exact, index["exact"], exact)
    check(index["clipped"] == (exact != inner), index)
    check(index["six_decimals"] == rounded(exact, 6), index["six_decimals"])
    check(index["score"] == page["unit"]["score"] == rounded(exact, 2), index["score"])


def check_spread(pages):
    """U2 of the units of a block, from V and n_u of all."""
    ranked = sorted(page["unit"]["raters"] * Fraction(page["uncertainty"]["variance"])
                    for page in pages if page["unit"]["status"].startswith("ranked"))
    median = ranked[(len(ranked) - 1) // 2]
    for page in pages:
        spread, n = page["uncertainty"], page["unit"]["raters"]
        if spread["variance"] is None:
            continue
        variance = Fraction(spread["variance"])
        check(Fraction(spread["median"]) == median, spread)
        want = max(variance, (n * n * variance + 5 * median) / ((n + 5) * n)) if n else variance
        check(Fraction(spread["stabilised"]) == want, spread)
        check(spread["se"] == root12(variance), spread["se"], root12(variance))


def every_step():
    made = Round()
    with System() as system:
        made.put(system)
        words = system.par("explain", made.code, "A", code=3)
        check("METHOD P3" in words, "an open round has no scores:", words)
        check("METHOD P3" in system.par("compare", made.code, "A", "B", code=3))
        system.par("round", "close", made.code)
        pages = {unit: explained(system, made.code, unit) for unit, *_ in UNITS}
        groups = [Fraction(group["weight"]) for group in pages["A"]["groups"]]
        names = [group["name"] for group in pages["A"]["groups"]]
        check(names == ["Hội Một / nhỏ", "Hội Một / lớn", "Hội Hai / nhỏ + Hội Hai / lớn"], names)
        group_of = {labels: i for i, name in enumerate(names) for labels in made.members
                    if " / ".join(labels) in name}
        for i, group in enumerate(pages["A"]["groups"]):
            members = sum(count for labels, count in made.members.items() if group_of[labels] == i)
            responded = sum(group_of[labels] == i for labels in made.stratum.values())
            check((group["members"], group["responded"]) == (members, responded), group)
            check(groups[i] == Fraction(members, responded), group)
        for unit, page in pages.items():
            theta = check_leaves(made, unit, page, groups, group_of)
            check_index(page, check_fields(page, theta))
        check(pages["A"]["index"]["bonus"] == "2" and pages["A"]["index"]["bonus_given"] == "2.25",
              "beyond the cap", pages["A"]["index"])
        check(pages["E"]["unit"]["score"] is None, "the appraisal of most of field 2 is missing")
        check([leaf["code"] for leaf in pages["D"]["leaves"] if not leaf["counts"]] == ["2.2"])
        check([leaf["code"] for leaf in pages["B"]["leaves"] if not leaf["applies"]] == ["3"])
        check_spread([page for page in pages.values() if page["unit"]["block"] == "Sở"])
        read_pages(system, made, pages)
        compare_all(system, made, pages)
        release_and_roles(system, made, pages)


def read_pages(system, made, pages):
    """The page for people says the same numbers."""
    texts = {unit: system.par("explain", made.code, unit) for unit in ("A", "D", "E")}
    for unit, text in texts.items():
        page = pages[unit]
        check(page["result_hash"] in text, unit)
        for number in range(1, 7):
            check(f"\n{number}. " in text, unit, number)
        for leaf in page["leaves"]:
            check(leaf["six_decimals"] is None or leaf["six_decimals"] in text, unit, leaf["code"])
        if page["unit"]["score"]:
            check(page["index"]["six_decimals"] in text, unit)
            check("Rounding happens once, here (S8): to 2 decimals.\n"
                  f"  published figure: {page['unit']['score']}\n" in text, unit)
        check(not re.search(r"\d{61,}", text), "a long fraction is cut", unit)
    check("left out: no measured value was given" in texts["D"])
    check("no figure: the index needs 2/3" in texts["E"])


def compare_all(system, made, pages):
    names = {unit: (vi, en) for unit, _, vi, en, _ in UNITS}
    orders = Counter()
    for first, second in (("A", "B"), ("A", "C"), ("C", "A"), ("B", "D")):
        pair = compared(system, made.code, first, second)
        exact = [Fraction(pages[unit]["index"]["exact"]) for unit in (first, second)]
        variance = [Fraction(pages[unit]["uncertainty"]["variance"]) for unit in (first, second)]
        difference = pair["difference"]
        check(Fraction(difference["exact"]) == exact[0] - exact[1], pair)
        check(difference["six_decimals"] == rounded(exact[0] - exact[1], 6), pair)
        check([Fraction(unit["variance"]) for unit in pair["units"]] == variance, pair)
        both = variance[0] + variance[1] - 2 * Fraction(difference["covariance"])
        check(difference["se"] == root12(both), difference["se"], root12(both))
        # U3: who is surely better takes no place of the other's set
        sets = [(unit["rank_low"], unit["rank_high"]) for unit in pair["units"]]
        check(sets == [(pages[unit]["unit"]["rank_low"], pages[unit]["unit"]["rank_high"])
                       for unit in (first, second)], sets)
        orders[pair["order"]] += 1
        english = compared(system, made.code, first, second, "--lang", "en")["sentence"]
        for language, sentence in enumerate((pair["sentence"], english)):
            check(names[first][language] in sentence and names[second][language] in sentence,
                  sentence)
        check(pages[first]["unit"]["score"].replace(".", ",") in pair["sentence"], pair)
        check(pages[first]["unit"]["score"] in english, english)
        if pair["order"] == "surely_better":
            check("xếp trên" in pair["sentence"] and "chắc chắn" in pair["sentence"], pair)
            check("certainly ranks above" in english, english)
        elif pair["order"] == "surely_worse":
            check("xếp dưới" in pair["sentence"] and "certainly ranks below" in english, pair)
        else:
            check(pair["sentence"].startswith("Chưa đủ căn cứ để khẳng định"), pair)
            check("not enough evidence" in english, english)
    check(orders["surely_better"] >= 1 and orders["surely_worse"] == 1, orders)
    check(pair["sentence"] in system.par("compare", made.code, "B", "D"))
    none = compared(system, made.code, "A", "E")
    check(none["order"] == "none" and none["difference"] is None, none)
    check("không có thứ tự xếp hạng: Sở Du lịch" in none["sentence"], none)


def release_and_roles(system, made, pages):
    keys = system.env["PAR_KEYS"]
    words = system.par("compare", made.code, "A", "F", code=3)
    check("không cùng khối" in words, words)
    check("different blocks" in system.par("compare", made.code, "A", "F", "--lang", "en", code=3))
    for arguments in (("explain", made.code, "Z"), ("compare", made.code, "A", "Z"),
                      ("compare", made.code, "Z", "A"), ("explain", "nobody", "A"),
                      ("explain", made.code, "A", "--release", "1")):
        system.par(*arguments, code=3)
    for arguments in (("explain", made.code, "A", "--format", "csv"),
                      ("compare", made.code, "A", "A"),
                      ("compare", made.code, "A", "B", "--lang", "fr")):
        system.par(*arguments, code=2)
    for command in (("explain", made.code, "A"), ("compare", made.code, "A", "B")):
        check("not admitted" in system.par(*command, "--key", f"{keys}/intake.key", code=3))
        system.par(*command, "--key", f"{keys}/auditor.key")
    system.par("release", made.code, "--kind", "official")
    released = explained(system, made.code, "A", "--release", "1")
    check(released["release"] == 1 and released["index"] == pages["A"]["index"], released)
    check(released["result_hash"] == system.result_hash(made.code, "--release", "1"))
    draft = explained(system, made.code, "A", "--draft")
    check(draft["release"] is None and draft["result_hash"] == released["result_hash"])
    check("cut " in system.par("explain", made.code, "A", code=None).err)


def composite(code, same):
    """Mode composite with minmax; all units alike: its rules cannot compute it."""
    made = Folder(code, units=3, respondents=14, leaves=2)
    rules = json.loads((made.path / "round.json").read_text())
    rules.update(mode="composite",
                 composite={"scale": ["1", "10"], "factor": "2", "minmax": True},
                 bands=[{"from": "5", "name": {"vi": "Khá"}}])
    (made.path / "round.json").write_text(json.dumps(rules))
    made.write("criteria.csv", COLUMNS[:7],
               [["1", "", 100, "", "", "Lĩnh vực", "Field"]] +
               [[leaf, "1", 50, "survey", "five", leaf, leaf] for leaf in made.leaves])
    if same:
        return made, [made.sheet(name, unit, 1, [3, 3]) for name in made.respondents
                      for unit in made.units]
    return made, made.all_sheets()


def composite_scale():
    made, sheets = composite("composite", False)
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(sheets), "--round", made.code)
        system.par("round", "close", made.code)
        pages = [explained(system, made.code, unit) for unit in made.units]
        for place in range(2):
            leaves = [page["leaves"][place] for page in pages]
            theta = [Fraction(leaf["theta"]) for leaf in leaves]
            for leaf, x in zip(leaves, theta):
                want = 1 + 9 * (x - min(theta)) / (max(theta) - min(theta))
                check(Fraction(leaf["scaled"]) == want, leaf)
                check((Fraction(leaf["min"]), Fraction(leaf["max"])) == (min(theta), max(theta)))
        for page in pages:
            scaled = [Fraction(leaf["scaled"]) for leaf in page["leaves"]]
            check(Fraction(page["index"]["exact"]) == 2 * sum(scaled) / 2, page["index"])
            check(page["index"]["six_decimals"] == rounded(sum(scaled), 6), page["index"])
            check(page["composite"] == {"lo": "1", "hi": "10", "factor": "2", "minmax": True})


def recorded_and_impossible():
    made, sheets = composite("flat", True)
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(sheets), "--round", made.code)
        system.par("round", "close", made.code)
        for _ in range(2):
            words = system.par("release", made.code, "--kind", "official", code=3)
            check("release 1 is recorded, but its rules cannot compute it; `par scores flat "
                  "--draft` says why" in words, words)
        words = system.par("scores", made.code, "--draft", code=3)
        check("max_eq_min" in words, words)
        system.par("explain", made.code, made.units[0], code=3)
        other = Folder("after", units=2, respondents=12)
        system.par("round", "open", other.path)
        system.par("ballots", "import", other.ballots(other.all_sheets()), "--round", "after")
        system.par("round", "close", "after")
        system.par("release", "after", "--kind", "official")
        path, state = system.data / "watch.jsonl", system.data / "state"
        with open(path, "w") as file:
            watch = system.start("watch", "--state", state, stdout=file)
            wait_for("a line", lambda: path.read_text().count("\n") == 1)
            watch.terminate()
            watch.communicate(timeout=30)
        line = json.loads(path.read_text())
        check((line["n"], line["round"]) == (2, "after"), line)
        check(state.read_text().split(":")[1] == "2", state.read_text())


main(every_step, composite_scale, recorded_and_impossible)
