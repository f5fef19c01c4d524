"""Errors of the machine: disks that fail, fill up, are slow or read-only, no descriptors,
no memory, clocks that jump, processes that are stopped. Nobody gets an answer whose record
is not there, everything goes on once the machine is well again, and the words say why."""
import errno
import os
import resource
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from faults import FAIL, FOREVER, SERVICES, SHORT, WAIT, Kept, Sender, intake_pb2, journal_sheets
from raw import Peer
from system import Folder, System, check, main, wait_for
from test_watch import Watch

LONG = bool(os.environ.get("PAR_LONG"))
ACCEPTED, DUPLICATE = intake_pb2.VERDICT_ACCEPTED, intake_pb2.VERDICT_DUPLICATE
LATER = "the journal is full: try again later"


class Case:
    """A kept system with one open round; each trouble takes some of its sheets."""

    def __init__(self, code, respondents=60, leaves=4, more=None):
        self.system = Kept(more)
        self.made = Folder(code, units=6, respondents=respondents, leaves=leaves)
        self.sheets = self.made.all_sheets()

    def __enter__(self):
        self.system.__enter__()
        self.system.par("round", "open", self.made.path)
        self.sender = Sender(self.system, self.made)
        self.taken = 0
        return self

    def __exit__(self, *what):
        self.sender.close()
        self.system.__exit__(*what)

    def put(self, count=6):
        self.taken += count
        check(self.taken <= len(self.sheets), "the test needs more sheets")
        return self.sender.put_all(self.sheets[self.taken - count:self.taken])

    def healed(self):
        """All is answered; and everything that was ever answered is there, once, also after
        a kill -9."""
        answered = set(self.sender.answers)
        verdicts = self.sender.finish()
        check(set(verdicts.values()) <= {ACCEPTED, DUPLICATE}, Counter(verdicts.values()))
        self.system.keepers["collector"].process.kill()
        self.sender.again()
        verdicts = self.sender.finish()
        check(set(verdicts.values()) <= {DUPLICATE}, Counter(verdicts.values()))
        check(answered <= set(verdicts))
        sheets = journal_sheets(self.system)
        check(set(sheets.values()) <= {1}, "a sheet is in the journal twice")
        check(sum(key[0] == self.made.code for key in sheets) == self.taken, len(sheets), self.taken)
        self.system.ready()


def closed(system, made):
    system.par("round", "open", made.path)
    system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", made.code)
    system.par("round", "close", made.code)


def disk_of_the_collector():
    """EIO ends it, ENOSPC makes it refuse; neither is answered as done."""
    ends, stays = ("ended", 1), ("stays", None)
    with Case("disk") as case:
        system, faults = case.system, case.system.faults["collector"]
        for step, action, value, (what, code) in (
                ("write.before", FAIL, errno.EIO, ends), ("sync.before", FAIL, errno.EIO, ends),
                ("meta.before", FAIL, errno.EIO, ends), ("write.before", SHORT, 0, ends),
                ("meta.before", SHORT, 0, ends), ("meta.before", FAIL, errno.ENOSPC, ends),
                ("write.before", FAIL, errno.ENOSPC, stays),
                ("sync.before", FAIL, errno.ENOSPC, stays),
                ("write.before", FAIL, errno.EDQUOT, stays)):
            for times in (1, FOREVER):
                seen, log = len(system.ends("collector")), len(system.log("collector"))
                faults.arm(step, action, value, times=times)
                case.put()
                case.sender.words.clear()
                verdicts = case.sender.turn(0.3)
                check(times == 1 or not verdicts, "answered although", step, "fails", verdicts)
                new = system.log("collector")[log:]
                if what == "ended":
                    check(system.wait_end("collector", seen) == code, system.ends("collector"))
                    check("event=commit-failed" in new, new)
                    check(os.strerror(errno.EIO) in new or value == errno.ENOSPC, new)
                else:
                    check(len(system.ends("collector")) == seen, "it ended")
                    check("event=journal-full" in new and LATER in case.sender.words,
                          new, case.sender.words)
                    status, words = system.health("collector")
                    check(times == 1 or (status == 503 and "full" in words), status, words)
                faults.clear()
                case.healed()
            print(f"  {step} {os.strerror(value) if value else 'cut short'}: {what}", flush=True)


