"""Who gets in where: every role, a stranger, no key, a password, at every socket; what each
role may ask; revoked and added keys, without a restart; a gate that does not work."""
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from doors import (ADMITTED, FEEDS, LINKS, ROLES, Door, common_pb2, get, inspect_pb2, intake_pb2,
                   metric, words_of)
from raw import command_part
from system import ROOT, SERVICES, Folder, System, check, main, wait_for

DONE, REFUSED = common_pb2.OUTCOME_DONE, common_pb2.OUTCOME_REFUSED
REFUSALS = {"collector": "par_handshakes_refused_total", "scorer": "par_scorer_handshakes_refused_total",
            "publisher": "par_publisher_handshakes_refused_total"}


def new_key(system, name, role):
    """In a place of its own, not admitted yet."""
    system.par("keys", "new", name, "--role", role, "--dir", system.data / "guests")
    return system.data / "guests" / f"{name}.key"


def reload(system, *services):
    """Tells them to read the list again, and waits until they have; whether they took it."""
    taken = []
    for service in services or SERVICES:
        log = system.data / "log" / f"{service}.log"
        before = log.read_text().count("event=allow-list ")
        os.kill(system.pid(service), signal.SIGHUP)
        wait_for("the list to be read", lambda: log.read_text().count("event=allow-list ") > before)
        last = log.read_text().rsplit("event=allow-list ", 1)[1].split("\n")[0]
        taken.append("taken=true" in last)
    return all(taken)


def admit(system, path, yes=True):
    public = path.with_suffix(".pub")
    if yes:
        shutil.copy(public, system.data / "allow")
    else:
        (system.data / "allow" / public.name).unlink()


def doors(system):
    for link in LINKS:
        for service in SERVICES:
            check(metric(system, service, REFUSALS[service]), service, "has seen no stranger")
        stranger = {role: new_key(system, f"s{link}-{role}", role) for role in ROLES[:2]}
        peers = {role: Door(system, link, system.data / "keys" / f"{role}.key") for role in ROLES}
        others = {f"stranger {role}": Door(system, link, path) for role, path in stranger.items()}
        others["no key"] = Door(system, link)
        others["password"] = Door(system, link, plain=True)
        role = sorted(ADMITTED[link])[0]
        wrong = next(name for name in SERVICES if name != LINKS[link][0])
        others["wrong server key"] = Door(system, link, system.data / "keys" / f"{role}.key",
                                          server=wrong)
        for role, peer in peers.items():
            check(peer.came_in() == (role in ADMITTED[link]), role, "at link", link)
            if role in ADMITTED[link]:
                check(peer.ask().outcome in (DONE, REFUSED), role, "was not answered")
        for name, peer in others.items():
            check(not peer.came_in(), name, "got in at link", link)
            peer.send()
        for name, peer in others.items():
            check(peer.receive(50) is None, name, "was answered at link", link)
        for peer in [*peers.values(), *others.values()]:
            peer.close()
        print(f"link {link}: {', '.join(sorted(ADMITTED[link]))}, nobody else", flush=True)


def commands():
    nowhere = {"round": b"nowhere"}
    reason = {**nowhere, "reason": b"r"}
    operator = {"open": intake_pb2.OpenRound(), "roster": intake_pb2.AddRoster(**nowhere),
                "appraisals": intake_pb2.AddAppraisals(**nowhere),
                "measured": intake_pb2.AddMeasured(**nowhere),
                "void": intake_pb2.VoidRound(**reason), "codes": intake_pb2.SetCodes(**nowhere),
                "forget": intake_pb2.ForgetRoster(**nowhere)}
    releaser = {"annul": intake_pb2.Annul(**reason, respondent=b"x"),
                "close": intake_pb2.CloseRound(**nowhere),
                "release": intake_pb2.Release(**nowhere, kind=1),
                "retract": intake_pb2.Retract(**reason, number=1)}
    check(set(operator) | set(releaser) == set(intake_pb2.Command.DESCRIPTOR.fields_by_name),
          "a command is missing here")
    return {"operator": operator, "releaser": releaser}


def requests():
    """Every request of link 1 and who may make it; what it is about is nowhere."""
    query = intake_pb2.RosterQuery
    yield "submit", {"intake", "operator"}, {"submit": intake_pb2.Submit(code=b"x", ballot=b"x")}
    yield "manifest", ADMITTED[1], {"manifest": intake_pb2.ManifestQuery(round=b"nowhere", part=1)}
    yield "status", ADMITTED[1] - {"intake"}, {"status": intake_pb2.StatusQuery(round=b"nowhere")}
    yield "roster", {"operator"}, {"roster": query(round=b"nowhere", what=1, part=1)}
    for role, list_of in commands().items():
        for name, command in list_of.items():
            yield name, {role}, {"command": command_part(intake_pb2.Command(**{name: command}))}


def who_may_what(system):
    asked = 0
    head = metric(system, "collector", "par_journal_entries")
    for role in sorted(ADMITTED[1]):
        peer = Door(system, 1, system.data / "keys" / f"{role}.key")
        for name, roles, what in requests():
            reply = peer.ask(**what)
            words = words_of(reply)
            by_role = "the role of this key may not" in words or "this takes role" in words
            check(reply.outcome == REFUSED and words, name, role, reply)
            check(by_role == (role not in roles), name, "by", role, ":", words)
            asked += 1
        peer.close()
    check(metric(system, "collector", "par_journal_entries") == head, "something was taken")
    for role in sorted(ADMITTED[5]):
        peer = Door(system, 5, system.data / "keys" / f"{role}.key")
        for what in ({"scorer": inspect_pb2.ScorerQuery(status=True)},
                     {"scores": inspect_pb2.ScoresQuery(round=b"nowhere", newest=True, part=1)},
                     {"unit": inspect_pb2.UnitQuery(round=b"nowhere", unit=b"u", draft=True,
                                                    part=1)}):
            check("admitted" not in words_of(peer.ask(**what)), role, what)
            asked += 1
        peer.close()
    print(f"{asked} requests, each role gets what is its own", flush=True)


