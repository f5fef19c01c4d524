"""Silent, slow and flooding peers on every port: honest clients are served meanwhile, memory
stays under what each service computed at its start, and afterwards everything comes back."""
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from doors import HEALTH, LINKS, Door, get, inspect_pb2, intake_pb2, port
from raw import DONE, Peer, ballot, rules_of
from system import SERVICES, Folder, System, check, main, wait_for

PHASE = 6         # seconds of an attack
SERVED_IN = 5     # seconds, of an honest client, at the worst
IDLE_CPU = 0.25   # of one core, over two seconds
MEMORY_MAX = 1 << 30  # more than any of these attacks can reach


def watched(system, service):
    """Bytes resident, descriptors, seconds of processor time."""
    proc = Path(f"/proc/{system.pid(service)}")
    ticks = (proc / "stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int((proc / "statm").read_text().split()[1]) * 4096, len(list((proc / "fd").iterdir())),
            sum(map(int, ticks)) / 100)


def promised(system, service):
    """What the service said at its last start that peers can make it hold."""
    log = (system.data / "log" / f"{service}.log").read_text()
    lines = [line for line in log.splitlines() if "_worst_bytes=" in line]
    found = re.findall(r"_worst_bytes=(\d+)", lines[-1] if lines else "")
    check(found, service, "computes no worst case")
    return sum(map(int, found))


