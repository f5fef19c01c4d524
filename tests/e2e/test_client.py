"""The client library as others get it: installed into a prefix of its own, the two examples of
its manual page compiled by pkg-config alone with every compiler, and run against a system."""
import csv
import ctypes
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from raw import Peer, ballot, rules_of
from system import ROOT, Folder, System, check, main, rows, wait_for

PAGE = ROOT / "deploy/man/libpar-client.scd"
HEADER = ROOT / "common/client/client.h"
BUILD = Path(os.environ.get("PAR_BIN", ROOT / "build/bin")).parent
COMPILERS = {"gcc": [], "clang": [], "g++": ["-x", "c++"], "clang++": ["-x", "c++"]}
TAKEN, REFUSED, LATER, WRONG = 0, 3, 4, 1
made = Path(tempfile.mkdtemp(prefix="par-client-"))
prefix = made / "usr"


def run(*command, code=0, **more):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, cwd=made, **more)
    check(code is None or done.returncode == code, *command, "gave", done.returncode,
          "not", code, "\nstdout:", done.stdout, "\nstderr:", done.stderr)
    return done


def pkg_config(*flags):
    place = next(prefix.rglob("par-client.pc")).parent
    return run("pkg-config", *flags, "par-client",
               env={**os.environ, "PKG_CONFIG_LIBDIR": str(place)}).stdout.split()


def library():
    return next(prefix.rglob("libpar-client.so.1"))


def environment():
    return {**os.environ, "LD_LIBRARY_PATH": str(library().parent)}


def program(name, compiler="gcc"):
    return made / f"{name}-{compiler}"


def example(name, *arguments, compiler="gcc", before=(), **more):
    return run(*before, program(name, compiler), *arguments, env=environment(), **more)


def installed_and_compiled():
    run("cmake", "--build", BUILD, "--target", "par_client_shared")
    for component in ("libpar-client1", "libpar-client-dev"):
        run("cmake", "--install", BUILD, "--prefix", prefix, "--component", component)
    flags = pkg_config("--cflags", "--libs")
    check(all(str(prefix) in flag or flag == "-lpar-client" for flag in flags), flags)
    check({path.name for path in (prefix / "share/par-index/proto/par/v1").iterdir()} ==
          {path.name for path in (ROOT / "proto/par/v1").iterdir()}, "the messages")
    sources = re.findall(r"```\n(/\*\n \* (\w+)\.c:.*?)```", PAGE.read_text(), re.DOTALL)
    check([name for _, name in sources] == ["intake", "downstream"], "two examples")
    for text, name in sources:
        (made / f"{name}.c").write_text(text)
        for compiler, language in COMPILERS.items():
            run(compiler, "-Wall", "-Wextra", "-Werror", *language, f"{name}.c", "-x", "none",
                *flags, "-o", program(name, compiler))
    # the header by itself, in the oldest dialects that people still have
    (made / "alone.c").write_text("#include <par/client.h>\nint main(void) { return 0; }\n")
    for compiler in (["gcc", "-std=c99"], ["clang", "-std=c99"], ["g++", "-std=c++11", "-x", "c++"]):
        run(*compiler, "-pedantic-errors", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
            "alone.c", *pkg_config("--cflags"))


def only_what_is_declared():
    declared = set(re.findall(r"\b(par_\w+)\(", re.sub(r"/\*.*?\*/", "", HEADER.read_text(),
                                                       flags=re.DOTALL)))
    lines = run("nm", "-D", "--defined-only", library()).stdout.splitlines()
    shown = {line.split()[2].split("@")[0] for line in lines if " A " not in line}
    check(shown == declared, "shown and not declared:", shown - declared,
          "declared and not shown:", declared - shown)
    check(all(line.endswith("@@PAR_CLIENT_1") for line in lines if " A " not in line), lines)
    dynamic = run("readelf", "-d", library()).stdout
    check("[libpar-client.so.1]" in dynamic and "TEXTREL" not in dynamic and
          "BIND_NOW" in dynamic and not re.search("R(UN)?PATH", dynamic), dynamic)
    needed = set(re.findall(r"NEEDED.*\[lib(.*?)\.so", dynamic))
    check(needed == {"zmq", "sodium", "protobuf-c", "nettle", "utf8proc", "c"}, needed)
    loaded = ctypes.CDLL(str(library()))
    loaded.par_version.restype = loaded.par_error_text.restype = ctypes.c_char_p
    version = loaded.par_version().decode()
    check([version] == pkg_config("--modversion"), version)
    check(f"par {version}" == run(BUILD / "bin/par", "--version").stdout.strip(), version)
    words = {loaded.par_error_text(code) for code in range(0, -11, -1)}
    check(len(words) == 11 and b"unknown error" not in words, words)
    check(loaded.par_error_text(-11) == b"unknown error", "beyond the last")


