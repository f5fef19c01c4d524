"""A backup follows the journal, a restore goes on from it with higher numbers, and who is
ahead of the restored journal says what to do."""
import json
import os
import shutil
import signal
import struct
import subprocess
import urllib.request
from system import SERVICES, Folder, System, check, main, wait_for

MARK = b"\x01\x02\x03\x04\x05\x04\x03\x02\x01\x05\x03\x01"


def counts(text):
    return dict(line.split(None, 1) for line in text.splitlines() if " " in line)


def watched(system, items):
    """The lines of par watch, once there are so many; as the file that a restore wants."""
    path = system.data / "published.jsonl"
    path.write_text("")
    with open(path, "w") as out:
        watch = system.start("watch", stdout=out)
        wait_for(f"{items} lines of par watch",
                 lambda: len(path.read_text().splitlines()) >= items)
        watch.send_signal(signal.SIGTERM)
        check(watch.wait(60) == 0, watch.stderr.read())
        watch.stderr.close()
    return path, [json.loads(line) for line in path.read_text().splitlines()]


def page(system, code, number, file):
    url = f"{system.env['PAR_SITE']}/{code}/{number}/{file}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def figures(system, code, number):
    return ([page(system, code, number, name) for name in ("", "scores.csv", "scores.json")],
            system.scores(code, "--release", number), system.result_hash(code, "--release", number))


def log(system, service):
    return (system.data / "log" / f"{service}.log").read_text()


def keys_by_hand(system, copies):
    for key in (system.data / "collector/roster").glob("*.key"):
        shutil.copy(key, copies / "roster" / key.name)


def backup_follows_ballots():
    """While sheets come in; again it goes on; nothing is new the third time."""
    made = Folder("theo", respondents=60)
    with System() as system:
        copies = system.data / "copies"
        system.par("round", "open", made.path)
        sheets = made.all_sheets()
        importing = system.start("ballots", "import", made.ballots(sheets), "--round", made.code)
        first = counts(system.par("backup", copies))
        check(importing.wait(120) == 0, importing.stderr.read())
        importing.stdout.close(), importing.stderr.close()
        check(1 <= int(first["entries"]) <= len(sheets) + 1, first)
        second = counts(system.par("backup", copies))
        check(int(second["entries"]) == len(sheets) + 1, second)
        check(int(first["entries"]) + int(second["new"]) == int(second["entries"]), first, second)
        status = counts(system.par("status").replace("reachable, position ", ""))
        check(status["collector"].split()[-1] == second["position"], status, second)
        third = counts(system.par("backup", copies))
        check(third["new"] == "0" and third["position"] == second["position"], third)
        whole = system.par("doctor")
        check(f"entries 1 to {len(sheets) + 1}, whole" in whole, whole)
        print("  a backup ends where the journal was, and goes on from there", flush=True)
        busy = system.par("doctor", "--data", system.data, code=1)
        check("another process works on it" in busy, busy)
        print("  doctor --data waits for nobody: the services must be stopped", flush=True)


def damage_under_running_services():
    """The collector meets the damage and ends; doctor says how far it came and where to look."""
    made = Folder("duoi", respondents=5, leaves=len(MARK))
    with System() as system:
        system.par("round", "open", made.path)
        sheets = made.all_sheets()
        for name, some in (("a", sheets[:5]), ("b", [made.sheet("R2", "U3", 1, list(MARK))])):
            system.par("ballots", "import", made.ballots(some, name), "--round", made.code)
        file = system.data / "collector/journal/data.mdb"
        data = file.read_bytes()
        with open(file, "r+b") as out:
            at = data.find(MARK)
            while at >= 0:
                out.seek(at + 3)
                out.write(b"\x05")
                at = data.find(MARK, at + 1)
        done = system.par("doctor", "--wait", 2, code=None)
        check(done.returncode in (1, 4), done.returncode)
        check("its log says why" in done.err, done.err)
        check("checksum" in log(system, "collector"), log(system, "collector"))
        print("  doctor under running services: the collector ends and says why", flush=True)


