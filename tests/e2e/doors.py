"""Peers on every link, with keys of every kind, good and bad: for test_gate and test_flood."""
import os
import re
import urllib.request
import zmq
from raw import common_pb2, feed_pb2, inspect_pb2, intake_pb2, key_pair
from system import HEALTH, check
from zmq.utils.monitor import recv_monitor_message

ROLES = ("intake", "operator", "releaser", "auditor", "internal", "downstream")
# Whose key a link has, and where it is bound above the first port.
LINKS = {1: ("collector", 1), 2: ("collector", 2), 3: ("scorer", 3), 4: ("publisher", 5),
         5: ("scorer", 4)}
FEEDS = (2, 3, 4)
# DESIGN section 3: who is admitted where.
ADMITTED = {1: {"intake", "operator", "releaser", "auditor"}, 2: {"internal", "auditor"},
            3: {"internal"}, 4: {"internal", "downstream"}, 5: {"operator", "auditor"}}
MESSAGES = {1: (intake_pb2.IntakeRequest, intake_pb2.IntakeReply),
            5: (inspect_pb2.InspectRequest, inspect_pb2.InspectReply),
            **{link: (feed_pb2.FeedRequest, feed_pb2.FeedReply) for link in FEEDS}}
FAILED = (zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL |
          zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq.EVENT_DISCONNECTED)


def port(system, link):
    return system.base() + LINKS[link][1]


def words_of(reply):
    faults = list(reply.faults)
    if hasattr(reply, "ack"):
        faults += [fault for sheet in reply.ack.sheets for fault in sheet.faults]
    return b"; ".join(faults).decode()


class Door:
    """A DEALER at the door of a link: with the key of a file, or with none, or with a
    name and a password; `server`: whose key it takes for the service's. With `unread`
    it takes two answers off the wire, and no more until they are received."""

    def __init__(self, system, link, path=None, server=None, plain=False, unread=False):
        self.link = link
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        if unread:
            self.socket.rcvhwm, self.socket.rcvbuf = 1, 4096
        if plain:
            self.socket.plain_username = self.socket.plain_password = b"operator"
        elif path:
            self.socket.curve_publickey, self.socket.curve_secretkey = key_pair(path)
            self.socket.curve_serverkey = (
                system.data / "keys" / f"{server or LINKS[link][0]}.pub"
            ).read_text().split()[-1].encode()
        self.monitor = self.socket.get_monitor_socket()
        self.socket.connect(f"tcp://127.0.0.1:{port(system, link)}")

    def close(self):
        self.socket.disable_monitor()
        self.socket.close()

    def came_in(self, wait_ms=20000):
        """Waits for the end of the handshake."""
        while self.monitor.poll(wait_ms):
            event = recv_monitor_message(self.monitor)["event"]
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                return True
            if event & FAILED:
                return False
        return False

    def send(self, **what):
        """A message of the link; the plainest there is, if nothing else is said."""
        if not what and self.link == 1:
            what = {"manifest": intake_pb2.ManifestQuery(round=b"nowhere", part=1)}
        elif not what and self.link == 5:
            what = {"scorer": inspect_pb2.ScorerQuery(status=True)}
        elif self.link in FEEDS:
            what.setdefault("max_bytes", 1 << 20)
        request = MESSAGES[self.link][0](**{"version": 1, "id": os.urandom(16), **what})
        self.send_bytes(request.SerializeToString())
        return request.id

    def send_bytes(self, data):
        try:
            self.socket.send(data, zmq.DONTWAIT)
        except zmq.Again:
            pass  # refused at the door, or the other side takes no more

    def receive(self, wait_ms=20000):
        if not self.socket.poll(wait_ms):
            return None
        reply = MESSAGES[self.link][1]()
        reply.ParseFromString(self.socket.recv())
        return reply

    def ask(self, **what):
        number = self.send(**what)
        reply = self.receive()
        check(reply is not None, "no answer on link", self.link, "to", what)
        check(reply.id == number, "an answer to something else")
        return reply

    def park(self):
        """A long poll at the head of a feed; its id. Nothing answers it for now."""
        reply, last = self.ask(), None
        while reply.items:
            last = reply.items[-1]
            reply = self.ask(**{"from": common_pb2.Position(
                journal=reply.head.journal, n=last.n, chain=last.chain)})
        number = self.send(**{"from": reply.head if last else None, "wait_ms": 30000})
        check(self.receive(300) is None, "a poll at the head was answered at once")
        return number


def get(system, service, path):
    """What the health listener of a service says."""
    address = f"http://127.0.0.1:{system.base() + HEALTH[service]}{path}"
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def metric(system, service, name):
    found = re.search(rf"^{name} (\d+)$", get(system, service, "/metrics"), re.M)
    check(found, service, "tells no", name)
    return int(found[1])
