"""METHOD P6: no two public figures, of one release or of two, differ by the answers of 1 to 9
raters. An annulled rater moves the operator's figures at once and the public ones only in
company."""
import csv
import io
import json
import shutil
import urllib.request
from system import Folder, System, check, main, rows, wait_for

FIGURES = ("score", "rank", "rank_low", "rank_high", "se", "ci_low", "ci_high", "raters",
           "status", "band")


def public(system, code, number):
    """The public rows of a release, by unit."""
    url = f"{system.env['PAR_SITE']}/{code}/{number}/scores.csv"
    with urllib.request.urlopen(url, timeout=10) as answer:
        text = answer.read().decode("utf-8-sig")
    return {row["unit"]: row for row in csv.DictReader(io.StringIO(text))}


def figures(released):
    return {unit: [row[name] for name in FIGURES] for unit, row in released.items()}


def correct(system, code, *respondents):
    for name in respondents:
        system.par("ballots", "annul", code, "--respondent", name, "--reason", "không phải hội viên")
    out = system.par("release", code, "--kind", "correction", "--note", "sửa danh sách")
    check("release" in out, out)


def one_annulled_rater_moves_nothing():
    made = Folder("correct", respondents=40)
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "correct")
        system.par("round", "close", "correct")
        words = system.par("release", "correct", "--kind", "correction", code=3)
        check("official" in words, "nothing to correct yet:", words)
        system.par("release", "correct", "--kind", "official")
        first = public(system, "correct", 1)
        check(all(row["held_from"] == "" for row in first.values()), first)

        correct(system, "correct", "R1")
        second = public(system, "correct", 2)
        check(figures(second) == figures(first), "one rater shows:", first, second)
        check(all(row["held_from"] == "1" for row in second.values()), second)
        before = rows(system.scores("correct", "--release", "1"))
        after = rows(system.scores("correct", "--release", "2"))
        check(before != after, "the operator sees the new figures")

        # nine raters in two steps are still fewer than ten away from what is shown
        correct(system, "correct", *[f"R{i}" for i in range(2, 10)])
        check(figures(public(system, "correct", 3)) == figures(first), "nine raters show")

        correct(system, "correct", "R10")
        fourth = public(system, "correct", 4)
        check(all(row["held_from"] == "" for row in fourth.values()), fourth)
        operator = {row["unit"]: row for row in rows(system.scores("correct", "--release", "4"))}
        check({unit: row["score"] for unit, row in fourth.items()} ==
              {unit: row["score"] for unit, row in operator.items()}, "ten raters are shown")
        check(figures(fourth) != figures(first), "the figures moved")
        made_again_the_same(system)


def watched(system):
    """The lines of par watch about the four releases."""
    process = system.start("watch")
    lines = [json.loads(process.stdout.readline()) for _ in range(4)]
    process.terminate()
    process.wait(timeout=30)
    return lines


def made_again_the_same(system):
    """From the journal alone the scorer makes every release to the same bytes."""
    lines = watched(system)
    system.down()
    shutil.rmtree(system.data / "scorer")
    system.up()
    wait_for("the results made again",
             lambda: system.par("scores", "correct", "--release", "4", code=None).returncode == 0)
    log = (system.data / "log" / "publisher.log").read_text()
    check("alarm" not in log, log)
    check(watched(system) == lines, "the same releases")


main(one_annulled_rater_moves_nothing)
