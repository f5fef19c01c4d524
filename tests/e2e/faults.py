"""Services with faults of the machine under them: tests/faults, preloaded, and its file.

Each service runs under a keeper that starts it again when it ends, as a supervisor does;
what its ends were is kept for the test to look at.
"""
import hashlib
import mmap
import os
import signal
import struct
import subprocess
import threading
import time
from pathlib import Path
from raw import (DONE, FeedPeer, Peer, ballot, common_pb2, intake_pb2, manifest_pb2,
                 rules_of)
from system import SERVICES, System, check, wait_for

LIBRARY = Path(os.environ.get("PAR_BIN", "bin")).resolve().parent / "tests/faults/libfaults.so"
STOP, FAIL, SHORT, WAIT = 1, 2, 3, 4
FOREVER = 1 << 62
NAME_SIZE, FAULT_SIZE, HEAD_SIZE = 32, 72, 16
BALLOT = 3  # the kind of an entry: common/round/entry.h


class Faults:
    """The file that the library in one service looks at; see tests/faults/faults.h."""

    def __init__(self, path):
        self.path = path
        subprocess.run(["true"], env=self.environment(), check=True)  # makes the file
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)
        steps = (len(self.map) - HEAD_SIZE) // FAULT_SIZE
        self.at = {}
        for i in range(steps):
            at = HEAD_SIZE + i * FAULT_SIZE
            self.at[self.map[at:at + NAME_SIZE].split(b"\0")[0].decode()] = at + NAME_SIZE

    def environment(self):
        return {"LD_PRELOAD": str(LIBRARY), "PAR_FAULTS": str(self.path)}

    def _get(self, at):
        return struct.unpack_from("=Q", self.map, at)[0]

    def _put(self, at, value):
        struct.pack_into("=Q", self.map, at, value)

    def seen(self, step):
        return self._get(self.at[step])

    def counts(self):
        return {step: self.seen(step) for step in self.at}

    def arm(self, step, action, value=0, nth=1, times=1):
        """From the nth time on that the step is reached from now, `times` times."""
        at = self.at[step]
        self._put(at + 24, 0)  # not while it is half written
        first = self._get(at) + nth
        self._put(at + 8, first)
        self._put(at + 16, first + times)
        self._put(at + 32, value)
        self._put(at + 24, action)

    def met(self, step):
        """Whether what was armed has happened."""
        return self.seen(step) >= self._get(self.at[step] + 8)

    def clear(self):
        for at in self.at.values():
            self._put(at + 24, 0)
        self.clock()

    def clock(self, wall=0, steady=0):
        """Moves the time of day and the steady clock by seconds."""
        struct.pack_into("=qq", self.map, 0, wall, steady)


class Keeper:
    """Keeps one service running; `ends` are the codes it ended with, -9 for SIGKILL."""

    def __init__(self, system, service, command):
        self.system, self.service, self.command = system, service, command
        self.faults = Faults(system.data / f"{service}.faults")
        self.ends, self.again, self.process = [], True, None
        self.thread = threading.Thread(target=self._keep, daemon=True)
        self.thread.start()

    def _keep(self):
        environment = [f"{name}={value}" for name, value in self.faults.environment().items()]
        while self.again:
            self.process = self.system.spawn(self.service, ["env", *environment, *self.command])
            self.ends.append(self.process.wait())

    def stop(self):
        self.again = False
        while self.thread.is_alive():
            self.process.kill()
            self.thread.join(0.1)

    def start(self):
        self.again = True
        self.thread = threading.Thread(target=self._keep, daemon=True)
        self.thread.start()


class Kept(System):
    """A System whose services are kept, with faults to be armed."""

    def __init__(self, more=None):
        check(LIBRARY.exists(), "no", LIBRARY, "- is PAR_BIN the bin of a build of everything?")
        super().__init__()
        commands = {service: self.command(service) for service in SERVICES}
        self.down()
        self.keepers = {}
        for service in SERVICES:
            command = commands[service] + (more or {}).get(service, [])
            self.keepers[service] = Keeper(self, service, command)
        self.faults = {service: keeper.faults for service, keeper in self.keepers.items()}
        self.ready()

    def __exit__(self, kind, value, trace):
        for keeper in self.keepers.values():
            keeper.stop()
        super().__exit__(kind, value, trace)

    def ends(self, service):
        return self.keepers[service].ends

    def wait_end(self, service, seen):
        """The code of the first end after the `seen` ones known before."""
        wait_for(f"the end of the {service}", lambda: len(self.ends(service)) > seen)
        return self.ends(service)[seen]

    def log(self, service):
        return (self.data / "log" / f"{service}.log").read_text(errors="replace")

    def restart(self, service):
        """Ends it in order; the keeper starts it again."""
        seen = len(self.ends(service))
        os.kill(self.pid(service), signal.SIGTERM)
        self.wait_end(service, seen)


