"""The Debian packages: clean under lintian and the same from the same source; installed by
apt in a bare root where systemd does not run; then that root booted with systemd as init in
a container, and all that an administrator does there: the sample round, a service that is
killed, one that hangs, keys, an upgrade and the way back, a restore, removal, purge."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from pods import ROOT, SERVICES, VERSION, check, main, podman, say, skip, together, wait_for

OUT = ROOT / "build/packages"
DEB = f"par-index_{VERSION}_amd64.deb"
NEXT = "1.0.1"
ROUND = "mau-2024"
UNITS = [f"par-{service}.service" for service in SERVICES]
EXPOSURE = 1.5  # of systemd-analyze security; 10 is a service without any of it
WATCHDOG = 2    # seconds, in place of the unit's


def possible():
    for tool in ("lintian", "man", "mmdebstrap", "podman"):
        if not shutil.which(tool):
            skip(f"no {tool} here: deploy/packages test and deploy/packages containers install it")
    if os.geteuid() != 0:
        skip("only root can make a root directory of Debian and boot it")


possible()
work = Path(tempfile.mkdtemp(prefix="par-deb-"))
root = work / "root"
init = f"par-deb-{work.name.rpartition('-')[2]}"


class NotHere(Exception):
    """Why this machine cannot show it."""


def run(*command, code=0, **more):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **more)
    check(code is None or done.returncode == code, *command, "gave", done.returncode, done.stdout)
    return done.stdout


def inside(words, code=0):
    """A shell of root in the booted container, as root would type it."""
    return run("podman", "exec", init, "bash", "-c", f". /etc/par-index/env; {words}", code=code)


def show(service, name):
    return run("podman", "exec", init, "systemctl", "show", "--value", "-p", name,
               f"par-{service}").strip()


def active(service):
    return show(service, "ActiveState") == "active"


def apt(words):
    return inside(f"DEBIAN_FRONTEND=noninteractive apt-get -q -y {words}")


def repacked(version):
    """The same files under another version."""
    folder, deb = work / version, root / f"root/par-index_{version}_amd64.deb"
    run("dpkg-deb", "-R", OUT / DEB, folder)
    control = folder / "DEBIAN/control"
    control.write_text(control.read_text().replace(f"Version: {VERSION}", f"Version: {version}"))
    run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", folder, deb)


def build():
    run(ROOT / "deploy/deb", "--out", OUT)
    print(run("sha256sum", "--check", "SHA256SUMS", cwd=OUT), end="")


def clean():
    """No error and no warning, and the program's flags are in its page."""
    told = run("lintian", "--fail-on", "error,warning", "--allow-root", *OUT.glob("*.deb"))
    overrides = [line for line in told.splitlines() if line.startswith("O:")]
    say("lintian:", "clean" + "".join(f"; {line}" for line in overrides))
    files = work / "files"
    run("dpkg-deb", "-x", OUT / DEB, files)
    for program, section in (("par", 1), *((f"par-{service}", 8) for service in SERVICES)):
        binary = files / ("usr/bin" if section == 1 else "usr/sbin") / program
        words = ["watch"] if program == "par" else []
        flags = set(re.findall(r"^  (--[a-z-]+)", run(binary, *words, "--help"), re.M))
        page = run("man", "-l", files / f"usr/share/man/man{section}/{program}.{section}.gz")
        check(len(flags) > 5 and all(flag in page for flag in flags), program, flags)
        check(run(binary, "--version") == f"{program} {VERSION}\n", program)


def again():
    """From another folder, from nothing, by root with a strict umask; others' files stay."""
    folder = work / "a gain"
    folder.mkdir()
    others, before = folder / "other_1_all.deb", folder / "par-index_0.9_amd64.deb"
    for file in others, before:
        file.touch()
    run(ROOT / "deploy/deb", "--out", folder, umask=0o077)
    check((folder / "SHA256SUMS").read_text() == (OUT / "SHA256SUMS").read_text(),
          "other bytes from the same source:", (folder / "SHA256SUMS").read_text())
    check(others.exists() and not before.exists(), "the folder has", list(folder.iterdir()))
    shutil.rmtree(folder)


def bare():
    """apt resolves what the package needs, and nothing is started without systemd."""
    told = run("mmdebstrap", "--variant=apt", "--include=systemd,systemd-sysv",
               "--dpkgopt=path-exclude=/usr/share/locale/*", "--dpkgopt=force-unsafe-io",
               "--format=directory",
               # until build has the package
               f"--customize-hook=flock {OUT}/lock true",
               f"--customize-hook=copy-in {OUT / DEB} /root",
               f'--customize-hook=chroot "$1" apt-get install -y --no-install-recommends /root/{DEB}',
               "bookworm", root)
    check("Setting up par-index" in told, told)
    for service in SERVICES:
        wanted = root / f"etc/systemd/system/multi-user.target.wants/par-{service}.service"
        check(wanted.is_symlink(), wanted, "is missing: the unit is not enabled")
        key = root / f"etc/par-index/keys/{service}.key"
        check(key.stat().st_mode & 0o777 == 0o600, key)
    check(not (root / "var/lib/par-index").exists(), "a service ran in the root")
    check("$" not in (root / "etc/par-index/env").read_text(), "env is more than NAME=value")


