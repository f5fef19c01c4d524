"""The real round of 73,421 ratings through the real services: every figure, rank and
status as expected, SEs to 9 digits."""
import csv
from doors import metric
from system import ROOT, System, check, main, rows, summary

FOLDER = ROOT / "tests/golden/insteval"


def insteval():
    with System() as system, open(FOLDER / "expected.csv", encoding="utf-8") as file:
        expected = {row["unit"]: row for row in csv.DictReader(file)}
        system.par("round", "open", FOLDER)
        counts = summary(system.par("ballots", "import", FOLDER / "ballots.csv",
                                    "--round", "insteval"))
        check(counts["accepted"] == 73421, counts)
        # one each, the round's parts and what opened it: no answer was missed and asked for again
        messages = metric(system, "collector", "par_intake_messages_total")
        check(messages < 73421 + 50, messages, "messages for 73421 sheets")
        system.par("round", "close", "insteval")
        system.par("release", "insteval", "--kind", "official")
        scores = rows(system.scores("insteval"))
        check(len(scores) == len(expected) == 1128, len(scores))
        for row in scores:
            want = expected[row["unit"]]
            for column, name in (("block", "block"), ("score", "index_published"),
                                 ("rank", "rank"), ("status", "status"), ("raters", "raters")):
                check(row[column] == want[name], row["unit"], column, row[column], want[name])
            check(abs(float(row["se"]) - float(want["se"])) <= 1e-9 * float(want["se"]),
                  row["unit"], "se", row["se"], want["se"])
            if row["status"] == "insufficient":
                check((row["rank_low"], row["rank_high"]) == ("", ""), row)
            else:
                low, rank, high = (int(row[name]) for name in ("rank_low", "rank", "rank_high"))
                check(1 <= low <= rank <= high, row)


main(insteval)
