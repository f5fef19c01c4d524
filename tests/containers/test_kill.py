"""kill -9 of every container's process and `podman kill` of all, a memory limit that kills
the collector, and stops under load: the result is that of a system nobody disturbed."""
import csv
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from pods import (CONTAINERS, ROOT, Folder, Pods, check, main, podman, possible, say, summary,
                  together, wait_for)
from faults import journal_sheets
from system import System
from test_watch import Watch

ROUND = "mau-2024"
PARTS = 8  # more than there are kills: one that came too late is tried with the next
SLOWLY = "PAR_BALLOTS_PER_SECOND=1000\n"  # a part takes long enough to be met
STEP = 256 << 10  # bytes
STOP_S = 2


class Sample:
    """The sample round, its sheets in parts of whole respondents."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="par-sample-"))
        subprocess.run([ROOT / "deploy/rounds/generate", ROOT / "deploy/rounds" / ROUND,
                        self.folder], check=True)
        with open(self.folder / "ballots.csv", encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        self.sheets = len({(row[0], row[1], row[4]) for row in rows})
        numbers = {name: i % PARTS for i, name in enumerate(sorted({row[0] for row in rows}))}
        self.parts = [self.folder / f"part-{number}.csv" for number in range(PARTS)]
        for number, part in enumerate(self.parts):
            with open(part, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(row for row in rows if numbers[row[0]] == number)

    def finish(self, system):
        """From the last sheet to the result hash."""
        for what in ("appraisals", "measured"):
            system.par(what, "import", self.folder / f"{what}.csv", "--round", ROUND)
        system.par("round", "close", ROUND)
        system.par("release", ROUND, "--kind", "official", "--wait", "120")
        return system.result_hash(ROUND)


def undisturbed(sample, found):
    with System() as system:
        system.par("round", "open", sample.folder)
        system.par("ballots", "import", sample.folder / "ballots.csv", "--round", ROUND)
        found["calm"] = sample.finish(system)


def ended(importing):
    """The sheets that an import has brought to an end."""
    out, err = importing.communicate(timeout=120)
    counts = summary(out)
    check(importing.returncode == 0 and counts["conflict"] == counts["refused"] == 0, out, err)
    return counts["accepted"] + counts["replaced"] + counts["superseded"] + counts["duplicate"]


# ---- memory


def deaths(system, since):
    """How the collector's process ended since then."""
    return podman("events", "--stream=false", "--since", since, "--filter",
                  f"container={system.name('collector')}", "--filter", "event=died",
                  "--format", "{{.ContainerExitCode}}").split()


def small_memory(system, part):
    """The sheets of an import during which a limit of memory kills the collector."""
    whole = system.inspect("collector")["HostConfig"]["Memory"]
    since = str(int(time.time()))
    limit = 8 << 20
    while limit > STEP and system.limit("collector", limit - STEP):
        limit -= STEP
    sheets = ended(system.start("ballots", "import", part, "--round", ROUND))
    ends = deaths(system, since)
    check(ends and set(ends) == {"137"}, "the limit did not kill the collector", ends)
    check(not (ROOT / "deploy/oom").exists(), "the kill has left a file in deploy/")
    group = Path("/proc", str(system.pid("collector")), "cgroup").read_text()
    check(str(whole) in limits(group), "it did not come back with its own limit")
    say(f"with {limit >> 10}k of memory the collector was killed {len(ends)} times in an import of "
        f"{sheets} sheets, and came back with {whole >> 20}m")
    return sheets


def limits(group):
    """What the control groups of a process say about memory."""
    roots = ("/sys/fs/cgroup/memory", "/sys/fs/cgroup")
    return [Path(root + line.split(":", 2)[2], name).read_text().strip()
            for line in group.splitlines() for root in roots
            for name in ("memory.limit_in_bytes", "memory.max")
            if Path(root + line.split(":", 2)[2], name).exists()]


# ---- kills


