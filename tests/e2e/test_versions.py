"""Any order of start, and other versions: what is newer is refused, what is older or of
another journal is refused with what to do; nothing of it is changed."""
import itertools
import shutil
import signal
import subprocess
from faults import LIBRARY
from raw import REFUSED, Peer, feed_pb2, inspect_pb2, intake_pb2
from system import SERVICES, Folder, System, check, main, wait_for
from test_watch import Watch

AGE = LIBRARY.parent / "age"
TABLES = {"collector/journal": ["meta", "records"], "scorer/results": ["meta", "items", "scores"],
          "publisher/releases": ["items", "files", "state"]}


def released(system, code, seed=1):
    made = Folder(code, units=2, respondents=12, seed=seed)
    system.par("round", "open", made.path)
    system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", code)
    system.par("round", "close", code)
    system.par("release", code, "--kind", "official")


def any_order_and_any_one_again():
    with System() as system:
        released(system, "first")
        watch = Watch(system, "--state", system.data / "state")
        commands = {service: system.command(service) for service in SERVICES}
        for number, order in enumerate(itertools.permutations(SERVICES)):
            before = system.scores("first")
            for service in SERVICES:
                system.kill(service, signal.SIGTERM)
            for service in order:
                system.spawn(service, commands[service])
                wait_for(f"the {service}", lambda: system.locked(service))
            again = SERVICES[number % 3]
            system.kill(again)
            system.spawn(again, commands[again])
            wait_for(f"the {again}", lambda: system.locked(again))
            system.up()  # nothing left to start: waits until all are ready
            check(system.scores("first") == before, order)
            released(system, f"order{number}")
        wait_for("all releases", lambda: len(watch.lines()) == 7)
        check([line["n"] for line in watch.stop()] == list(range(1, 8)))


def aged(system, store, key, number, table="_store"):
    others = [name for name in TABLES[store] if name != table]
    subprocess.run([AGE, system.data / store, table, key, str(number), *others,
                    *(["_store"] if table != "_store" else [])], check=True)


def refused_start(system, service, command, *words):
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=30)
    check(done.returncode == 1, service, done.returncode, done.stderr)
    for each in words:
        check(each in done.stderr, service, "does not say", each, "but", done.stderr)


def stores_of_other_versions():
    with System() as system:
        released(system, "stores")
        before = system.scores("stores")
        commands = {service: system.command(service) for service in SERVICES}
        system.down()
        cure = {"collector": ["par backup", "par restore"],
                "scorer": ["results", "Delete", "start"],
                "publisher": ["releases", "aside", "start"]}
        cases = [(store, "_store") for store in TABLES] + [("collector/journal", "meta")]
        for store, table in cases:
            service = store.split("/")[0]
            shutil.copytree(system.data / store, system.data / "kept")
            aged(system, store, "format", 2, table)
            refused_start(system, service, commands[service], "made by a newer version")
            shutil.rmtree(system.data / store)
            shutil.copytree(system.data / "kept", system.data / store)
            aged(system, store, "format", 0, table)
            refused_start(system, service, commands[service], "made by an older version",
                          *cure[service])
            shutil.rmtree(system.data / store)
            (system.data / "kept").rename(system.data / store)
        system.up()
        check(system.scores("stores") == before)
        system.down()
        # the cure, as it is said
        aged(system, "scorer/results", "format", 0)
        shutil.rmtree(system.data / "scorer/results")
        aged(system, "publisher/releases", "format", 0)
        (system.data / "publisher/releases").rename(system.data / "aside")
        system.up()
        system.par("release", "stores", "--kind", "official")
        check(system.scores("stores") == before)


def ask(system, service, offset, role, request, reply):
    """One question on any link."""
    peer = Peer(system, role, endpoint=f"tcp://127.0.0.1:{system.base() + offset}", server=service)
    peer.socket.send(request.SerializeToString())
    check(peer.socket.poll(20000), "no answer of the", service)
    reply.ParseFromString(peer.socket.recv())
    peer.close()
    return reply


def messages_of_a_newer_version():
    with System() as system:
        released(system, "messages")
        number = b"n" * 16
        peer = Peer(system, "operator")
        reply = peer.ask(version=2, manifest=intake_pb2.ManifestQuery(round=b"messages", part=1))
        check(reply.outcome == REFUSED and b"newer version" in reply.faults[0], "link 1", reply)
        peer.close()
        for link, service, offset, role in ((2, "collector", 2, "internal"),
                                            (3, "scorer", 3, "internal"),
                                            (4, "publisher", 5, "downstream")):
            reply = ask(system, service, offset, role,
                        feed_pb2.FeedRequest(version=2, id=number), feed_pb2.FeedReply())
            check(reply.outcome == REFUSED and b"version 1" in reply.faults[0] and not reply.items,
                  "link", link, reply)
        question = inspect_pb2.ScoresQuery(round=b"messages")
        reply = ask(system, "scorer", 4, "operator",
                    inspect_pb2.InspectRequest(version=2, id=number, scores=question),
                    inspect_pb2.InspectReply())
        check(reply.outcome == REFUSED and b"version 1" in reply.faults[0], "link 5", reply)


def stores_of_another_journal():
    """A scorer's or publisher's store beside a journal it was not made from."""
    with System() as system, System() as other:
        released(system, "mine", seed=1)
        released(other, "theirs", seed=2)
        before = system.scores("mine")
        commands = {service: system.command(service) for service in SERVICES}
        for service, store, words in (
                ("scorer", "results", ("another journal", "delete the directory results", "start")),
                ("publisher", "releases", ("nothing was replaced", "directory releases",
                                           "aside", "start"))):
            system.kill(service, signal.SIGTERM)
            own, foreign = system.data / service / store, other.data / service / store
            other.kill(service, signal.SIGTERM)
            own.rename(system.data / "own")
            shutil.copytree(foreign, own)
            system.spawn(service, commands[service])
            log = system.data / "log" / f"{service}.log"
            wait_for("its words", lambda: all(word in log.read_text() for word in words), 30)
            system.kill(service, signal.SIGTERM)
            check((own / "data.mdb").read_bytes() == (foreign / "data.mdb").read_bytes(),
                  "the store of another journal was changed")
            shutil.rmtree(own)
            (system.data / "own").rename(own)
            system.up()
        check(system.scores("mine") == before)


if __name__ == "__main__":
    main(any_order_and_any_one_again, stores_of_other_versions, messages_of_a_newer_version,
         stores_of_another_journal)
