"""From a bare Debian 12 root, the commands of deploy/README.md end with the ranking of the
sample round on the published HTTPS port, and par on that host has imported it.

The root is made by mmdebstrap and entered in mount, process and network namespaces of its
own: whatever happens inside, mounts, processes, bridges and packet filters end with them.
The network is slirp4netns, so only what a program may reach is reached."""
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from page import blocks
from pods import ROOT, check, say, skip, wait_for

README = ROOT / "deploy/README.md"
SOURCE, STICK, DATA = "/root/par", "/media/stick", "/srv/par"
TOOLS = ("mmdebstrap", "unshare", "slirp4netns", "chroot", "tar", "git")
NAMESPACES = ("--mount", "--net", "--pid", "--fork", "--kill-child",
              "--propagation", "private")
# What deploy/demo gives for the sample round: rules, counts, figures and ranks.
RESULT_HASH = "8b20fef29d5c5fd2553fdcd9c35808f0e83d281d36af8226948eedfa2280ff6f"


def timed(what, call, *arguments, **more):
    started = time.monotonic()
    value = call(*arguments, **more)
    say(f"{what}: {time.monotonic() - started:.0f} s")
    return value


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, **more)
    check(done.returncode == 0, *command, "gave", done.returncode, "\n" + done.stdout)
    return done.stdout


# ---- outside: the root, its network, and its end


def possible():
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        skip(f"missing here: {', '.join(missing)}; deploy/packages test installs them")
    if os.geteuid() != 0:
        skip("only root may make a Debian root and enter it")
    tried = subprocess.run(["unshare", *NAMESPACES, "true"], stderr=subprocess.PIPE,
                           text=True)
    if tried.returncode != 0:
        skip(f"no namespaces of our own here: {tried.stderr.strip()}")
    if not Path("/dev/net/tun").exists():
        skip("no /dev/net/tun here, which slirp4netns needs")


def images():
    folder = Path(os.environ.get("PAR_IMAGES", ROOT / "build/tests/images"))
    if not (folder / "SHA256SUMS").exists():
        skip(f"no images in {folder}: tests/containers/prepare makes them, or set PAR_IMAGES")
    return folder


def make_root(root):
    """With the mirrors and the proxy of this machine, which stay in it."""
    sources = run("apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)",
                  "Created-By: Packages", "Origin: Debian").splitlines()
    proxies = [f"--aptopt={line}" for line in run("apt-config", "dump").splitlines()
               if "::Proxy" in line and '""' not in line]
    done = subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase",
                           "--include=ca-certificates", *proxies, "bookworm", root,
                           *sorted(set(sources))],
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        skip(f"no Debian root can be made here: {done.stderr.strip().splitlines()[-1:]}")


def carry_in(root, stick):
    """The checkout as it stands, and the stick."""
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-coz", "--exclude-standard",
                            "--deduplicate"], stdout=subprocess.PIPE, check=True).stdout
    there = b"".join(name + b"\0" for name in names.split(b"\0")
                     if name and os.path.lexists(os.path.join(ROOT, os.fsdecode(name))))
    (root / SOURCE[1:]).mkdir(parents=True)
    tar = subprocess.run(["tar", "-C", ROOT, "--null", "-T", "-", "-c"], input=there,
                         stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["tar", "-C", root / SOURCE[1:], "-x"], input=tar, check=True)
    shutil.copytree(stick, root / STICK[1:])


def child_of(process):
    """The first process in the new namespaces."""
    def found():
        check(process.poll() is None, "unshare ended with", process.returncode)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        return children.split()[0] if children.strip() else None
    return wait_for("the first process in the namespaces", found)


