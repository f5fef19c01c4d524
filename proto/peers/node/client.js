// A peer of the scoring services, made from proto/par/v1/*.proto alone; see ../README.md.
//   client.js submit SHEETS.json CODE-FILE   one enterprise's sheets, under its code (link 1)
//   client.js follow STORE                   every release and retraction, in order (link 4)
const { createHash, randomBytes } = require("crypto");
const fs = require("fs");
const { blake2b } = require("@noble/hashes/blake2b");
const protobuf = require("protobufjs");
const { Dealer } = require("zeromq");

const MAX = 1 << 20, NOT_SHOWN = 255, root = new protobuf.Root();
root.resolvePath = (from, name) => `${__dirname}/../../${name}`;
for (const file of ["intake", "feed", "release"]) root.loadSync(`par/v1/${file}.proto`);
const SURVEY = root.lookupEnum("par.v1.Source").values.SOURCE_SURVEY;
const type = (name) => root.lookupType(`par.v1.${name}`);
const encode = (name, message) => Buffer.from(type(name).encode(message).finish());
const decode = (name, data) => type(name).toObject(type(name).decode(data),
  { enums: String, longs: Number, arrays: true, oneofs: true });
const hex = (data) => data?.toString("hex") ?? "";
const sha256 = (data) => createHash("sha256").update(data).digest();
const blake = (...data) => Buffer.from(blake2b(Buffer.concat(data), { dkLen: 32 }));
const text = (file) => fs.readFileSync(file, "utf8").trim();
const key = (file) => text(`${process.env.PAR_KEYS}/${file}`).split(" ").pop(); // the Z85

// Gives ask(): it keeps a request, and sends the same bytes until they are answered.
function link(server, role, requestType, replyType) {
  let socket, lost;
  function dial() {
    socket = new Dealer({ linger: 0, sendTimeout: 1000, receiveTimeout: 5000,
      curveServerKey: key(`${server}.pub`), curvePublicKey: key(`${role}.pub`),
      curveSecretKey: key(`${role}.key`) });
    lost = "no answer";
    const refused = () => { lost = "this key is not admitted"; socket.close(); };
    socket.events.on("handshake:error:auth", refused); // it would stay silent for ever
    socket.connect(process.env[`PAR_${server.toUpperCase()}`]);
  }
  const timeOut = (error) => { if (!["EAGAIN", "EBADF"].includes(error.code)) throw error; };
  dial();
  return async function ask(what) {
    const data = encode(requestType, { version: 1, id: randomBytes(16), ...what });
    for (let pause = 500; ; pause = Math.min(2 * pause, 10000)) {
      const frames = await socket.send(data).then(() => socket.receive()).catch(timeOut);
      const reply = frames && decode(replyType, frames[0]); // one at a time: it is to this
      if (reply?.outcome === "OUTCOME_DONE") return reply;
      const why = `${server}: ${reply ? reply.faults.join("; ") : lost}`;
      if (reply && reply.outcome !== "OUTCOME_TRY_LATER") throw new Error(why);
      console.error(`${why}; asking again`);
      await new Promise((awake) => setTimeout(awake, pause));
      if (!reply) socket.close(), dial();
    }
  };
}

async function submit(sheets, codeFile) {
  const wanted = JSON.parse(text(sheets)), round = Buffer.from(wanted.round), pieces = [];
  const ask = link("collector", "intake", "IntakeRequest", "IntakeReply");
  for (let piece = { count: 1 }; pieces.length < piece.count; pieces.push(piece.data))
    piece = (await ask({ manifest: { round, part: pieces.length + 1 } })).manifest;
  const { roster, ...rules } = type("Manifest").decode(Buffer.concat(pieces));
  const units = rules.units.map((unit) => `${unit.code}`);
  const leaves = rules.criteria.filter((c) => c.source === SURVEY).map((c) => `${c.code}`);
  const sheet = ([unit, answers]) => {
    if (!units.includes(unit) || !Object.keys(answers).every((code) => leaves.includes(code)))
      throw new Error(`${unit}: not surveyed so`);
    return { unit: 1 + units.indexOf(unit), revision: wanted.revision,
      answers: Buffer.from(leaves.map((code) => answers[code] ?? NOT_SHOWN)) };
  };
  const ballot = encode("Ballot", { version: 1, round, rules: sha256(encode("Manifest", rules)),
    sheets: Object.entries(wanted.sheets).map(sheet), nonce: randomBytes(32) });
  const { ack } = await ask({ submit: { code: Buffer.from(text(codeFile)), ballot } });
  if (!sha256(ballot).equals(ack.digest)) throw new Error("another ballot is acknowledged");
  for (const { unit, revision, verdict, firstDigest, faults } of ack.sheets)
    console.log("unit", units[unit - 1], "revision", revision, verdict.slice(8).toLowerCase(),
      "first", hex(firstDigest), "ballot", hex(ack.digest), ...faults.map(String));
}

async function follow(store) {
  const ask = link("publisher", "downstream", "FeedRequest", "FeedReply"), pieces = [];
  const file = fs.openSync(store, "as+"), had = fs.readFileSync(file, "latin1");
  const whole = had.slice(0, had.lastIndexOf("\n") + 1), last = whole.split("\n").at(-2);
  fs.ftruncateSync(file, whole.length); // a line is an item and the position after it
  let from = decode("Position", Buffer.from(last ? JSON.parse(last).position : "", "hex"));
  for (;;) {
    const { items, head } = await ask({ from, part: pieces.length, maxBytes: MAX, waitMs: 3000 });
    for (const { chain, parts, payload } of items) {
      if (pieces.push(payload) < parts) continue;
      const item = Buffer.concat(pieces.splice(0)), { journal } = head, n = (from.n ?? 0) + 1;
      const before = from.chain ?? blake(Buffer.from([1]), journal, Buffer.alloc(4));
      const ordinal = Buffer.from(n.toString(16).padStart(16, "0"), "hex");
      const due = blake(Buffer.from("par-releases/1"), before, ordinal, sha256(item));
      if (!due.equals(chain)) throw new Error(`the chain does not hold at item ${n}`);
      from = { journal, n, chain };
      const { round, number, what, release } = decode("ReleaseItem", item);
      fs.appendFileSync(file, JSON.stringify({ n, round: `${round}`, release: number, type: what,
        hash: hex(release?.resultHash), position: hex(encode("Position", from)) }) + "\n");
    }
  }
}
const fail = (error) => { console.error(error.message); process.exit(1); };
({ submit, follow })[process.argv[2]](...process.argv.slice(3)).then(process.exit, fail);
