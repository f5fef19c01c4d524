"""The codes of enterprises: made, typed, mistyped, replaced, guessed, forgotten; and the
sealed roster, whose files hold no name, no code and, once forgotten, no key."""
import csv
import io
import os
import re
import shutil
import tempfile
import time
import urllib.request
from pathlib import Path
from raw import DONE, REFUSED, Peer, ballot, common_pb2, intake_pb2, rules_of
from system import ROOT, Folder, System, check, main, summary, wait_for

LATER = common_pb2.OUTCOME_TRY_LATER
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRIES = 100
SHAPE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){6}")


def codes_of(text):
    return {row["respondent"]: row["code"] for row in csv.DictReader(io.StringIO(text))}


def raw_bytes(code):
    """The 16 bytes of a code, by the definition and not by par."""
    number = 0
    for letter in code.replace("-", "")[:26]:
        number = number * 32 + ALPHABET.index(letter)
    return (number >> 2).to_bytes(16, "big")


def sample(keep):
    """The sample round, with the codes of its first `keep` enterprises only."""
    path = Path(tempfile.mkdtemp(prefix="par-round-")) / "mau-2024"
    shutil.copytree(ROOT / "deploy/rounds/mau-2024", path)
    with open(path / "roster.csv", encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines[keep:]:
        line["code"] = ""
    with open(path / "roster.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return path, lines


class Sender:
    """An enterprise: a file with its sheet, another one with its code."""

    def __init__(self, system, made):
        self.system, self.made = system, made

    def send(self, code, unit="GEN-SNV", code_=0, before="  "):
        mine = self.made / "mine.csv"
        with open(self.made / "criteria.csv", encoding="utf-8", newline="") as file:
            leaf = next(row["code"] for row in csv.DictReader(file) if row["source"] == "survey")
        mine.write_text(f"respondent,unit,criterion,answer\nme,{unit},{leaf},4\n")
        (self.made / "code.txt").write_text(f"{before}{code}\n", encoding="utf-8")
        return self.system.par("ballots", "send", mine, "--round", "mau-2024", "--code-file",
                               self.made / "code.txt", code=code_)


def typo(code, at):
    """Another character in place of one, by turns of the alphabet."""
    wrong = ALPHABET[(ALPHABET.index(code[at]) + 1 + at % 30) % 32]
    return code[:at] + wrong + code[at + 1:]


def made_and_typed():
    made, lines = sample(keep=20)
    with System() as system:
        system.par("round", "open", made)
        first = codes_of(system.par("codes", "new", "mau-2024"))
        check(len(first) == len(lines) - 20, len(first), "codes")
        check(len(set(first.values())) == len(first), "a code was made twice")
        check(all(SHAPE.fullmatch(code) for code in first.values()), "another shape")
        check(not {line["respondent"] for line in lines[:20]} & set(first),
              "a code of the roster was replaced")
        again = system.par("codes", "new", "mau-2024", code=None)
        check(again.returncode == 0 and again.out == "" and "nothing to do" in again.err,
              again.out, again.err)

        enterprise = Sender(system, made)
        one, two, *rest = list(first.values())
        check(" accepted" in enterprise.send(one), "the code as it is")
        plain = one.replace("-", "").lower().replace("0", "o").replace("1", "l")
        check(" duplicate" in enterprise.send(plain), "in small letters, without hyphens")
        check(" duplicate" in enterprise.send(one, before="\ufeff"), "as an editor saves it")
        said = enterprise.send(f"{one}\n{two}", code_=2)
        check("the code and nothing else" in said and two[:9] not in said, said)
        check(" accepted" in enterprise.send(lines[0]["code"]), "a code of the roster")
        for at in (0, 7, 33):
            said = enterprise.send(typo(two, at), code_=2)
            check("a character of this code is wrong" in said and two[:9] not in said, said)
        said = enterprise.send(one[:-1], code_=3)
        check("is not in the roster" in said, said)

        # what is acknowledged is on the disk
        system.kill("collector")
        system.up()
        check(" accepted" in enterprise.send(two), "after kill -9")

        # the old one is none at once, the roster's is not touched
        second = codes_of(system.par("codes", "new", "mau-2024", "--replace"))
        check(second.keys() == first.keys(), "others were replaced")
        check(not set(second.values()) & set(first.values()), "a code came again")
        check("is not in the roster" in enterprise.send(two, code_=3), "a replaced code works")
        whose = next(name for name, code in first.items() if code == two)
        check(" duplicate" in enterprise.send(second[whose]), "the new one is the same enterprise")
        check(" duplicate" in enterprise.send(lines[0]["code"]), "a code of the roster")
        system.kill("collector")
        system.up()
        check("is not in the roster" in enterprise.send(two, code_=3), "it came back")
        check(" duplicate" in enterprise.send(second[whose]), "the new one went")

        # late ones: only they get codes
        late = made / "late.csv"
        late.write_text("respondent,association,size,code\n"
                        "GEN-MUON,Hiệp hội Doanh nghiệp tỉnh Mẫu,nhỏ,\n")
        system.par("roster", "import", late, "--round", "mau-2024")
        third = codes_of(system.par("codes", "new", "mau-2024"))
        check(list(third) == ["GEN-MUON"], third)
        check(" accepted" in enterprise.send(third["GEN-MUON"]), "a late one")

        # nobody there: it is said what is not known
        system.kill("collector")
        dead = system.par("codes", "new", "mau-2024", "--wait", "1", code=None)
        check(dead.returncode == 4 and dead.out == "", dead.out, dead.err)


def every_file(top):
    for path in sorted(Path(top).rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()


def found(top, marks):
    return [(str(path), mark) for path, data in every_file(top) for mark in marks if mark in data]


def sealed_and_forgotten():
    made = Folder("kín", respondents=30)
    marks = {f"MẬT-DOANH-NGHIỆP-{i}": f"mã-của-riêng-{i}" for i in range(10)}
    header = ["respondent", "size", "code", "cluster"]
    none = [[f"DẤU-KHÔNG-MÃ-{i}", "s1", "", "CHÙM-BÍ-MẬT"] for i in range(20)]
    made.write("roster.csv", header, [[name, "s1", code, f"CHÙM-{name}"]
                                      for name, code in marks.items()] + none)
    with System() as system:
        system.par("round", "open", made.path)
        codes = codes_of(system.par("codes", "new", "kín"))
        for i in range(3):
            more = made.write("more.csv", header, [[f"DẤU-MUỘN-{i}", "s1", "", ""]])
            system.par("roster", "import", more, "--round", "kín")
            new = codes_of(system.par("codes", "new", "kín", "--replace"))
            check(len(new) == 21 + i, len(new))
            codes = {**codes, **{f"{name}/{i}": code for name, code in new.items()}}
        roster = system.data / "collector/roster"
        key = (roster / "1.key").read_bytes()
        check(len(key) == 32 and (roster / "1.key").stat().st_mode & 0o777 == 0o600, "the key file")
        secrets = [text.encode() for text in (*marks, *marks.values(), "CHÙM-", "DẤU-", "MẬT-")]
        secrets += [form for code in codes.values() for form in
                    (code.encode(), code.replace("-", "").encode(), raw_bytes(code))]
        check(len(secrets) > 250, len(secrets))
        check(not found(system.data, secrets), "in the clear:", found(system.data, secrets)[:5])
        check([path for path, _ in found(system.data, [key])] == [str(roster / "1.key")],
              "the key lies elsewhere", found(system.data, [key]))
        # the same search finds what is there
        check(found(made.path, secrets[:1]), "the search finds nothing at all")

        backup_of_the_roster(system, secrets, key)
        said = system.par("roster", "forget", "kín", code=3)
        check("is open and needs its roster" in said, said)
        system.par("round", "close", "kín")
        check(system.par("roster", "forget", "kín") == "forgotten kín\n", "forgetting")
        gone(system, roster, secrets, key)
        system.par("roster", "forget", "kín")  # done before is fine
        for command in (("codes", "new", "kín"), ("roster", "backup", "kín", system.data / "x")):
            said = system.par(*command, code=3)
            check("forgotten" in said, said)
        for _ in range(2):
            system.kill("collector")
            system.up()
            gone(system, roster, secrets, key)
        check(" closed" in system.par("status"), "the round itself stays")
        lost_without_a_mark(system, made, roster)


def gone(system, roster, secrets, key):
    check(sorted(path.name for path in roster.iterdir()) == ["1.forgotten"],
          list(roster.iterdir()))
    check((roster / "1.forgotten").stat().st_size == 0, "the mark is empty")
    check(not found(system.data / "collector", [*secrets, key, key[:16], key[16:]]), "left behind")


def backup_of_the_roster(system, secrets, key):
    """A copy with the key beside it is a roster again: the collector takes it."""
    copies = Path(tempfile.mkdtemp(prefix="par-copies-"))
    for _ in range(2):  # the second takes the place of the first
        done = system.par("roster", "backup", "kín", copies, code=None)
        check(done.returncode == 0 and f"roster {copies}/roster/1\n" in done.out, done.out, done.err)
        check("1.key" in done.err and "by hand" in done.err, done.err)
    check(sorted(path.name for path in (copies / "roster").iterdir()) == ["1"], "left behind")
    check(not found(copies, [*secrets, key]), "in the clear in the copy")
    roster = system.data / "collector/roster"
    system.kill("collector")
    shutil.rmtree(roster / "1")
    shutil.copytree(copies / "roster/1", roster / "1")
    system.up()
    new = system.par("codes", "new", "kín", code=None)
    check("nothing to do, each of its 33" in new.err, new.err)
    shutil.rmtree(copies)


def lost_without_a_mark(system, made, roster):
    """What is missing and was not forgotten stops the collector, with the way out."""
    other = Folder("khac")
    system.par("round", "open", other.path)
    system.par("round", "close", "khac")
    system.kill("collector")
    kept = (roster / "2.key").read_bytes()
    (roster / "2.key").unlink()
    failed = system.try_up()
    log = (system.data / "log/collector.log").read_text()
    check(failed.returncode != 0 and "put 2/ and 2.key of round khac back" in log
          and "2.forgotten" in log, log[-2000:])
    (roster / "2.forgotten").touch()
    system.up()
    check(sorted(path.name for path in roster.iterdir()) == ["1.forgotten", "2.forgotten"],
          "the mark finishes what was begun")
    check(not found(system.data / "collector", [kept]), "the key")


def journal_lost_alone():
    """A new journal in place of a lost one would have the rosters removed: none is made."""
    made = Folder("con")
    with System() as system:
        system.par("round", "open", made.path)
        system.kill("collector")
        roster, journal = system.data / "collector/roster", system.data / "collector/journal"
        before = (roster / "1.key").read_bytes()
        journal.rename(system.data / "aside")
        failed = system.try_up()
        log = (system.data / "log/collector.log").read_text()
        check(failed.returncode != 0 and "the journal is missing" in log, log[-2000:])
        check(not journal.exists() and (roster / "1.key").read_bytes() == before,
              list(roster.iterdir()))
        (system.data / "aside").rename(journal)
        system.up()
        check("con open" in " ".join(system.par("status").split()), "the round")


def metrics_of(system):
    with urllib.request.urlopen(f"http://127.0.0.1:{system.base() + 6}/metrics") as answer:
        lines = [line.split() for line in answer.read().decode().splitlines()]
    return {line[0]: int(line[1]) for line in lines if line[0] != "#"}


def guessing():
    made = Folder("doan")
    with System() as system:
        system.par("round", "open", made.path)
        peer, operator = Peer(system, "intake"), Peer(system, "operator")
        rules = rules_of(peer.manifest("doan"))

        def submit(**credential):
            sheet = ballot("doan", rules).SerializeToString()
            asked = operator if "respondent" in credential else peer
            return asked.ask(submit=intake_pb2.Submit(ballot=sheet, **credential)).outcome

        started = time.monotonic()
        outcomes = [submit(code=os.urandom(8).hex().encode()) for _ in range(3 * TRIES)]
        passed = time.monotonic() - started
        tried = outcomes.count(REFUSED)
        check(set(outcomes) == {REFUSED, LATER}, set(outcomes))
        check(TRIES <= tried <= TRIES + passed + 1, tried, "tries in", passed, "s")
        # right or wrong: the answer is the same while there is none left
        outcomes = set()
        while LATER not in outcomes:
            outcomes.add(submit(code=b"wrong"))
        check(submit(code=b"CODE-R1") in (LATER, DONE), "a right code")
        check(submit(respondent=b"R2") == DONE, "another key waits as well")
        check(submit(respondent=b"nobody") == REFUSED, "an operator's names are no tries")
        wait_for("a try to come back", lambda: submit(code=b"CODE-R1") == DONE, 10)
        metrics = metrics_of(system)
        check(metrics["par_codes_wrong_total"] >= TRIES, metrics)
        check(metrics["par_ballots_out_of_tries_total"] >= 2 * TRIES - 20, metrics)
        said = (system.data / "log/collector.log").read_text()
        check("event=out-of-tries user=\"intake" in said and "wrong" not in said, "the log")
        peer.close()
        operator.close()


def more_than_a_key_may():
    """An import that is held back waits, and loses nothing."""
    made = Folder("nhanh", respondents=100)
    with System() as system:
        limited = [*system.command("collector"), "--ballots-per-second", "150"]
        system.kill("collector")
        system.spawn("collector", limited)
        system.par("round", "open", made.path)
        started = time.monotonic()
        done = system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "nhanh",
                          code=None)
        passed = time.monotonic() - started
        check(summary(done.out)["accepted"] == 300 and done.returncode == 0, done.out, done.err)
        check("asking again" in done.err, done.err)
        check(passed >= (300 - 150) / 150, "it was let through in", passed, "s")
        metrics = metrics_of(system)
        check(metrics["par_ballots_too_fast_total"] > 0 and metrics["par_ballots_total"] == 300,
              metrics)


def an_intake_key_alone():
    """Without a code it gets refusals that tell no more than the manifest does."""
    made = Folder("cua", trial=True)
    with System() as system:
        system.par("round", "open", made.path)
        peer = Peer(system, "intake")
        rules = rules_of(peer.manifest("cua"))
        sheet = ballot("cua", rules).SerializeToString()
        asked = {
            "status": intake_pb2.StatusQuery(),
            "roster": intake_pb2.RosterQuery(round=b"cua", what=1, part=1),
            "command": common_pb2.Part(digest=b"1" * 32, index=1, count=1, data=b"x"),
        }
        for name, message in asked.items():
            check(peer.ask(**{name: message}).outcome == REFUSED, name)
        copy = intake_pb2.RosterQuery(round=b"cua", what=2, part=1)
        check(peer.ask(roster=copy).outcome == REFUSED, "copy")

        def answers():
            """What a stranger hears, under everything that is no code."""
            heard = set()
            for credential in ({}, {"code": b""}, {"code": b"x"}, {"respondent": b"R1"},
                               {"code": b"CODE-R1" * 3000}, {"code": b"R1"},
                               {"code": b"x", "import_id": 7}, {"code": b"x", "dry_run": True}):
                reply = peer.ask(submit=intake_pb2.Submit(ballot=sheet, **credential))
                check(reply.outcome == REFUSED and not reply.ack.sheets, credential, reply)
                heard.add((tuple(sorted(map(str, credential.items()))), tuple(reply.faults)))
            return heard

        before = answers()
        done = peer.ask(submit=intake_pb2.Submit(ballot=sheet, code=b"CODE-R1"))
        check(done.outcome == DONE, done)
        check(answers() == before, "an answer tells that somebody answered")
        system.par("round", "close", "cua")
        check(answers() == before, "an answer tells that the round is closed")
        system.par("roster", "forget", "cua")
        check(answers() == before, "an answer tells that the roster is forgotten")


main(made_and_typed, sealed_and_forgotten, journal_lost_alone, guessing, more_than_a_key_may,
     an_intake_key_alone)