def without_first_page(data):
    """Of an LMDB file: its branch pages lead to no page any more where the first records lay."""
    data = bytearray(data)
    for page in range(0, len(data), 4096):
        flags, lower = struct.unpack_from("<HH", data, page + 10)
        if flags == 1 and lower > 16:
            node = page + struct.unpack_from("<H", data, page + 16)[0]
            struct.pack_into("<H", data, node, 0x7fff)
    return bytes(data)


def damaged_copy_is_named():
    made = Folder("hong", respondents=5, leaves=len(MARK))
    with System() as system:
        copies = system.data / "copies"
        system.par("round", "open", made.path)
        sheets = made.all_sheets()
        for name, some in (("a", sheets[:5]), ("b", [made.sheet("R2", "U3", 1, list(MARK))]),
                           ("c", sheets[6:])):  # entries 2 to 6, 7, 8 to 16
            system.par("ballots", "import", made.ballots(some, name), "--round", made.code)
        system.par("backup", copies)
        system.down()
        check("chain whole" in system.par("doctor", "--data", system.data), "not whole")
        for lost, words in (("1", "roster/1: its records are missing"),
                            ("1.key", "roster/1.key: it is missing")):
            part = system.data / "collector/roster" / lost
            part.rename(system.data / "aside")
            said = system.par("doctor", "--data", system.data, code=1)
            check(words in said and "from a copy" in said, said)
            (system.data / "aside").rename(part)
        for store, words in ((system.data / "collector/journal", "collector/journal"),
                             (copies / "journal", None)):
            file = store / "data.mdb"
            data = file.read_bytes()
            check(MARK in data, "entry 7 is not there")
            damaged = data.replace(MARK, MARK[:3] + b"\x05" + MARK[4:])  # old pages too
            file.write_bytes(damaged)
            if words:
                said = system.par("doctor", "--data", system.data, code=1)
                check("table records, record number 7: its checksum" in said, said)
                check("par restore" in said and "scorer/results 1 records, whole" in said, said)
                file.write_bytes(without_first_page(data))
                said = system.par("doctor", "--data", system.data, code=1)
                check("a page is missing" in said and "par restore" in said, said)
        said = system.par("doctor", "--data", copies, code=1)
        check("record number 7: its checksum" in said and "another copy" in said, said)
        said = system.par("restore", copies, "--data", system.data / "new",
                          "--published", "none", code=1)
        check("entry 7" in said and "another copy" in said, said)
        check(not (system.data / "new").exists(), "something was made")
        print("  doctor and restore name the damaged entry; nothing is made of it", flush=True)


