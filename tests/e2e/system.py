"""A whole system in a directory of its own: what the e2e tests drive.

Only what a user has is used: deploy/up, deploy/down, DIR/env and the commands of par.
Every test owns its directory and its ports, and waits for events, never for time.
"""
import csv
import http.client
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("collector", "scorer", "publisher")
HEALTH = {"collector": 6, "scorer": 7, "publisher": 8}  # from the first port
DEADLINE = 120  # seconds after which a wait for an event is a failure


class Failure(Exception):
    pass


def check(condition, *words):
    """assert that also works under -O and says what was seen."""
    if not condition:
        raise Failure(" ".join(str(word) for word in words))


def wait_for(what, condition, seconds=DEADLINE):
    """Waits until condition() is true and gives its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < end, "waited in vain for", what)
        time.sleep(0.02)


class System:
    UP, DOWN = (ROOT / "deploy/up",), (ROOT / "deploy/down",)

    def __init__(self, start=True):
        self.data = Path(tempfile.mkdtemp(prefix="par-e2e-"))
        self.env = None
        if start:
            self.up()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.down(check_code=False)
        if kind is None:
            shutil.rmtree(self.data, ignore_errors=True)
        else:
            print(f"kept: {self.data}", file=sys.stderr)
            for log in sorted((self.data / "log").glob("*.log")):
                print(f"--- {log.name}", file=sys.stderr)
                print("\n".join(log.read_text(errors="replace").splitlines()[-15:]),
                      file=sys.stderr)

    def try_up(self, port=0):
        return subprocess.run([*self.UP, "--data", self.data, "--port", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def up(self, port=0):
        done = self.try_up(port)
        check(done.returncode == 0, *self.UP, "failed:", done.stderr)
        text = subprocess.run(["bash", "-uc", f". '{self.data}/env' && env -0"],
                              stdout=subprocess.PIPE, check=True, text=True).stdout
        self.env = dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)

    def down(self, check_code=True):
        done = subprocess.run([*self.DOWN, "--data", self.data],
                              stderr=subprocess.PIPE, text=True)
        check(not check_code or done.returncode == 0, *self.DOWN, "failed:", done.stderr)

    def pid(self, service):
        return int((self.data / "run" / f"{service}.pid").read_text())

    def kill(self, service, number=signal.SIGKILL):
        """Kills a service and waits until its lock is free."""
        try:
            os.kill(self.pid(service), number)
        except ProcessLookupError:
            pass
        wait_for(f"the end of the {service}", lambda: not self.locked(service))

    def command(self, service):
        """The command line that deploy/up started it with."""
        raw = Path(f"/proc/{self.pid(service)}/cmdline").read_bytes()
        return raw.decode().rstrip("\0").split("\0")

    def spawn(self, service, command):
        """Starts one service by itself, without waiting for anything."""
        with open(self.data / "log" / f"{service}.log", "a") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log,
                                       stdin=subprocess.DEVNULL, start_new_session=True)
        (self.data / "run" / f"{service}.pid").write_text(f"{process.pid}\n")
        return process

    def locked(self, service):
        lock = self.data / service / "lock"
        return lock.exists() and subprocess.run(["flock", "-n", lock, "true"]).returncode != 0

    def base(self):
        return int((self.data / "port").read_text())

    def health(self, service, path="/readyz"):
        return self.asked(self.base() + HEALTH[service], path)

    @staticmethod
    def asked(port, path):
        """(status, words) of a page; (0, "") when nobody answers."""
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        except http.client.HTTPException:
            return 0, ""
        finally:
            asked.close()

    def ready(self, *services):
        for service in services or SERVICES:
            wait_for(f"the {service} to be ready", lambda: self.health(service)[0] == 200)

    def start(self, *arguments, **more):
        """par, running; its standard streams as text."""
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        environment = {**self.env, **more.pop("env", {})}
        return subprocess.Popen(["par", *map(str, arguments)], env=environment, text=True,
                                **more)

    def par(self, *arguments, code=0, **more):
        """Runs par to its end; gives its standard output, or with code=None the process."""
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=900)
        process.out, process.err = out, err
        if code is None:
            return process
        check(process.returncode == code, "par", *arguments, "gave", process.returncode,
              "not", code, "\nstdout:", out, "\nstderr:", err)
        return out if code == 0 else out + err

    def scores(self, name, *arguments):
        return self.par("scores", name, "--format", "csv", *arguments)

    def result_hash(self, name, *arguments):
        return json.loads(self.par("scores", name, "--format", "json", *arguments))["result_hash"]


def summary(text):
    """The counts that par ballots import prints, as a dictionary."""
    counts = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2:
            counts[words[0]] = words[1] if words[0] == "import" else int(words[1])
    return counts


class Folder:
    """A small round folder made by a test."""

    def __init__(self, code, units=3, respondents=40, leaves=4, strata=2, trial=False,
                 seed=1, full_rank=10, rank=10, blocks=1):
        self.path = Path(tempfile.mkdtemp(prefix="par-round-"))
        self.code, self.leaves = code, [f"1.{i + 1}" for i in range(leaves)]
        self.units = [f"U{i + 1}" for i in range(units)]
        self.respondents = [f"R{i + 1}" for i in range(respondents)]
        self.random = random.Random(seed)
        (self.path / "round.json").write_text(json.dumps({
            "round": code, "title": {"vi": f"Kỳ thử {code}", "en": f"Test round {code}"},
            "scales": {"five": {"levels": 5}}, "strata": ["size"], "trial": trial,
            "minimum": {"full_rank": full_rank, "rank": rank},
            "bands": [{"from": "50", "name": {"vi": "Khá"}}]}, ensure_ascii=False))
        self.write("criteria.csv", ["code", "parent", "points", "source", "scale", "name_vi", "name_en"],
                   [["1", "", leaves, "", "", "Lĩnh vực", "Field"]] +
                   [[leaf, "1", 1, "survey", "five", f"Tiêu chí {leaf}", f"Criterion {leaf}"]
                    for leaf in self.leaves])
        self.write("units.csv", ["code", "block", "name_vi", "name_en"],
                   [[unit, f"B{i % blocks + 1}", f"Sở {unit}", f"Department {unit}"]
                    for i, unit in enumerate(self.units)])
        self.write("roster.csv", ["respondent", "size", "code"],
                   [[name, f"s{i % strata + 1}", f"CODE-{name}"]
                    for i, name in enumerate(self.respondents)])

    def write(self, name, header, rows):
        path = self.path / name
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
        return path

    def sheet(self, respondent, unit, revision=1, answers=None):
        """Rows of one sheet; random answers unless given."""
        answers = answers or [self.random.randint(1, 5) for _ in self.leaves]
        return [[respondent, unit, leaf, answer, revision]
                for leaf, answer in zip(self.leaves, answers)]

    def all_sheets(self):
        """A sheet of every respondent about every unit, as a list of row lists."""
        return [self.sheet(name, unit) for name in self.respondents for unit in self.units]

    def ballots(self, sheets, name="ballots.csv"):
        return self.write(name, ["respondent", "unit", "criterion", "answer", "revision"],
                          [row for sheet in sheets for row in sheet])


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def main(*tests):
    """Runs the tests of a file in order; each is one process-wide story."""
    for test in tests:
        started = time.monotonic()
        test()
        print(f"{test.__name__}: ok ({time.monotonic() - started:.1f} s)", flush=True)
