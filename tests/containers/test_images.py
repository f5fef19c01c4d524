"""The archives that deploy/images writes: what is in them, what they weigh, that each list
of contents is true, that damage is told, and that the same source gives the same bytes."""
import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

import spdx
from pods import ROOT, VERSION, check, main, possible, say

IMAGES = Path(os.environ.get("PAR_IMAGES", ROOT / "build/tests/images"))
NAMES = re.findall(r"^FROM scratch AS (\S+)", (ROOT / "deploy/Containerfile").read_text(), re.M)
SHELLS = {"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "perl", "python3"}
OUTSIDER = 65532


class Image:
    """One archive, taken apart: configuration, size and what lies in its layers."""

    def __init__(self, name, folder=IMAGES):
        self.name = name
        with tarfile.open(folder / f"{name}-{VERSION}.tar") as archive:
            def blob(digest):
                return archive.extractfile(f"./blobs/{digest.replace(':', '/')}").read()

            index = json.load(archive.extractfile("./index.json"))
            manifest = json.loads(blob(index["manifests"][0]["digest"]))
            names = index["manifests"][0]["annotations"]
            self.reference = names["org.opencontainers.image.ref.name"]
            self.config = json.loads(blob(manifest["config"]["digest"]))
            self.packed = sum(layer["size"] for layer in manifest["layers"])
            self.members, self.content = {}, {}
            for layer in manifest["layers"]:
                self.unpack(blob(layer["digest"]))

    def unpack(self, layer):
        with tarfile.open(fileobj=io.BytesIO(layer)) as tree:
            for member in tree:
                path = "/" + member.name.strip("/")
                self.members[path] = member
                if member.isreg():
                    self.content[path] = tree.extractfile(member).read()

    def document(self):
        return json.loads(self.content[f"/usr/share/par/{self.name}.spdx.json"])


def test_sizes():
    for name in NAMES:
        image = Image(name)
        whole = sum(map(len, image.content.values()))
        say(f"{name}: {image.packed / 1e6:.1f} MB packed, {whole / 1e6:.1f} MB unpacked, "
            f"{len(image.content)} files; heaviest:",
            ", ".join(f"{Path(path).name} {len(image.content[path]) / 1e6:.1f}" for path in
                      sorted(image.content, key=lambda path: -len(image.content[path]))[:6]))
        check(image.packed < 12e6 and whole < 25e6, name, "is too big to be carried lightly")


def test_contents():
    """Only regular files that the list names, folders and the data folder; no way to a shell."""
    for name in NAMES:
        image = Image(name)
        listed = {entry["fileName"][1:]: entry["checksums"]
                  for entry in image.document()["files"]}
        own = f"/usr/share/par/{name}.spdx.json"
        check(set(image.content) == set(listed) | {own}, name, "holds what its list does not:",
              set(image.content) ^ set(listed) ^ {own})
        for path, checksums in listed.items():
            for checksum in checksums:
                found = hashlib.new(checksum["algorithm"], image.content[path]).hexdigest()
                check(found == checksum["checksumValue"], name, path, "has another digest")
        for path, member in image.members.items():
            check(member.isreg() or member.isdir(), name, path, "is neither file nor folder")
            check(not member.mode & (stat.S_ISUID | stat.S_ISGID | 0o022), name, path,
                  "has mode", oct(member.mode))
            check(Path(path).name not in SHELLS, name, "has a shell", path)
            check(path == "/data" or (member.uid, member.gid) == (0, 0), path, member.uid)
        if name != "par-proxy":
            data = image.members["/data"]
            check((data.uid, data.gid, data.mode & 0o7777) == (OUTSIDER, OUTSIDER, 0o700),
                  name, "/data:", data.uid, data.gid, oct(data.mode))
        program = image.content[image.config["config"]["Entrypoint"][0]]
        check(b"/src/" not in program, name, "tells where it was built")


def test_configuration():
    for name in NAMES:
        image = Image(name)
        config = image.config["config"]
        labels = {key.rsplit(".", 1)[1]: value for key, value in config["Labels"].items()
                  if key.startswith("org.opencontainers.image.")}
        check(set(labels) == {"title", "version", "revision", "licenses"}
              and len(labels) == len(config["Labels"]), name, "labels:", config["Labels"])
        check(labels["title"].startswith(f"{name}: ") and labels["version"] == VERSION
              and labels["licenses"] == image.document()["packages"][0]["licenseDeclared"],
              name, labels)
        source = image.document()["packages"][0]["sourceInfo"]
        check(source == f"built from revision {labels['revision']}", name, labels, source)
        created = {step["created"] for step in image.config["history"]}
        check(created == {image.config["created"]}, name, "has steps of another build:", created)
        check(config["User"] == f"{OUTSIDER}:{OUTSIDER}", name, "runs as", config.get("User"))
        check(not {"ExposedPorts", "Cmd", "Volumes"} & set(config), name, config)
        check(image.reference == f"localhost/{name}:{VERSION}", image.reference)


def test_lists():
    for name in NAMES:
        image = Image(name)
        document = image.document()
        spdx.verify(document)
        beside = json.loads((IMAGES / f"{name}-{VERSION}.spdx.json").read_text())
        check(beside == document, name, "has another list beside it than inside")
        tools = {one["spdxElementId"] for one in document["relationships"]
                 if one["relationshipType"] == "BUILD_TOOL_OF"}
        check(name == "par-proxy" or len(tools) >= 4, name, "names few build tools:", tools)
        debian = [one for one in document["packages"]
                  if "externalRefs" in one and one["SPDXID"] not in tools]
        files = [one for one in document["relationships"]
                 if one["relationshipType"] == "EXPANDED_FROM_ARCHIVE"]
        say(f"{name}: {len(files)} files of {len(debian)} Debian packages,",
            sum(one["licenseDeclared"] != "NOASSERTION" for one in debian),
            "with machine-readable licences")
        pointed = set(re.findall(r"/usr/share/common-licenses/[A-Z][\w-]+(?:\.\d)?",
                                 "".join(text for one in debian
                                         for text in one["attributionTexts"])))
        check(pointed <= set(image.content), name, "lacks licence texts:",
              pointed - set(image.content))
        check(len(debian) >= 5 and len(files) >= len(debian), name, "lists too little")


def images(*arguments, root=ROOT, **more):
    done = subprocess.run([root / "deploy/images", *arguments], stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, **more)
    return done.returncode, done.stderr


def test_damage():
    """A stick that lost a bit, or a file, is refused with the name, and nothing is loaded."""
    with tempfile.TemporaryDirectory(prefix="par-stick-") as stick:
        stick = Path(stick)
        for path in IMAGES.glob("*"):
            if path.is_file():
                shutil.copy(path, stick)
        hurt = stick / f"par-scorer-{VERSION}.tar"
        raw = bytearray(hurt.read_bytes())
        raw[len(raw) // 2] ^= 1
        hurt.write_bytes(raw)
        code, words = images("--load", stick)
        check(code == 1 and hurt.name in words and "loading" not in words
              and f"par-collector-{VERSION}" not in words, code, words)
        hurt.unlink()
        code, words = images("--load", stick)
        check(code == 1 and hurt.name in words and "loading" not in words, code, words)
        (stick / "SHA256SUMS").unlink()
        code, words = images("--load", stick)
        check(code == 1 and "SHA256SUMS" in words, code, words)


def source_archive(copy):
    """The source as `git archive` ships it: no .git, and deploy/revision filled in. It is
    what the images under test were made of, also if somebody has edited since."""
    shutil.copytree(ROOT / "build/images/source", copy, copy_function=shutil.copyfile)
    for name in ("deploy/images", "deploy/common.sh", ".dockerignore"):
        shutil.copy(ROOT / name, copy / name)
    for script in ("packages", "image-tree"):
        (copy / "deploy" / script).chmod(0o755)
    config = Image("par").config
    seconds = int(datetime.fromisoformat(config["created"].replace("Z", "+00:00")).timestamp())
    revision = config["config"]["Labels"]["org.opencontainers.image.revision"]
    (copy / "deploy/revision").write_text(f"{revision} {seconds}\n")
    (copy / "build/images").mkdir(parents=True)
    for base in (ROOT / "build/images").glob("base-*.tar"):
        os.link(base, copy / "build/images" / base.name)


def test_same_bytes():
    """Built again from a source archive in another folder, in a store without any cache."""
    with tempfile.TemporaryDirectory(prefix="par again ", dir=ROOT / "build") as folder:
        folder = Path(folder)
        source_archive(folder / "source")
        store = folder / "storage.conf"
        store.write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\n'
                         f'runroot = "{folder}/run"\n')
        environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(store)}
        environment.pop("SOURCE_DATE_EPOCH", None)
        try:
            builds_the_same(folder, environment)
            leaves_nothing(folder, environment)
        finally:
            subprocess.run(["umount", folder / "store/overlay"], stderr=subprocess.DEVNULL)


