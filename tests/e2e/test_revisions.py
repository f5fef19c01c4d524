"""Replacing, repeating, contradicting and annulling a sheet."""
from system import Folder, System, check, main, summary


def imported(system, made, sheets, code=0):
    return summary(system.par("ballots", "import", made.ballots(sheets), "--round", made.code,
                              code=code))


def scored(made, sheets, *commands):
    """Scores and hash of a round that got these sheets, in a system of its own."""
    with System() as system:
        system.par("round", "open", made.path)
        imported(system, made, sheets)
        for command in commands:
            system.par(*command)
        system.par("round", "close", made.code)
        return system.scores(made.code), system.result_hash(made.code)


def replaced_as_if_never_there():
    made = Folder("replaced")
    sheets = made.all_sheets()
    first, later = sheets[5], made.sheet("R2", "U3", 2, [5, 1, 5, 1])
    check(first[0][:2] == ["R2", "U3"], first)
    with_both = scored(made, sheets + [later])
    without = scored(made, [sheet for sheet in sheets if sheet is not first] + [later])
    check(with_both == without, "the replaced sheet left a trace")
    check(with_both != scored(made, sheets), "the replacement counts nothing")


def duplicate_and_conflict():
    made = Folder("conflict")
    with System() as system:
        system.par("round", "open", made.path)
        one, two = made.sheet("R1", "U1", 1, [1, 2, 3, 4]), made.sheet("R1", "U1", 2, [5, 5, 5, 5])
        check(imported(system, made, [one])["accepted"] == 1)
        check(imported(system, made, [two])["replaced"] == 1)
        check(imported(system, made, [one])["duplicate"] == 1, "the first again")
        other = made.sheet("R1", "U1", 1, [1, 2, 3, 5])
        answer = system.par("ballots", "import", made.ballots([other]), "--round", made.code,
                            code=3)
        check(summary(answer)["conflict"] == 1, answer)
        words = [line for line in answer.splitlines() if "conflict" in line and len(line) > 80]
        check(words and "2" in words[0], "names the first body and the highest revision:", answer)
        late = made.sheet("R2", "U1", 3, [2, 2, 2, 2])
        check(imported(system, made, [late])["accepted"] == 1)
        early = made.sheet("R2", "U1", 2, [4, 4, 4, 4])
        check(imported(system, made, [early])["superseded"] == 1)


def dry_run_takes_nothing():
    made = Folder("dry")
    with System() as system:
        system.par("round", "open", made.path)
        file = made.ballots(made.all_sheets())
        for _ in range(2):
            counts = summary(system.par("ballots", "import", file, "--round", made.code,
                                        "--dry-run"))
            check(counts["accepted"] == 120, counts)
        status = " ".join(system.par("round", "status", made.code).split())
        check("sheets taken 0" in status, status)


def annulled_respondent_counts_nowhere():
    made = Folder("annul")
    sheets = made.all_sheets()
    without = [sheet for sheet in sheets if sheet[0][0] != "R7"]
    annul = ("ballots", "annul", made.code, "--respondent", "R7", "--reason", "thử")
    check(scored(made, sheets, annul) == scored(made, without), "annulled after its sheets")
    with System() as system:
        system.par("round", "open", made.path)
        imported(system, made, without)
        one = imported(system, made, [sheet for sheet in sheets if sheet[0][0] == "R7"][:1])
        system.par(*annul)
        # what comes later of an annulled respondent is taken and counts nothing
        later = imported(system, made, [sheet for sheet in sheets if sheet[0][0] == "R7"])
        check(one["accepted"] == 1 and later["duplicate"] == 1, one, later)
        system.par("round", "close", made.code)
        check((system.scores(made.code), system.result_hash(made.code)) == scored(made, without),
              "annulled before its sheets")


def annulled_import():
    made = Folder("annulimport")
    sheets = made.all_sheets()
    with System() as system:
        system.par("round", "open", made.path)
        imported(system, made, sheets[:60])
        wrong = [made.sheet(sheet[0][0], sheet[0][1], 2) for sheet in sheets[:10]] + sheets[60:]
        number = imported(system, made, wrong)["import"]
        system.par("ballots", "annul", made.code, "--import", number, "--reason", "nhập nhầm")
        system.par("ballots", "annul", made.code, "--import", "00000000000000aa",
                   "--reason", "x", code=3)
        system.par("round", "close", made.code)
        check((system.scores(made.code), system.result_hash(made.code))
              == scored(made, sheets[:60]), "lower revisions live again")


main(replaced_as_if_never_there, duplicate_and_conflict, dry_run_takes_nothing,
     annulled_respondent_counts_nowhere, annulled_import)
