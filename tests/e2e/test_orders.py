"""Order, splitting and repetition of imports change nothing: the same bytes of scores and
the same result hash."""
import random
from system import Folder, System, check, main, summary

ORDERS = 4


def folder():
    made = Folder("orders", units=4, respondents=60, leaves=5)
    sheets = made.all_sheets()
    sheets += [made.sheet(name, "U1", 2) for name in made.respondents[:20]]
    sheets += [made.sheet(name, "U1", 3) for name in made.respondents[:7]]
    return made, sheets


def result(system, made):
    system.par("round", "close", made.code)
    return system.scores(made.code), system.result_hash(made.code)


def again_changes_nothing():
    made, sheets = folder()
    with System() as system:
        system.par("round", "open", made.path)
        file = made.ballots(sheets)
        first = summary(system.par("ballots", "import", file, "--round", made.code))
        check(first["accepted"] == 240 and first["replaced"] == 27, first)
        for _ in range(2):
            again = summary(system.par("ballots", "import", file, "--round", made.code))
            check(again["duplicate"] == len(sheets), again)
            check(again["accepted"] + again["replaced"] + again["superseded"] == 0, again)
        before = result(system, made)
        closed = summary(system.par("ballots", "import", file, "--round", made.code))
        check(closed["duplicate"] == len(sheets), "after closing", closed)
        check((system.scores(made.code), system.result_hash(made.code)) == before,
              "a repeated import moved the result")


def any_order():
    made, sheets = folder()
    seen = set()
    for seed in range(ORDERS):
        mixed = list(sheets)
        random.Random(seed).shuffle(mixed)
        with System() as system:
            system.par("round", "open", made.path)
            if seed % 2 == 0:
                counts = summary(system.par("ballots", "import",
                                            made.ballots(mixed, f"mixed{seed}.csv"),
                                            "--round", made.code))
                check(counts["conflict"] + counts["refused"] == 0, counts)
            else:
                # revisions in any order as well, from several importers at once
                importers = [system.start("ballots", "import",
                                          made.ballots(mixed[part::4], f"part{seed}-{part}.csv"),
                                          "--round", made.code) for part in range(4)]
                for importer in importers:
                    out, err = importer.communicate(timeout=300)
                    check(importer.returncode == 0, out, err)
            seen.add(result(system, made))
    check(len(seen) == 1, "orders gave", len(seen), "different results")


def rows_of_a_sheet_apart():
    made, sheets = folder()
    with System() as system:
        system.par("round", "open", made.path)
        by_leaf = [[row] for k in range(5) for row in (sheet[k] for sheet in sheets)]
        counts = summary(system.par("ballots", "import", made.ballots(by_leaf),
                                    "--round", made.code))
        check(counts["accepted"] + counts["replaced"] == len(sheets), counts)


main(again_changes_nothing, any_order, rows_of_a_sheet_apart)
