"""What every service does alike: it says its version, tells systemd how it does, and
answers --health by itself; and the publisher's connections behind a proxy."""
import hashlib
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import zmq.utils.z85
from system import SERVICES, System, check, main, wait_for

PINGS = 3
EVERY_US = 400_000
PER_ADDRESS = 64  # connections of a publisher that is behind no proxy


class Ear:
    """The socket that systemd listens at; "@NAME" is an abstract one."""

    def __init__(self, name):
        self.name = name
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name.replace("@", "\0", 1))
        self.socket.settimeout(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        if not self.name.startswith("@"):
            os.unlink(self.name)

    def hear(self):
        return self.socket.recv(4096).decode()

    def environment(self):
        return {"NOTIFY_SOCKET": self.name, "WATCHDOG_USEC": str(EVERY_US)}


def program(name):
    return Path(os.environ["PAR_BIN"], name)


def health(system, service):
    """Exit code and words of the check."""
    return end_of(ask_health(system, service))


def ask_health(system, service):
    """par-SERVICE --health, with nothing but where to ask."""
    listen = system.commands[service][system.commands[service].index("--health-listen") + 1]
    return subprocess.Popen([program(f"par-{service}"), "--health"], cwd="/", text=True,
                            env={"PAR_HEALTH_LISTEN": listen}, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def end_of(asked):
    out, err = asked.communicate(timeout=20)
    check(err == "", "on stderr:", err)
    return asked.returncode, out.strip()


def start(system, service, environment=None, more=()):
    with open(system.data / "log" / f"{service}.log", "a") as log:
        process = subprocess.Popen([*system.commands[service], *more], stdout=log, stderr=log,
                                   stdin=subprocess.DEVNULL, start_new_session=True,
                                   env={**os.environ, **(environment or {})})
    (system.data / "run" / f"{service}.pid").write_text(f"{process.pid}\n")
    return process


def a_system():
    system = System()
    system.commands = {service: system.command(service) for service in SERVICES}
    return system


def versions():
    declared = re.search(r"^project\(par VERSION (\S+)", Path(__file__).resolve().parents[2]
                         .joinpath("CMakeLists.txt").read_text(), re.MULTILINE)[1]
    for name in ("par", *(f"par-{service}" for service in SERVICES)):
        said = subprocess.run([program(name), "--version"], env={}, stdout=subprocess.PIPE,
                              check=True, text=True).stdout
        check(said == f"{name} {declared}\n", "the version of", name, "is", said)
        told = subprocess.run([program(name), "--help"], env={}, stdout=subprocess.PIPE,
                              check=True, text=True).stdout
        check("--version" in told, name, "--help does not tell of --version")


def told(system, service, ear):
    """One life of a service under systemd's eyes."""
    system.kill(service, signal.SIGTERM)
    process = start(system, service, ear.environment())
    check(ear.hear() == "READY=1", service, "did not say first that it is ready")
    for _ in range(PINGS):
        check(ear.hear() == "WATCHDOG=1", service, "was not alive")
    process.send_signal(signal.SIGTERM)
    last = wait_for("the last word", lambda: (said := ear.hear()) != "WATCHDOG=1" and said)
    check(last == "STOPPING=1", service, "said last", last)
    check(process.wait(20) == 0, service, "ended with", process.returncode)


def systemd_is_told():
    with a_system() as system:
        names = (str(system.data / "notify"), f"@par-test-{os.getpid()}")
        for service in SERVICES:
            for name in names:
                with Ear(name) as ear:
                    told(system, service, ear)
            start(system, service)
        silent = start_with_nobody_at(system, str(system.data / "nobody"))
        wait_for("its words", lambda: "event=notify" in silent.read_text())
        wait_for("the collector", lambda: health(system, "collector")[0] == 0)


def start_with_nobody_at(system, name):
    """A socket that is not there stops nobody; gives the log."""
    system.kill("collector", signal.SIGTERM)
    start(system, "collector", {"NOTIFY_SOCKET": name})
    return system.data / "log/collector.log"


def health_of_each():
    with a_system() as system:
        for service in SERVICES:
            check(health(system, service) == (0, "ready"), service, health(system, service))
            os.kill(system.pid(service), signal.SIGSTOP)
        for asked in [ask_health(system, service) for service in SERVICES]:
            code, words = end_of(asked)
            check(code == 1 and "within 5 s" in words, "a stopped one is", code, words)
        for service in SERVICES:
            os.kill(system.pid(service), signal.SIGCONT)
            system.kill(service, signal.SIGTERM)
            code, words = health(system, service)
            check(code == 1 and "refused" in words, "a", service, "that ended is", code, words)
        with Ear(f"@par-test-{os.getpid()}") as ear:
            scorer_alone(system, ear)


def scorer_alone(system, ear):
    """It serves, which systemd waits for, but is not ready; then the collector comes."""
    start(system, "scorer", ear.environment())
    check(ear.hear() == "READY=1", "a scorer waits for its collector to serve")
    code, words = wait_for("words", lambda: (seen := health(system, "scorer"))[1] and seen)
    check(code == 1 and words.startswith("not ready: "), "a scorer alone is", code, words)
    start(system, "collector")
    wait_for("the scorer", lambda: health(system, "scorer") == (0, "ready"))


def health_needs_an_address():
    for service in ("collector", "scorer"):
        done = subprocess.run([program(f"par-{service}"), "--health"], env={}, text=True,
                              stderr=subprocess.PIPE)
        check(done.returncode == 2 and "--health-listen" in done.stderr, done)


def refused_keys_are_told():
    """Once, by the digits that the .pub of that key has in a User-Id."""
    with a_system() as system:
        place = system.data / "strange"
        system.par("keys", "new", "stranger", "--role", "operator", "--dir", place)
        public = zmq.utils.z85.decode((place / "stranger.pub").read_text().split()[-1])
        digits = hashlib.sha256(public).hexdigest()[:8]
        said = system.par("round", "status", "x", "--key", place / "stranger.key",
                          "--wait", 3, code=3)
        check("not admitted" in said, said)
        lines = [line for line in (system.data / "log/collector.log").read_text().splitlines()
                 if "event=key-refused " in line]
        check(len(lines) == 1 and f'user="unknown.{digits}" count=1' in lines[0], lines)


def taken(system, count):
    """Opens so many connections from one address that is not exempt, and asks on the
    last; gives whether it was answered."""
    port = system.base()
    held = [socket.create_connection(("127.0.0.1", port), 20, ("127.0.0.2", 0))
            for _ in range(count)]
    try:
        held[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return held[-1].recv(64).startswith(b"HTTP/1.1 200 ")
    except ConnectionError:
        return False
    finally:
        for each in held:
            each.close()


def a_proxy_gets_more_than_its_share():
    with a_system() as system:
        check(taken(system, PER_ADDRESS), "one address does not get its share")
        system.kill("publisher", signal.SIGTERM)
        start(system, "publisher")
        wait_for("the publisher", lambda: health(system, "publisher")[0] == 0)
        check(not taken(system, PER_ADDRESS + 1), "one address gets more than its share")
        system.kill("publisher", signal.SIGTERM)
        start(system, "publisher", {"PAR_BEHIND_PROXY": "true"})
        wait_for("the publisher", lambda: health(system, "publisher")[0] == 0)
        check(taken(system, 3 * PER_ADDRESS), "a proxy gets no more than the share of one")


if __name__ == "__main__":
    main(versions, systemd_is_told, health_of_each, health_needs_an_address,
         refused_keys_are_told, a_proxy_gets_more_than_its_share)