def boot():
    """systemd needs to mount and to make control groups; no more than that is granted."""
    done = subprocess.run(
        ["podman", "run", "-d", "--name", init, "--systemd=always", "--network", "none",
         "--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined", "--security-opt=unmask=all",
         "--ulimit", "nofile=16384", "--ulimit", "nproc=4096", "--rootfs", str(root),
         "/sbin/init"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise NotHere(f"podman cannot run systemd here: {done.stderr.strip()}")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        state = podman("exec", init, "systemctl", "is-system-running", code=None)
        if state in ("running", "degraded"):
            return
        time.sleep(0.1)
    raise NotHere(f"systemd does not come up in a container here, and says: "
                  f"{podman('logs', init, code=None)}")


def started():
    """Ready by notify, enclosed by the unit and by itself."""
    boot()
    for service in SERVICES:
        wait_for(f"the {service} to be active", lambda: active(service), 30)
    verified = run("podman", "exec", init, "systemd-analyze", "verify", "--man=no", *UNITS)
    check(verified == "", verified)
    for service in SERVICES:
        told = run("podman", "exec", init, "systemd-analyze", "--no-pager", "security",
                   f"par-{service}")
        exposure = float(re.search(r"exposure level for .*: ([\d.]+)", told)[1])
        say(f"par-{service}: exposure {exposure} of 10")
        check(exposure <= EXPOSURE, told)
        check("landlock=" in log(service) and "seccomp=true" in log(service), log(service))
        status = inside(f"cat /proc/{show(service, 'MainPID')}/status")
        check(re.search(r"^CapBnd:\s0+$", status, re.M), status)
        check(not re.search(r"^Uid:\s0", status, re.M), status)
    told = inside("par status 2>&1")
    check(told.count("reachable") == len(SERVICES), told)


def log(service):
    return run("podman", "exec", init, "journalctl", "--no-pager", "-u", f"par-{service}")


def sample_round():
    """With the packaged par, after `. /etc/par-index/env`."""
    global result
    run(ROOT / "deploy/rounds/generate", ROOT / "deploy/rounds" / ROUND, root / "root/round")
    inside(f"cd /root/round && par round check . && par round open . && par ballots import "
           f"ballots.csv --round {ROUND} && par appraisals import appraisals.csv --round {ROUND} "
           f"&& par measured import measured.csv --round {ROUND} && par round close {ROUND} && "
           f"par release {ROUND} --kind official")
    result = inside(f"par scores {ROUND} --format csv 2>/dev/null")
    check(len(result.splitlines()) > 10, result)
    front = page()
    check("200 OK" in front and f"{ROUND}/1/" in front, front)


def page():
    return inside("host=${PAR_SITE#http://}; exec 3<>/dev/tcp/${host%:*}/${host#*:}; "
                  "printf 'GET / HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n' >&3; cat <&3")


def same_result(when):
    for service in SERVICES:
        wait_for(f"the {service} to be active", lambda: active(service), 30)
    check(inside(f"par scores {ROUND} --format csv 2>/dev/null") == result, "another result", when)


def restarted(service, what):
    """Waits until systemd has started it again, by itself."""
    before, begun = int(show(service, "NRestarts")), time.monotonic()
    pid = show(service, "MainPID")
    what()
    wait_for(f"another start of the {service}", lambda: int(show(service, "NRestarts")) > before
             and active(service) and show(service, "MainPID") not in ("0", pid), 60)
    return time.monotonic() - begun


def signalled(name, services):
    def one(service):
        passed = restarted(service, lambda: inside(
            f"systemctl kill --kill-whom=main -s {name} par-{service}"))
        say(f"par-{service}: SIG{name}, active again after {passed:.1f} s")

    together(*(partial(one, service) for service in services))


def killed():
    signalled("KILL", SERVICES)
    same_result("after kill -9")


def hanging():
    """A drop-in makes the watchdog quick, as an administrator would."""
    for service in SERVICES:
        inside(f"mkdir -p /etc/systemd/system/par-{service}.service.d; printf '[Service]\\n"
               f"WatchdogSec={WATCHDOG}\\n' > /etc/systemd/system/par-{service}.service.d/quick.conf")
    inside("systemctl daemon-reload && systemctl restart 'par-*.service'")
    for hang, live in (SERVICES[:1], SERVICES[1:]), (SERVICES[1:], SERVICES[:1]):
        before = [show(service, "MainPID") for service in live]
        signalled("STOP", hang)
        check(all("Watchdog timeout" in log(service) for service in hang), log(hang[0]))
        # longer than the watchdog waits: those that turn have told it
        check([show(service, "MainPID") for service in live] == before, "a live one was ended")
    inside("rm -r /etc/systemd/system/par-*.service.d; systemctl daemon-reload; "
           "systemctl restart 'par-*.service'")
    same_result("after the watchdog")


def keys():
    """A new key is admitted after a reload, and only then; no process changes."""
    watch = "par watch --key /root/portal/portal.key --wait"
    inside("par keys new portal --role downstream --dir /root/portal 2>&1")
    refused = inside(f"{watch} 1 2>&1", code=3)
    check("not admitted" in refused, refused)
    before = [show(service, "MainPID") for service in SERVICES]
    inside("cp /root/portal/portal.pub /etc/par-index/allow/; systemctl reload 'par-*.service'")
    line = inside(f"exec 3< <({watch} 20 2>/dev/null); read -r line <&3; kill $!; echo \"$line\"")
    check(json.loads(line)["round"] == ROUND, line)
    (root / "root/published.jsonl").write_text(line)
    check([show(service, "MainPID") for service in SERVICES] == before, "a reload restarted")


def one_place():
    """An address is changed in /etc/par-index/env, for the services and for par."""
    inside("sed -i 's/^\\(PAR_COLLECTOR\\|PAR_JOURNAL\\)=.*127.0.0.1:74/\\1=tcp:\\/\\/0.0.0.0:75/' "
           "/etc/par-index/env; systemctl restart 'par-*.service'")
    check("0.0.0.0:7501" in inside("echo $PAR_COLLECTOR $PAR_JOURNAL"), inside("env"))
    same_result("on other addresses")
    check("closed" in inside(f"par round status {ROUND}"), inside(f"par round status {ROUND}"))


def upgraded():
    """The services are restarted; data, keys and the changed env stay. And back."""
    repacked(NEXT)
    env, public = inside("cat /etc/par-index/env"), inside("cat /etc/par-index/keys/*.pub")
    for version, flags in ((NEXT, ""), (VERSION, "--allow-downgrades")):
        before = [show(service, "MainPID") for service in SERVICES]
        apt(f"install {flags} /root/par-index_{version}_amd64.deb")
        check(inside("dpkg-query -W -f '${Version}' par-index") == version)
        after = [show(service, "MainPID") for service in SERVICES]
        check(not set(before) & set(after), "not restarted:", before, after)
        same_result(f"with {version}")
        check(inside("cat /etc/par-index/env") == env, "env was changed")
        check(inside("cat /etc/par-index/keys/*.pub") == public, "keys were changed")


def restored():
    """As par-index(7) says; what root made becomes the services' own by the units."""
    inside(f"mkdir /root/keys; par backup /root/copy && par roster backup {ROUND} /root/copy && "
           "cp -p /var/lib/par-index/collector/roster/*.key /root/keys/")
    inside("systemctl stop 'par-*.service'; rm -rf /var/lib/par-index/* && "
           "cp -p /root/keys/*.key /root/copy/roster/ && par restore /root/copy "
           "--data /var/lib/par-index/collector --published /root/published.jsonl && "
           "systemctl start par-collector par-scorer par-publisher")
    same_result("after a restore")


def removed():
    """Removal keeps all, purge keeps the data: new keys then, the same result."""
    public = inside("cat /etc/par-index/keys/*.pub")
    begun = time.monotonic()
    apt("remove par-index")
    say(f"removal with its stop: {time.monotonic() - begun:.1f} s")
    check("par-" not in podman("top", init, "comm"), podman("top", init, "comm"))
    apt(f"install /root/{DEB}")
    same_result("after removal and installation")
    check(inside("cat /etc/par-index/keys/*.pub") == public, "keys were changed")
    told = run("podman", "exec", init, "apt-get", "-q", "-y", "purge", "par-index")
    check("stay in /var/lib/par-index" in told, told)
    check(not (root / "etc/par-index").exists(), list((root / "etc/par-index").glob("*")))
    check((root / "var/lib/par-index/collector/journal").exists(), "the journal is gone")
    run("podman", "exec", init, "apt-get", "-q", "-y", "install", f"/root/{DEB}")
    same_result("after purge and installation")
    check(inside("cat /etc/par-index/keys/*.pub") != public, "old keys came back")


def story():
    main(bare, started, sample_round, killed, hanging, keys, one_place, upgraded, restored, removed)


def packages():
    main(build, clean, again)


def all_at_once():
    """The machine mostly waits in the story: it compiles meanwhile."""
    together(packages, story)


try:
    main(all_at_once)
except NotHere as reason:
    skip(reason)
finally:
    podman("rm", "-f", "-t", "2", init, code=None)
    shutil.rmtree(work, ignore_errors=True)
