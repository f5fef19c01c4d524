"""A peer made from the .proto files alone, in another language: sends what par never would."""
import hashlib
import os
import subprocess
import sys
import tempfile
import zmq
from system import ROOT, check

with tempfile.TemporaryDirectory() as made:
    subprocess.run(["protoc", f"--python_out={made}", "-I", ROOT / "proto",
                    *sorted((ROOT / "proto/par/v1").glob("*.proto"))], check=True)
    sys.path.insert(0, made)
    from par.v1 import (common_pb2, entry_pb2, feed_pb2, inspect_pb2, intake_pb2, manifest_pb2,
                        release_pb2)
    sys.path.remove(made)

DONE, REFUSED = common_pb2.OUTCOME_DONE, common_pb2.OUTCOME_REFUSED


def key_pair(path):
    secret = path.read_text().split()[-1].encode()
    return zmq.curve_public(secret), secret


class Peer:
    """A DEALER on link 1; without a role it has no key at all."""

    def __init__(self, system, role=None, path=None, endpoint=None, server="collector"):
        self.system = system
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        if role or path:
            self.socket.curve_publickey, self.socket.curve_secretkey = key_pair(
                path or system.data / "keys" / f"{role}.key")
            self.socket.curve_serverkey = (
                system.data / f"keys/{server}.pub").read_text().split()[-1].encode()
        # an address of its own: one socket may take another's place
        self.monitor = self.socket.get_monitor_socket(addr=f"inproc://{os.urandom(8).hex()}")
        self.socket.connect(endpoint or system.env["PAR_COLLECTOR"])

    def close(self):
        self.socket.disable_monitor()
        self.socket.close()

    def send(self, **what):
        version = what.pop("version", 1)
        request = intake_pb2.IntakeRequest(version=version, id=os.urandom(16), **what)
        try:
            self.socket.send(request.SerializeToString(), zmq.DONTWAIT)
        except zmq.Again:
            pass  # refused at the door: there is nobody to send to
        return request.id

    def receive(self, wait_ms=20000):
        if not self.socket.poll(wait_ms):
            return None
        reply = intake_pb2.IntakeReply()
        reply.ParseFromString(self.socket.recv())
        return reply

    def ask(self, **what):
        number = self.send(**what)
        reply = self.receive()
        check(reply is not None, "no answer to", what)
        check(reply.id == number, "an answer to something else")
        return reply

    def manifest(self, code):
        reply = self.ask(manifest=intake_pb2.ManifestQuery(round=code.encode(), part=1))
        check(reply.outcome == DONE and reply.manifest.count == 1, reply)
        manifest = manifest_pb2.Manifest()
        manifest.ParseFromString(reply.manifest.data)
        return manifest

    def handshake_failed(self, wait_ms=20000):
        """Waits for the end of the handshake; True when it was refused."""
        from zmq.utils.monitor import recv_monitor_message
        while self.monitor.poll(wait_ms):
            event = recv_monitor_message(self.monitor)["event"]
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                return False
            if event in (zmq.EVENT_HANDSHAKE_FAILED_AUTH, zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL,
                         zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL, zmq.EVENT_DISCONNECTED):
                return True
        return True


class FeedPeer(Peer):
    """A DEALER on link 2; given another server, on that one's link."""

    def __init__(self, system, role, endpoint=None, server="collector"):
        super().__init__(system, role, endpoint=endpoint or system.env["PAR_JOURNAL"],
                         server=server)

    def ask(self, **what):
        request = feed_pb2.FeedRequest(version=1, id=os.urandom(16), max_bytes=1 << 20, **what)
        self.socket.send(request.SerializeToString())
        check(self.socket.poll(20000), "no answer on link 2")
        reply = feed_pb2.FeedReply()
        reply.ParseFromString(self.socket.recv())
        check(reply.id == request.id, "an answer to something else")
        return reply

    def entries(self):
        """Every entry of the journal, as this key gets it."""
        found, reply = [], self.ask()
        while reply.items:
            check(all(item.parts == 0 for item in reply.items), "small entries come whole")
            found += [item.payload for item in reply.items]
            last = reply.items[-1]
            reply = self.ask(**{"from": common_pb2.Position(
                journal=reply.head.journal, n=last.n, chain=last.chain)})
        return found


def rules_of(manifest):
    copy = manifest_pb2.Manifest()
    copy.CopyFrom(manifest)
    copy.ClearField("roster")
    return hashlib.sha256(copy.SerializeToString()).digest()


def ballot(code, rules, unit=1, revision=1, answers=b"\1\2\3\4", **more):
    more.setdefault("version", 1)
    more.setdefault("nonce", os.urandom(32))
    return intake_pb2.Ballot(round=code if isinstance(code, bytes) else code.encode(), rules=rules,
                             sheets=[intake_pb2.Sheet(unit=unit, revision=revision,
                                                      answers=answers)], **more)


def command_part(command):
    """A whole command in one piece."""
    data = command.SerializeToString()
    return common_pb2.Part(digest=hashlib.sha256(data).digest(), index=1, count=1, data=data)
