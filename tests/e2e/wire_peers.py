"""The clients of proto/peers as somebody else would have them: a copy of proto/ and a key,
against any running system. test_peers.py has one on bare processes, containers/test_peers.py
one in containers."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from system import ROOT, Folder, check, wait_for
from test_watch import Watch

LINES_MAX = 99
HANDSHAKE_BYTES = 600  # more than a service says before its first answer, less than a manifest
SMALL = "1 << 10"


class Missing(Exception):
    """What a client needs is not here; in words."""


class Client:
    """A program, and the environment that it needs beside a system's."""

    def __init__(self, name, command, env):
        self.name, self.command, self.env = name, command, env

    def start(self, env, *arguments):
        """Runs it; `env` says where the services are and which keys are used."""
        return subprocess.Popen([*self.command, *map(str, arguments)], text=True,
                                env={**os.environ, **self.env, **env},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def under_limit(source):
    count = len(source.read_text().splitlines())
    check(count <= LINES_MAX, source.name, "has", count, "lines, more than", LINES_MAX)


def small_pieces(source):
    """The same client, which asks for the smallest answers, so that items come in pieces."""
    text = source.read_text()
    check(text.count("1 << 20") == 1, source, "names its largest answer once")
    small = source.with_stem("small")
    small.write_text(text.replace("1 << 20", SMALL))
    return small


class Made:
    """A copy of proto/ in which both clients are ready to run."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="par-peers-"))
        shutil.copytree(ROOT / "proto", self.path / "proto",
                        ignore=shutil.ignore_patterns("node_modules"))
        self.peers = self.path / "proto/peers"

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        shutil.rmtree(self.path, ignore_errors=True)

    def python(self):
        under_limit(self.peers / "python/client.py")
        self.as_in_readme("protoc ")
        return self.clients("/usr/bin/python3", self.peers / "python/client.py",
                            {"PYTHONDONTWRITEBYTECODE": "1"})

    def node(self):
        """Missing when npm has nothing to give."""
        under_limit(self.peers / "node/client.js")
        if not shutil.which("node") or not shutil.which("npm"):
            raise Missing("no node and npm here; deploy/packages test installs them")
        try:
            self.as_in_readme("npm ")
        except Missing as reason:
            raise Missing(f"npm could not get the packages of proto/peers/node: {reason}")
        return self.clients("node", self.peers / "node/client.js", {})

    def as_in_readme(self, command):
        """Runs the line of the README that has this command."""
        lines = [line for line in (self.peers / "README.md").read_text().splitlines()
                 if line.startswith(command)]
        check(len(lines) == 1, "README.md has no line, or two, for", command)
        done = subprocess.run(lines[0], shell=True, cwd=self.peers, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True,
                              env={**os.environ, "npm_config_fetch_retries": "0"})
        if done.returncode != 0:
            raise Missing(f"{lines[0]}: {' '.join(done.stdout.split())[:300]}")

    def clients(self, program, source, env):
        return (Client(source.parent.name, [program, source], env),
                Client(source.parent.name, [program, small_pieces(source)], env))


def keys_of(system, path):
    """What a stranger is given: two keys of its own, the public ones of two services."""
    path.mkdir()
    for name, role in (("survey-tool", "intake"), ("portal", "downstream")):
        system.par("keys", "new", name, "--role", role, "--dir", path / "made")
        shutil.copy(path / f"made/{name}.pub", system.data / "allow")
        for kind in ("key", "pub"):
            shutil.copy(path / f"made/{name}.{kind}", path / f"{role}.{kind}")
    for name in ("collector", "publisher"):
        shutil.copy(system.data / f"keys/{name}.pub", path)
        os.kill(system.pid(name), signal.SIGHUP)
    return {**{name: system.env[name] for name in ("PAR_COLLECTOR", "PAR_PUBLISHER")},
            "PAR_KEYS": str(path)}


# ---- ballots ----

class Sender:
    """Enterprises that answer by a client."""

    def __init__(self, system, made, env, folder):
        self.system, self.env, self.folder = system, env, folder
        self.path = Path(tempfile.mkdtemp(dir=made.path))

    def start(self, client, respondent, answers, revision=1, secret=None, **env):
        count = len(list(self.path.iterdir()))
        sheets, code_file = self.path / f"{count}.json", self.path / f"{count}.code"
        sheets.write_text(json.dumps({"round": self.folder.code, "revision": revision,
                                      "sheets": answers}))
        code_file.write_text(f"{secret or 'CODE-' + respondent}\n")
        return client.start({**self.env, **env}, "submit", sheets, code_file)

    def send(self, *arguments, code=0, **more):
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=60)
        check((process.returncode == 0) == (code == 0), out, err)
        return [acknowledged(line) for line in out.splitlines()] if code == 0 else err


LINE = re.compile(r"unit (\S+) revision (\d+) (\w+) first ([0-9a-f]*) "
                  r"ballot ([0-9a-f]{64}) ?(.*)")


def acknowledged(line):
    """What a client prints of a sheet."""
    found = LINE.fullmatch(line)
    check(found, "no line of an acknowledgement:", line)
    return dict(zip(("unit", "revision", "verdict", "first", "ballot", "words"), found.groups()))


def verdicts(lines):
    return [line["verdict"] for line in lines]


def answering(sender, client, other, respondent):
    """Every verdict, as one client hears it after the other."""
    leaves, units = sender.folder.leaves, sender.folder.units
    full = {leaf: 1 + i % 5 for i, leaf in enumerate(leaves)}
    sheets = {units[0]: full, units[1]: {leaves[0]: 2, leaves[1]: 253}}
    first = sender.send(client, respondent, sheets)
    check(verdicts(first) == ["accepted"] * 2, first)
    check([line["unit"] for line in first] == units[:2], first)
    check(all(line["first"] == line["ballot"] for line in first), "a ballot is the first", first)
    again = sender.send(client, respondent, sheets) + sender.send(other, respondent, sheets)
    check(verdicts(again) == ["duplicate"] * 4, again)
    check(len({line["ballot"] for line in first + again}) == 3, "no new random bytes", again)
    check(all(line["first"] == first[0]["ballot"] for line in again), again)
    changed = sender.send(client, respondent, {units[0]: {**full, leaves[0]: 3}, units[2]: full})
    check(verdicts(changed) == ["conflict", "accepted"], "a conflict refuses its sheet alone",
          changed)
    check(changed[0]["first"] == first[0]["ballot"], changed)
    check(verdicts(sender.send(client, respondent, {units[0]: full}, revision=3)) == ["replaced"])
    check(verdicts(sender.send(other, respondent, {units[0]: full}, revision=2)) == ["superseded"])
    bad = sender.send(other, respondent, {units[3]: {**full, leaves[0]: 9}})
    check(verdicts(bad) == ["refused"] and "a score is 1 to 5" in bad[0]["words"], bad)
    said = sender.send(client, respondent, {units[3]: full}, secret="NOT-A-CODE", code=1)
    check("this code is not in the roster" in said, said)
    for unknown in ({units[3]: {"7.7": 1}}, {"NO-SUCH-UNIT": full}):
        said = sender.send(client, respondent, unknown, code=1)
        check("not surveyed so" in said, said)


class Relay:
    """Stands before a service: passes everything on until the first answer has come; then
    withholds what goes one way, up to the moment when it lets go."""

    def __init__(self, endpoint, withholds):
        host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
        self.service, self.withholds = (host, int(port)), withholds
        self.withheld, self.free = threading.Event(), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                service = socket.create_connection(self.service)
            except OSError:
                client.close()
                continue
            state = {"answered": False}
            for way in (("request", client, service), ("answer", service, client)):
                threading.Thread(target=self.carry, args=(*way, state), daemon=True).start()

    def carry(self, way, source, target, state):
        passed = 0
        try:
            while data := source.recv(1 << 16):
                if state["answered"] and way == self.withholds and not self.free.is_set():
                    self.withheld.set()
                    self.free.wait()
                    break  # what was withheld is lost, and the connection with it
                passed += len(data)
                if way == "answer" and passed > HANDSHAKE_BYTES:
                    state["answered"] = True
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            end.close()


def killed_between(sender, clients, respondents):
    """The collector is killed after a ballot was sent and before its answer came: before it
    had the ballot, and after. Who sends the same again learns that it is taken, once."""
    sheets = {sender.folder.units[0]: {leaf: 4 for leaf in sender.folder.leaves}}
    tried = []
    for client in clients:
        for withholds in ("request", "answer"):
            relay = Relay(sender.env["PAR_COLLECTOR"], withholds)
            process = sender.start(client, respondents[len(tried)], sheets,
                                   PAR_COLLECTOR=relay.endpoint)
            tried.append((client, withholds, relay, process))
    for client, withholds, relay, _ in tried:
        wait_for(f"the {withholds} of the {client.name} client", relay.withheld.is_set)
    sender.system.kill("collector")
    for _, _, relay, _ in tried:
        relay.free.set()
    sender.system.up()
    for client, withholds, _, process in tried:
        out, err = process.communicate(timeout=60)
        check(process.returncode == 0 and "asking again" in err, out, err)
        line, = map(acknowledged, out.splitlines())
        check(line["verdict"] == {"request": "accepted", "answer": "duplicate"}[withholds],
              client.name, withholds, line)
        check(line["first"] == line["ballot"], "not what was sent first", line)


# ---- releases ----

class Follower:
    """A client that follows, and what it has stored."""

    def __init__(self, client, env, store):
        self.client, self.env, self.store = client, env, store
        self.start()

    def start(self):
        self.process = self.client.start(self.env, "follow", self.store)

    def lines(self):
        if not self.store.exists():
            return []
        whole = self.store.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def wait(self, count):
        wait_for(f"{count} items at the {self.client.name} client",
                 lambda: len(self.lines()) >= count or self.process.poll() is not None)
        check(self.process.poll() is None, self.client.name, "ended:", self.process.poll(),
              self.process.stderr.read() if self.process.poll() is not None else "")
        check(len(self.lines()) == count, self.client.name, self.lines())

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)

    def says(self, words):
        """Waits for its end, or reads its words until these come."""
        for line in self.process.stderr:
            if words in line:
                return
        check(False, self.client.name, "never said:", words)


def released(system, code, units=8):
    made = Folder(code, units=units, respondents=12)
    system.par("round", "open", made.path)
    system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", code)
    system.par("round", "close", code)
    system.par("release", code, "--kind", "official")


KEYS = ("n", "round", "release", "type")


def same_as_watch(system, followers):
    """What every follower has stored is what par watch prints."""
    watch = Watch(system)
    count = len(followers[0].lines())
    wait_for("all lines of par watch", lambda: len(watch.lines()) == count)
    printed = watch.stop()
    for follower in followers:
        stored = follower.lines()
        check([[line[key] for key in KEYS] for line in stored] ==
              [[line[key] for key in KEYS] for line in printed], stored, printed)
        check([line["hash"] or None for line in stored] ==
              [line["result_hash"] for line in printed], stored, printed)
        check(stored == followers[0].lines(), "two clients stored different lines")


def following(system, clients, env, path):
    """All releases and a retraction, through stops of every kind, each exactly once."""
    released(system, "f1")
    followers = [Follower(client, env, path / f"{i}-{client.name}.jsonl")
                 for i, client in enumerate(clients)]
    for follower in followers:
        follower.wait(1)
    system.par("release", "retract", "f1", "1", "--reason", "thử rút")
    for follower, number in zip(followers, (signal.SIGTERM, signal.SIGKILL) * len(followers)):
        follower.wait(2)
        follower.stop(number)
        with open(follower.store, "a", encoding="utf-8") as file:
            file.write('{"n": 3, "rou')  # as a power cut leaves it
    released(system, "f2")
    system.kill("publisher")
    system.up()
    for follower in followers:
        follower.start()
    for follower in followers:
        follower.wait(3)
    same_as_watch(system, followers)
    check([line["type"] for line in followers[0].lines()] == ["release", "retraction", "release"])
    return followers


def revoked(system, followers):
    """A key off the list is told so at once, and again at the door; on it again, its owner
    goes on where it was."""
    on, off = system.data / "allow/portal.pub", system.data / "portal.pub"
    on.rename(off)
    os.kill(system.pid("publisher"), signal.SIGHUP)
    for follower in followers:
        out, err = follower.process.communicate(timeout=30)
        check(follower.process.returncode == 1 and "not admitted here any more" in err,
              follower.client.name, out, err)
        follower.start()
    for follower in followers:
        follower.says("this key is not admitted; asking again")
    off.rename(on)
    os.kill(system.pid("publisher"), signal.SIGHUP)
    released(system, "f3")
    for follower in followers:
        follower.wait(4)
        follower.stop()
    same_as_watch(system, followers)


# ---- the whole ----

def whole(system, made, programs):
    """Every story with the clients that are there: (as it is, with small pieces) each."""
    env = keys_of(system, made.path / "keys")
    folder = Folder("peers", units=5, respondents=12)
    system.par("round", "open", folder.path)
    sender = Sender(system, made, env, folder)
    clients = [program[0] for program in programs]
    for i, client in enumerate(clients):
        answering(sender, client, clients[i - 1], folder.respondents[i])
        print(f"  {client.name}: every verdict", flush=True)
    killed_between(sender, clients, folder.respondents[4:])
    print("  both: a collector killed between a ballot and its answer", flush=True)
    followers = following(system, [one for program in programs for one in program], env,
                          made.path)
    print("  releases and a retraction, each once, by every client", flush=True)
    revoked(system, followers)
    print("  a revoked key is told, and admitted again", flush=True)


def run(start):
    """start() gives a system; ends as skipped when the Node client could not be tried."""
    with Made() as made:
        programs, missing = [made.python()], None
        try:
            programs.append(made.node())
        except Missing as reason:
            missing = reason
        with start() as system:
            whole(system, made, programs)
    if missing:
        print(f"the Python client alone was tried: {missing}")
        sys.exit(77)
