"""What a container has given up: its root file system, capabilities, root, a shell; that a
second collector is kept off its volume; and that a service that hangs is told from one that
works."""
import os
import signal
import subprocess
from pathlib import Path
from pods import (CONTAINERS, SERVICES, Pods, check, image, main, possible, say, together,
                  wait_for)

USER = 65532
PLACES = ("/dev/shm", "/dev/mqueue")  # podman's own, in memory
SHELLS = {"sh", "bash", "dash", "ash", "busybox", "env", "perl", "python3", "awk", "mawk",
          "cat", "ls", "cp", "chmod", "apt", "dpkg"}


def fields(path):
    return {name: value.strip() for name, _, value in
            (line.partition(":") for line in path.read_text().splitlines())}


def space(process):
    """The space of process numbers that it lives in; None: it has just ended."""
    try:
        return os.readlink(process / "ns/pid")
    except OSError:
        return None


def gave_up(system, service):
    """Every thread: no capability, none to be had, not root, a list of calls."""
    inside = os.readlink(system.proc(service) / "ns/pid")
    tasks = [task for process in Path("/proc").glob("[0-9]*") if space(process) == inside
             for task in (process / "task").iterdir()]
    check(tasks, "no threads of", service)
    for task in tasks:
        status = fields(task / "status")
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            check(int(status[name], 16) == 0, service, task, name, status[name])
        check(status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", service, status)
        check(set(status["Uid"].split()) == set(status["Gid"].split()) == {str(USER)},
              service, status["Uid"], status["Gid"])
        check(status["Groups"] in ("", str(USER)), service, "is in groups", status["Groups"])
    return len(tasks)


def mounts(system, service):
    """{place: options} of its mounts; a later one at a place hides the earlier."""
    found = {}
    for line in (system.proc(service) / "mountinfo").read_text().splitlines():
        words = line.split()
        found[words[4]] = set(words[5].split(","))
    return found


def as_user(act):
    """What act() gives in a process of the containers' user without capabilities."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(USER)
        os.setuid(USER)
        os.write(writing, "\n".join(act()).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as answer:
        text = answer.read()
    check(os.waitpid(child, 0)[1] == 0, "looking around as the user failed")
    return set(text.split("\n")) - {""}


def writable(root):
    """Every directory under it in which the user of this process can make a file."""
    found = []
    for path, folders, _, here in os.fwalk(".", dir_fd=root):
        if path in ("./proc", "./sys"):
            folders.clear()
            continue
        try:
            os.close(os.open(".par-probe", os.O_CREAT | os.O_EXCL | os.O_WRONLY, dir_fd=here))
            os.unlink(".par-probe", dir_fd=here)
            found.append(path[1:] or "/")
        except OSError:
            pass
    return found


def root_is_closed(system, service):
    """Seen with the eyes of the user of the container, in its own tree of mounts."""
    root = os.open(system.proc(service) / "root", os.O_PATH | os.O_DIRECTORY)
    found = as_user(lambda: writable(root))
    beside = {place for place in PLACES for deep in found if (deep + "/").startswith(place + "/")}
    others = {deep for deep in found if not deep.startswith(("/data", *beside))}
    check(not others, service, "may write to", others)
    check(service == "proxy" or "/data" in found, "the probe cannot fail:", service, found)
    options = mounts(system, service)
    check("ro" in options["/"], service, "has its root mounted", options["/"])
    for place in ("/allow", "/proxy", "/tls", "/sys"):
        check(place not in options or "ro" in options[place], service, place, options.get(place))
    os.close(root)
    return beside


def programs(system, service):
    """What could be run: the program and its loader; and no file that names an interpreter."""
    root = system.proc(service) / "root"
    found = set()
    for path, folders, files in os.walk(root):
        inside = "/" + os.path.relpath(path, root)
        if inside in ("/proc", "/sys", "/dev", "/data"):
            folders.clear()
            continue
        for name in files:
            file = Path(path, name)
            if file.is_symlink() or not file.is_file():
                continue
            check(file.stat().st_mode & 0o6000 == 0, service, name, "changes its user")
            check(name not in SHELLS, service, "has", name)
            with open(file, "rb") as opened:
                head = opened.read(4)
            check(not head.startswith(b"#!"), service, name, "is a script")
            if head == b"\x7fELF" and ".so" not in name:
                found.add(name)
    expected = {"nginx" if service == "proxy" else f"par-{service}"}
    check(found == expected, service, "has the programs", found)
    tried = subprocess.run(["podman", "exec", system.name(service), "/bin/sh", "-c", "true"],
                           stderr=subprocess.PIPE, text=True)
    check(tried.returncode != 0 and "no such file" in tried.stderr, service, tried.stderr)


def second_collector(system):
    """On the same volume from another container: refused while the first runs."""
    entries = system.metric("collector", "par_journal_entries")
    environment = [pair for pair in system.inspect("collector")["Config"]["Env"]
                   if pair.startswith("PAR_")]
    done = subprocess.run(
        ["podman", "run", "--rm", "--network", "none", "--read-only", "--cap-drop", "all",
         "--ulimit", "nofile=4096", "--ulimit", "nproc=1024",
         *(word for pair in environment for word in ("--env", pair)),
         "--volume", f"{system.data.name}_collector:/data",
         "--volume", f"{system.data}/allow:/allow:ro",
         "--volume", f"{system.data}/keys/collector.key:/run/secrets/collector.key:ro",
         image("collector", system.version)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=60)
    check(done.returncode == 1 and "/data" in done.stdout and
          "another process has it; stop it first" in done.stdout, done.returncode, done.stdout)
    check(system.health("collector")[0] == 200 and
          system.metric("collector", "par_journal_entries") == entries, "the first one suffers")
    say(f"a second collector: exit 1, {done.stdout.strip().splitlines()[-1]!r}")


def healthy(system, service):
    return subprocess.run(["podman", "healthcheck", "run", system.name(service)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def hang_is_seen(system, service):
    check(healthy(system, service), "the", service, "is not healthy")
    os.kill(system.pid(service), signal.SIGSTOP)
    hung = not healthy(system, service)
    os.kill(system.pid(service), signal.SIGCONT)
    check(hung, "a", service, "that stands still is healthy")
    wait_for(f"the {service} to be healthy again", lambda: healthy(system, service))


def closed():
    with Pods() as system:
        for service in CONTAINERS:
            threads = gave_up(system, service)
            places = root_is_closed(system, service)
            programs(system, service)
            say(f"{service}: {threads} threads without capabilities as {USER}, one program, root "
                f"read-only; beside its data it may write to {' '.join(sorted(places))}")
        for service in SERVICES:
            told = [line for line in system.log(service).splitlines() if "event=guard " in line]
            check(len(told) == 1 and "seccomp=true" in told[0], service, told)
        say("our own seal in there:", told[0].split("event=guard ")[1])
        second_collector(system)
        together(*(lambda service=service: hang_is_seen(system, service) for service in SERVICES))
        say("healthy, unhealthy while stopped, healthy again:", *SERVICES)


if __name__ == "__main__":
    possible()
    main(closed)
