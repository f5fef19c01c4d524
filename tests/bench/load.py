"""The rows about the collector under load: its points in pairs with the peers, what open loop,
duplicates, faults and a large journal do to it, and a soak. A difference in what each side
holds afterwards fails the run; no time does."""
import os
import statistics
import subprocess
import time

from bench import BUILD, LONG
from peers import Absent
from sides import brief, in_turn, same
from system import DEADLINE, Folder, System, wait_for

UNITS, RESPONDENTS, ANSWERS = 40, 20000, 400
REQUEST, REPLY = 576, 128  # bytes of a ballot of 400 answers as sent, and of its answer
PAIRS = 7 if LONG else 3
# connections, in flight: ballots of a run; of Redis whole batches of all connections
POINTS = {(1, 1): 1500, (8, 1): 6000, (32, 1): 12800, (64, 1): 19200, (8, 8): 25600,
          (8, 64): 102400}


def numbers(*words):
    """What a program of ours prints, lines of a name and a number."""
    done = subprocess.run(list(map(str, words)), text=True, check=True, stdout=subprocess.PIPE)
    return {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}


def rate_text(rate):
    return f"{rate:,.0f}/s"


class Collector(System):
    """One by itself with an open round, and how many sheets it must hold. Its journal may
    begin with ballots about the first half of the units; loads are about the other half."""

    def __init__(self, filled=0):
        os.environ["PAR_BALLOTS_PER_SECOND"] = str(1 << 30)
        os.environ["PAR_JOURNAL_BYTES"] = str(1 << 36)
        super().__init__()
        raters = max(RESPONDENTS, filled // UNITS // 2 + 1)
        self.par("round", "open",
                 Folder("bench", units=2 * UNITS, respondents=raters, leaves=ANSWERS).path)
        for service in ("scorer", "publisher"):
            self.kill(service)
        self.taken = self.first = 0
        if filled:
            self.fill(filled)

    def fill(self, count):
        command, starts = self.command("collector"), self.starts()
        self.kill("collector")
        self.made = numbers(BUILD / "bench_fill", self.data / "collector/journal", count, UNITS)
        self.taken += count
        started = time.monotonic()
        self.spawn("collector", command)
        wait_for("the collector", lambda: self.starts() > starts, seconds=5 * DEADLINE)
        self.made["restart"] = time.monotonic() - started

    def starts(self):
        return (self.data / "log/collector.log").read_text().count("event=ready")

    def words(self, connections, in_flight, count, **more):
        chosen = {"first": self.first, "count": count, "connections": connections,
                  "in_flight": in_flight, "units": UNITS, "unit_first": UNITS,
                  "respondents": RESPONDENTS, **more}
        return [BUILD / "bench_intake", self.env["PAR_COLLECTOR"], self.env["PAR_KEYS"], "bench",
                *(f"{name}={value}" for name, value in chosen.items())]

    def load(self, *point, **more):
        found = numbers(*self.words(*point, **more))
        self.first += int(found["used"])
        self.taken += int(found["fresh"])
        return found

    def counted(self):
        """Every ballot that was accepted is there, and no other."""
        words = self.par("round", "status", "bench").split()
        held = int(words[words.index("taken") + 1])
        same(held == self.taken, "the collector holds", held, "sheets, not", self.taken)
        return held


# ---- the peers ----

class Inserts:
    """PostgreSQL, a table of its own: ballots a second, each a transaction."""

    def __init__(self, server, table, columns, insert, rows_each=1, **values):
        self.server, self.table, self.insert = server, table, insert
        self.rows_each, self.values, self.ballots = rows_each, values, 0
        server.sql(f"CREATE TABLE {table} ({columns})")

    def load(self, clients, count):
        each = -(-count // clients)
        self.ballots += each * clients
        return self.server.load(self.insert, clients, each, self.values)

    def counted(self):
        held = int(self.server.sql(f"SELECT count(*) FROM {self.table}"))
        same(held == self.ballots * self.rows_each, "PostgreSQL holds", held, "rows, not",
             self.ballots * self.rows_each)


def jsonb(server):
    body = '{"unit": 7, "revision": 1, "answers": [' + ", ".join(["4"] * ANSWERS) + "]}"
    return Inserts(
        server, "ballot", "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb",
        "INSERT INTO ballot (body) VALUES (:body::jsonb);\n", body=body)


def rows(server):
    return Inserts(
        server, "answer", "ballot bigint, criterion smallint, answer smallint, "
        "PRIMARY KEY (ballot, criterion)",
        "\\set ballot random(1, 9000000000000000000)\n"
        "INSERT INTO answer SELECT :ballot, place, given FROM unnest(:answers::smallint[]) "
        "WITH ORDINALITY AS a (given, place);\n",
        rows_each=ANSWERS, answers="{" + ",".join(["4"] * ANSWERS) + "}")


class Stream:
    def __init__(self, server):
        self.server, self.ballots = server, 0

    def load(self, connections, in_flight, count):
        self.ballots += count
        return self.server.load(connections, in_flight, count, "b" * REQUEST)

    def counted(self):
        held = self.server.count()
        same(held == self.ballots, "Redis holds", held, "ballots, not", self.ballots)


# ---- limits and points ----

def limits(bench):
    place = bench.place / "limits"
    place.mkdir()
    found = numbers(BUILD / "bench_limits", place, REQUEST, REPLY)
    for name, text in (
            ("fdatasync_us", "fdatasync of 4 KiB in a file written before: {:.0f} us"),
            ("commit_us", "LMDB commit of one record: {:.0f} us"),
            ("round_trip_us", "ZeroMQ loopback round trip: {:.0f} us"),
            ("echo_rate", "ZeroMQ loopback exchanges in the clear, 8 x 64: {:,.0f}/s"),
            ("curve_us", "CURVE, sealing or opening a KiB: {:.2f} us")):
        bench.table.note("limit: " + text.format(found[name]))
    # Seconds a ballot: the exchange, four sealings and openings shared by the cores, and its
    # share of one flush.
    curve = 2 * (REQUEST + REPLY) / 1024 * found["curve_us"] / (os.cpu_count() or 1)
    ceiling = 1e6 / (1e6 / found["echo_rate"] + curve + found["fdatasync_us"] / (8 * 64))
    bench.table.note(f"ceiling of 8 x 64: 1 / (1 / exchanges + 2 * {REQUEST + REPLY} bytes of "
                     f"CURVE / {os.cpu_count()} cores + fdatasync / 512) = {ceiling:,.0f}/s")
    return ceiling


def show(bench, point, found):
    bench.table.note(
        f"intake {point[0]} x {point[1]}: {found['rate']:,.0f} ballots/s, p50 "
        f"{found['p50_ms']:.2f}, p99 {found['p99_ms']:.2f}, max {found['max_ms']:.1f} ms")
    return found


def paired(bench, collector, point, theirs):
    """Runs of ours and of a peer in turn, as rates; and ours with their latencies."""
    seen = []

    def ours():
        seen.append(show(bench, point, collector.load(*point, POINTS[point])))
        return seen[-1]["rate"]

    def other():
        rate = theirs()
        bench.table.note(f"  the peer: {rate:,.0f}/s")
        return rate

    return in_turn(PAIRS, ours, other), seen


def against(bench, collector, point, name, peer, wanted, *words):
    """peer: what gives its rate, or why there is none."""
    work = f"intake, {point[0]} x {point[1]}, against {name}"
    if isinstance(peer, Absent):
        bench.table.add(work, "", f"absent: {peer}", "", f"{wanted} x")
        return []
    (mine, others), seen = paired(bench, collector, point, lambda: peer.load(*words))
    found = statistics.median(a / b for a, b in zip(mine, others))
    bench.table.add(work, rate_text(statistics.median(mine)),
                    rate_text(statistics.median(others)), f"{found:.2f} x", f"{wanted} x",
                    found >= wanted)
    return seen


def or_made(make, server):
    return server if isinstance(server, Absent) else make(server)


def best_clients(bench, peer):
    """Of how many connections PostgreSQL takes most single rows."""
    if isinstance(peer, Absent):
        return 1
    rates = {clients: peer.load(clients, 4000) for clients in (8, 32, 64)}
    bench.table.note("PostgreSQL, one jsonb row: " +
                     ", ".join(f"{n} x 1 {rate:,.0f}/s" for n, rate in rates.items()))
    return max(rates, key=rates.get)


def spread(bench, point, seen):
    found = statistics.median(one["p99_ms"] / one["p50_ms"] for one in seen)
    bench.table.add(f"intake, {point[0]} x {point[1]}, p99 / p50",
                    f"{statistics.median(one['p50_ms'] for one in seen):.2f} ms", "",
                    f"{found:.1f}", "3", found <= 3)


def points(bench, collector, ceiling):
    stream = or_made(Stream, bench.redis)
    document, answers = or_made(jsonb, bench.postgres), or_made(rows, bench.postgres)
    best = best_clients(bench, document)
    seen = {}
    # The wanted ratios of 8 x 1 and 1 x 1 are those of one flush: LMDB makes two.
    for point, wanted in (((8, 64), 1.2), ((64, 1), 1.0), ((8, 1), 0.8), ((1, 1), 0.54)):
        seen[point] = against(bench, collector, point, "Redis TLS", stream, wanted, *point,
                              POINTS[point])
    seen[8, 64] += against(bench, collector, (8, 64), f"PostgreSQL jsonb {best} x 1", document,
                           9, best, 4000)
    seen[32, 1] = against(bench, collector, (32, 1), "PostgreSQL jsonb", document, 2, 32, 6400)
    seen[32, 1] += against(bench, collector, (32, 1), "PostgreSQL row an answer", answers, 7,
                           32, 1600)
    seen[8, 8] = []
    for point, runs in seen.items():
        if not runs:
            runs += [show(bench, point, collector.load(*point, POINTS[point]))
                     for _ in range(PAIRS)]
        spread(bench, point, runs)
    most = statistics.median(one["rate"] for one in seen[8, 64])
    bench.table.add("intake, 8 x 64, against the ceiling", rate_text(most), rate_text(ceiling),
                    f"{most / ceiling:.2f}", "0.35", most >= 0.35 * ceiling)
    for peer in (stream, document, answers):
        if not isinstance(peer, Absent):
            peer.counted()
    return most


# ---- what else there is ----

def open_loop(bench, collector, most):
    seconds = 20 if LONG else 1.5
    for percent in (25, 50, 75, 90):
        rate = int(most * percent / 100)
        found = collector.load(8, 1024, int(rate * seconds), rate=rate)
        bench.table.add(f"open loop, {percent} % of {rate_text(most)}",
                        rate_text(found["rate"]), "",
                        f"p50 {found['p50_ms']:.2f}, p99 {found['p99_ms']:.2f}, "
                        f"max {found['max_ms']:.1f} ms")


def cases(bench, collector):
    for name, share in (("duplicates", 10), ("invalid", 5)):
        fresh, other = in_turn(
            PAIRS, lambda: collector.load(8, 64, 51200)["rate"],
            lambda: collector.load(8, 64, 51200, **{name: share})["rate"])
        found = statistics.median(b / a for a, b in zip(fresh, other))
        bench.table.add(f"intake, 8 x 64, {share} % {name}, against none",
                        rate_text(statistics.median(other)),
                        rate_text(statistics.median(fresh)), f"{found:.2f} x")


def large(bench, collector):
    """Another collector with a large journal, in turn with the one that began empty."""
    for filled in (1000000, 10000000) if LONG else (1000000,):
        with Collector(filled) as full:
            took = full.made
            bench.table.add(f"start of a collector that holds {filled:,} ballots",
                            brief(took["restart"]), "", f"{brief(took['view'])} is the fold")
            mine, others = in_turn(PAIRS, lambda: collector.load(8, 64, 51200)["rate"],
                                   lambda: full.load(8, 64, 51200)["rate"])
            found = statistics.median(b / a for a, b in zip(mine, others))
            bench.table.add(f"intake, 8 x 64, on {filled:,} ballots, against few",
                            rate_text(statistics.median(others)),
                            rate_text(statistics.median(mine)), f"{found:.2f} x", "0.6 x",
                            found >= 0.6)
            full.counted()


def intake(bench):
    """The points, durable, with CURVE, checked, 400 answers, each against its peers."""
    ceiling = limits(bench)
    with Collector() as collector:
        collector.load(8, 64, 5120)
        most = points(bench, collector, ceiling)
        open_loop(bench, collector, most)
        cases(bench, collector)
        large(bench, collector)
        collector.counted()


# ---- the soak ----

def memory(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    return 0


def sample(collector, rate, started):
    pid, passed = collector.pid("collector"), time.monotonic() - started
    size = (collector.data / "collector/journal/data.mdb").stat().st_size
    return {"ballots": max(1, int(rate * passed)), "memory": memory(pid),
            "files": len(os.listdir(f"/proc/{pid}/fd")), "disk": size}


def soak(bench, seconds=600, rate=5000, every=30):
    """Open loop at an even rate. Memory may grow by what the fold keeps of a sheet."""
    with Collector() as collector:
        collector.load(8, 64, 51200)
        before = collector.taken
        child = subprocess.Popen(
            list(map(str, collector.words(8, 1024, seconds * rate, rate=rate))), text=True,
            stdout=subprocess.PIPE)
        started, samples = time.monotonic(), []
        while child.poll() is None:
            try:
                child.wait(every)
            except subprocess.TimeoutExpired:
                one = sample(collector, rate, started)
                samples.append(one)
                bench.table.note(
                    f"soak: {one['ballots']:,} ballots, {one['memory'] >> 20} MiB, "
                    f"{one['files']} descriptors, "
                    f"{one['disk'] / (before + one['ballots']):.0f} bytes of file a ballot")
        found = dict(zip(*[iter(child.communicate()[0].split())] * 2))
        same(child.returncode == 0, "the soak ended badly")
        collector.taken += int(found["fresh"])
        collector.counted()
    middle, last = samples[len(samples) // 2], samples[-1]
    grown = ((last["memory"] - middle["memory"]) / (last["ballots"] - middle["ballots"]))
    bench.table.add(f"soak of {brief(seconds)} at {rate_text(rate)}: memory",
                    f"{last['memory'] >> 20} MiB", "", f"{grown:.0f} bytes a sheet", "80",
                    grown <= 80)
    bench.table.add("the same: descriptors", str(last["files"]), "",
                    f"{last['files'] - samples[0]['files']:+d}", "+0",
                    last["files"] <= samples[0]["files"])
    bench.table.add("the same: p99, max", f"{found['p99_ms']}, {found['max_ms']} ms", "",
                    f"{last['disk'] / (before + last['ballots']):.0f} bytes of file a ballot")


LOADS = {"intake": intake, **({"soak": soak} if LONG else {})}