class Round(Folder):
    """Enterprises without codes, and a leaf that one unit is not asked."""

    def __init__(self, code, **more):
        super().__init__(code, **more)
        self.write("roster.csv", ["respondent", "size", "code"],
                   [[name, "s1", ""] for name in self.respondents])
        self.write("units.csv", ["code", "block", "name_vi", "name_en", "excludes"],
                   [[unit, "B1", f"Sở {unit}", f"Department {unit}", self.leaves[0] if i else ""]
                    for i, unit in enumerate(self.units)])


def codes(system, code):
    text = system.par("codes", "new", code)
    return [row["code"] for row in csv.DictReader(io.StringIO(text))]


class Survey:
    """A survey tool: the intake example with its key."""

    def __init__(self, system, round_code):
        self.system, self.round = system, round_code
        self.file = system.data / "ballot"

    def links(self, key=None, server="collector"):
        keys = self.system.data / "keys"
        return [self.system.env["PAR_COLLECTOR"], keys / f"{server}.pub",
                key or keys / "intake.key"]

    def send(self, code, unit, revision, *answers, end=TAKEN, round_code=None, key=None, **more):
        return example("intake", *self.links(key), round_code or self.round, unit, revision,
                       self.file, *answers, input=f" {code}\n", code=end, **more)


def ballots_of_an_enterprise():
    with System() as system:
        folder = Round("khảo-sát", strata=1, units=1500)  # more than one message holds
        system.par("round", "open", folder.path)
        one, two, three, *_ = codes(system, folder.code)
        survey = Survey(system, folder.code)
        good = ["1.1=4", "1.2=5", "1.3=254"]

        said = survey.send(one, "U1", 1, *good).stdout
        check(re.fullmatch(r"ballot [0-9a-f]{64}\nunit 1 revision 1 accepted\n", said), said)
        check(not survey.file.exists(), "an answered ballot stays")
        first = said.split()[1]
        check("revision 1 duplicate" in survey.send(one.lower(), "U1", 1, *good).stdout, "again")
        said = survey.send(one, "U1", 1, "1.1=1", end=REFUSED).stdout
        check("revision 1 conflict" in said and first in said and "revision 2" in said, said)
        check("revision 3 replaced" in survey.send(one, "U1", 3, "1.1=1").stdout, "replaced")
        check("revision 2 superseded" in survey.send(one, "U1", 2, "1.1=2").stdout, "superseded")
        for compiler in COMPILERS:
            said = survey.send(two, "U2", list(COMPILERS).index(compiler) + 1, "1.2=3",
                               compiler=compiler).stdout
            check("unit 2 " in said and ("accepted" in said or "replaced" in said), compiler, said)

        # what is wrong is said before anything is sent
        for words, unit, *answers in ((["1.1", "1 to 5"], "U1", "1.1=9"),
                                      (["no unit Sở"], "Sở", "1.1=4"),
                                      (["1.1", "U2"], "U2", "1.1=4")):
            said = survey.send(three, unit, 1, *answers, end=REFUSED).stderr
            check(all(word in said for word in words), words, "not in", said)
        check("there is no round nie" in survey.send(three, "U1", 1, round_code="nie",
                                                     end=REFUSED).stderr, "round")
        typo = ("0" if three[0] != "0" else "1") + three[1:]
        check("a character of this code is wrong" in
              survey.send(typo, "U1", 1, end=REFUSED).stderr, "a slip")
        check("is not in the roster" in survey.send("CODE-X", "U1", 1, end=REFUSED).stderr,
              "a wrong code")
        check("one line of text" in survey.send("", "U1", 1, end=REFUSED).stderr, "no code")

        # keys
        keys = system.data / "keys"
        system.par("keys", "new", "stranger", "--role", "intake", "--dir", system.data / "other")
        stranger = system.data / "other/stranger.key"
        said = survey.send(three, "U1", 1, *good, key=stranger, end=LATER).stderr
        check("this key is not admitted" in said and "stranger" in said, said)
        said = survey.send(three, "U1", 1, key=keys / "downstream.key", end=WRONG).stderr
        check("has role downstream; this takes role intake" in said, said)
        said = survey.send(three, "U1", 1, key=keys / "intake.pub", end=WRONG).stderr
        check("is a public key" in said, said)
        stranger.chmod(0o644)
        said = survey.send(three, "U1", 1, key=stranger, end=WRONG).stderr
        check("chmod 600" in said, said)

        # a closed round takes nothing, and says so
        system.par("round", "close", folder.code)
        said = survey.send(three, "U1", 1, *good, end=REFUSED).stdout
        check("refused" in said and "because" in said, said)
        check(system.par("doctor") is not None, "doctor")


