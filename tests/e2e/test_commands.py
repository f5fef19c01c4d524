"""The rest of what scripts depend on: sending by code, trial rounds, voiding, adding to the
roster, values of the council, closing by the clock, retracting."""
import json
import urllib.request
from system import Folder, System, check, main, rows, summary, wait_for


def status(system, code):
    return " ".join(system.par("round", "status", code).split())


def send_by_code():
    made = Folder("send", respondents=12)
    with System() as system:
        system.par("round", "open", made.path)
        code = system.data / "code.txt"
        code.write_text("CODE-R3\r\n")
        sheets = [made.sheet("R3", "U1", 1, [1, 2, 3, "dont_know"]),
                  made.sheet("R3", "U2", 1, [5, 4, "no_contact", ""])]
        file = made.ballots(sheets)
        out = system.par("ballots", "send", file, "--round", "send", "--code-file", code)
        check(out.count("accepted") == 2 and "U1" in out and "U2" in out, out)
        digest = [word for word in out.split() if len(word) == 64][0]
        again = system.par("ballots", "send", file, "--round", "send", "--code-file", code)
        check(again.count("duplicate") == 2 and digest in again,
              "the digest of the body that first carried it:", again)
        changed = made.ballots([made.sheet("R3", "U1", 2, [5, 5, 5, 5])])
        out = system.par("ballots", "send", changed, "--round", "send", "--code-file", code)
        check("replaced" in out, out)
        check("sheets live 2 sheets taken 3" in status(system, "send"), status(system, "send"))
        code.write_text("CODE-NOBODY\n")
        words = system.par("ballots", "send", file, "--round", "send", "--code-file", code, code=3)
        check("code" in words, words)
        # the imported and the sent sheet are the same sheet
        counts = summary(system.par("ballots", "import", file, "--round", "send"))
        check(counts["duplicate"] == 1, counts)


def trial_rounds():
    made = Folder("trial", respondents=20, trial=True)
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "trial")
        check(len(rows(system.scores("trial", "--draft"))) == 3, "a trial shows its draft")
        system.par("release", "trial", "--kind", "official", code=3)
        out = system.par("release", "trial", "--kind", "trial")
        check("release 1" in out, out)
        check(system.par("release", "trial", "--kind", "trial") == out, "nothing changed: the same")
        system.par("ballots", "import", made.ballots([made.sheet("R1", "U1", 2)]),
                   "--round", "trial")
        check("release 2" in system.par("release", "trial", "--kind", "trial"))
        base = f"{system.env['PAR_SITE']}/trial/2/"
        for file in ("", "en.html", "scores.csv", "scores.json"):
            with urllib.request.urlopen(base + file, timeout=10) as answer:
                text = answer.read().decode()
            check("TRIAL" in text or "THỬ NGHIỆM" in text, file, "does not say so")
        first = rows(system.scores("trial", "--release", "1"))
        second = rows(system.scores("trial", "--release", "2"))
        check(first != second, "release 1 stays as it was")


def voided():
    made = Folder("void")
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "void")
        system.par("round", "void", "void", "--reason", "sai bộ tiêu chí")
        check("state void" in status(system, "void"))
        system.par("round", "open", made.path, code=3)
        system.par("scores", "void", code=3)
        system.par("round", "close", "void", code=3)


def roster_grows():
    made = Folder("roster", respondents=20)
    with System() as system:
        system.par("round", "open", made.path)
        more = made.write("more.csv", ["respondent", "size", "code"],
                          [["R21", "s1", "CODE-R21"], ["R22", "s3", "CODE-R22"]])
        sheet = made.sheet("R22", "U1")
        counts = summary(system.par("ballots", "import", made.ballots([sheet]), "--round", "roster",
                                    code=3))
        check(counts["refused"] == 1, "a stranger so far", counts)
        system.par("roster", "import", more, "--round", "roster")
        system.par("roster", "import", more, "--round", "roster")  # nothing new
        check("invited 22" in status(system, "roster"), status(system, "roster"))
        other = made.write("other.csv", ["respondent", "size", "code"], [["R21", "s2", "CODE-R21"]])
        system.par("roster", "import", other, "--round", "roster", code=3)
        counts = summary(system.par("ballots", "import", made.ballots([sheet]), "--round", "roster"))
        check(counts["accepted"] == 1, counts)
        system.kill("collector")
        system.up()
        counts = summary(system.par("ballots", "import", made.ballots([sheet]), "--round", "roster"))
        check(counts["duplicate"] == 1, "the roster is there after a restart", counts)