def disk_while_a_roster_is_made():
    """A command meets the same troubles; it is done once, by the same command again."""
    with Case("roster") as case:
        system, faults = case.system, case.system.faults["collector"]
        number = 0
        for step, value in (("write.before", errno.EIO), ("write.before", errno.ENOSPC),
                            ("sync.before", errno.EIO), ("sync.before", errno.ENOSPC),
                            ("meta.before", errno.ENOSPC), ("create.before", errno.ENOSPC),
                            ("create.before", errno.EMFILE), ("rename.before", errno.ENOSPC)):
            for nth in (1, 2, 3):
                number += 1
                made = Folder(f"made{number}", units=2, respondents=5, seed=number)
                faults.arm(step, FAIL, value, nth=nth)
                system.par("round", "open", made.path, "--wait", "30")
                more = made.write("late.csv", ["respondent", "size", "code"],
                                  [["N1", "s1", "C-N1"]])
                system.par("roster", "import", more, "--round", made.code, "--wait", "30")
                faults.clear()
                sender = Sender(system, made)
                sender.put_all(made.all_sheets() + [made.sheet("N1", "U1")])
                check(set(sender.finish().values()) == {ACCEPTED})
                sender.close()
        case.put()
        case.healed()
        print(f"  {number} rounds, the collector ended {len(system.ends('collector')) - 1} times",
              flush=True)


def disk_of_the_others():
    """The release comes as soon as the disk is well; it is published once."""
    with Case("others") as case:
        system, number = case.system, 0
        watch = Watch(system, "--state", system.data / "state")
        for service in ("scorer", "publisher"):
            for step, action, value in (
                    ("write.before", FAIL, errno.EIO), ("sync.before", FAIL, errno.EIO),
                    ("meta.before", FAIL, errno.EIO), ("write.before", SHORT, 0),
                    ("write.before", FAIL, errno.ENOSPC), ("sync.before", FAIL, errno.ENOSPC),
                    ("meta.before", FAIL, errno.ENOSPC)):
                number += 1
                made = Folder(f"other{number}", units=2, respondents=12, seed=number)
                closed(system, made)
                log, seen = len(system.log(service)), len(system.ends(service))
                system.faults[service].arm(step, action, value, times=FOREVER)
                process = system.par("release", made.code, "--kind", "official", "--wait", "1",
                                     code=None)
                check(process.returncode == 4 and "recorded, not yet published" in process.err or
                      service == "publisher" and process.returncode == 0, process.out, process.err)
                new = system.log(service)[log:]
                full = value == errno.ENOSPC and step != "meta.before"
                if full:
                    status, words = system.health(service)
                    check(len(system.ends(service)) == seen and status == 503, status, words)
                    check("full" in words and "disk" in words and "start" in words, words)
                else:
                    check(len(system.ends(service)) > seen and
                          set(system.ends(service)[seen:]) == {1}, system.ends(service))
                    check(os.strerror(errno.EIO) in new or value == errno.ENOSPC, new)
                system.faults[service].clear()
                if full:
                    system.restart(service)
                system.ready()
                system.par("release", made.code, "--kind", "official")
        wait_for("all releases", lambda: len(watch.lines()) == number)
        check([line["n"] for line in watch.stop()] == list(range(1, number + 1)))


def slow_sync():
    with Case("slow") as case:
        faults = case.system.faults["collector"]
        faults.arm("sync.before", WAIT, 2000, times=FOREVER)
        case.put(1)
        started = time.monotonic()
        case.sender.turn(0.1)
        case.put(24)
        case.sender.finish()
        took = time.monotonic() - started
        check(2 <= took < 9, "two commits of 2 s took", took)
        faults.clear()
        case.healed()


def full_map():
    """Ballots wait, commands pass; a start with a larger limit takes what waited."""
    with Case("full", respondents=700, leaves=200, more={
            "collector": ["--journal-bytes", str(2 << 20)]}) as case:
        system = case.system
        other = Folder("control", units=2, respondents=12, seed=2)
        system.par("round", "open", other.path)
        system.par("ballots", "import", other.ballots(other.all_sheets()), "--round", other.code)
        while not case.sender.later:
            case.put(30)
            case.sender.turn(0.02)
        check(case.sender.words == {"the journal is nearly full: try again later"},
              case.sender.words)
        status, words = system.health("collector")
        check(status == 503 and "full" in words, status, words)
        check("event=journal-nearly-full" in system.log("collector"), "the log says nothing")
        words = system.par("ballots", "send", other.ballots([other.sheet("R1", "U1", 2)]),
                           "--round", other.code, "--code-file", code_of(system, "CODE-R1"),
                           "--wait", "3", code=4)
        check("try again later" in words, words)
        system.par("round", "close", other.code)
        system.par("release", other.code, "--kind", "official")
        system.par("release", "retract", other.code, "1", "--reason", "thử rút")
        check(not set(case.sender.turn(0.5)), "a ballot was taken all the same")
        waiting = len(case.sender.waiting)
        keeper = system.keepers["collector"]
        keeper.command[-1] = str(64 << 20)
        system.restart("collector")
        case.healed()
        print(f"  {case.taken - waiting} ballots in 2 MiB, {waiting} had to wait", flush=True)


