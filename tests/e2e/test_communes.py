"""The hard case: the generated round of 99 communes with about 18 sheets each."""
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from system import ROOT, System, check, main, rows, summary


def communes():
    with System() as system:
        folder = Path(tempfile.mkdtemp(prefix="par-xa-"))
        subprocess.run([ROOT / "deploy/rounds/generate", ROOT / "deploy/rounds/mau-xa-2026",
                        folder], check=True)
        system.par("round", "check", folder)
        system.par("round", "open", folder)
        counts = summary(system.par("ballots", "import", folder / "ballots.csv",
                                    "--round", "mau-xa-2026"))
        check(counts["conflict"] == counts["refused"] == 0, counts)
        system.par("appraisals", "import", folder / "appraisals.csv", "--round", "mau-xa-2026")
        system.par("measured", "import", folder / "measured.csv", "--round", "mau-xa-2026")
        system.par("round", "close", "mau-xa-2026")
        system.par("release", "mau-xa-2026", "--kind", "official")
        scores = rows(system.scores("mau-xa-2026"))
        status = Counter(row["status"] for row in scores if row["block"] == "UBND-cấp-xã")
        check(sum(status.values()) == 99 and status["ranked"] > 50 and
              status["insufficient"] > 0, status)
        for row in scores:
            check((row["status"] == "insufficient") == (row["rank"] == "") , row)
            check(row["status"] == "insufficient" or 0 <= float(row["score"]) <= 100, row)
        print(dict(status))


main(communes)