def builds_the_same(folder, environment):
    code, words = images("--out", folder / "out", root=folder / "source", env=environment)
    check(code == 0 and "taking in the base" in words, code, words)
    first = (IMAGES / "SHA256SUMS").read_text()
    again = (folder / "out/SHA256SUMS").read_text()
    check(first == again, "the second build differs:\n", first, "\n", again)
    say(f"{len(first.splitlines())} files, the same bytes twice")


def leaves_nothing(folder, environment):
    """A build of another date takes the place of the one before, and nothing is left of it."""
    def store(*filters):
        return subprocess.run(["buildah", "images", "-q", *filters], env=environment, text=True,
                              stdout=subprocess.PIPE, check=True).stdout.split()

    before = len(store("-a"))
    code, words = images("--out", folder / "out", root=folder / "source",
                         env={**environment, "SOURCE_DATE_EPOCH": "1"})
    check(code == 0, code, words)
    check((IMAGES / "SHA256SUMS").read_text() != (folder / "out/SHA256SUMS").read_text(),
          "another date made the same images")
    left = store("--filter", "dangling=true")
    check(not left and len(store("-a")) == before, "left behind:", left, before, store("-a"))


if __name__ == "__main__":
    possible()
    main(test_configuration, test_contents, test_lists, test_sizes, test_damage,
         test_same_bytes)
