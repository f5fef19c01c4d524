"""Another version and back while enterprises send: no answered ballot is lost or doubled,
nobody sees an error, and the pause is printed."""
import itertools
import shutil
import subprocess
import threading
import time
from collections import Counter
from pods import (CONTAINERS, VERSION, Folder, Pods, check, image, main, podman, possible, say,
                  summary, wait_for)
from faults import Sender, intake_pb2, journal_sheets
from system import System
from test_watch import Watch

IN_FLIGHT = 50
SILENT_S = 3
NEXT = f"{VERSION}-next"
GOOD = {intake_pb2.VERDICT_ACCEPTED, intake_pb2.VERDICT_REPLACED, intake_pb2.VERDICT_DUPLICATE}


class Images:
    """The images of today under another version, with another label and so other ids."""

    NAMES = [image(name, NEXT) for name in CONTAINERS] + [f"localhost/par:{NEXT}"]

    def __enter__(self):
        for name in self.NAMES:
            subprocess.run(["podman", "build", "--quiet", "--isolation", "chroot", "--tag", name,
                            "--file", "-"], text=True, stdout=subprocess.DEVNULL, check=True,
                           input=f"FROM {name.removesuffix('-next')}\nLABEL par.test={NEXT}\n")

    def __exit__(self, kind, value, trace):
        podman("rmi", *self.NAMES)


class Client(threading.Thread):
    """Something that goes on until it is told to stop; its failure is raised at the end."""

    def __init__(self, system, made):
        super().__init__(daemon=True)  # a failed test does not wait for it
        self.system, self.made, self.rows = system, made, []
        self.stopping, self.failure, self.longest, self.answered = threading.Event(), None, 0, 0
        self.start()

    def run(self):
        try:
            self.send()
        except BaseException as failure:
            self.failure = failure

    def sheets(self):
        """Every sheet of the round, then all again with the next revision."""
        for revision in itertools.count(1):
            for name in self.made.respondents:
                for unit in self.made.units:
                    yield self.made.sheet(name, unit, revision)

    def went_on(self, before):
        if self.failure:
            raise self.failure
        return self.answered > before

    def stop(self):
        self.stopping.set()
        self.join()
        self.went_on(0)


class Enterprises(Client):
    """A connection, some ballots in flight, each kept until it is answered; another
    connection when that one is silent."""

    def send(self):
        sender, sheets, verdicts = Sender(self.system, self.made), self.sheets(), Counter()
        last = dialled = time.monotonic()
        while not self.stopping.is_set() or sender.waiting:
            while len(sender.waiting) < IN_FLIGHT and not self.stopping.is_set():
                self.rows.append(next(sheets))
                sender.put_all(self.rows[-1:])
            answers, now = sender.turn(), time.monotonic()
            if now - max(last, dialled) > SILENT_S:
                sender.dial_again()
                dialled = now
            if answers:
                verdicts.update(answers.values())
                self.longest, last = max(self.longest, now - last), now
                self.answered += len(answers)
        check(set(verdicts) <= GOOD, verdicts)
        check(not sender.later, "put off:", sender.words)
        sender.again()
        once_more = set(sender.finish().values())
        check(once_more == {intake_pb2.VERDICT_DUPLICATE}, "an answered ballot is lost", once_more)
        sender.close()


class Imports(Client):
    """par ballots import, one after another."""

    def send(self):
        sheets = self.sheets()
        while not self.stopping.is_set():
            rows = list(itertools.islice(sheets, 500))
            started = time.monotonic()
            counts = summary(self.system.par("ballots", "import", self.made.ballots(rows),
                                             "--round", self.made.code))
            self.longest = max(self.longest, time.monotonic() - started)
            taken = counts["accepted"] + counts["replaced"] + counts["duplicate"]
            check(taken == len(rows), counts)
            self.rows += rows
            self.answered += taken


def go_over(system, version, clients):
    for client in clients:
        client.longest = 0
    system.version, started = version, time.monotonic()
    system.up()
    seconds = time.monotonic() - started
    before = [client.answered for client in clients]
    for client, there in zip(clients, before):
        wait_for(f"answers to {type(client).__name__} after it", lambda: client.went_on(there))
    running = {system.inspect(service)["ImageName"].rsplit(":", 1)[1] for service in CONTAINERS}
    check(running == {version}, "runs", running)
    say(f"to {version} in {seconds:.1f} s: longest pause between two answers "
        f"{clients[0].longest:.1f} s, longest import {clients[1].longest:.1f} s")


def finish(system, made):
    system.par("round", "close", made.code)
    system.par("release", made.code, "--kind", "official")
    return system.result_hash(made.code)


def under_load():
    rounds = [Folder("upgrade", units=5, respondents=100), Folder("imports", respondents=100)]
    with Images(), Pods() as system:
        for made in rounds:
            system.par("round", "open", made.path)
        watch = Watch(system, "--state", system.data / "state")
        clients = [Enterprises(system, rounds[0]), Imports(system, rounds[1])]
        wait_for("both to be answered", lambda: all(client.went_on(0) for client in clients))
        go_over(system, NEXT, clients)
        go_over(system, VERSION, clients)
        for client in clients:
            client.stop()
        sent = [len(client.rows) for client in clients]
        counts = journal_sheets(system)
        check(len(counts) == sum(sent) and set(counts.values()) == {1}, len(counts), "not", sent)
        found = [finish(system, made) for made in rounds]
        wait_for("both releases in watch", lambda: len(watch.lines()) == 2)
        check([line["n"] for line in watch.stop()] == [1, 2], watch.lines())
    say(f"{sum(sent)} sheets, each in the journal once; nobody saw an error")
    with System() as calm:
        for made, client, seen in zip(rounds, clients, found):
            calm.par("round", "open", made.path)
            calm.par("ballots", "import", made.ballots(client.rows), "--round", made.code)
            check(finish(calm, made) == seen, made.code, "has another result")
            shutil.rmtree(made.path)
    say("the results are those of a system that was not upgraded")


if __name__ == "__main__":
    possible()
    main(under_load)
