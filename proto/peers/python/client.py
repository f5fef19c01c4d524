"""A peer of the scoring services, made from proto/par/v1/*.proto alone; see ../README.md.
  client.py submit SHEETS.json CODE-FILE   one enterprise's sheets, under its code (link 1)
  client.py follow STORE                   every release and retraction, in order (link 4)"""
import hashlib, json, os, sys, time
from pathlib import Path
import zmq
from par.v1 import common_pb2, feed_pb2, intake_pb2, release_pb2
from par.v1.manifest_pb2 import Manifest, SOURCE_SURVEY

def sha256(data): return hashlib.sha256(data).digest()
def blake2b(data): return hashlib.blake2b(data, digest_size=32).digest()
def key(name):  # the last word of "par-key/1 ROLE NAME Z85"
    return (Path(os.environ["PAR_KEYS"]) / name).read_text().split()[-1].encode()

class Link:
    def __init__(self, *what):
        self.server, self.role, self.request_type, self.reply_type, self.socket = *what, None

    def dial(self):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger, self.socket.sndtimeo = 0, 1000
        self.socket.curve_serverkey = key(f"{self.server}.pub")
        self.socket.curve_publickey = key(f"{self.role}.pub")
        self.socket.curve_secretkey = key(f"{self.role}.key")
        self.denied = self.socket.get_monitor_socket(  # new, for the last one's lingers
            zmq.EVENT_HANDSHAKE_FAILED_AUTH, f"inproc://{os.urandom(8).hex()}")
        self.socket.connect(os.environ[f"PAR_{self.server.upper()}"])

    def ask(self, **what):  # keeps a request: the same bytes until they are answered
        request = self.request_type(version=1, id=os.urandom(16), **what)
        data, pause = request.SerializeToString(), 0.5
        while True:  # one at a time: what comes is the answer to it
            try:
                self.socket or self.dial()
                self.socket.send(data)
                zmq.select([self.socket, self.denied], [], [], 5)
                reply = self.reply_type.FromString(self.socket.recv(zmq.DONTWAIT))
                if reply.outcome == common_pb2.OUTCOME_DONE:
                    return reply
                words = b"; ".join(reply.faults).decode()
                if reply.outcome != common_pb2.OUTCOME_TRY_LATER:
                    sys.exit(f"{self.server}: {words}")
            except zmq.Again:  # a refused socket stays silent for ever: a new one
                words = "this key is not admitted" if self.denied.poll(0) else "no answer"
                self.socket = self.socket.close()
            print(f"{self.server}: {words}; asking again", file=sys.stderr, flush=True)
            time.sleep(pause)
            pause = min(2 * pause, 10)

def submit(sheets, code_file):
    wanted, data, part, parts = json.loads(Path(sheets).read_text()), b"", 0, 1
    link = Link("collector", "intake", intake_pb2.IntakeRequest, intake_pb2.IntakeReply)
    while part < parts:  # the manifest of the round
        query = {"round": wanted["round"].encode(), "part": part + 1}
        piece = link.ask(manifest=query).manifest
        data, part, parts = data + piece.data, piece.index, piece.count
    rules = Manifest.FromString(data)
    rules.ClearField("roster")
    units = [unit.code.decode() for unit in rules.units]
    leaves = [c.code.decode() for c in rules.criteria if c.source == SOURCE_SURVEY]
    ballot = intake_pb2.Ballot(version=1, round=rules.code, nonce=os.urandom(32),
                               rules=sha256(rules.SerializeToString()))
    for unit, answers in wanted["sheets"].items():  # what is not in it: 255, not shown
        unit in units and set(answers) <= set(leaves) or sys.exit(f"{unit}: not surveyed so")
        ballot.sheets.add(unit=1 + units.index(unit), revision=wanted["revision"],
                          answers=bytes(answers.get(leaf, 255) for leaf in leaves))
    body, code = ballot.SerializeToString(), Path(code_file).read_text().strip().encode()
    ack = link.ask(submit={"code": code, "ballot": body}).ack
    ack.digest == sha256(body) or sys.exit("another ballot is acknowledged than was sent")
    for sheet in ack.sheets:
        print("unit", units[sheet.unit - 1], "revision", sheet.revision,
              intake_pb2.Verdict.Name(sheet.verdict)[8:].lower(), "first", sheet.first_digest.hex(),
              "ballot", ack.digest.hex(), *map(bytes.decode, sheet.faults))

def follow(store):
    link = Link("publisher", "downstream", feed_pb2.FeedRequest, feed_pb2.FeedReply)
    file, at, pieces = open(store, "a+"), common_pb2.Position(), []
    file.seek(0)
    lines = [line for line in file if line.endswith("\n")]
    file.truncate(sum(map(len, lines)))  # a line is an item and the position after it
    at.ParseFromString(bytes.fromhex(json.loads(lines[-1])["position"] if lines else ""))
    while True:
        reply = link.ask(**{"from": at}, part=len(pieces), max_bytes=1 << 20, wait_ms=3000)
        for item in reply.items:
            pieces.append(item.payload)
            if item.part < item.parts: continue
            payload, pieces, journal = b"".join(pieces), [], reply.head.journal
            before = at.chain or blake2b(b"\1" + journal + bytes(4))
            number = (at.n + 1).to_bytes(8, "big")
            chain = blake2b(b"par-releases/1" + before + number + sha256(payload))
            item.chain == chain or sys.exit(f"the chain does not hold at item {at.n + 1}")
            at = common_pb2.Position(journal=journal, n=at.n + 1, chain=chain)
            told = release_pb2.ReleaseItem.FromString(payload)
            print(json.dumps({
                "n": at.n, "round": told.round.decode(), "release": told.number,
                "type": told.WhichOneof("what"), "hash": told.release.result_hash.hex(),
                "position": at.SerializeToString().hex()}), file=file, flush=True)
            os.fsync(file.fileno())
{"submit": submit, "follow": follow}[sys.argv[1]](*sys.argv[2:])
