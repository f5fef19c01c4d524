"""deploy/demo as a newcomer runs it, twice on the same data, and its page."""
import shutil
import subprocess
import tempfile
from pathlib import Path
from system import ROOT, check, main


def demo(data):
    done = subprocess.run([ROOT / "deploy/demo", "--once", "--data", data, "--port", "0"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=900)
    check(done.returncode == 0, done.stdout, done.stderr)
    return done.stdout, done.stderr


def twice():
    data = Path(tempfile.mkdtemp(prefix="par-demo-"))
    out, err = demo(data)
    for words in ("Sở Nội vụ", "Cục Thuế", "UBND thành phố Mẫu", "Sở-ban-ngành"):
        check(words in out, "the ranking lacks", words, out)
    check("ms" in err and "waiting par watch" in err, err)
    print([line for line in err.splitlines() if "waiting par watch" in line][0])
    again, words = demo(data)
    check("is there already" in words, words)
    check([line for line in again.splitlines() if "GEN-" in line or "Sở" in line]
          == [line for line in out.splitlines() if "GEN-" in line or "Sở" in line],
          "the second run prints another ranking")
    shutil.rmtree(data)


main(twice)
