"""A whole system in containers of its own: what the tests of this folder drive.

Only what a user has is used: deploy/compose, DIR/env with the par of DIR/bin, podman, and
for the network root's own tools. A system owns its project, its ports and its volumes, and
leaves none of them behind.
"""
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from system import ROOT, SERVICES, Folder, System, check, main, summary, wait_for  # noqa: E402,F401

COMPOSE = ROOT / "deploy/compose"
CONTAINERS = (*SERVICES, "proxy")
ALL = 60  # seconds of a start of four containers on a busy machine
SETTINGS = dict(line.split("=", 1) for line in
                (ROOT / "deploy/services.env").read_text().split() if re.match(r"[A-Z_]+=", line))
VERSION = re.search(r"project\(par VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]


def podman(*arguments, code=0):
    """Runs it to its end and gives its standard output."""
    done = subprocess.run(["podman", *map(str, arguments)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    check(code is None or done.returncode == code, "podman", *arguments, "gave",
          done.returncode, done.stderr)
    return done.stdout.strip()


def image(name, version=VERSION):
    return f"localhost/par-{name}:{version}"


def possible():
    """Ends the test as skipped where containers of ours cannot run; says why."""
    if os.geteuid() != 0:
        skip("only root may look into containers and cut their networks")
    for tool in ("podman", "podman-compose", "nsenter", "iptables", "ip"):
        if not shutil.which(tool):
            skip(f"no {tool} here; deploy/packages containers installs it")
    for name in (*map(image, CONTAINERS), f"localhost/par:{VERSION}"):
        if subprocess.run(["podman", "image", "exists", name]).returncode != 0:
            skip(f"no image {name} here: deploy/images builds it, and --load takes it in")
    tried = subprocess.run(["podman", "run", "--rm", "--network", "none", "--ulimit", "nofile=1024",
                            "--ulimit", "nproc=1024", image("collector"), "--version"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if tried.returncode != 0:
        skip("podman cannot run a container here: " + tried.stderr.strip().rpartition("\n")[2])


def skip(reason):
    print(reason)
    sys.exit(77)


def say(*words):
    print(" ", *words, flush=True)


def together(*stories):
    """Runs each in a thread of its own; the first failure is raised when all have ended."""
    failures = []

    def run(story):
        try:
            story()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(story,)) for story in stories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures[1:]:
        print("also failed:", failure, file=sys.stderr)
    if failures:
        raise failures[0]


class Pods(System):
    DOWN = (COMPOSE, "down")

    def __init__(self, version=VERSION, settings=""):
        super().__init__(start=False)
        self.version = version
        (self.data / "settings").write_text(settings)
        try:
            self.up()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    @property
    def UP(self):
        return COMPOSE, "up", "--version", self.version

    def up(self, port=0):
        super().up(port)
        # where no udev runs, the kernel changes a bridge's address when containers come and
        # go, and others write to the old one for half a minute
        bridge = json.loads(podman("network", "inspect", self.data.name))[0]["network_interface"]
        address = Path("/sys/class/net", bridge, "address").read_text().strip()
        subprocess.run(["ip", "link", "set", "dev", bridge, "address", address], check=True)

    def name(self, service):
        return f"{self.data.name}-{service}"

    def inspect(self, service):
        return json.loads(podman("inspect", self.name(service)))[0]

    def state(self, service):
        return self.inspect(service)["State"]

    def running(self, service):
        return self.state(service)["Running"]

    def pid(self, service):
        """Of its first process, as the host sees it; 0: it does not run."""
        return self.state(service)["Pid"]

    def proc(self, service):
        return Path("/proc", str(self.pid(service)))

    def log(self, service):
        done = subprocess.run(["podman", "logs", self.name(service)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return done.stdout

    def address(self, service):
        """On the network of its project."""
        networks = self.inspect(service)["NetworkSettings"]["Networks"]
        return next(iter(networks.values()))["IPAddress"]

    def kill(self, service, number=signal.SIGKILL):
        """Kills its process and waits until the restart policy has made another; seconds."""
        before, started = self.pid(service), time.monotonic()
        os.kill(before, number)
        wait_for(f"another process of the {service}",
                 lambda: self.pid(service) not in (0, before), ALL)
        return time.monotonic() - started

    def limit(self, service, size):
        """Gives it less memory until its next start; False: it has more in use."""
        return subprocess.run(["podman", "update", "--memory", str(size), self.name(service)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def metric(self, service, name):
        """A figure of /metrics; None when nobody answers."""
        found = re.search(rf"^{name} (\d+)$", self.health(service, "/metrics")[1], re.M)
        return int(found[1]) if found else None

    def port(self, name):
        return self.base() + int(SETTINGS[f"PORT_{name}"]) - int(SETTINGS["PORT_PAGES"])

    def connect(self):
        """To the pages, with no certificate trusted but the one in DIR/tls."""
        context = ssl.create_default_context(cafile=self.data / "tls/site.crt")
        return http.client.HTTPSConnection("localhost", self.port("HTTPS"), timeout=20,
                                           context=context)

    def ask(self, path, method="GET", **headers):
        connection = self.connect()
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer

    def published(self, path):
        """The text of a page, as a reader gets it; None while there is none."""
        try:
            answer = self.ask(path)
        except (OSError, http.client.HTTPException):
            return None
        return answer.body.decode() if answer.status == 200 else None

    def in_network(self, service, *command):
        """Runs a command of the host in the network of a container."""
        return subprocess.run(["nsenter", "-t", str(self.pid(service)), "-n", *map(str, command)],
                              stdout=subprocess.PIPE, check=True, text=True).stdout

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.keep_logs()
        super().__exit__(kind, value, trace)
        podman("rm", "--force", "--ignore", "--time", 0, *map(self.name, CONTAINERS))
        podman("network", "rm", "--force", self.data.name)
        for volume in podman("volume", "ls", "-q", "--filter", f"name={self.data.name}_").split():
            podman("volume", "rm", volume)

    def keep_logs(self):
        folder = self.data / "log"
        folder.mkdir(exist_ok=True)
        for service in CONTAINERS:
            (folder / f"{service}.log").write_text(self.log(service))