def ballots_of_a_bad_day():
    """The ballot lies on the disk, the collector is away, the tool is killed: it counts once."""
    with System() as system:
        folder = Round("mất-điện", strata=1)
        system.par("round", "open", folder.path)
        one, two, *_ = codes(system, folder.code)
        survey = Survey(system, folder.code)
        peer = Peer(system, "intake")
        rules = rules_of(peer.manifest(folder.code))
        peer.close()
        message = ballot(folder.code, rules).SerializeToString()
        survey.file.write_bytes(message)

        def begin(code):
            tool = subprocess.Popen(
                list(map(str, [program("intake"), *survey.links(), folder.code, "U1", "1",
                               survey.file])), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True, env=environment())
            tool.stdin.write(f"{code}\n")
            tool.stdin.close()
            tool.stdin = None
            return tool

        system.kill("collector")
        tool = begin(one)
        line = tool.stderr.readline()
        check("cannot be reached" in line and "trying again" in line, line)
        tool.kill()
        tool.communicate()
        check(survey.file.read_bytes() == message, "an unanswered ballot is kept")
        tool = begin(one)
        tool.stderr.readline()
        system.up()
        out, err = tool.communicate(timeout=60)
        check(tool.returncode == TAKEN and "revision 1 accepted" in out, out, err)
        # the very same bytes after their answer was lost: accepted, and nothing new
        survey.file.write_bytes(message)
        check("revision 1 accepted" in survey.send(one, "U1", 1).stdout, "its own duplicate")
        # the same bytes of somebody else are another sheet
        survey.file.write_bytes(message)
        check("revision 1 accepted" in survey.send(two, "U1", 1).stdout, "another one")
        taken = system.par("round", "status", folder.code)
        check(re.search(r"\b2\b", taken), taken)


def lines_of(path):
    return [line.split("\t") for line in path.read_text().split("\n")[:-1]]


class Portal:
    def __init__(self, system, name="lines"):
        self.system, self.file = system, system.data / name

    def command(self, *more, key=None, compiler="gcc"):
        keys = self.system.data / "keys"
        return list(map(str, [program("downstream", compiler), self.system.env["PAR_PUBLISHER"],
                              keys / "publisher.pub", key or keys / "downstream.key", self.file,
                              *more]))

    def start(self, *more, **how):
        return subprocess.Popen(self.command(*more, **how), env=environment(), text=True,
                                stderr=subprocess.PIPE)

    def once(self, code=0, **how):
        return run(*self.command("once", **how), env=environment(), code=code)

    def lines(self):
        return lines_of(self.file) if self.file.exists() else []


def released(system, code):
    """Of three units; nobody said anything of the last."""
    folder = Folder(code, units=3, respondents=12)
    system.par("round", "open", folder.path)
    sheets = [sheet for sheet in folder.all_sheets() if sheet[0][1] != "U3"]
    system.par("ballots", "import", folder.ballots(sheets), "--round", code)
    system.par("round", "close", code)
    system.par("release", code, "--kind", "official")