def lost_collector_is_restored():
    """The copy is older than what is published: two releases and a retraction are gone."""
    made = Folder("lai", respondents=40)
    with System() as system:
        copies = system.data / "copies"
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", made.code)
        system.par("round", "close", made.code)
        system.par("release", made.code, "--kind", "official", "--note", "lần đầu")
        system.par("backup", copies)
        system.par("roster", "backup", made.code, copies)
        system.par("ballots", "annul", made.code, "--respondent", "R1", "--reason", "nhầm")
        system.par("release", made.code, "--kind", "correction", "--note", "lần hai")
        system.par("release", "retract", made.code, 2, "--reason", "sai")
        system.par("release", made.code, "--kind", "correction", "--note", "lần ba")
        published, lines = watched(system, 4)
        check([line["type"] for line in lines] == ["release", "release", "retraction", "release"],
              lines)
        state = system.data / "state"
        with open(system.data / "read", "w") as out:
            watch = system.start("watch", "--state", state, stdout=out)
            wait_for("the state of a reader", lambda: state.exists() and ":4:" in state.read_text())
            watch.send_signal(signal.SIGTERM)
            watch.wait(60)
            watch.stderr.close()
        before = figures(system, made.code, 1)
        new = system.data / "collector-new"

        # the disk of the collector is gone
        commands = {service: system.command(service) for service in SERVICES}
        system.kill("collector")
        said = system.par("restore", copies, "--data", system.data / "scorer",
                          "--published", published, code=2)
        check("not empty" in said, said)
        said = system.par("restore", copies, "--data", new, "--published",
                          system.data / "nowhere", code=2)
        check("--published none" in said and not new.exists(), said)
        said = system.par("restore", copies, "--data", new, "--published", published, code=2)
        check(f"round {made.code}: the key of its roster is missing" in said and
              not new.exists(), said)
        keys_by_hand(system, copies)
        done = system.par("restore", copies, "--data", new, "--published", published, code=None)
        check(done.returncode == 0, done.err)
        check("release 2 of round lai was published and is not in the copy" in done.err and
              "the retraction of release 2" in done.err and
              "release 3 of round lai" in done.err, done.err)
        check(counts(done.out)["lost"] == "3", done.out)
        shutil.rmtree(system.data / "collector")
        new.rename(system.data / "collector")
        print("  restored beside what is lost; what was published since is named", flush=True)

        # who is ahead refuses and says what to do; it is done to the word
        system.down()
        system.spawn("collector", commands["collector"])
        scorer = system.spawn("scorer", commands["scorer"])
        check(scorer.wait(60) == 1, "the scorer of the lost journal goes on")
        check("delete the directory results" in log(system, "scorer"), log(system, "scorer"))
        shutil.rmtree(system.data / "scorer/results")
        system.spawn("scorer", commands["scorer"])
        system.spawn("publisher", commands["publisher"])
        wait_for("the alarm of the publisher",
                 lambda: "move the directory releases" in log(system, "publisher"))
        check("nothing was replaced" in log(system, "publisher"), "it says nothing of that")
        said = system.par("doctor", code=1)
        check("made from another journal" in said and "move its store aside" in said, said)
        check(page(system, made.code, 3, "scores.csv"), "what is published is gone")
        system.kill("publisher", signal.SIGTERM)
        (system.data / "publisher/releases").rename(system.data / "releases-before")
        system.up()
        print("  scorer and publisher refuse; their words lead to a system that runs", flush=True)

        check(figures(system, made.code, 1) == before, "release 1 is not the same to the byte")
        done = system.par("watch", "--state", state, code=None)
        check(done.returncode == 1 and "start again from the first item" in done.err, done.err)
        _, lines = watched(system, 4)
        check([(line["n"], line["release"], line["type"]) for line in lines] ==
              [(1, 1, "release"), (2, 2, "retraction"), (3, 2, "retraction"),
               (4, 3, "retraction")], lines)
        front = urllib.request.urlopen(f"{system.env['PAR_SITE']}/en.html", timeout=10).read()
        check(b"is withdrawn: the journal was restored" in front, front.decode())
        check(json.loads(system.par("scores", made.code, "--format", "json"))["release"] == 1,
              "the newest that stands is not release 1")
        system.par("scores", made.code, "--release", 2, code=3)
        system.par("ballots", "annul", made.code, "--respondent", "R1", "--reason", "nhầm")
        out = system.par("release", made.code, "--kind", "correction", "--note", "sau khôi phục")
        check("release 4" in out, out)
        _, lines = watched(system, 5)
        check((lines[-1]["n"], lines[-1]["release"], lines[-1]["type"]) == (5, 4, "release"), lines)
        export = system.data / "lai.export"
        system.par("journal", "export", made.code, export)
        again = json.loads(system.par("recompute", export, "--release", 4, "--format", "json"))
        check(again["result_hash"] == system.result_hash(made.code, "--release", 4), again)
        check("withdrawn" in system.par("recompute", export, "--release", 3, code=3), "no words")
        print("  release 1 is the same to the byte, the next one is number 4 at place 5", flush=True)

        # the backup that the restore was made of does not go on in the restored journal
        said = system.par("backup", copies, code=1)
        check("forked" in said and "another directory" in said, said)
        other = counts(system.par("backup", system.data / "copies-2"))
        system.par("backup", system.data / "copies-2")
        status = counts(system.par("status").replace("reachable, position ", ""))
        check(status["collector"].split()[-1] == other["position"], status, other)
        check("whole" in system.par("doctor"), "doctor")
        system.down()
        check("chain whole" in system.par("doctor", "--data", system.data), "not whole")
        print("  the old backup says forked; a new one is whole", flush=True)


