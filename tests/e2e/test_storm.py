"""kill -9 at every step at which something changes hands, in every service, in every
phase of a round, while clients resend; and at random moments. Whatever was answered is
there once, whatever was not resolves, and every byte of a release is as without kills."""
import json
import os
import random
import shutil
import signal
import time
import urllib.request
from collections import Counter
from faults import SERVICES, STOP, Kept, Sender, intake_pb2, journal_sheets
from system import Folder, System, check, main, rows, summary, wait_for
from test_watch import Watch

LONG = bool(os.environ.get("PAR_LONG"))
EACH = 1000 if LONG else 4  # ordinals of a step in a phase
STORIES_S = 900 if LONG else 55
RANDOM_KILLS = 200 if LONG else 10
ACCEPTED, DUPLICATE = intake_pb2.VERDICT_ACCEPTED, intake_pb2.VERDICT_DUPLICATE
HANDS = ("commit.", "write.", "meta.", "sync.", "rename.", "remove.", "truncate.", "create.")


def ordinals(count):
    """The first, the last, and between them as many as there is time for."""
    if count <= EACH:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (EACH - 1) for i in range(EACH)})


class Round:
    """A round and what a story does with it, a phase at a time."""

    def __init__(self, system, code, seed):
        self.system = system
        self.made = Folder(code, units=3, respondents=12, seed=seed)
        self.late = ["N1", "N2", "N3"]
        self.roster = self.made.write("late.csv", ["respondent", "size", "code"],
                                      [[name, "s1", ""] for name in self.late])
        self.sheets = self.made.all_sheets() + [
            self.made.sheet(name, unit) for name in self.late for unit in self.made.units]
        self.sender = None
        self.codes = {}

    def phase_open(self):
        self.system.par("round", "open", self.made.path, "--wait", "60")

    def phase_roster(self):
        self.system.par("roster", "import", self.roster, "--round", self.made.code, "--wait", "60")

    def phase_codes(self):
        out = self.system.par("codes", "new", self.made.code, "--wait", "60")
        self.codes = {row["respondent"]: row["code"] for row in rows(out)}
        check(sorted(self.codes) == self.late, self.codes)

    def phase_ballots(self):
        self.sender = Sender(self.system, self.made, self.codes)
        self.sender.put_all(self.sheets)
        verdicts = self.sender.finish()
        check(set(verdicts.values()) <= {ACCEPTED, DUPLICATE}, Counter(verdicts.values()))

    def phase_close(self):
        self.system.par("round", "close", self.made.code, "--wait", "60")

    def phase_release(self):
        self.system.par("release", self.made.code, "--kind", "official", "--wait", "60")

    def phase_forget(self):
        self.system.par("roster", "forget", self.made.code, "--wait", "60")

    def resolved(self):
        """All again, after closing: each is known, so each was taken before."""
        self.sender.again()
        verdicts = self.sender.finish()
        check(set(verdicts.values()) == {DUPLICATE}, Counter(verdicts.values()))
        check(len(verdicts) == len(self.sheets), len(verdicts))
        self.sender.close()

    def published(self, *files):
        page = f"{self.system.env['PAR_SITE']}/{self.made.code}/1/"
        return [urllib.request.urlopen(page + file, timeout=10).read() for file in files]

    def result(self):
        """What has no time of day in it."""
        table, document = self.published("scores.csv", "scores.json")
        return table, json.loads(document)["result_hash"]

    def pages(self):
        return self.published("", "en.html", "scores.csv", "scores.json")


PHASES = ("open", "roster", "codes", "ballots", "close", "release", "forget", "restart")


def run(system, this, phase):
    if phase == "restart":
        for service in SERVICES:
            system.restart(service)
        system.ready()
    else:
        getattr(this, f"phase_{phase}")()


def before_phase(this, phase):
    """What has to be looked at while it can be."""
    if phase == "forget":
        this.resolved()


def counting(system):
    """How often each step is reached in each phase, where nothing is killed."""
    this, counts = Round(system, "count", 0), {}
    for phase in PHASES:
        before_phase(this, phase)
        before = {service: system.faults[service].counts() for service in SERVICES}
        run(system, this, phase)
        time.sleep(0.3)  # what a service does after the client has its answer
        for service in SERVICES:
            after = system.faults[service].counts()
            counts[service, phase] = {step: after[step] - before[service][step] for step in after
                                      if after[step] > before[service][step]}
    return counts


def points(counts):
    """Where to kill each service in each phase: (step, ordinal), first those of every step."""
    return {at: sorted(((step, nth) for step, count in steps.items() for nth in ordinals(count)),
                       key=lambda point: (point[1], not point[0].startswith(HANDS)))
            for at, steps in counts.items()}


def story(system, number, plan, met):
    """One round, every service killed once in each phase as long as the plan has a point."""
    this = Round(system, f"s{number}", number)
    for phase in PHASES:
        before_phase(this, phase)
        armed = {}
        for service in SERVICES:
            if plan[service, phase]:
                step, nth = armed[service] = plan[service, phase].pop(0)
                system.faults[service].arm(step, STOP, nth=nth)
        run(system, this, phase)
        for service, (step, nth) in armed.items():
            if system.faults[service].met(step):
                met[service, phase, step] += 1
            system.faults[service].clear()
        system.ready()
    return this


def without_kills(rounds):
    with System() as calm:
        for this in rounds:
            again = Round(calm, this.made.code, int(this.made.code[1:]))
            for phase in PHASES[:PHASES.index("forget")]:
                run(calm, again, phase)
            check(again.result() == this.result(), this.made.code, "differs after kills")
            again.sender.close()