def council_values():
    made = Folder("council", respondents=15)
    made.write("criteria.csv", ["code", "parent", "points", "source", "scale", "name_vi",
                                "name_en", "lo", "hi"],
               [["1", "", 4, "", "", "Khảo sát", "", "", ""]] +
               [[leaf, "1", 1, "survey", "five", leaf, "", "", ""] for leaf in made.leaves] +
               [["2", "", 6, "", "", "Thẩm định", "", "", ""],
                ["2.1", "2", 4, "appraised", "", "Hồ sơ", "", "", ""],
                ["2.2", "2", 2, "measured", "", "Đúng hạn", "", "0", "50"]])
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(
            [made.sheet(name, unit, 1, [5, 5, 5, 5]) for name in made.respondents
             for unit in made.units]), "--round", "council")
        appraisals = [[unit, "2.1", "1", "quyết định", "hội đồng"] for unit in made.units]
        header = ["unit", "criterion", "points", "evidence", "by"]
        bad = made.write("bad.csv", header, [["U1", "2.1", "4.5", "", ""], ["U9", "2.1", "1", "", ""],
                                             ["U1", "1.1", "1", "", ""]])
        words = system.par("appraisals", "import", bad, "--round", "council", code=3)
        check(all(f"bad.csv:{line}:" in words for line in (2, 3, 4)), words)
        good = made.write("good.csv", header, appraisals + [["U1", "2.1", "2,5", "bổ sung", ""]])
        system.par("appraisals", "import", good, "--round", "council")
        system.par("measured", "import", made.write(
            "measured.csv", ["unit", "criterion", "value", "evidence"],
            [[unit, "2.2", "25", "báo cáo"] for unit in made.units]), "--round", "council")
        system.par("round", "close", "council")
        scores = {row["unit"]: row["score"] for row in rows(system.scores("council", "--draft"))}
        # (4 + 2.5 + 1) / 10 and (4 + 1 + 1) / 10: the last appraisal holds
        check(scores == {"U1": "75.00", "U2": "60.00", "U3": "60.00"}, scores)


def closes_by_the_clock():
    made = Folder("clock")
    path = made.path / "round.json"
    declared = json.loads(path.read_text())
    declared.update(auto_close=True, closes="2024-12-31T17:00:00+07:00")
    path.write_text(json.dumps(declared))
    with System() as system:
        system.par("round", "open", made.path)
        wait_for("the clock's close", lambda: "state closed" in status(system, "clock"))


def retracted():
    made = Folder("back")
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "back")
        system.par("round", "close", "back")
        system.par("release", "back", "--kind", "official")
        system.par("release", "retract", "back", "7", "--reason", "x", code=3)
        system.par("release", "retract", "back", "1", "--reason", "Sai sót kỹ thuật")
        system.par("release", "retract", "back", "1", "--reason", "x", code=3)

        def banner():
            with urllib.request.urlopen(f"{system.env['PAR_SITE']}/back/1/", timeout=10) as answer:
                return "Sai sót kỹ thuật" in answer.read().decode()
        wait_for("the banner", banner)
        check("release 2" in system.par("release", "back", "--kind", "official"), "again")


def reader_has_enough():
    """As `par scores | head` does: no words about it, and no failure."""
    made = Folder("du", respondents=20, trial=True)
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "du")
        system.par("release", "du", "--kind", "trial")
        for words in (["scores", "du"], ["status"], ["watch"]):
            process = system.start(*words)
            process.stdout.close()
            said = process.stderr.read()
            process.stderr.close()
            check(process.wait(60) == 0 and "cannot" not in said and "failed" not in said,
                  words, process.returncode, said)
        with open("/dev/full", "w") as full:
            process = system.start("scores", "du", stdout=full)
            said = process.communicate(timeout=60)[1]
            check(process.returncode == 1 and "cannot write" in said, process.returncode, said)


def health():
    with System() as system:
        for offset in (6, 7, 8):
            for path, word in (("livez", ""), ("readyz", ""), ("metrics", "# TYPE par_")):
                url = f"http://127.0.0.1:{system.base() + offset}/{path}"
                with urllib.request.urlopen(url, timeout=10) as answer:
                    check(answer.status == 200 and word in answer.read().decode(), url)


main(send_by_code, trial_rounds, voided, roster_grows, council_values, closes_by_the_clock,
     retracted, reader_has_enough, health)
