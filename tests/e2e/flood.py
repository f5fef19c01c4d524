"""One attacker, a process of its own: flood.py KIND DATA-DIRECTORY PORT...; until it is killed.

It says a line when its attack is under way, and later what it saw of it."""
import itertools
import os
import select
import socket
import sys
import time
from pathlib import Path
from types import SimpleNamespace

GREETING = b"\xff" + bytes(8) + b"\x7f\3\0CURVE" + bytes(15) + bytes(32)
ATTACKER, OTHER = "127.0.0.2", "127.0.0.3"


def say(*words):
    print(*words, flush=True)


def dial(port, source=ATTACKER):
    peer = socket.socket()
    peer.bind((source, 0))
    peer.settimeout(5)
    peer.connect(("127.0.0.1", port))
    peer.setblocking(False)
    return peer


def try_send(peer, data):
    """False: the other side has ended it."""
    try:
        peer.send(data)
        return True
    except BlockingIOError:
        return True
    except OSError:
        return False


def ended(peers):
    """Those that the other side has ended; what it says is read and thrown away."""
    readable = select.select(list(peers), [], [], 0.2)[0]
    for peer in readable:
        try:
            if peer.recv(4096):
                continue
        except BlockingIOError:
            continue
        except OSError:
            pass
        yield peer


def hold(dialled, begin):
    """Keeps as many connections as it is given, dialled anew whenever they are ended."""
    peers, shut = {}, 0
    for port, number in dialled:
        peer = dial(port)
        try_send(peer, begin(number))
        peers[peer] = (port, number)
    say("held", len(peers))
    while True:
        for peer in list(ended(peers)):
            port, number = peers.pop(peer)
            peer.close()
            shut += 1
            try:
                peer = dial(port)
            except OSError:
                continue
            try_send(peer, begin(number))
            peers[peer] = (port, number)
        yield peers, shut


def silent(system, ports):
    """Says nothing, half a greeting, a greeting; and of a request the same."""
    starts = (b"", GREETING[:20], GREETING, b"GET / HTTP/1.1\r\nHost:")
    numbers = [(port, i) for port in ports for i in range(300 // len(ports) * 2)]
    for peers, shut in hold(numbers, lambda i: starts[i % len(starts)]):
        if shut:
            say("shut", shut)


def slow(system, ports):
    """A byte a second: a greeting, or a request that never ends."""
    text = itertools.cycle(b"GET / HTTP/1.1\r\nX: ")
    numbers = [(port, i) for port in ports for i in range(50)]
    last, born = 0.0, {}
    for peers, shut in hold(numbers, lambda i: b"G" if i % 2 else b"\xff"):
        for peer in peers:
            born.setdefault(peer, time.monotonic())
        for peer in [peer for peer in born if peer not in peers]:
            say("lived", f"{time.monotonic() - born.pop(peer):.1f}")
        if time.monotonic() - last > 1:
            last = time.monotonic()
            byte = bytes([next(text)])
            for peer in peers:
                try_send(peer, byte)


def unread(system, ports):
    """Asks for pages, many in a row, and never reads."""
    asking = b"GET /en.html HTTP/1.1\r\nHost: x\r\n\r\n" * 100
    peers = [dial(ports[0]) for _ in range(60)]
    for peer in peers:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    say("held", len(peers))
    while True:
        for peer in peers:
            try_send(peer, asking)
        time.sleep(0.2)


def http(system, ports):
    """Huge headers, long addresses, bodies, pipelines; as many connections as it gets."""
    shapes = (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
              b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
              b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 2000,
              b"POST / HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 100000,
              b"\x16\x03\x01\x02\x00" * 1000)
    say("begun")
    for shape in itertools.cycle(shapes):
        for port in ports:
            peer = dial(port, OTHER)
            end = time.monotonic() + 0.5
            while shape and time.monotonic() < end:
                try:
                    shape_left = shape[peer.send(shape):]
                    shape = shape_left
                except BlockingIOError:
                    for _ in ended([peer]):
                        shape = b""
                except OSError:
                    break
            peer.close()


def crowd(system, ports):
    """Every connection that one address gets, each with a whole request, kept open."""
    peers, refused = [], 0
    for _ in range(400):
        peer = dial(ports[0], OTHER)
        try_send(peer, b"GET /style.css HTTP/1.1\r\nHost: x\r\n\r\n")
        peers.append(peer)
    time.sleep(1)
    for peer in peers:
        try:
            refused += not peer.recv(100)
        except BlockingIOError:
            pass
        except OSError:
            refused += 1
    say("refused", refused, "of", len(peers))
    while True:
        time.sleep(1)


def frames(system, ports):
    """Past a greeting, frames that announce what no memory has, and garbage."""
    lengths = (b"\x02" + b"\x7f" + b"\xff" * 7, b"\x06" + b"\x00\x00\x00\x7f" + b"\xff" * 4,
               b"\x04\xff", b"\x00\x05HELLO", os.urandom(4000))
    say("begun")
    for length in itertools.cycle(lengths):
        for port in ports:
            peer = dial(port)
            try_send(peer, GREETING)
            select.select([peer], [], [], 0.2)
            try_send(peer, length + b"x" * 2000)
            peer.close()


def doors(system, link, count, key):
    from doors import Door
    import zmq
    zmq.Context.instance().set(zmq.MAX_SOCKETS, 4000)
    peers = [Door(system, link, system.data / "keys" / f"{key}.key", unread=True)
             for _ in range(count)]
    for peer in peers:
        peer.came_in()
    return peers


def ballots(system, ports):
    """An admitted key, as fast as it goes: refused, garbage, too large. Reads nothing."""
    from raw import intake_pb2, manifest_pb2, rules_of
    peers = doors(system, 1, 8, "attacker")
    manifest = manifest_pb2.Manifest()
    manifest.ParseFromString(peers[0].ask(
        manifest=intake_pb2.ManifestQuery(round=b"flood", part=1)).manifest.data)
    # every sheet has many faults, and so the answer is long
    sheets = [intake_pb2.Sheet(unit=9 + i, revision=0, answers=b"\0" * 50) for i in range(200)]
    bad = intake_pb2.Ballot(version=1, round=b"flood", rules=rules_of(manifest), sheets=sheets,
                            nonce=bytes(32)).SerializeToString()
    request = intake_pb2.IntakeRequest(version=1, id=b"i" * 16, submit=intake_pb2.Submit(
        code=b"CODE-R1", ballot=bad)).SerializeToString()
    kinds = [request] * 50 + [os.urandom(500)] * 10 + [b"", b"x" * 65000]
    say("begun")
    for number in itertools.count():
        for peer in peers:
            peer.send_bytes(kinds[number % len(kinds)])
        if number % 500 == 0:
            large = doors(system, 1, 1, "attacker")[0]
            large.send_bytes(bytes(200 * 1024))
            time.sleep(0.05)
            large.close()


def polls(system, ports):
    """Admitted keys that ask for everything, park many polls, and read nothing."""
    peers = [*doors(system, 2, 60, "internal"), *doors(system, 4, 60, "downstream"),
             *doors(system, 5, 30, "auditor")]
    say("held", len(peers))
    while True:
        for peer in peers:
            peer.send()
            if peer.link != 5:
                peer.send(wait_ms=30000)
        time.sleep(0.05)


def main():
    kind, data, *ports = sys.argv[1:]
    system = SimpleNamespace(data=Path(data), base=lambda: int((Path(data) / "port").read_text()))
    globals()[kind](system, [int(port) for port in ports])


main()
