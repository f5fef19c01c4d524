"""deploy/compose from nothing: what the first start makes, what is published and to whom,
what the proxy lets through, and that nothing is lost by down and up."""
import csv
import http.client
import io
import json
import os
import re
import shutil
import socket
import ssl
import stat
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from pods import COMPOSE, CONTAINERS, ROOT, SERVICES, SETTINGS, VERSION, Pods, check, main, podman, \
    possible, say, wait_for

ROUND = "mau-2024"
USER = 65532
OPEN = ("INTAKE", "RELEASES", "HTTPS")
OWN = ("JOURNAL", "INSPECT", "COLLECTOR_HEALTH", "SCORER_HEALTH", "PUBLISHER_HEALTH")


class Site(Pods):
    def compose(self, *words, code=0):
        done = subprocess.run([COMPOSE, *words, "--data", self.data], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        check(done.returncode == code, "compose", *words, "gave", done.returncode, done.stdout)
        return done.stdout

    def page(self, path):
        answer = self.ask(path)
        check(answer.status == 200, path, answer.status, answer.body)
        return answer.body

    def release(self):
        return {name: self.page(f"/{ROUND}/1/{name}") for name in
                ("", "en.html", "scores.csv", "criteria.csv", "scores.json")}

    def certificate(self):
        return ssl.get_server_certificate(("localhost", self.port("HTTPS")))

    def ids(self):
        return [self.inspect(name)["Id"] for name in CONTAINERS]


def modes(path):
    return stat.S_IMODE(path.stat().st_mode), path.stat().st_uid


def first_up(site):
    keys = sorted((site.data / "keys").glob("*.key"))
    check(len(keys) == 9, "the first start made", keys)
    check(modes(site.data) == (0o700, 0) and modes(site.data / "keys") == (0o700, 0),
          "others may look into", site.data)
    for key in keys:
        owner = USER if key.stem in SERVICES else 0
        check(modes(key) == (0o600, owner), key, oct(modes(key)[0]), modes(key)[1])
    check(modes(site.data / "tls/site.key") == (0o600, USER), "the key of the certificate")
    names = {path.stem for path in (site.data / "allow").glob("*.pub")}
    check(names == {key.stem for key in keys}, "the allow-list has", names)
    check("reachable" in site.par("status"), "par does not reach the services")


def second_up_changes_nothing(site):
    before, started = site.ids(), time.monotonic()
    site.up()
    seconds = time.monotonic() - started
    check(site.ids() == before, "a second up made other containers")
    say(f"a second up: {seconds:.1f} s")
    check(seconds < 10, "a second up takes", seconds)


def limits_are_those_of_the_list(site):
    for name in CONTAINERS:
        host = site.inspect(name)["HostConfig"]
        memory = int(SETTINGS[f"{name.upper()}_MEMORY"].rstrip("M")) << 20
        check(host["Memory"] == memory, name, "memory", host["Memory"])
        check(host["PidsLimit"] == int(SETTINGS["TASKS"]), name, "pids", host["PidsLimit"])
        check(host["RestartPolicy"]["Name"] == "always", name, host["RestartPolicy"])
        files = [u for u in host["Ulimits"] if u["Name"] == "RLIMIT_NOFILE"][0]
        check(files["Hard"] == int(SETTINGS["DESCRIPTORS"]), name, files)
    for name in SERVICES:
        podman("healthcheck", "run", site.name(name))


def published_where(site):
    bound = {}
    for name in CONTAINERS:
        for line in podman("port", site.name(name)).splitlines():
            address, port = line.split(" -> ")[1].rsplit(":", 1)
            bound[int(port)] = address
    wanted = {**{site.port(name): "0.0.0.0" for name in OPEN},
              **{site.port(name): "127.0.0.1" for name in OWN}}
    check(bound == wanted, "published are", bound, "not", wanted)
    outside = [a for a in subprocess.run(["hostname", "-I"], stdout=subprocess.PIPE,
                                         text=True).stdout.split() if ":" not in a]
    if not outside:
        say("this machine has no address but loopback: not knocked at from outside")
    for port, address in wanted.items() if outside else ():
        with socket.socket() as knock:
            knock.settimeout(5)
            reached = knock.connect_ex((outside[0], port)) == 0
            check(reached == (address == "0.0.0.0"), outside[0], port, "reached:", reached)


def whole_round(site):
    folder = site.data / "round"
    subprocess.run([ROOT / "deploy/rounds/generate", ROOT / "deploy/rounds" / ROUND, folder],
                   check=True)
    watch = site.start("watch")
    site.par("round", "open", folder)
    for what in ("ballots", "appraisals", "measured"):
        site.par(what, "import", folder / f"{what}.csv", "--round", ROUND)
    site.par("round", "close", ROUND)
    site.par("release", ROUND, "--kind", "official")
    line = json.loads(watch.stdout.readline())
    watch.terminate()
    watch.communicate()
    check(line["url"] == f"{site.env['PAR_SITE']}/{ROUND}/1/", "par watch on link 4 told", line)
    check(site.env["PAR_SITE"] == f"https://localhost:{site.port('HTTPS')}", site.env["PAR_SITE"])
    check(json.loads(site.page(f"/{ROUND}/1/scores.json"))["result_hash"] == line["result_hash"]
          == site.result_hash(ROUND), "three result hashes")


def ranking_is_the_one_of_par(site):
    inside = list(csv.DictReader(io.StringIO(site.scores(ROUND))))
    text = site.page(f"/{ROUND}/1/scores.csv").decode("utf-8-sig")
    public = list(csv.DictReader(io.StringIO(text)))
    both = ("block", "unit", "score", "rank", "rank_low", "rank_high", "raters", "status", "band")
    check([[row[name] for name in both] for row in public]
          == [[row[name] for name in both] for row in inside], "another ranking is published")
    check(len(public) > 20 and public[0]["name_vi"] == "Sở Nội vụ", public[0])


def proxy_changes_no_byte(site):
    direct = http.client.HTTPConnection(site.address("publisher"), site.port("PAGES"), timeout=20)
    for path in ("/", "/en.html", "/style.css", f"/{ROUND}/1/", f"/{ROUND}/1/scores.csv",
                 f"/{ROUND}/1/GEN-SNV/", f"/{ROUND}", "/nothing"):
        direct.request("GET", path)
        there = direct.getresponse()
        here = site.ask(path)
        check((there.status, there.read()) == (here.status, here.body), path, "differs")
        for name in ("ETag", "Cache-Control", "Content-Disposition", "Content-Type", "Location"):
            check(there.getheader(name) == here.getheader(name), path, name,
                  here.getheader(name))
    answer = site.ask(f"/{ROUND}/1/scores.csv")
    check("immutable" in answer.getheader("Cache-Control"), answer.getheaders())
    check(site.ask(f"/{ROUND}/1/scores.csv", **{"If-None-Match": answer.getheader("ETag")}).status
          == 304, "no 304")
    head = site.ask(f"/{ROUND}/1/scores.csv", "HEAD")
    check(head.status == 200 and head.body == b"" and
          head.getheader("Content-Length") == str(len(answer.body)), "HEAD", head.getheaders())
    check(answer.getheader("Server") == "nginx", answer.getheader("Server"))


def drips(site, ended):
    """A client that sends half a request and then nothing."""
    context = ssl.create_default_context(cafile=site.data / "tls/site.crt")
    raw = socket.create_connection(("localhost", site.port("HTTPS")))
    with context.wrap_socket(raw, server_hostname="localhost") as client:
        client.settimeout(25)
        client.sendall(b"GET / HTTP/1.1\r\nHost: ")
        started = time.monotonic()
        try:
            check(client.recv(1) == b"", "half a request was answered")
        except ConnectionResetError:
            pass
        ended.append(time.monotonic() - started)


def slow_client(site):
    """One that sends half a request and then nothing, beside the next cases."""
    site.ended = []
    site.slow = threading.Thread(target=drips, args=(site, site.ended))
    site.slow.start()


def slow_client_is_shut(site):
    site.slow.join()
    check(site.ended and site.ended[0] < 20, "half a request may stay", site.ended)
    say(f"half a request was shut after {site.ended[0]:.0f} s")


def proxy_passes_nothing_else(site):
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"):
        answer = site.ask("/", method)
        check(answer.status in (400, 405), method, answer.status)
    check(site.ask("/", "POST").getheader("Allow") == "GET, HEAD", "405 without Allow")
    check(site.ask("/" + "a" * 9000).status == 414, "an address of 9000 letters passed")
    check(site.ask("/", Cookie="a" * 40000).status == 400, "headers of 40 kB passed")
    for path in ("/../etc/passwd", f"/{ROUND}/../../x", "/%2e%2e/%2e%2e/etc/passwd", "/..%2fx",
                 "/./", "/site.conf", "/proxy/site.conf", "/tls/site.key"):
        check(site.ask(path).status in (400, 404), path, "passed")
    for path in ("/livez", "/readyz", "/metrics"):
        answer = site.ask(path)
        check(answer.status == 404 and b"par_" not in answer.body, path, answer.body)
    plain = http.client.HTTPConnection("localhost", site.port("HTTPS"), timeout=20)
    plain.request("GET", f"/{ROUND}/")
    answer = plain.getresponse()
    check((answer.status, answer.getheader("Location"))
          == (301, f"{site.env['PAR_SITE']}/{ROUND}/"), "plain HTTP", answer.status)
    old = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{site.port('HTTPS')}",
                          "-tls1_1", "-cipher", "ALL@SECLEVEL=0"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check("protocol version" in old.stdout, "TLS 1.1:", old.stdout)


def one_address_has_a_share(site):
    connection, seen = site.connect(), []
    while 429 not in seen and len(seen) < 2000:
        connection.request("GET", "/style.css")
        answer = connection.getresponse()
        answer.read()
        seen.append(answer.status)
    check(seen[:100] == [200] * 100 and 429 in seen, "statuses", set(seen), len(seen))
    words = answer.getheader("Retry-After")
    check(words == "2", "Retry-After", words)
    wait_for("the pages to be open again", lambda: site.ask("/").status == 200)


def publisher_away_and_back(site):
    podman("stop", site.name("publisher"))
    answer = site.ask("/")
    words = answer.body.decode()
    check(answer.status == 503 and "Tạm thời" in words and "Away" in words, answer.status, words)
    podman("start", site.name("publisher"))
    wait_for("the page after the publisher came back", lambda: site.ask("/").status == 200, 20)
    log = site.log("proxy")
    check("event=page-failed status=503" in log, "the proxy's log lacks the failure:", log)
    for line in log.splitlines():
        check(not re.search(r"\d+\.\d+\.\d+\.\d+|client", line), "a reader is logged:", line)


def new_certificate(site, folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", folder / "site.key", "-out", folder / "site.crt"],
                   stderr=subprocess.DEVNULL, check=True)


def certificate_is_replaced(site):
    before, folder = site.certificate(), Path(tempfile.mkdtemp(prefix="par-tls-"))
    new_certificate(site, folder)
    os.replace(folder / "site.crt", site.data / "tls/site.crt")
    words = site.compose("reload", code=1)
    check("nothing was changed" in words, "a pair that does not fit:", words)
    check(site.certificate() == before, "half a pair was taken")
    os.replace(folder / "site.key", site.data / "tls/site.key")
    podman("stop", site.name("scorer"))
    words = site.compose("reload", code=1)
    check("does not run: scorer; the others" in words, "a reload with one stopped:", words)
    podman("start", site.name("scorer"))
    wanted = (site.data / "tls/site.crt").read_text().strip()
    wait_for("the new certificate", lambda: site.certificate().strip() == wanted, 20)
    site.page("/")
    shutil.rmtree(folder)


def down_and_up_keeps_everything(site):
    release, keys = site.release(), [p.read_bytes() for p in
                                     sorted((site.data / "keys").iterdir())]
    inside = site.scores(ROUND)
    started = time.monotonic()
    site.down()
    say(f"down: {time.monotonic() - started:.1f} s")
    check(not podman("ps", "-aq", "--filter", f"name={site.data.name}-"), "containers are left")
    check(site.data.name not in podman("network", "ls", "-q").split(), "the network is left")
    with socket.create_server(("127.0.0.1", site.port("INTAKE"))):
        words = site.try_up().stderr
        check("the collector cannot be started" in words and "in use" in words, words)
    started = time.monotonic()
    site.up()
    say(f"up again: {time.monotonic() - started:.1f} s")
    check(site.release() == release, "the release has other bytes")
    check(site.scores(ROUND) == inside, "par scores gives other bytes")
    check([p.read_bytes() for p in sorted((site.data / "keys").iterdir())] == keys, "other keys")


def faults_name_the_cure(site):
    other = Path(tempfile.mkdtemp(prefix="par-faults-"))

    def fails(code, words, *arguments):
        done = subprocess.run([COMPOSE, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        check(done.returncode == code and words in done.stdout, arguments, "gave",
              done.returncode, done.stdout)

    fails(1, f"port {site.port('INTAKE')} is taken", "up", "--data", other / "a",
          "--port", str(site.port("INTAKE")), "--version", VERSION)
    fails(1, "deploy/images --load", "up", "--data", other / "b", "--version", "0.0.0")
    fails(1, f"belongs to {site.data}", "up", "--data", other / site.data.name)
    fails(1, "cannot be written", "up", "--data", "/proc/par")
    fails(2, "small letters", "up", "--data", other / "Nha Trang")
    fails(2, "colon", "up", "--data", other / "a:b" / "c")
    fails(2, "takes no junk", "up", "junk", "--data", site.data)
    fails(2, "only collector scorer publisher proxy", "logs", "junk", "--data", site.data)
    fails(2, "no directory of deploy/compose up", "logs", "--data", other / "c")
    fails(2, "no directory of deploy/compose up", "status", "--data", other / "c")
    fails(3, "is there: nothing is replaced", "restore", other, "--published", "none",
          "--data", other / site.data.name)
    (other / "d").mkdir()
    (other / "d/settings").write_text("# in full\n\nPAR_LOG_LEVEL=debug\nexport PAR_A=1\n")
    fails(2, f"{other}/d/settings:4:export PAR_A=1", "up", "--data", other / "d", "--port", "0")
    # one that is not whole, cut off or failed: no start takes its volume for the journal
    half = other / f"{site.data.name}-half"
    for _ in range(2):
        fails(1, "nothing was restored", "restore", other, "--published", "none", "--data", half)
    fails(1, "give it again", "up", "--data", half, "--version", "0.0.0")
    podman("volume", "rm", f"{half.name}_collector")
    shutil.rmtree(other)


def story():
    started = time.monotonic()
    with Site() as site:
        say(f"from nothing to ready: {time.monotonic() - started:.1f} s")
        for case in (first_up, second_up_changes_nothing, limits_are_those_of_the_list,
                     published_where, slow_client, whole_round, ranking_is_the_one_of_par,
                     proxy_changes_no_byte, proxy_passes_nothing_else, one_address_has_a_share,
                     publisher_away_and_back, slow_client_is_shut, certificate_is_replaced,
                     faults_name_the_cure, down_and_up_keeps_everything):
            began = time.monotonic()
            case(site)
            say(f"{case.__name__}: ok ({time.monotonic() - began:.1f} s)")


possible()
main(story)