def releases_exactly_once():
    with System() as system:
        released(system, "p1")
        released(system, "p2")
        portal = Portal(system)
        tool = portal.start()
        wait_for("two lines", lambda: len(portal.lines()) == 2)
        released(system, "p3")
        wait_for("the third while it waits", lambda: len(portal.lines()) == 3)
        tool.terminate()  # a signal is the program's own
        tool.communicate(timeout=30)
        check(tool.returncode == -signal.SIGTERM, tool.returncode)
        system.par("release", "retract", "p1", "1", "--reason", "thử rút")
        portal.file.write_bytes(portal.file.read_bytes() + b"half a li")  # as a crash leaves it
        portal.once()
        seen = portal.lines()
        check([line[1:4] for line in seen] == [["1", "p1", "1"], ["2", "p2", "1"],
                                               ["3", "p3", "1"], ["4", "p1", "1"]], seen)
        check(seen[3][4] == "retracted", seen[3])
        watched = system.data / "watched"
        with open(watched, "w") as file:
            watch = system.start("watch", "--state", system.data / "state", stdout=file)
            wait_for("par watch", lambda: len(watched.read_text().splitlines()) == 4)
            watch.terminate()
            watch.communicate()
        check((system.data / "state").read_text().strip() == seen[3][0], "the same position")
        for line in seen[1:3]:
            scores = rows(system.scores(line[2]))
            check(line[4] == system.result_hash(line[2]), "the hash of", line)
            check(line[6:] == [f"{row['rank'] or 0} {row['unit']} {row['score']}"
                               for row in scores] and line[-1] == "0 U3 ", line, "is not", scores)
            check(line[5].endswith(f"/{line[2]}/1/"), line[5])
        # killed at every length: each line is there once
        again = Portal(system, "again")
        for count in range(1, 5):
            tool = again.start()
            wait_for("another line", lambda: len(again.lines()) >= count)
            tool.kill()
            tool.communicate()
        again.once()
        check(again.lines() == seen, again.lines())
        for compiler in COMPILERS:
            other = Portal(system, f"by-{compiler}")
            other.once(compiler=compiler)
            check(other.lines() == seen, compiler, other.lines())

        # another history, no position, a key that nobody knows
        journal, n, chain = seen[3][0].split(":")
        forked = "start again from the first item"
        for position, words in ((f"{'0' * 31}1:{n}:{chain}", forked),
                                (f"{journal}:{n}:{'ab' * 32}", forked), ("x", "is no position")):
            bad = Portal(system, "bad")
            bad.file.write_text(f"{position}\n")
            check(words in bad.once(code=1).stderr, words)
        system.par("keys", "new", "stranger", "--role", "downstream", "--dir", system.data / "other")
        tool = Portal(system, "none").start(key=system.data / "other/stranger.key")
        said = tool.stderr.readline()
        check("this key is not admitted" in said, said)
        # the key is taken up while it waits
        shutil.copy(system.data / "other/stranger.pub", system.data / "allow")
        os.kill(system.pid("publisher"), signal.SIGHUP)
        wait_for("all lines", lambda: len(lines_of(system.data / "none")) == 4)
        tool.kill()
        tool.communicate()

        # the publisher goes and comes back under a tool that runs
        tool = portal.start()
        system.kill("publisher")
        said = tool.stderr.readline()
        check("cannot be reached" in said, said)
        system.up()
        released(system, "p4")
        wait_for("the fifth", lambda: len(portal.lines()) == 5)
        tool.kill()
        tool.communicate()
        check(portal.lines()[:4] == seen and portal.lines()[4][1:3] == ["5", "p4"], "twice")


class Ballot(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_char_p), ("size", ctypes.c_size_t), ("digest", ctypes.c_char * 65)]