def inside(root):
    """Runs this file again in the namespaces of the root; its network comes from here."""
    here = [sys.executable, "-B", __file__, "--inside", root]
    # a shell is the first process: it reaps what containers leave
    process = subprocess.Popen(["unshare", *NAMESPACES, "sh", "-c", '"$@"; exit $?', "sh",
                                *map(str, here)])
    network = None
    try:
        network = subprocess.Popen(["slirp4netns", "--configure", "--disable-host-loopback",
                                    child_of(process), "tap0"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        check(process.wait(900) == 0, "the commands of deploy/README.md failed; see above")
    finally:
        for one in (process, network):
            if one and one.poll() is None:
                one.kill()
            if one:
                one.wait(60)


def remove(root):
    """Control groups are not in any namespace; the rest ended with them."""
    wait_for("the end of what ran in the root", lambda: not inhabitants(root), 30)
    mounts = [line for line in Path("/proc/mounts").read_text().splitlines()
              if f" {root}/" in line or f" {root} " in line]
    check(not mounts, "still mounted:", mounts)
    containers = root / "var/lib/containers/storage/overlay-containers/containers.json"
    ids = [one["id"] for one in json.loads(containers.read_text())] if containers.exists() else []
    for one in ids:
        for group in Path("/sys/fs/cgroup").glob(f"**/libpod*-{one}*"):
            group.rmdir()
    shutil.rmtree(root)


def inhabitants(root):
    """Processes whose root directory lies there."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "root").startswith(str(root)):
                found.append(process.name)
        except OSError:
            pass
    return found


# ---- inside: what the administrator of the bare server does


def mount(root):
    run("mount", "--bind", root, root)
    run("mount", "-t", "proc", "proc", root / "proc")
    run("mount", "--rbind", "/sys", root / "sys")
    run("mount", "--rbind", "/dev", root / "dev")
    run("mount", "-t", "tmpfs", "tmpfs", root / "run")
    run("ip", "link", "set", "lo", "up")
    wait_for("a network", lambda: "tap0" in dict(map(reversed, socket.if_nameindex())), 30)
    (root / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n")


def as_administrator(root, text):
    """The block in a shell that stops at the first failure; standard output."""
    done = subprocess.run(["chroot", root, "/usr/bin/env", "-i", "HOME=/root",
                           "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                           "bash", "-euo", "pipefail", "-c", f"cd {SOURCE}\n{text}"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    check(done.returncode == 0, "these commands gave", done.returncode, "\n" + text,
          "\n" + done.stdout, "\n" + done.stderr)
    return done.stdout


def page_of(root):
    """What a browser gets that trusts the certificate of DIR/tls."""
    trust = ssl.create_default_context(cafile=root / DATA[1:] / "tls/site.crt")
    site = as_administrator(root, f". {DATA}/env; echo $PAR_SITE").strip()
    check(site.startswith("https://"), "the pages are not under HTTPS:", site)
    with urllib.request.urlopen(f"{site}/mau-2024/", timeout=10, context=trust) as answer:
        return answer.read().decode()


def administrate(root):
    mount(root)
    timed("making the images and starting", as_administrator, root,
          blocks(README, "Two commands")[0])
    timed("loading the stick and going over to it", as_administrator, root,
          blocks(README, "A server without a registry")[1])
    out = timed("the sample round", as_administrator, root,
                blocks(README, "The sample round")[0])
    check("GEN-H05" in out and "79.96" in out, "the ranking lacks", out)
    text = page_of(root)
    for words in ("UBND huyện Nam Mẫu", "79,96", "Sở Nội vụ", RESULT_HASH):
        check(words in text, "the page on the published port lacks", words)
    scores = json.loads(as_administrator(root, f". {DATA}/env; par scores mau-2024 --format json"))
    check(scores["result_hash"] == RESULT_HASH, scores["result_hash"], "is not", RESULT_HASH)
    say("the ranking is on the published port, with the known numbers")
    unit = (root / "lib/systemd/system/podman-restart.service").read_text()
    check("restart-policy=always" in unit, "podman-restart starts other containers:", unit)
    as_administrator(root, f"deploy/compose down --data {DATA}")


def main():
    if sys.argv[1:2] == ["--inside"]:
        administrate(Path(sys.argv[2]))
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    possible()
    stick = images()
    root = Path(tempfile.mkdtemp(prefix="par-bare-"))
    try:
        timed("a bare Debian 12", make_root, root)
        carry_in(root, stick)
        inside(root)
    finally:
        remove(root)
    print("bare: ok")


main()
