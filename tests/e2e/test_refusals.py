"""Wrong input of every kind is refused with words, and nothing of it is taken."""
import os
import shutil
import subprocess
import time
from raw import DONE, REFUSED, Peer, ballot, command_part, intake_pb2, rules_of
from system import Folder, System, check, main, summary, wait_for


def words_of(reply):
    faults = list(reply.faults)
    for sheet in reply.ack.sheets:
        faults += list(sheet.faults)
    return b"; ".join(faults).decode()


def bad_sheets():
    made = Folder("bad")
    with System() as system:
        system.par("round", "open", made.path)
        peer = Peer(system, "intake")
        manifest = peer.manifest("bad")
        rules = rules_of(manifest)

        def submit(message, code=b"CODE-R1"):
            data = message if isinstance(message, bytes) else message.SerializeToString()
            return peer.ask(submit=intake_pb2.Submit(code=code, ballot=data))

        def refused(name, message, *expected, **more):
            reply = submit(message, **more)
            verdicts = {sheet.verdict for sheet in reply.ack.sheets}
            check(reply.outcome == REFUSED or verdicts == {intake_pb2.VERDICT_REFUSED}, name, reply)
            words = words_of(reply)
            check(words and all(word in words.lower() for word in expected), name, ":", words)

        good = ballot("bad", rules).SerializeToString()
        refused("unknown unit", ballot("bad", rules, unit=99), "unit")
        refused("unit 0", ballot("bad", rules, unit=0), "unit")
        refused("too few criteria", ballot("bad", rules, answers=b"\1\2\3"), "answers")
        refused("too many criteria", ballot("bad", rules, answers=b"\1\2\3\4\5"), "answers")
        refused("unknown score", ballot("bad", rules, answers=b"\1\2\3\6"), "answer")
        refused("answer 0", ballot("bad", rules, answers=b"\0\2\3\4"), "answer")
        refused("revision 0", ballot("bad", rules, revision=0), "revision")
        refused("revision 1001", ballot("bad", rules, revision=1001), "revision")
        refused("unknown round", ballot("nowhere", rules), "round")
        refused("other rules", ballot("bad", bytes(32)), "rules")
        refused("a stranger", good, "code", code=b"NOT-A-CODE")
        refused("bad UTF-8", ballot(b"b\xffd", rules))
        refused("newer version", ballot("bad", rules, version=2), "version")
        refused("no nonce", ballot("bad", rules, nonce=b""), "random")
        refused("no sheet", intake_pb2.Ballot(version=1, round=b"bad", rules=rules,
                                              nonce=bytes(32)), "sheet")
        refused("unknown field", good + b"\xf8\x07\x01")
        refused("overlong varint", b"\x08\x81\x00" + good[2:])
        refused("fields in another order", good[2:] + good[:2])
        refused("cut short", good[:-1])
        refused("too large", good + bytes(61 * 1024), "61440")
        twice = ballot("bad", rules)
        twice.sheets.append(twice.sheets[0])
        refused("a unit twice", twice, "unit")
        reply = peer.ask(version=2, submit=intake_pb2.Submit(code=b"CODE-R1", ballot=good))
        check(reply.outcome == REFUSED and "version" in words_of(reply), reply)
        reply = peer.ask(submit=intake_pb2.Submit(respondent=b"R1", ballot=good))
        check(reply.outcome == REFUSED, "intake may not name a respondent", reply)
        close = intake_pb2.Command(close=intake_pb2.CloseRound(round=b"bad"))
        reply = peer.ask(command=command_part(close))
        check(reply.outcome == REFUSED and "role" in words_of(reply).lower(), reply)
        status = " ".join(system.par("round", "status", "bad").split())
        check("sheets taken 0" in status, "nothing of it was taken:", status)
        reply = submit(good)
        check(reply.outcome == DONE and
              reply.ack.sheets[0].verdict == intake_pb2.VERDICT_ACCEPTED, reply)
        # over the limit of a message the connection ends; an honest peer is served on
        peer.send(submit=intake_pb2.Submit(code=b"CODE-R1", ballot=bytes(70 * 1024)))
        check(peer.receive(500) is None)
        other = Peer(system, "intake")
        check(other.manifest("bad").code == b"bad")
        other.close()
        peer.close()


def keys():
    made = Folder("keys", respondents=12)
    with System() as system:
        stranger = system.data / "stranger"
        system.par("keys", "new", "guest", "--role", "operator", "--dir", stranger)
        words = system.par("round", "open", made.path, "--key", stranger / "guest.key",
                           "--wait", "2", code=3)
        check("not admitted" in words, words)
        for name, peer in (("no key", Peer(system)), ("unknown", Peer(system, path=stranger / "guest.key")),
                           ("other role", Peer(system, "downstream"))):
            check(peer.handshake_failed(), name, "got in")
            peer.send(status=intake_pb2.StatusQuery())
            check(peer.receive(500) is None, name, "was answered")
            peer.close()
        words = system.par("round", "close", "keys", "--key", system.data / "keys/operator.key",
                           code=3)
        check("role" in words.lower() or "releaser" in words, words)
        # once its key is admitted, a waiting client goes on without a restart of anything
        waiting = system.start("round", "open", made.path, "--key", stranger / "guest.key",
                               "--wait", "60")
        time.sleep(1)
        shutil.copy(stranger / "guest.pub", system.data / "allow")
        os.kill(system.pid("collector"), 1)
        out, err = waiting.communicate(timeout=90)
        check(waiting.returncode == 0, out, err)
        # and a revoked key is refused at its next message
        peer = Peer(system, path=stranger / "guest.key")
        check(peer.ask(status=intake_pb2.StatusQuery()).outcome == DONE)
        (system.data / "allow/guest.pub").unlink()
        os.kill(system.pid("collector"), 1)

        def revoked():
            peer.send(status=intake_pb2.StatusQuery())
            reply = peer.receive(1000)
            return reply is None or reply.outcome == REFUSED
        wait_for("the revocation", revoked)
        peer.close()


