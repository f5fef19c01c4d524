"""What a running service has given up, and what its files and logs show to others."""
import ctypes
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path
from system import SERVICES, Folder, System, check, main, wait_for

NOBODY = 65534
PTRACE_ATTACH = 16


def fields(path):
    return dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)


def log_of(system, service):
    return (system.data / "log" / f"{service}.log").read_text()


def with_a_round(system, name):
    made = Folder(name, units=2, respondents=12)
    system.par("round", "open", made.path)
    system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", name)
    system.par("round", "close", name)
    system.par("release", name, "--kind", "official")


def given_up(system, service):
    process = Path("/proc", str(system.pid(service)))
    tasks = list((process / "task").iterdir())
    check(len(tasks) >= 3, service, "has its threads by now", tasks)
    for task in tasks:
        status = fields(task / "status")
        check(status["NoNewPrivs"].strip() == "1", service, task)
        check(status["Seccomp"].strip() == "2", service, task, "has no list of calls")
    core = re.search(r"Max core file size +(\S+) +(\S+)", (process / "limits").read_text())
    check(core.groups() == ("0", "0"), service, core.groups())
    told = [line for line in log_of(system, service).splitlines() if "event=guard " in line]
    check(len(told) == 1 and "no_new_privs=true dumpable=false" in told[0] and
          "seccomp=true" in told[0], service, told)
    return int(re.search(r"landlock=(\d+)", told[0])[1])


def in_force():
    """Of each service and each of its threads, while a round goes through."""
    with System() as system:
        with_a_round(system, "force")
        versions = {given_up(system, service) for service in SERVICES}
        check(len(versions) == 1, versions)
        if versions == {0}:
            print("Landlock is not in this kernel: files and ports are not enclosed here")
        private_files(system)
        no_keys_told(system)
        list_is_watched(system)
        by_name(system)
        roster_key_is_checked(system)


def private_files(system):
    """Nothing that a service or a key maker writes is open to others."""
    for folder in (*SERVICES, "keys"):
        for path in (system.data / folder, *(system.data / folder).rglob("*")):
            mode = stat.S_IMODE(path.stat().st_mode)
            allowed = 0o700 if path.is_dir() else 0o644 if path.suffix == ".pub" else 0o600
            check(mode & ~allowed == 0, path, oct(mode))


def no_keys_told(system):
    """No secret of any key file is in a log or a store."""
    secrets = [path.read_bytes().split()[3] for path in (system.data / "keys").glob("*.key")]
    rosters = [path.read_bytes() for path in (system.data / "collector/roster").glob("*.key")]
    check(len(secrets) == 9 and rosters, len(secrets), len(rosters))
    forms = secrets + rosters + [key.hex().encode() for key in rosters]
    for folder in (*SERVICES, "log"):
        for path in (system.data / folder).rglob("*"):
            if path.is_file() and path.suffix != ".key":
                data = path.read_bytes()
                check(not any(form in data for form in forms), "a key is in", path)


def list_is_watched(system):
    """SIGHUP says who came and who went; whose file others may change is out."""
    aside = system.data / "aside"
    allow = system.data / "allow"
    system.par("keys", "new", "guest", "--role", "auditor", "--dir", aside)

    def reload(*words):
        for service in SERVICES:
            before = len(log_of(system, service))
            os.kill(system.pid(service), signal.SIGHUP)
            for word in words:
                wait_for(f"{word} in the log of the {service}",
                         lambda: word in log_of(system, service)[before:], 10)

    shutil.copy(aside / "guest.pub", allow / "guest.pub")
    (allow / "guest.pub").chmod(0o644)
    reload('event=key-changed user="guest.', "role=auditor", "taken=true")
    (allow / "guest.pub").chmod(0o664)
    reload("event=allow-list-fault", "chmod go-w", "role=none", "taken=false")
    (allow / "guest.pub").unlink()
    reload("taken=true")