def rebuilt(system, rounds):
    """What the scorer and the publisher make of the journal in one go is what they published."""
    before = [this.pages() for this in rounds]
    for service in ("scorer", "publisher"):
        system.keepers[service].stop()
        shutil.rmtree(system.data / service)
        (system.data / service).mkdir(mode=0o700)
        system.keepers[service].start()
    system.ready()
    last = f"/{rounds[-1].made.code}/1/"
    wait_for("the last page", lambda: system.asked(system.base(), last)[0] == 200)
    check([this.pages() for this in rounds] == before, "other pages from the journal alone")


def published_once(watch, rounds):
    wait_for("all releases in watch", lambda: len(watch.lines()) > len(rounds))
    lines = watch.stop()
    check([line["n"] for line in lines] == list(range(1, len(rounds) + 2)), "watch", lines)
    check(Counter(line["round"] for line in lines) ==
          Counter(["count"] + [this.made.code for this in rounds]), lines)


def at_every_step():
    with Kept() as system:
        counts = counting(system)
        plan, met, rounds = points(counts), Counter(), []
        watch = Watch(system, "--state", system.data / "state")
        end = time.monotonic() + STORIES_S

        def goes_on():
            late = time.monotonic() >= end
            return any(left and (left[0][1] == 1 or not late) for left in plan.values())
        while goes_on():
            rounds.append(story(system, len(rounds) + 1, plan, met))
        check(set(journal_sheets(system).values()) == {1}, "a sheet is in the journal twice")
        check(len(journal_sheets(system)) == 45 * (len(rounds) + 1), len(journal_sheets(system)))
        kept = [path.name for path in (system.data / "collector/roster").rglob("*.key*")]
        check(not kept, "a forgotten roster keeps its key", kept)
        published_once(watch, rounds)
        without_kills(rounds)
        rebuilt(system, rounds)
        for (service, phase), steps in counts.items():
            missed = [step for step in steps
                      if step.startswith(HANDS) and not met[service, phase, step]]
            check(not missed, "never killed the", service, "in", phase, "at", *missed)
        ends = Counter(code for service in SERVICES for code in system.ends(service))
        # -SIGTERM: asked to end before it could listen to that
        check(set(ends) <= {0, -signal.SIGKILL, -signal.SIGTERM}, "ended otherwise:", ends)
    print(f"  {sum(met.values())} kills at {len(met)} points of service, phase and step; "
          f"{len(rounds)} rounds; {sum(map(len, plan.values()))} ordinals left out", flush=True)


def making():
    """Killed while its store is made for the first time, each service comes up all the same."""
    with Kept() as system:
        def anew():
            for service in SERVICES:
                system.keepers[service].stop()
                shutil.rmtree(system.data / service)
                (system.data / service).mkdir(mode=0o700)
        anew()
        before = {service: system.faults[service].counts() for service in SERVICES}
        for service in SERVICES:
            system.keepers[service].start()
        system.ready()
        plan, kills = {}, 0
        for service in SERVICES:
            after = system.faults[service].counts()
            plan[service] = [(step, nth) for step in after if step.startswith(HANDS)
                             for nth in ordinals(after[step] - before[service][step])]
        while any(plan.values()):
            anew()
            armed = {service: plan[service].pop(0) for service in SERVICES if plan[service]}
            for service, (step, nth) in armed.items():
                system.faults[service].arm(step, STOP, nth=nth)
            for service in SERVICES:
                system.keepers[service].start()
            system.ready()
            for service, (step, nth) in armed.items():
                check(system.faults[service].met(step), service, "did not reach", step, nth)
                system.faults[service].clear()
            kills += len(armed)
        this = Round(system, "made", 1)
        for phase in PHASES:
            before_phase(this, phase)
            run(system, this, phase)
    print(f"  {kills} kills", flush=True)


def at_random():
    """Larger imports by par, kills at random moments while a command is under way."""
    draw, met, number = random.Random("storm"), Counter(), 0
    with Kept() as system, System() as calm:
        def commands(file, code):
            return (("ballots", "import", file, "--round", code),
                    ("round", "close", code, "--wait", "120"),
                    ("release", code, "--kind", "official", "--wait", "120"))
        while min((met[service] for service in SERVICES), default=0) < RANDOM_KILLS:
            number += 1
            made = Folder(f"r{number}", units=6, respondents=100, leaves=8, seed=number)
            file, times, results = made.ballots(made.all_sheets()), [], []
            for each in (calm, system):
                each.par("round", "open", made.path)
                for place, command in enumerate(commands(file, made.code)):
                    started = time.monotonic()
                    process = each.start(*command)
                    if each is system:
                        time.sleep(draw.uniform(0, times[place]))
                        for service in draw.sample(SERVICES, draw.choice((1, 1, 2, 3))):
                            under_way = process.poll() is None
                            system.keepers[service].process.kill()
                            met[service] += under_way
                    out, err = process.communicate(timeout=180)
                    times.append(time.monotonic() - started)
                    check(process.returncode == 0, command, process.returncode, out, err)
                    if command[1] == "import":
                        check(summary(out)["accepted"] == 6 * 100, out)
                if each is system:
                    system.ready()
                results.append((each.scores(made.code), each.result_hash(made.code)))
            check(results[0] == results[1], made.code, "differs after kills")
        check(set(journal_sheets(system).values()) == {1}, "a sheet is in the journal twice")
    print(f"  kills with a command under way: {dict(met)}, {number} rounds", flush=True)


if __name__ == "__main__":
    main(at_every_step, making, at_random)