def open_round_needs_its_roster():
    made = Folder("mo", respondents=12)
    with System() as system:
        copies = system.data / "copies"
        system.par("round", "open", made.path)
        sheets = made.all_sheets()
        system.par("ballots", "import", made.ballots(sheets[:20]), "--round", made.code)
        system.par("backup", copies)
        arguments = ("restore", copies, "--data", system.data / "new", "--published", "none")
        said = system.par(*arguments, code=2)
        check(f"par roster backup {made.code}" in said and "1.key" in said and
              "roster/1.forgotten" in said, said)
        (copies / "roster").mkdir()
        (copies / "roster/1.forgotten").touch()  # as it says, for a roster lost for good
        system.par(*arguments)
        check((system.data / "new/roster/1.forgotten").exists(), "it is not forgotten")
        shutil.rmtree(system.data / "new")
        (copies / "roster/1.forgotten").unlink()
        system.par("roster", "backup", made.code, copies)
        said = system.par(*arguments, code=2)
        check("par roster backup" not in said and "roster/1.key" in said, said)
        check(not (system.data / "new").exists(), "something was made")
        keys_by_hand(system, copies)
        system.par(*arguments)
        open_to = [path for path in (system.data / "new").rglob("*") if path.stat().st_mode & 0o077]
        check(open_to == [], "others may read", open_to)
        system.down()
        shutil.rmtree(system.data / "collector")
        shutil.rmtree(system.data / "scorer/results")
        (system.data / "new").rename(system.data / "collector")
        system.up()
        out = system.par("ballots", "import", made.ballots(sheets), "--round", made.code)
        check("accepted 16" in " ".join(out.split()) and "duplicate 20" in " ".join(out.split()), out)
        print("  refused without its roster; with it, sheets are known and go on", flush=True)


def files_of(top):
    return {path: (path.stat().st_mtime_ns, path.stat().st_size)
            for path in [top, *top.rglob("*")]}


ALONE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]


def on_read_only_volume(system, copies, *arguments):
    """par, for which `copies` lies on a volume that nobody can write to."""
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec par "$@"'
    done = subprocess.run([*ALONE, "sh", "-c", script, copies, *map(str, arguments)],
                          env=system.env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    check(done.returncode == 0, done.stderr)
    return done.stdout


def read_only_copy_is_restored():
    """A copy is only read: it may lie on a medium that cannot be written to."""
    if subprocess.run([*ALONE, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("  NOT TESTED: this machine lets nobody make a read-only volume", flush=True)
        return
    made = Folder("doc", respondents=12)
    with System() as system:
        copies = system.data / "copies"
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", made.code)
        system.par("backup", copies)
        system.par("roster", "backup", made.code, copies)
        keys_by_hand(system, copies)
        system.down()
        for lock in (copies / "lock", copies / "journal/lock.mdb", copies / "journal.head"):
            lock.unlink()  # as after a plain copy of what matters
        before = files_of(copies)
        said = on_read_only_volume(system, copies, "doctor", "--data", copies)
        check("chain whole" in said, said)
        said = on_read_only_volume(system, copies, "restore", copies, "--data",
                                   system.data / "new", "--published", "none")
        check(files_of(copies) == before, "the copy was changed")
        entries = counts(said)["entries"]
        for part in ("collector", "scorer/results"):
            shutil.rmtree(system.data / part)
        (system.data / "new").rename(system.data / "collector")
        system.up()
        check(counts(system.par("backup", system.data / "again"))["entries"] ==
              str(int(entries) + 1), "entries are missing")
        print("  restored from a read-only volume, which is not touched", flush=True)


main(backup_follows_ballots, damage_under_running_services, damaged_copy_is_named, lost_collector_is_restored,
     open_round_needs_its_roster, read_only_copy_is_restored)