def one_process_a_directory():
    with System() as system:
        for service in ("collector", "scorer", "publisher"):
            command = system.command(service)
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, timeout=60)
            check(done.returncode != 0, service, "started twice")
            check("another process" in done.stdout or "lock" in done.stdout, done.stdout)


def open_rounds_stay_closed():
    made = Folder("open")
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "open")
        words = system.par("release", "open", "--kind", "official", code=3)
        check("open" in words, words)
        words = system.par("scores", "open", "--draft", code=3)
        check("closed" in words, words)
        system.par("scores", "open", code=3)
        words = system.par("round", "open", made.path, code=3)
        check("open" in words, "the same code again:", words)
        system.par("release", "open", "--kind", "trial", code=3)
        system.par("round", "close", "open")
        system.par("round", "close", "open", code=3)
        late = made.sheet("R1", "U1", 9)
        answer = system.par("ballots", "import", made.ballots([late]), "--round", "open", code=3)
        check(summary(answer)["refused"] == 1 and "closed" in answer, answer)
        system.par("release", "open", "--kind", "trial", code=3)
        words = system.par("release", "open", "--kind", "correction", code=3)
        check("official" in words, words)
        system.par("release", "open", "--kind", "official")
        words = system.par("round", "void", "open", "--reason", "x", code=3)
        check("release" in words, words)
        system.par("round", "status", "nowhere", code=3)


def faulty_folder():
    """One fault of every kind; all are told at once, with file and line."""
    made = Folder("faulty")
    path = made.path
    (path / "round.json").write_text("""{
  "round": "faulty",
  "title": {"vi": "Kỳ lỗi"},
  "scales": {"one": {"levels": 1}, "fall": {"levels": 3, "values": ["0", "60", "50"]},
    "five": {"levels": 5}},
  "minimum": {"full_rank": 5, "rank": 30},
  "bands": [{"from": "10", "name": {"vi": "a"}}, {"from": "90", "name": {"vi": "b"}},
    {"from": "50", "name": {"vi": "c"}}],
  "strata": ["size"],
  "bonus_max": 2,
  "colour": "red"
}""")
    made.write("criteria.csv", ["code", "parent", "points", "source", "scale", "name_vi",
                                "name_en", "lo", "hi"],
               [["1", "", 9, "", "", "a", "", "", ""],
                ["1.1", "1", 5, "survey", "five", "b", "", "", ""],
                ["1.2", "1", 0, "survey", "five", "c", "", "", ""],
                ["1.2", "1", 1, "survey", "five", "d", "", "", ""],
                ["1.3", "9", 1, "survey", "five", "e", "", "", ""],
                ["1.4", "1", 1, "survey", "six", "f", "", "", ""],
                ["1.5", "1", 1, "measured", "", "g", "", "5", "5"],
                ["1.6", "1", 1, "guessed", "", "h", "", "", ""],
                ["1.7", "1", "x", "survey", "five", "i", "", "", ""],
                ["2", "", 9, "", "", "j", "", "", ""],
                ["2.1", "2", 5, "survey", "five", "k", "", "", ""]])
    made.write("units.csv", ["code", "block", "name_vi", "name_en", "excludes", "colour"],
               [["U1", "B1", "a", "", "", ""], ["U1", "B1", "b", "", "", ""],
                ["U2", "B1", "c", "", "7.7", ""], ["", "B1", "d", "", "", ""]])
    made.write("strata.csv", ["size", "members"], [["s1", 1], ["s2", 40], ["s2", 40]])
    with open(path / "roster.csv", "ab") as file:
        file.write("R1,s1,X\n,s1,Y\nR99,s9,Z\nR98,s1,CODE-R1\n".encode())
        file.write(b"R\xff97,s1,W\n")
    env = {**os.environ, "PATH": f"{os.environ['PAR_BIN']}:{os.environ['PATH']}"}
    done = subprocess.run(["par", "round", "check", path], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    check(done.returncode == 3, done.returncode, done.stderr)
    for expected in ("criteria.csv:11", "criteria.csv:4", "criteria.csv:5", "criteria.csv:6",
                     "criteria.csv:7", "criteria.csv:8", "criteria.csv:9", "criteria.csv:10",
                     "units.csv:1", "units.csv:3", "units.csv:4", "units.csv:5", "strata.csv:4",
                     "roster.csv:42", "roster.csv:43", "roster.csv:44", "roster.csv:45",
                     "roster.csv:46", "round.json:4", "round.json:6", "round.json:7",
                     "round.json:10", "round.json:11", "strata.csv:2"):
        check(expected + ":" in done.stderr, expected, "is not told:\n" + done.stderr)
    (path / "round.json").write_text('{"round": "a",\n "round": "b"}')
    done = subprocess.run(["par", "round", "check", path], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    check(done.returncode == 3 and "round.json:2" in done.stderr, done.stderr)


main(faulty_folder, bad_sheets, keys, one_process_a_directory, open_rounds_stay_closed)