def caught(system, part):
    """Starts an import and stops the collector in the middle of it; whether it was."""
    collector, before = system.pid("collector"), system.metric("collector", "par_journal_entries")
    importing = system.start("ballots", "import", part, "--round", ROUND)
    wait_for("sheets in the journal",
             lambda: system.metric("collector", "par_journal_entries") > before)
    os.kill(collector, signal.SIGSTOP)
    in_time = importing.poll() is None
    if not in_time:
        os.kill(collector, signal.SIGCONT)
    return importing, in_time


def kill_one(system, service):
    """The restart policy brings it back."""
    seconds = system.kill(service)
    if service != "collector":
        os.kill(system.pid("collector"), signal.SIGCONT)
    return f"kill -9 of the {service}: the restart policy has it back after {seconds:.1f} s"


def kill_all(system):
    """podman takes a kill by name for the wish of a person: they stay down until `up`."""
    podman("kill", *map(system.name, CONTAINERS))
    down = [service for service in CONTAINERS if not system.running(service)]
    started = time.monotonic()
    system.up()
    return (f"podman kill of all: {len(down)} of {len(CONTAINERS)} stay down; "
            f"deploy/compose up has them back after {time.monotonic() - started:.1f} s")


def kills(sample, found):
    with Pods(settings=SLOWLY) as system:
        system.par("round", "open", sample.folder)
        parts = list(sample.parts)
        sheets = small_memory(system, parts.pop(0))
        for kill in (*(lambda service=service: kill_one(system, service)
                       for service in CONTAINERS), lambda: kill_all(system)):
            in_time = False
            while not in_time:
                check(parts, "every import was over before its kill")
                importing, in_time = caught(system, parts.pop(0))
                if in_time:
                    say(kill())
                sheets += ended(importing)
        for part in parts:
            sheets += ended(system.start("ballots", "import", part, "--round", ROUND))
        counts = journal_sheets(system)
        check(sheets == len(counts) == sample.sheets and set(counts.values()) == {1}, sheets,
              len(counts), "of", sample.sheets, "sheets, or one is there twice")
        found["kills"] = sample.finish(system)
        found["page"] = system.published(f"/{ROUND}/1/")


# ---- stops


def send(system, made, stop, failures):
    """Sheets again and again, a revision higher each time."""
    try:
        revision = 0
        while not stop.is_set():
            revision += 1
            sheets = [made.sheet(name, unit, revision % 1000 + 1)
                      for name in made.respondents for unit in made.units]
            system.par("ballots", "import", made.ballots(sheets, f"{revision}.csv"),
                       "--round", made.code, "--wait", "120")
    except BaseException as failure:
        failures.append(failure)


def stops(sample, found):
    with Pods() as system:
        made, stop, failures = Folder("stops", units=10, respondents=200), threading.Event(), []
        system.par("round", "open", made.path)
        watch = Watch(system, "--state", system.data / "state")
        sending = threading.Thread(target=send, args=(system, made, stop, failures))
        sending.start()
        reader = system.connect()
        for service in CONTAINERS:
            before = system.metric("collector", "par_journal_entries")
            wait_for("load", lambda: system.metric("collector", "par_journal_entries") > before)
            reader.close()
            reader.request("GET", "/")
            reader.getresponse().read()  # and stays connected
            started = time.monotonic()
            podman("stop", system.name(service))
            seconds, code = time.monotonic() - started, system.state(service)["ExitCode"]
            check(seconds < STOP_S and code == 0, "the", service, "ended with", code, "after",
                  seconds, "s")
            say(f"podman stop of the {service} under load: {seconds:.2f} s, exit {code}")
            podman("start", system.name(service))
            system.ready()
        stop.set()
        sending.join()
        check(not failures, *failures)
        check(watch.process.poll() is None, "par watch ended")
        watch.stop()
        shutil.rmtree(made.path)


def all_of_them():
    sample, found = Sample(), {}
    together(*(lambda story=story: story(sample, found)
               for story in (undisturbed, kills, stops)))
    check(found["kills"] == found["calm"], found)
    check(found["calm"] in found["page"], "the page behind the proxy lacks the result hash")
    say("result hash as without kills:", found["calm"])
    shutil.rmtree(sample.folder)


if __name__ == "__main__":
    possible()
    main(all_of_them)
