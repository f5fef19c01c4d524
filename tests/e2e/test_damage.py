"""A flipped byte in a store is told in words and never becomes a score."""
import json
import signal
from system import Folder, System, check, main, wait_for

MARK = b"\x01\x02\x03\x04\x05\x04\x03\x02\x01\x05\x03\x01"


def flip(path, mark):
    """Flips a bit in every copy of these bytes; LMDB keeps old pages too."""
    data, at = path.read_bytes(), -1
    check(mark in data, "the mark is not in", path)
    with open(path, "r+b") as file:
        while (at := data.find(mark, at + 1)) >= 0:
            file.seek(at + len(mark) // 2)
            file.write(bytes([mark[len(mark) // 2] ^ 4]))


def released(system, code):
    made = Folder(code, leaves=len(MARK), respondents=20)
    system.par("round", "open", made.path)
    sheets = made.all_sheets() + [made.sheet("R1", "U1", 2, list(MARK))]
    system.par("ballots", "import", made.ballots(sheets), "--round", code)
    system.par("round", "close", code)
    system.par("release", code, "--kind", "official")


def said(system, service, *words):
    log = (system.data / "log" / f"{service}.log").read_text()
    return all(word in log for word in words)


def journal_under_a_running_collector():
    with System() as system:
        released(system, "damage")
        command = system.command("scorer")
        system.kill("scorer", signal.SIGTERM)
        flip(system.data / "collector/journal/data.mdb", MARK)
        system.spawn("scorer", command)
        wait_for("the collector's end", lambda: not system.locked("collector"))
        check(said(system, "collector", "checksum"), "the collector does not say why it ended")
        check(not said(system, "scorer", "event=ready folded=62"), "the scorer took it")


def journal_at_the_start():
    with System() as system:
        released(system, "damage")
        system.down()
        flip(system.data / "collector/journal/data.mdb", MARK)
        done = system.try_up()
        check(done.returncode == 1 and "checksum" in done.stderr, done.stderr)


def stored_result():
    with System() as system:
        released(system, "damage")
        digest = bytes.fromhex(json.loads(system.par("scores", "damage", "--format", "json"))[
            "result_hash"])
        flip(system.data / "scorer/results/data.mdb", digest)
        system.par("scores", "damage", "--wait", "2", code=None)
        wait_for("the scorer's end", lambda: not system.locked("scorer"))
        check(said(system, "scorer", "checksum"), "the scorer does not say why it ended")


main(journal_under_a_running_collector, journal_at_the_start, stored_result)