class Honest(threading.Thread):
    """One of each client, asking again and again; the longest that each had to wait."""

    def __init__(self, system, rules, respondents):
        super().__init__(daemon=True)
        self.system, self.rules, self.respondents = system, rules, respondents
        self.stopped, self.failure = threading.Event(), None
        self.longest, self.served, self.highest = {}, {}, {}

    def timed(self, what, ask):
        started = time.monotonic()
        ask()
        took = time.monotonic() - started
        self.longest[what] = max(self.longest.get(what, 0), took)
        self.served[what] = self.served.get(what, 0) + 1

    def vote(self):
        number = self.served.get("ballot", 0)
        name = self.respondents[number % len(self.respondents)]
        data = ballot("flood", self.rules, revision=1 + number // len(self.respondents))
        reply = self.intake.ask(submit=intake_pb2.Submit(code=f"CODE-{name}".encode(),
                                                         ballot=data.SerializeToString()))
        verdict = reply.ack.sheets[0].verdict if reply.ack.sheets else None
        check(verdict in (intake_pb2.VERDICT_ACCEPTED, intake_pb2.VERDICT_REPLACED), reply)

    def read_page(self):
        address = f"http://127.0.0.1:{self.system.base()}/"
        with urllib.request.urlopen(address, timeout=20) as answer:
            check(answer.status == 200 and b"</html>" in answer.read())

    def ask_scorer(self):
        reply = self.inspect.ask(scorer=inspect_pb2.ScorerQuery(status=True))
        check(reply.outcome == DONE, reply)

    def look(self):
        for service in SERVICES:
            memory, files, _ = watched(self.system, service)
            highest = self.highest.get(service, (0, 0))
            self.highest[service] = (max(memory, highest[0]), max(files, highest[1]))

    def run(self):
        keys = self.system.data / "keys"
        self.intake = Peer(self.system, "intake")
        self.inspect = Door(self.system, 5, keys / "operator.key")
        self.feed = Door(self.system, 4, keys / "downstream.key")
        try:
            while not self.stopped.is_set():
                self.timed("ballot", self.vote)
                self.timed("page", self.read_page)
                self.timed("inspection", self.ask_scorer)
                self.timed("release feed", self.feed.ask)
                self.timed("health", lambda: get(self.system, "publisher", "/livez"))
                self.look()
                time.sleep(0.02)
        except Exception as failure:  # told by the main thread
            self.failure = failure

    def newcomer(self):
        """Connects while the attack is on."""
        peer = Peer(self.system, "intake")
        check(peer.manifest("flood").code == b"flood", "a new client was not served")
        peer.close()


def attack(system, kinds, honest):
    """Some attackers at once, for one phase; what they said."""
    running = [subprocess.Popen([sys.executable, "-B", Path(__file__).parent / "flood.py", kind,
                                 system.data, *map(str, ports)], stdout=subprocess.PIPE, text=True)
               for kind, ports in kinds.items()]
    said = {}
    try:
        for kind, process in zip(kinds, running):
            said[kind] = [process.stdout.readline()]
            check(said[kind][0], kind, "did not begin")
        honest.longest.clear()
        before = dict(honest.served)
        honest.newcomer()
        time.sleep(PHASE if "slow" not in kinds else 2.3 * PHASE)
        served = {what: honest.served[what] - before.get(what, 0) for what in honest.longest}
        longest = dict(honest.longest)
    finally:
        for process in running:
            process.kill()
    for kind, process in zip(kinds, running):
        said[kind] += process.communicate()[0].splitlines()
    check(not honest.failure, "an honest client failed:", honest.failure)
    check(len(served) == 5 and all(served.values()), "not served:", served)
    check(max(longest.values()) < SERVED_IN, "served too late:", longest)
    told = ", ".join(f"{served[what]} x {what} (at most {longest[what] * 1000:.0f} ms)"
                     for what in served)
    print(f"{' and '.join(kinds)}: {told}", flush=True)
    return said


def comes_back(system, files):
    """Descriptors, and a processor with nothing to do."""
    for service in SERVICES:
        wait_for(f"descriptors of the {service}",
                 lambda: watched(system, service)[1] <= files[service] + 2, 40)
    before = {service: watched(system, service)[2] for service in SERVICES}
    time.sleep(2)
    for service in SERVICES:
        used = watched(system, service)[2] - before[service]
        check(used <= 2 * IDLE_CPU, service, "goes on using the processor:", used, "s of 2")


def takes_nothing(system):
    """Answers that wait for somebody who does not read them wait for 15 s, not for ever."""
    before = watched(system, "collector")[1]
    peer = Door(system, 1, system.data / "keys/attacker.key", unread=True)
    check(peer.came_in())
    for _ in range(900):
        peer.send()
    check(watched(system, "collector")[1] == before + 1, "not connected")
    started = time.monotonic()
    wait_for("the end of a connection that takes nothing",
             lambda: watched(system, "collector")[1] <= before, 40)
    print(f"a peer that takes no answer is ended after {time.monotonic() - started:.0f} s")
    peer.close()


def flood():
    made = Folder("flood", units=2, respondents=60)
    with System() as system:
        system.par("keys", "new", "attacker", "--role", "intake", "--dir", system.data / "keys")
        shutil.copy(system.data / "keys/attacker.pub", system.data / "allow")
        for service in SERVICES:
            system.kill(service, signal.SIGTERM)
        system.up()
        system.par("round", "open", made.path)
        time.sleep(0.5)
        files = {service: watched(system, service)[1] for service in SERVICES}
        peer = Peer(system, "intake")
        honest = Honest(system, rules_of(peer.manifest("flood")), made.respondents)
        peer.close()
        honest.start()
        sockets = [port(system, link) for link in LINKS]
        pages, health = system.base(), [system.base() + offset for offset in HEALTH.values()]
        said = attack(system, {"silent": [*sockets, pages]}, honest)
        check(any(line.startswith("shut") for line in said["silent"]), "nobody silent was shut")
        said = attack(system, {"slow": [*sockets, pages, *health[:1]], "unread": [pages]}, honest)
        lives = [float(line[6:]) for line in said["slow"][:-1] if line.startswith("lived ")]
        check(lives and max(lives) < 14, "slow peers lived", lives)
        attack(system, {"http": [pages, health[2]], "frames": sockets}, honest)
        said = attack(system, {"crowd": [pages]}, honest)
        refused = int(said["crowd"][0].split()[1])
        check(refused >= 300, "one address got", 400 - refused, "connections")
        attack(system, {"ballots": []}, honest)
        attack(system, {"polls": []}, honest)
        honest.stopped.set()
        honest.join(30)
        for socket in (honest.intake, honest.inspect, honest.feed):
            socket.close()
        comes_back(system, files)
        takes_nothing(system)
        for service in SERVICES:
            memory, most = honest.highest[service]
            worst = promised(system, service)
            check(memory <= min(worst, MEMORY_MAX), service, "took", memory, "promised", worst)
            print(f"{service}: {memory >> 20} MiB and {most} descriptors at most, of "
                  f"{worst >> 20} MiB computed at the start", flush=True)
        honest.newcomer()


main(flood)