class Handle:
    """A handle of the library in this process."""

    def __init__(self, system, kind, endpoint, server, key, *more):
        self.library, self.kind, self.pointer = ctypes.CDLL(str(library())), kind, ctypes.c_void_p()
        self.words, keys = ctypes.create_string_buffer(1024), system.data / "keys"
        self.result = ctypes.c_void_p()
        check(self.call("open", endpoint.encode(), str(keys / f"{server}.pub").encode(),
                        str(key or keys / f"{kind}.key").encode(), *more,
                        ctypes.byref(self.pointer)) == 0, self.words.value)

    def call(self, name, *arguments):
        kind = {"downstream": "feed"}.get(self.kind, self.kind)
        return getattr(self.library, f"par_{kind}_{name}")(*arguments, self.words)

    def on(self, name, *arguments):
        """A call on the handle whose result is in self.result."""
        self.result = ctypes.c_void_p()
        return self.call(name, self.pointer, *arguments, ctypes.byref(self.result))


def key_taken_back():
    """A key is taken off the list under a tool that is connected: its ballot is not refused,
    and is taken when the key is admitted again."""
    with System() as system:
        folder = Round("khóa", strata=1)
        system.par("round", "open", folder.path)
        code = codes(system, folder.code)[0].encode()
        tool = Handle(system, "intake", system.env["PAR_COLLECTOR"], "collector", None)
        peer = Peer(system, "intake")
        message = ballot(folder.code, rules_of(peer.manifest(folder.code))).SerializeToString()
        peer.close()
        check(tool.on("round", folder.code.encode(), 5000) == 0, tool.words.value)
        sent = Ballot(message, len(message))
        admitted = system.data / "allow/intake.pub"

        def reload():
            os.kill(system.pid("collector"), signal.SIGHUP)
            stray = Peer(system, "intake")
            return stray.handshake_failed()

        admitted.rename(system.data / "intake.pub")
        wait_for("the list without the key", reload)
        err = tool.on("send", code, ctypes.byref(sent), 5000)
        check(err == -2 and b"this key is not admitted" in tool.words.value, err, tool.words.value)
        (system.data / "intake.pub").rename(admitted)
        wait_for("the list with the key", lambda: not reload())
        check(tool.on("send", code, ctypes.byref(sent), 20000) == 0, tool.words.value)
        check(tool.on("send", b"CODE-X", ctypes.byref(sent), 20000) == -3, tool.words.value)
        tool.library.par_intake_close(tool.pointer)


def idle_handle_is_idle():
    """The publisher goes while nobody calls: the library does not try on and on."""
    with System() as system:
        endpoint = system.env["PAR_PUBLISHER"]
        feed = Handle(system, "downstream", endpoint, "publisher", None, None)
        check(feed.on("next", 1000) == 0 and not feed.result, "nothing is there", feed.words.value)
        system.kill("publisher")
        with socket.create_server(("127.0.0.1", int(endpoint.rsplit(":", 1)[1]))) as server:
            server.settimeout(1)
            tries = 0
            try:
                while tries < 2:
                    server.accept()[0].close()
                    tries += 1
            except TimeoutError:
                pass
            check(tries <= 1, tries, "tries in a second")
        system.up()
        released(system, "i1")
        check(feed.on("next", 20000) == 0 and feed.result, feed.words.value)
        feed.library.par_feed_close(feed.pointer)


def clean_under_valgrind():
    valgrind = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full",
                "--show-leak-kinds=all", "--errors-for-leak-kinds=all"]
    with System() as system:
        released(system, "v1")
        folder = Round("v2", strata=1)
        system.par("round", "open", folder.path)
        one, two, *_ = codes(system, folder.code)
        survey = Survey(system, folder.code)
        check("accepted" in survey.send(one, "U1", 1, "1.1=4", before=valgrind).stdout, "")
        survey.send(one, "U1", 1, "1.1=5", before=valgrind, end=REFUSED)
        survey.send(two, "Ux", 1, "1.1=5", before=valgrind, end=REFUSED)
        survey.send(two, "U1", 1, key=system.data / "keys/intake.pub", before=valgrind, end=WRONG)
        portal = Portal(system)
        run(*valgrind, *portal.command("once"), env=environment())
        check(len(portal.lines()) == 1, portal.lines())


if __name__ == "__main__":
    try:
        main(installed_and_compiled, only_what_is_declared, ballots_of_an_enterprise,
             ballots_of_a_bad_day, key_taken_back, releases_exactly_once, idle_handle_is_idle,
             clean_under_valgrind)
    finally:
        shutil.rmtree(made, ignore_errors=True)
