"""An auditor's copy: from the file alone the same result, and nothing in it or on link 2
of a round that is still open."""
import hashlib
import json
import stat
import subprocess
from raw import REFUSED, FeedPeer
from system import Folder, System, check, main, rows


def opened(system, made):
    system.par("round", "open", made.path)
    system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", made.code)
    return made


def copies(system, file, *arguments):
    """What recompute prints, without any service's address or key."""
    done = subprocess.run(["par", "recompute", file, *arguments], text=True,
                          env={"PATH": system.env["PATH"]}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    check(done.returncode == 0, done.stdout, done.stderr)
    return done


def same_result():
    with System() as system:
        made = opened(system, Folder("first", units=4, blocks=2))
        other = opened(system, Folder("second", seed=2))
        file = system.data / "first.export"
        words = system.par("journal", "export", "first", file, code=3)
        check("close it first" in words and not file.exists(), words)
        system.par("round", "close", "first")
        # before a release: the draft
        out = system.par("journal", "export", "first", file)
        check("whole 162" in out, out)
        check(stat.S_IMODE(file.stat().st_mode) == 0o600, oct(file.stat().st_mode))
        check(json.loads(copies(system, file, "--format", "json").stdout)["result_hash"] ==
              system.result_hash("first", "--draft"))
        system.par("release", "first", "--kind", "official")
        system.par("ballots", "annul", "first", "--respondent", "R1", "--reason", "kiểm tra")
        system.par("release", "first", "--kind", "correction")
        system.par("journal", "export", "first", file)
        for number in (1, 2):
            release = ("--release", str(number))
            for form in ("csv", "json", "table"):
                done = copies(system, file, "--format", form, *release)
                check(done.stdout == system.par("scores", "first", "--format", form, *release),
                      "release", number, form)
            check(system.result_hash("first", *release) in done.stderr, done.stderr)
        check(copies(system, file, "--format", "csv").stdout == system.scores("first"))
        check(system.result_hash("first", "--release", "1") !=
              system.result_hash("first", "--release", "2"), "the annulment counts")
        check(len(rows(system.scores("first"))) == 4)
        words = system.par("recompute", file, "--release", "3", code=3)
        check("no release 3" in words, words)
        hidden(system, file, made, other)
        damaged(system, file)


def journal_of(system, role):
    peer = FeedPeer(system, role)
    entries = peer.entries()
    peer.close()
    return entries


def hidden(system, file, made, other):
    """The open round is there by its headers only."""
    data = file.read_bytes()
    check(f"Kỳ thử {made.code}".encode() in data, "the round itself is whole")
    journal, seen = journal_of(system, "internal"), journal_of(system, "auditor")
    check(len(journal) == len(seen))
    bare = 0
    for whole, shown in zip(journal, seen):
        round_number = int.from_bytes(whole[4:8], "big")
        check(whole[:76] == shown[:76] and whole[:76] in data)
        if round_number == 1:
            check(shown == whole and whole in data)
            continue
        bare += 1
        check(shown == whole[:76], "withheld on link 2")
        size = int.from_bytes(whole[76:78], "big")
        seal, body = whole[78:78 + size], whole[78 + size:]
        check(hashlib.sha256(body).digest() == whole[12:44])
        check(seal not in data and body not in data, "withheld in the file")
    check(bare > 100, bare)
    for text in (other.code, "Kỳ thử second", "second"):
        check(text.encode() not in data, text)


def damaged(system, file):
    data = bytearray(file.read_bytes())
    spoiled = system.data / "spoiled.export"
    for at in (len(data) // 2, len(data) - 50):
        copy = bytearray(data)
        copy[at] ^= 1
        spoiled.write_bytes(copy)
        words = system.par("recompute", spoiled, code=1)
        check("entry " in words and "copy it again" in words, words)
    spoiled.write_bytes(data[:-1])
    check("ends here" in system.par("recompute", spoiled, code=1))
    spoiled.write_bytes(data.replace(b"par-export/1", b"par-export/2", 1))
    check("newer version" in system.par("recompute", spoiled, code=1))
    spoiled.write_text("unit,score\n")
    check("not a file that" in system.par("recompute", spoiled, code=2))
    system.par("recompute", system.data / "none", code=2)
    system.par("recompute", file, "--format", "xml", code=2)


def composite(made, pool):
    """Makes a folder one of mode composite, its leaves rescaled with those of a pool."""
    rules = json.loads((made.path / "round.json").read_text())
    rules.update(mode="composite", composite={"scale": ["1", "10"], "minmax": True,
                                              "pool": pool, "max_eq_min": "5"})
    rules["bands"] = [{"from": "5", "name": {"vi": "Khá"}}]
    (made.path / "round.json").write_text(json.dumps(rules))
    criteria = rows((made.path / "criteria.csv").read_text())
    for row in criteria:
        row["points"] = 100 if row["parent"] == "" else 25
    made.write("criteria.csv", list(criteria[0]), [list(row.values()) for row in criteria])
    return made


def pooled():
    """What was pooled with a round is in its copy, void since then or not."""
    with System() as system:
        opened(system, Folder("open", respondents=12))
        opened(system, Folder("before", seed=3))
        system.par("round", "close", "before")
        opened(system, composite(Folder("after", seed=4), ["before"]))
        system.par("round", "close", "after")
        system.par("release", "after", "--kind", "official")
        file = system.data / "after.export"
        want = system.par("scores", "after", "--format", "json")
        for void in (False, True):
            if void:
                system.par("round", "void", "before", "--reason", "sai phiếu")
            out = system.par("journal", "export", "after", file)
            check(f"whole {2 * 122 + 1 + void}" in out, out)
            check(copies(system, file, "--format", "json").stdout == want)
        check("Kỳ thử before".encode() in file.read_bytes())
        check("Kỳ thử open".encode() not in file.read_bytes())
        words = system.par("journal", "export", "before", file, code=3)
        check("is void" in words, words)


def roles():
    """Who is no auditor gets nothing on link 2; nor does an auditor of what is open."""
    with System() as system:
        opened(system, Folder("roles", respondents=12))
        auditor = FeedPeer(system, "auditor")
        check(all(len(entry) == 76 for entry in auditor.entries()))
        reply = auditor.ask(part=1)
        check(reply.outcome == REFUSED and not reply.items, "no piece of a whole record", reply)
        for role in ("operator", "releaser", "intake", "downstream"):
            peer = FeedPeer(system, role)
            check(peer.handshake_failed(), role, "got in")
            peer.close()
        file = system.data / "roles.export"
        key = system.data / "keys/operator.key"
        words = system.par("journal", "export", "roles", file, "--key", key, "--wait", "2", code=3)
        check("right role" in words, words)
        # services see everything, an export of theirs is an auditor's all the same
        key = system.data / "keys/internal.key"
        words = system.par("journal", "export", "roles", file, "--key", key, code=3)
        check("still open" in words, words)
        check(not file.exists() and not file.with_suffix(".export.tmp").exists())
        words = system.par("journal", "export", "nowhere", file, code=3)
        check("no closed round nowhere" in words, words)
        system.par("round", "close", "roles")
        check(all(len(entry) > 76 for entry in auditor.entries()), "whole once it is closed")
        auditor.close()
        system.par("journal", "export", "roles", system.data / "no/such", code=2)
        system.par("journal", "export", "roles", file, "--key", key)
        mine = file.read_bytes()
        system.par("journal", "export", "roles", file)
        check(file.read_bytes() == mine, "one file for a journal, a cut and a round")
        log = (system.data / "log/collector.log").read_text()
        check('event=journal-read user="auditor.' in log, "who has read it is logged", log)
        system.down()
        copies(system, file)
        words = system.par("journal", "export", "roles", file, "--wait", "1", code=4)
        check("cannot be reached" in words, words)
        check(file.read_bytes() == mine, "the old export is still there")


main(same_result, pooled, roles)
