"""DuckDB, PostgreSQL and R's survey package, each absent with a reason where it is not there."""
import glob
import json
import os
import pwd
import shutil
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


def survey():
    """R with its package survey."""
    if not shutil.which("Rscript"):
        raise Absent("no R")
    there = subprocess.run(["Rscript", "-e", "library(survey)"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    if there.returncode != 0:
        raise Absent("R has no package survey")
    return Asked(["Rscript", "--vanilla", HERE / "survey.R"])
