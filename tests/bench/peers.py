"""DuckDB, PostgreSQL, Redis and R's survey package, each absent with a reason where it is not
there."""
import glob
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from sides import Asked

HERE = Path(__file__).resolve().parent


class Absent(Exception):
    """A peer that is not on this machine."""


class Duck:
    """DuckDB in a node of its own, from npm."""

    def __init__(self):
        if not shutil.which("node") or not shutil.which("npm"):
            raise Absent("no node and npm")
        done = subprocess.run(["npm", "install", "--no-package-lock", "--ignore-scripts",
                               "--no-audit", "--no-fund"], cwd=HERE, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise Absent("npm cannot install @duckdb/node-api")
        self.node = Asked(["node", HERE / "duckdb.mjs"], cwd=HERE)

    def close(self):
        self.node.close()

    def seconds(self, sql):
        return self.node.seconds(json.dumps({"sql": sql}))

    def rows(self, sql, path):
        self.node.seconds(json.dumps({"sql": sql, "out": str(path)}))
        return json.loads(Path(path).read_text())


class Postgres:
    """A cluster of its own on a unix socket, as the packages configure it; fsync is on."""

    def __init__(self, place):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise Absent("no postgresql")
        self.bin, self.place = Path(found[-1]), Path(place) / "postgres"
        self.place.mkdir()
        self.who = self.nobody() if os.getuid() == 0 else {}
        if self.who:
            os.chown(self.place, self.who["user"], self.who["group"])
            os.chmod(place, 0o755)
        self.run("initdb", "-D", "data", "-U", "bench", "-A", "trust", "-N")
        self.server = subprocess.Popen(
            [self.bin / "postgres", "-D", "data", "-k", self.place, "-c",
             "listen_addresses="], cwd=self.place, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, **self.who)
        self.wait()

    @staticmethod
    def nobody():
        """It refuses to run as root."""
        for name in ("postgres", "nobody"):
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        raise Absent("no user that postgresql could run as")

    def run(self, program, *words):
        return subprocess.run([self.bin / program, *words], cwd=self.place, text=True,
                              check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, **self.who)

    def wait(self):
        while self.server.poll() is None:
            try:
                self.run("pg_isready", "-h", self.place, "-d", "postgres")
                return
            except subprocess.CalledProcessError:
                time.sleep(0.05)
        raise Absent("postgresql did not start")

    def close(self):
        self.server.terminate()
        self.server.wait()

    def sql(self, text):
        return self.run("psql", "-h", self.place, "-U", "bench", "-d", "postgres", "-X",
                        "-q", "-A", "-t", "-F", ",", "-v", "ON_ERROR_STOP=1", "-c",
                        text).stdout

    def seconds(self, *texts):
        started = time.monotonic()
        for text in texts:
            self.sql(text)
        return time.monotonic() - started

    def load(self, script, clients, each, values):
        """Transactions a second: so many of each client, every one prepared and durable."""
        path = self.place / "load.sql"
        path.write_text(script)
        os.chmod(path, 0o644)
        done = self.run("pgbench", "-h", self.place, "-U", "bench", "-n", "-M", "prepared",
                        "-f", path, "-c", str(clients), "-j", "1", "-t", str(each),
                        *(word for name, value in values.items()
                          for word in ("-D", f"{name}={value}")), "postgres").stdout
        return float(re.search(r"tps = ([0-9.]+)", done)[1])


class Redis:
    """A server of its own that syncs its log before each answer and speaks TLS only, and
    redis-benchmark, the client of its makers: what it sends is made before the clock starts,
    and a connection sends the next batch of -P when the last one is answered."""

    def __init__(self, place):
        for program in ("redis-server", "redis-benchmark", "redis-cli", "openssl"):
            if not shutil.which(program):
                raise Absent(f"no {program}")
        self.place = Path(place) / "redis"
        self.place.mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-keyout", "key", "-out", "cert"], cwd=self.place,
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.tls = ["--tls", "--cacert", "cert", "--cert", "cert", "--key", "key", "-p",
                    str(self.port)]
        self.server = subprocess.Popen(
            ["redis-server", "--port", "0", "--tls-port", str(self.port), "--bind",
             "127.0.0.1", "--tls-cert-file", "cert", "--tls-key-file", "key",
             "--tls-ca-cert-file", "cert", "--appendonly", "yes", "--appendfsync", "always",
             "--save", "", "--auto-aof-rewrite-percentage", "0"], cwd=self.place,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.cli("PING") != "PONG":
            if self.server.poll() is not None:
                raise Absent("redis-server did not start")
            time.sleep(0.02)

    def cli(self, *words):
        return subprocess.run(["redis-cli", *self.tls, *words], cwd=self.place, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()

    def load(self, connections, in_flight, count, ballot):
        """Ballots a second, each an entry of one stream."""
        done = subprocess.run(
            ["redis-benchmark", *self.tls, "-c", str(connections), "-P", str(in_flight), "-n",
             str(count), "--csv", "XADD", "ballots", "*", "ballot", ballot], cwd=self.place,
            text=True, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        return float(done.splitlines()[-1].split('","')[1])

    def count(self):
        return int(self.cli("XLEN", "ballots"))

    def close(self):
        self.server.kill()
        self.server.wait()


def survey():
    """R with its package survey."""
    if not shutil.which("Rscript"):
        raise Absent("no R")
    there = subprocess.run(["Rscript", "-e", "library(survey)"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    if there.returncode != 0:
        raise Absent("R has no package survey")
    return Asked(["Rscript", "--vanilla", HERE / "survey.R"])