class Sender:
    """A client of link 1 that keeps every ballot until it is answered, as all must."""

    RESEND_S = 0.4

    def __init__(self, system, made, codes=None):
        self.system, self.made = system, made
        self.codes = codes or {}  # respondent: code, for those who do not come by name
        self.rules = None
        self.waiting = {}  # id: [request, when to send]
        self.requests = {}  # id: request, answered or not
        self.answers = {}  # id: first verdict
        self.later = 0  # times "try again later" was said
        self.words = set()
        self.peer = Peer(system, "operator")

    def close(self):
        self.peer.close()

    def dial_again(self):
        """What a client does when all is silent: a new socket, and everything once more."""
        self.close()
        self.peer = Peer(self.system, "operator")
        self.waiting = dict.fromkeys(self.waiting, 0)

    def put(self, respondent, unit, answers, revision=1):
        """Gives the id."""
        if self.rules is None:
            self.rules = self._ask_rules()
        sheet = ballot(self.made.code, self.rules, unit=unit, revision=revision,
                       answers=bytes(answers))
        submit = intake_pb2.Submit(ballot=sheet.SerializeToString())
        if respondent in self.codes:
            submit.code = self.codes[respondent].encode()
        else:
            submit.respondent = respondent.encode()
        request = intake_pb2.IntakeRequest(version=1, id=os.urandom(16), submit=submit)
        self.requests[request.id] = request.SerializeToString()
        self.waiting[request.id] = 0
        return request.id

    def _ask_rules(self):
        manifest, end = manifest_pb2.Manifest(), time.monotonic() + 60
        while not manifest.code:
            check(time.monotonic() < end, "nobody says what the rules are")
            self.peer.send(manifest=intake_pb2.ManifestQuery(round=self.made.code.encode(), part=1))
            reply = self.peer.receive(wait_ms=500)
            if reply is not None:
                manifest.ParseFromString(reply.manifest.data)
        return rules_of(manifest)

    def put_all(self, sheets):
        """Row lists of a Folder."""
        return [self.put(rows[0][0], self.made.units.index(rows[0][1]) + 1,
                         [row[3] for row in rows], rows[0][4]) for rows in sheets]

    def again(self):
        """Every ballot once more, answered or not."""
        self.waiting = {number: 0 for number in self.requests}

    def _send(self, now):
        for number, due in self.waiting.items():
            if due <= now:
                try:
                    self.peer.socket.send(self.requests[number], 1)  # DONTWAIT
                except Exception:  # nobody there, or the queue is full
                    return
                self.waiting[number] = now + self.RESEND_S

    def _take(self, verdicts):
        reply = self.peer.receive(wait_ms=20)
        while reply is not None:
            if reply.id in self.waiting and reply.outcome == DONE:
                check(len(reply.ack.sheets) == 1, reply)
                verdict = reply.ack.sheets[0].verdict
                del self.waiting[reply.id]
                verdicts[reply.id] = verdict
                self.answers.setdefault(reply.id, verdict)
            elif reply.id in self.waiting:
                check(reply.outcome == common_pb2.OUTCOME_TRY_LATER, reply)
                self.later += 1
                self.words |= {text.decode() for text in reply.faults}
            reply = self.peer.receive(wait_ms=0)

    def turn(self, seconds=0):
        """Sends and takes for so long, once at least; gives the verdicts by id."""
        verdicts, end = {}, time.monotonic() + seconds
        while True:
            self._send(time.monotonic())
            self._take(verdicts)
            if time.monotonic() >= end:
                return verdicts

    def finish(self, seconds=60):
        """Until every ballot is answered; gives the verdicts by id."""
        verdicts, end = {}, time.monotonic() + seconds
        while self.waiting:
            verdicts.update(self.turn())
            check(time.monotonic() < end, len(self.waiting), "ballots are not answered")
        return verdicts


def journal_sheets(system):
    """How often each (round, rater, unit, revision) is in the journal, as link 2 shows it;
    with every header and chain recomputed."""
    peer = FeedPeer(system, "internal")
    counts = {}
    for entry in peer.entries():
        size = int.from_bytes(entry[76:78], "big")
        seal, body = entry[78:78 + size], entry[78 + size:]
        check(hashlib.sha256(body).digest() == entry[12:44], "a body is not what its header says")
        check(hashlib.sha256(seal).digest() == entry[44:76], "a seal is not what its header says")
        if entry[1] != BALLOT:
            continue
        sheets = intake_pb2.Ballot()
        sheets.ParseFromString(body)
        for sheet in sheets.sheets:
            rater = int.from_bytes(seal[1:5], "big")
            key = (sheets.round.decode(), rater, sheet.unit, sheet.revision)
            counts[key] = counts.get(key, 0) + 1
    peer.close()
    return counts