def by_name(system):
    """A peer that is given by a name is looked up, with the list of calls in force."""
    command = [word.replace("127.0.0.1", "localhost") if before == "--collector" else word
               for before, word in zip(["", *system.command("scorer")], system.command("scorer"))]
    check(any("localhost" in word for word in command), command)
    for service in ("collector", "scorer"):
        system.kill(service, signal.SIGTERM)
    system.spawn("scorer", command)
    system.up()  # starts the collector, waits until the scorer has found it
    with_a_round(system, "named")
    given = fields(Path("/proc", str(system.pid("scorer")), "status"))
    check(given["Seccomp"].strip() == "2", given)


def roster_key_is_checked(system):
    """A roster whose key others may read is not opened; the words name the cure."""
    system.kill("collector", signal.SIGTERM)
    key = system.data / "collector/roster/1.key"
    key.chmod(0o640)
    failed = system.try_up()
    check(failed.returncode != 0 and "chmod 600" in failed.stderr and str(key) in failed.stderr,
          failed.stderr)
    key.chmod(0o600)
    system.up()


# ---- what others of the same user see, and what a crash leaves ----

def loner(system, place):
    """A publisher by itself, of an ordinary user, that may dump core as far as the
    machine lets it; gives the process and its user."""
    user = NOBODY if os.geteuid() == 0 else os.geteuid()
    program = shutil.copy(Path(os.environ["PAR_BIN"], "par-publisher"), place)
    (place / "data").mkdir(mode=0o700)
    for name in ("keys", "allow"):
        shutil.copytree(system.data / name, place / name)
    command = [program, "--data", "data", "--key", "keys/publisher.key", "--allow", "allow",
               "--scorer", "tcp://127.0.0.1:1", "--scorer-key", "keys/scorer.pub",
               "--feed", "tcp://127.0.0.1:*", "--http", "127.0.0.1:0", "--health-listen", "127.0.0.1:0"]
    for path in (place, *place.rglob("*")):
        os.chown(path, user, -1)
    with open(place / "log", "w") as log:
        process = subprocess.Popen(command, cwd=place, stderr=log,
                                   preexec_fn=lambda: become(user))
    wait_for("the publisher", lambda: "event=guard" in (place / "log").read_text(), 20)
    return process, user


def become(user):
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setuid(user)


def as_user(user, act):
    """What act() gives in a process of that user, or the number of its error."""
    def attempt():
        become(user)
        try:
            return act() or 0
        except OSError as error:
            return error.errno

    child = os.fork()
    if child == 0:
        os._exit(attempt())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def attach(pid):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(PTRACE_ATTACH, pid, None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def dumped(process, place):
    """Ends it as a failed assert would; True when a core came of it."""
    os.kill(process.pid, signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    check(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT, status)
    return os.WCOREDUMP(status) or any(path.name.startswith("core") for path in place.iterdir())


def nothing_to_read():
    """The same user reads no memory of it, and its end leaves no core."""
    place = Path(tempfile.mkdtemp(prefix="par-loner-"))
    with System() as system:
        process, user = loner(system, place)
        pid = process.pid
        check(Path(f"/proc/{pid}/mem").stat().st_uid == 0, "memory belongs to root alone")
        for name in ("mem", "environ", "maps"):
            check(as_user(user, lambda: os.close(os.open(f"/proc/{pid}/{name}", os.O_RDONLY))) != 0,
                  name, "can be read by its user")
        check(as_user(user, lambda: attach(pid)) != 0, "its user can trace it")
        other = subprocess.Popen(["sleep", "1000"], cwd=place, preexec_fn=lambda: become(user))
        check(as_user(user, lambda: os.close(os.open(f"/proc/{other.pid}/environ", os.O_RDONLY))) == 0,
              "another process of that user can be read: the points above can fail")
        check(not dumped(process, place), "it left a core")
        if not dumped(other, place):
            print("no process leaves a core on this machine")
    shutil.rmtree(place)


main(in_force, nothing_to_read)