def code_of(system, code):
    path = system.data / "code"
    path.write_text(code + "\n")
    path.chmod(0o600)
    return path


def full_publisher():
    """The first release that does not fit is told; a larger limit takes it."""
    with Case("pages", respondents=40, leaves=60, more={
            "publisher": ["--releases-bytes", str(1 << 20)]}) as case:
        system, number = case.system, 0
        case.put(240)
        case.sender.finish()
        system.par("round", "close", case.made.code)
        system.par("release", case.made.code, "--kind", "official")
        while not number or done.returncode == 0:
            number += 1
            check(number < 100, "a hundred releases and not full")
            system.par("ballots", "annul", case.made.code, "--respondent", f"R{number}",
                       "--reason", "thử")
            done = system.par("release", case.made.code, "--kind", "correction", "--decision",
                              "1/QĐ", "--note", "x", "--wait", "2", code=None)
        check(done.returncode == 4 and "recorded, not yet published" in done.err, done.err)
        status, words = system.health("publisher")
        check(status == 503 and "--releases-bytes" in words, status, words)
        system.keepers["publisher"].command[-1] = str(64 << 20)
        system.restart("publisher")
        system.ready()
        watch = Watch(system)
        wait_for("all releases", lambda: len(watch.lines()) == number + 1)
        check([line["release"] for line in watch.stop()] == list(range(1, number + 2)))
        print(f"  {number} corrections", flush=True)


def read_only(case, service):
    """A volume that became read-only under the service, and then at its start."""
    system, faults = case.system, case.system.faults[service]
    seen = len(system.ends(service))
    for step in ("write.before", "meta.before", "create.before", "rename.before", "remove.before"):
        faults.arm(step, FAIL, errno.EROFS, times=FOREVER)
    if service == "collector":
        case.put()
        check(not case.sender.turn(0.3), "answered on a read-only volume")
        check(system.wait_end(service, seen) == 1)
    else:
        system.restart(service)
    wait_for("a start that is refused", lambda: len(system.ends(service)) > seen + 2)
    faults.clear()
    system.ready()
    check(os.strerror(errno.EROFS) in system.log(service), "no words of the", service)


def read_only_volume():
    with Case("readonly") as case:
        for service in SERVICES:
            read_only(case, service)
        case.healed()


def mounted_read_only(system, service, refused):
    directory = system.data / service
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "--bind", directory, directory], stderr=subprocess.DEVNULL).returncode != 0:
        return print("  no mount here: a read-only volume is shown by injection only", flush=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", directory], check=True)
        refused(service, [], os.strerror(errno.EROFS))
    finally:
        subprocess.run(["umount", directory], check=True)


def start_that_cannot_be():
    """Wrong owner, wrong mode, read-only, no memory: refused with words, and fine after."""
    with System() as system:
        made = Folder("before", units=2, respondents=12)
        closed(system, made)
        system.par("release", made.code, "--kind", "official")
        before = system.scores(made.code)
        commands = {service: system.command(service) for service in SERVICES}

        def refused(service, prefix, words):
            done = subprocess.run([*prefix, *commands[service]], stderr=subprocess.PIPE, text=True,
                                  timeout=30)
            check(done.returncode in (1, 2), service, done.returncode, done.stderr)
            check(words in done.stderr, service, prefix, done.stderr)

        system.down()
        for service in SERVICES:
            data = system.data / service
            if os.geteuid() == 0:
                stores = [path for path in data.rglob("*") if path.is_file()]
                for path in [data, *stores]:
                    os.chown(path, 65534, 65534)
                without = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]
                refused(service, without, os.strerror(errno.EACCES))
                for path in [data, *stores]:
                    os.chown(path, 0, 0)
            else:
                data.chmod(0)
                refused(service, [], os.strerror(errno.EACCES))
                data.chmod(0o700)
            refused(service, ["prlimit", "--as=400000000"], os.strerror(errno.ENOMEM))
            mounted_read_only(system, service, refused)
        system.up()
        check(system.scores(made.code) == before)


