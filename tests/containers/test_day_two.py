"""Every block of deploy/DAY-TWO.md, in the order of the page, on a system that
deploy/compose runs; after each section, what the section promises."""
import json
import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from page import all_blocks
from pods import CONTAINERS, ROOT, SERVICES, VERSION, Folder, check, image, podman, possible, \
    say, skip, wait_for

PAGE = ROOT / "deploy/DAY-TWO.md"
STICK = Path(os.environ.get("PAR_IMAGES", ROOT / "build/tests/images"))
LOGFMT = re.compile(r'ts=\S+ level=\w+ service=\w+ event=[a-z-]+( \w+=("([^"\\]|\\.)*"|\S*))*')
METRIC = re.compile(r"# HELP par_\w+ .+|# TYPE par_\w+ (counter|gauge)|par_\w+ -?[0-9]+")
HALF, REST = 16, 16  # sheets of the open round, before and after the disk is full
WHO = re.compile(r"\bR[0-9]+\b|CODE-")  # respondents and codes of a Folder


class Site:
    """A system of deploy/compose, and the variables that the page's blocks use."""

    def __init__(self, head):
        self.top = Path(tempfile.mkdtemp(prefix="par-two-"))
        self.head = head.splitlines()
        for name in ("copy", "keys", "stick"):
            (self.top / name).mkdir(mode=0o700)
        self.tag = self.top.name.lower().replace("_", "0")
        self.values = {"COPY": self.top / "copy", "KEYS": self.top / "keys",
                       "STICK": STICK, "ROUNDS": "mot hai", "VERSION": self.tag,
                       "BEFORE": VERSION}
        self.directories, self.mounts = [], []
        self.values["DIR"] = self.fresh("one")

    def fresh(self, word):
        """A data directory not there yet; its name is that of its containers and volumes."""
        self.directories.append(self.top / f"{self.tag}-{word}")
        return self.directories[-1]

    @property
    def dir(self):
        return self.values["DIR"]

    def script(self, text):
        """Below the first block of the page, with the test's own values in it."""
        lines = []
        for line in self.head:
            name = line.partition("=")[0]
            if name in self.values:
                line = f"{name}={shlex.quote(str(self.values[name]))}"
            if not line.startswith(". ") or (self.dir / "env").exists():
                lines.append(line)
        return "\n".join(lines) + "\n" + text

    def start(self, text, **more):
        return subprocess.Popen(["bash", "-euo", "pipefail", "-c", self.script(text)], cwd=ROOT,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def run(self, text, code=0):
        """Standard output; with another code than 0, or any (None), the words of both streams."""
        process = self.start(text)
        out, err = process.communicate(timeout=120)
        check(code in (None, process.returncode), "gave", process.returncode, "not", code,
              "\n" + text, "\n" + out, "\n" + err)
        return out if code == 0 else out + err

    def par(self, *arguments, code=0):
        return self.run(shlex.join(["par", *map(str, arguments)]), code)

    def result(self):
        """What must not change: the figures, and the page that the proxy serves."""
        return (json.loads(self.par("scores", "mot", "--format", "json"))["result_hash"],
                self.par("scores", "mot", "--format", "csv"), self.page("mot/1/scores.csv"))

    def page(self, path):
        trust = ssl.create_default_context(cafile=self.dir / "tls/site.crt")
        site = self.run("echo $PAR_SITE").strip()
        return urllib.request.urlopen(f"{site}/{path}", timeout=10, context=trust).read()

    def volume(self, service):
        return Path(self.run(f'volume "$DIR" {service}').strip())

    def health(self, service, path):
        at = self.run(f"echo $PAR_{service.upper()}_HEALTH").strip()
        try:
            with urllib.request.urlopen(f"http://{at}/{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()
        except OSError as error:
            return 0, str(error)

    def ready(self):
        for service in SERVICES:
            wait_for(f"the {service} to be ready",
                     lambda: self.health(service, "readyz")[0] == 200)

    def remove(self):
        """Everything of this test, by its names."""
        for directory in self.directories:
            if (directory / "port").exists():
                subprocess.run([ROOT / "deploy/compose", "down", "--data", directory])
        while self.mounts:
            subprocess.run(["umount", self.mounts.pop()], check=True)
        for volume in podman("volume", "ls", "-q", "--filter", f"name={self.tag}").split():
            podman("volume", "rm", volume)
        for one in podman("images", "--format", "{{.Repository}}:{{.Tag}}").split():
            if one.endswith(f":{self.tag}"):
                podman("rmi", one)
        shutil.rmtree(self.top)

    def newer(self, name):
        """Another image of the same program, under another version."""
        before = image(name) if name else f"localhost/par:{VERSION}"
        subprocess.run(["podman", "build", "-q", "--isolation", "chroot", "-f", "-", "-t",
                        before.replace(f":{VERSION}", f":{self.tag}")],
                       input=f"FROM {before}\nLABEL par.test=newer\n", text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def answered(self):
        """Sheets that the collector took in the open round."""
        line = [line.split() for line in self.par("status").splitlines()
                if line.startswith("hai ")]
        return int(line[0][4])

    def smaller_disk(self, size):
        """Puts the collector's volume on a file system of that size."""
        at, kept = self.volume("collector"), self.top / "kept"
        container = f"{self.dir.name}-collector"
        podman("stop", container)
        shutil.copytree(at, kept)
        self.run(f"mount -t tmpfs -o size={size},mode=700,uid=65532,gid=65532 tmpfs {at}\n"
                 f"cp -a {kept}/. {at}\nchown -R 65532:65532 {at}")
        self.mounts.append(at)
        podman("start", container)
        self.ready()


# ---- the sections


def backup(site, block):
    """Made while sheets come in; verified by the page's own last line."""
    importing = site.start(f"par ballots import {site.half} --round hai")
    out = block()
    check(importing.wait(60) == 0, importing.stderr.read())
    check("whole" in out, "the copy is not verified:", out)
    published = (site.values["COPY"] / "published.jsonl").read_text().splitlines()
    check([json.loads(line)["release"] for line in published] == [1], published)
    block()
    check(len(list((site.values["KEYS"] / "roster").glob("*.key"))) == 2, "a roster key lacks")
    check((site.values["KEYS"] / "site.tgz").stat().st_mode & 0o077 == 0, "others may read the keys")
    site.par("backup", site.values["COPY"])


def restore(site, block):
    before = site.result()
    site.values["NEW"] = site.fresh("two")
    block()
    site.values.update(DIR=site.values["NEW"], COPY=site.top / "copy-2")
    site.ready()
    check(site.result() == before, "the restored figures are others")
    check(site.answered() == HALF, site.answered(), "not", HALF)
    check(not list((site.top / "copy/roster").glob("*.key")), "a key stays with the copy")


def upgrade(site, block):
    before = site.result()
    for version, script in ((site.tag, block), (site.values["BEFORE"], block)):
        script()
        site.ready()
        running = podman("inspect", "--format", "{{.ImageName}}",
                         *(f"{site.dir.name}-{one}" for one in CONTAINERS))
        check(all(one.endswith(f":{version}") for one in running.split()), running)
        check(site.result() == before, "other figures with", version)


def keys(site, block):
    clients_key(site, block)
    operators_key(site, block)
    services_keys(site, block)
    certificate(site, block)


def send(site, key, code=0):
    """One enterprise sends its sheets anew under its code, with an intake key."""
    file = site.top / "code"
    file.write_text("CODE-R1\n")
    return site.par("ballots", "send", site.one, "--round", "hai", "--code-file", file,
                    "--key", key, "--wait", 20 if code == 0 else 2, code=code)


def clients_key(site, block):
    old, new = site.dir / "keys/intake.key", site.dir / "keys/survey-2.key"
    block()
    send(site, old)
    send(site, new)
    block()
    send(site, new)
    check("not admitted" in send(site, old, code=3), "the old key is let in")


def operators_key(site, block):
    lost = site.top / "lost.key"
    shutil.copy(site.dir / "keys/operator.key", lost)
    block()
    site.par("status")
    words = site.par("status", "--key", lost, "--wait", 2, code=3)
    check("not admitted" in words, words)


def services_keys(site, block):
    before, old = site.result(), site.top / "old"
    shutil.copytree(site.dir / "keys", old)
    block()
    site.ready()
    check(site.result() == before, "other figures with new keys")
    site.par("status", "--keys", old, "--wait", 1, code=4)


def certificate(site, block):
    chain, key = site.top / "own.crt", site.top / "own.key"
    site.run(f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=own "
             f"-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout {key} -out {chain} 2>&1")
    site.values.update(CHAIN=chain, CHAIN_KEY=key)
    block()

    def served():
        try:
            return site.page("")
        except (ssl.SSLError, urllib.error.URLError):
            return None
    wait_for("the new certificate", served)


def logs(site, block):
    lines = block().splitlines()
    check(lines and all(LOGFMT.fullmatch(line) for line in lines),
          [line for line in lines if not LOGFMT.fullmatch(line)][:3])
    every = site.run('deploy/compose logs --data "$DIR"')
    check("event=ready" in every and not WHO.search(every), WHO.search(every))
    check(re.fullmatch("journald|k8s-file", block().strip()), "the page knows no such keeper of logs")
    lines = block().splitlines()
    metrics = [line for line in lines if line.startswith(("#", "par_"))]
    check(len(metrics) > 40 and all(METRIC.fullmatch(line) for line in metrics),
          [line for line in metrics if not METRIC.fullmatch(line)][:3])
    check(not WHO.search("\n".join(lines)), "somebody is named in the metrics")
    table = PAGE.read_text()
    for name in re.findall(r"`(par_\w+)`", table):
        check(any(line.startswith(name + " ") for line in metrics), "no metric", name)


def disk(site, block):
    """The collector's volume on a small disk that others have filled."""
    site.smaller_disk("8m")
    before, small = site.answered(), site.volume("collector")
    with open(small / "of-others", "wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    importing = site.start(f"par ballots import {site.rest} --round hai --wait 100")
    wait_for("ballots to be put off", lambda: "par_intake_later_total 0\n" not in
             site.health("collector", "metrics")[1])
    out = block()
    check("100%" in out, "df does not show it:", out)
    status, words = site.health("collector", "readyz")
    check(status == 503 and "full" in words, status, words)
    check(site.page("mot/1/scores.csv"), "pages do not go on")
    check(importing.poll() is None, "the import gave up")
    site.values["GROW"] = f"mount -o remount,size=64m {small}"
    block()
    out, err = importing.communicate(timeout=120)
    check(importing.returncode == 0, out, err)
    check("asking again" in err, "nobody was told:", err)
    site.ready()
    check(site.answered() == before + REST, site.answered(), "not", before + REST)
    block()
    site.ready()
    check(" of 34359738368 bytes" in site.par("status"), site.par("status"))
    check(site.answered() == before + REST, site.answered(), "not", before + REST)


def start(site, block):
    """A key was pasted without its end."""
    key, container = site.dir / "allow/portal.pub", f"{site.dir.name}-collector"
    key.write_text((site.dir / "keys/downstream.pub").read_text()[:40])
    podman("restart", container)
    wait_for("its words",
             lambda: key.name in site.run('deploy/compose logs collector --data "$DIR"'))
    out = block()
    check(not re.search("^collector.*, ready$", out, re.M) and key.name in out,
          "no words that help:", out)
    key.unlink()
    block()
    site.ready()


def move(site, block):
    before, answered = site.result(), site.answered()
    site.values.update(NEW=site.fresh("three"), STICK=site.top / "stick")
    block()
    check(not site.dir.exists(), "the old directory still has its name")
    block()
    site.values["DIR"] = site.values["NEW"]
    site.ready()
    check(site.result() == before and site.answered() == answered, "not what it was")


SECTIONS = {
    "Backup while it runs": backup,
    "Restore into new containers": restore,
    "Upgrade and back": upgrade,
    "Keys": keys,
    "Logs and metrics": logs,
    "A disk that fills": disk,
    "A container that will not start": start,
    "Moving to another server": move,
}


class Blocks:
    """Those of one section, run one after another."""

    def __init__(self, site, texts):
        self.site, self.texts = site, texts

    def __call__(self):
        check(self.texts, "the page has fewer blocks here than its test")
        return self.site.run(self.texts.pop(0))


def prepare(site):
    """A published round, and one that is open and half answered."""
    site.run('deploy/compose up --data "$DIR" --port 0 --version "$BEFORE"')
    done, going = (Folder(code, units=2, respondents=(HALF + REST) // 2, leaves=3)
                   for code in ("mot", "hai"))
    sheets = going.all_sheets()
    site.one = going.ballots(sheets[:2], "one.csv")
    site.half = going.ballots(sheets[:HALF], "half.csv")
    site.rest = going.ballots(sheets[HALF:], "rest.csv")
    for made in (done, going):
        site.par("round", "open", made.path)
    site.par("ballots", "import", done.ballots(done.all_sheets()), "--round", "mot")
    site.par("round", "close", "mot")
    site.par("release", "mot", "--kind", "official", "--wait", 60)
    for name in (*CONTAINERS, ""):
        site.newer(name)
    return [done.path, going.path]


def main():
    possible()
    (_, head), *rest = all_blocks(PAGE)
    titles = list(dict.fromkeys(title for title, _ in rest))
    check(titles == list(SECTIONS), "page and test have other sections:", titles)
    if not (STICK / "SHA256SUMS").exists():
        skip(f"no archives in {STICK}: tests/containers/prepare makes them, or set PAR_IMAGES")
    site, made = Site(head), []
    try:
        started = time.monotonic()
        made = prepare(site)
        say(f"deploy/compose up, two rounds: {time.monotonic() - started:.1f} s")
        for title in titles:
            started = time.monotonic()
            block = Blocks(site, [text for name, text in rest if name == title])
            SECTIONS[title](site, block)
            check(not block.texts, "nobody ran", block.texts)
            say(f"{title}: {time.monotonic() - started:.1f} s")
    finally:
        site.remove()
        for path in made:
            shutil.rmtree(path)


main()