def revoked_and_added(system):
    """The same processes all along; a parked poll of a revoked key is given nothing."""
    pids = [system.pid(service) for service in SERVICES]
    role_of = {1: "operator", 2: "internal", 3: "internal", 4: "downstream", 5: "auditor"}
    keys = {link: new_key(system, f"guest{link}", role) for link, role in role_of.items()}
    for link, path in keys.items():
        peer = Door(system, link, path)
        check(not peer.came_in(), "in before its key was admitted", link)
        peer.close()
        admit(system, path)
    check(reload(system))
    peers = {link: Door(system, link, path) for link, path in keys.items()}
    parked = {link: Door(system, link, keys[link]) for link in FEEDS}
    for link, peer in peers.items():
        check(peer.came_in(), "added and not admitted", link)
        check(link == 1 or peer.ask().outcome == DONE, "added and not answered", link)
    polls = {link: peer.park() for link, peer in parked.items()}
    for path in keys.values():
        admit(system, path, yes=False)
    check(reload(system))
    for link, peer in peers.items():
        reply = peer.ask()
        check(reply.outcome == REFUSED and "admitted" in words_of(reply), link, reply)
    made = Folder("gate", units=2, respondents=12, trial=True)
    system.par("round", "open", made.path)
    system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "gate")
    system.par("release", "gate", "--kind", "trial")
    for link, peer in parked.items():
        reply = peer.receive()
        check(reply and reply.id == polls[link], "the parked poll of link", link, "stays")
        check(reply.outcome == REFUSED and not reply.items and not reply.info, link, reply)
    for peer in [*peers.values(), *parked.values()]:
        peer.close()
    for link, path in keys.items():
        peer = Door(system, link, path)
        check(not peer.came_in(), "revoked, and in again", link)
        peer.close()
    check(pids == [system.pid(service) for service in SERVICES], "a service was restarted")


def faulty_list(system):
    """Who was admitted and is on it still stays, and the words name the file."""
    bad = system.data / "allow/bad.pub"
    bad.write_text("par-key/1 operator bad nonsense\n")
    check(not reload(system), "a damaged list was taken")
    for service in SERVICES:
        log = (system.data / "log" / f"{service}.log").read_text()
        check("allow-list-fault" in log and "allow/bad.pub" in log, service, "names no file")
    peer = Door(system, 1, system.data / "keys/operator.key")
    check(peer.came_in(), "who is on the list is out")
    peer.close()
    bad.unlink()
    check(reload(system))


def at_the_door():
    with System() as system:
        doors(system)
        who_may_what(system)
        revoked_and_added(system)
        faulty_list(system)


# ---- starting ----

def changed(command, **flags):
    """The command line with other values of some flags."""
    command = list(command)
    for flag, value in flags.items():
        command[command.index(f"--{flag}") + 1] = str(value)
    return command


def refused_to_start(command, code, *words, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60, **more)
    check(done.returncode == code, command, "gave", done.returncode, done.stdout)
    for word in words:
        check(word in done.stdout, "no word of", word, ":", done.stdout)


def bad_keys_and_lists():
    with System() as system:
        open_key = system.data / "open.key"
        for service in SERVICES:
            command = system.command(service)
            shutil.copy(system.data / "keys" / f"{service}.key", open_key)
            for mode in (0o640, 0o604, 0o620):
                open_key.chmod(mode)
                refused_to_start(changed(command, key=open_key), 2, "chmod 600")
            role = system.data / "keys/operator.key"
            refused_to_start(changed(command, key=role), 2, "needs role internal")
        commands_of = {service: system.command(service) for service in SERVICES}
        empty = system.data / "empty"
        empty.mkdir()
        for service in SERVICES:
            system.kill(service, signal.SIGTERM)
            command = changed(commands_of[service], allow=system.data / "missing")
            refused_to_start(command, 2, "missing")
            process = system.spawn(service, changed(commands_of[service], allow=empty))
            wait_for(f"the {service}", lambda: get_alive(system, service))
            for link in [link for link, of in LINKS.items() if of[0] == service]:
                for role in sorted(ADMITTED[link]):
                    peer = Door(system, link, system.data / "keys" / f"{role}.key")
                    check(not peer.came_in(), role, "in with an empty list at link", link)
                    peer.close()
            process.terminate()
            check(process.wait(timeout=30) == 0, service)
        print("wrong modes, wrong roles, no list, an empty list: closed", flush=True)
        gate_that_does_not_work(system, commands_of)


def get_alive(system, service):
    try:
        return get(system, service, "/livez")
    except OSError:
        return None


def gate_that_does_not_work(system, commands_of):
    """Strangers would come in: each service notices before it serves anybody, and ends."""
    with tempfile.TemporaryDirectory() as made:
        library = Path(made) / "open_door.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", library,
                        ROOT / "tests/e2e/open_door.c", "-ldl"], check=True)
        for service in SERVICES:
            refused_to_start(commands_of[service], 2, "stranger",
                             env={**os.environ, "LD_PRELOAD": str(library)})
    print("without a gate that works no service starts", flush=True)


main(at_the_door, bad_keys_and_lists)