def no_descriptors():
    """Clients that are there are served, new ones wait until there are descriptors again."""
    with Case("files") as case:
        system = case.system
        case.put()
        case.sender.finish()
        pid = system.pid("collector")
        used = {int(name) for name in os.listdir(f"/proc/{pid}/fd")}
        free = min(set(range(len(used) + 1)) - used)  # what the next one would be
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (free, before[1]))
        late = Peer(system, "operator")
        case.put()
        check(set(case.sender.finish().values()) == {ACCEPTED}, "an old client is not served")
        late.send(manifest=intake_pb2.ManifestQuery(round=case.made.code.encode(), part=1))
        check(late.receive(wait_ms=1000) is None, "a new client found a descriptor")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        check(late.receive() is not None, "the new client was never served")
        late.close()
        check(system.ends("collector") == [], "it ended")
        case.healed()
        faults = system.faults["collector"]
        for step in ("open", "socket"):
            log, seen = len(system.log("collector")), len(system.ends("collector"))
            faults.arm(step, FAIL, errno.EMFILE, times=FOREVER)
            system.restart("collector")
            wait_for("a start that is refused", lambda: len(system.ends("collector")) > seen + 1)
            faults.clear()
            system.ready()
            check(os.strerror(errno.EMFILE) in system.log("collector")[log:], "no words,", step)
        case.healed()


def clocks():
    """Jumps of the time of day, both ways: ballots, commands and releases go on, and a round
    that closes by itself is not closed by a clock that is set wrong for a while."""
    hour = 3600
    with Case("clock") as case:
        system = case.system
        auto = Folder("auto", units=2, respondents=12, seed=3)
        rules = (auto.path / "round.json").read_text()
        closes = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2 * hour))
        (auto.path / "round.json").write_text(
            rules.replace('{"round"', f'{{"auto_close": true, "closes": "{closes}", "round"', 1))
        system.par("round", "open", auto.path)
        for wall in (30 * hour, -30 * hour, 0):
            for service in SERVICES:
                system.faults[service].clock(wall)
            case.put()
            check(set(case.sender.finish().values()) == {ACCEPTED})
            sheet = auto.sheet(f"R{2 + wall // hour // 30}", "U1")
            system.par("ballots", "import", auto.ballots([sheet]), "--round", "auto")
            wait_for("its words", lambda: "event=clock-set" in system.log("collector"))
            time.sleep(1.2)  # a look at the clock, at least
            check("state open" in words_of(system, "auto"), "closed by a wrong clock", wall)
            trial = Folder(f"then{wall // hour + 30}", units=2, respondents=12, seed=4)
            closed(system, trial)
            system.par("release", trial.code, "--kind", "official")
        case.healed()
        # a clock that stays where it is, is believed after ten minutes
        system.faults["collector"].clock(3 * hour)
        time.sleep(1.2)
        check("state open" in words_of(system, "auto"))
        system.faults["collector"].clock(3 * hour + 700, 700)
        wait_for("the closing", lambda: "state closed" in words_of(system, "auto"))


def words_of(system, code):
    return " ".join(system.par("round", "status", code).split())


def stopped():
    """SIGSTOP for longer than anybody waits for an answer; the messages pile up meanwhile."""
    seconds = 60 if LONG else 8
    with Case("stop") as case:
        system = case.system
        other = Folder("other", units=2, respondents=12, seed=2)
        closed(system, other)
        case.put()
        case.sender.finish()
        pids = [system.pid(service) for service in SERVICES]
        os.kill(pids[1], signal.SIGSTOP)
        os.kill(pids[2], signal.SIGSTOP)
        release = system.start("release", other.code, "--kind", "official", "--wait", "90")
        wait_for("the release entry", lambda: "kind=release" in system.log("collector"))
        os.kill(pids[0], signal.SIGSTOP)
        case.put(60)
        check(not case.sender.turn(seconds), "answered by a process that stands still")
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        case.sender.finish()
        out, err = release.communicate(timeout=100)
        check(release.returncode == 0, out, err)
        check([system.ends(service) for service in SERVICES] == [[], [], []], "a service ended")
        case.healed()


def memory_of(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmSize:"):
            return int(line.split()[1]) << 10


def no_memory():
    """The process ends in words where it cannot go on; what it answered is there."""
    with Case("memory", respondents=2000) as case:
        system, pid = case.system, case.system.pid("collector")
        size = memory_of(pid)
        resource.prlimit(pid, resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))
        while not system.ends("collector") and case.taken + 500 <= len(case.sheets):
            case.put(500)
            case.sender.turn(0.2)
        words, ended = system.log("collector"), system.ends("collector")[:1]
        check(ended and ended[0] not in (0, -signal.SIGSEGV), ended)
        check(os.strerror(errno.ENOMEM) in words or "OUT OF MEMORY" in words, words[-500:])
        print(f"  ended {ended} after {len(case.sender.answers)} answers", flush=True)
        case.healed()


if __name__ == "__main__":
    main(disk_of_the_collector, disk_while_a_roster_is_made, disk_of_the_others, slow_sync,
         full_map, full_publisher, read_only_volume, start_that_cannot_be, no_descriptors, clocks,
         stopped, no_memory)
