"""What must not be found, in every form it could have been written in.

A mark is a text or bytes that stand nowhere else. Texts are looked for in NFC and NFD, in
either case, as they are, escaped, in UTF-16, hex, base32, base64 and hashed; bytes raw, in
hex, base32 and base64, at every alignment.
"""
import base64
import hashlib
import html
import json
import unicodedata
import urllib.parse
from system import check

HASHES = ("sha256", "sha1", "md5", "sha512", "blake2b", "blake2s")
PAGE = 4096


def aligned(encode, data, group, width):
    """What stays the same of encoded data wherever in a longer text it stands."""
    found = set()
    for shift in range(group):
        text = encode(bytes(shift) + data).rstrip(b"=")
        first = -(-shift * 8 // width)
        last = (shift + len(data)) * 8 // width
        found.add(text[first:last])
    return found


def of_bytes(data):
    """Every form of bytes."""
    forms = {data, data.hex().encode(), data.hex().upper().encode()}
    forms |= aligned(base64.b64encode, data, 3, 6) | aligned(base64.urlsafe_b64encode, data, 3, 6)
    codes = aligned(base64.b32encode, data, 5, 5)
    return forms | codes | {code.lower() for code in codes}


def spelled(text):
    for form in ("NFC", "NFD"):
        plain = unicodedata.normalize(form, text)
        yield from {plain, plain.lower(), plain.upper()}


def of_text(text):
    """Every form of a text, or of a part that many texts have in common."""
    forms = set()
    for spelling in spelled(text):
        forms |= of_bytes(spelling.encode())
        forms.add(spelling.encode("utf-16-le"))
        forms.add(json.dumps(spelling)[1:-1].encode())
        forms.add(html.escape(spelling).encode())
        forms.add(spelling.encode("ascii", "xmlcharrefreplace"))
        forms.add(urllib.parse.quote(spelling).encode())
        forms.add(urllib.parse.quote_plus(spelling).encode())
    return forms


def of_hashed(text):
    """A whole text, hashed without a key."""
    forms = set()
    for spelling in spelled(text):
        for name in HASHES:
            forms |= of_bytes(hashlib.new(name, spelling.encode()).digest())
        short = hashlib.blake2b(spelling.encode(), digest_size=32).digest()
        forms |= of_bytes(short)
    return forms


def of_sheet(answers):
    """The answers of one sheet, 1..K."""
    forms = of_bytes(bytes(answers))
    for between in ("", ",", ";", "\t", " ", ", ", "|"):
        forms.add(between.join(map(str, answers)).encode())
    return forms


class Marks:
    """Needles by what they are; find() says what of them is in some bytes."""

    def __init__(self):
        self.needles = {}

    def add(self, what, forms):
        for form in forms:
            if len(form) >= 7:  # less stands anywhere
                self.needles.setdefault(form, what)

    def without(self, *kinds):
        """The others."""
        left = Marks()
        left.needles = {form: what for form, what in self.needles.items()
                        if what.split(":")[0] not in kinds}
        return left

    def find(self, data):
        return {(what, form) for form, what in self.needles.items() if form in data}

    def absent(self, where, data):
        found = sorted(self.find(data.encode() if isinstance(data, str) else data))
        check(not found, "in", where, "is", found[:5])

    def present(self, where, data, kind):
        kinds = {what.split(":")[0] for what, _ in self.find(data)}
        check(kind in kinds, "the search finds nothing of", kind, "in", where, "but", kinds)


def written_pages(pid):
    """The memory that a process has written, without pages of zeros. As root."""
    data = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, \
            open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, rights, _, _, inode, *name = line.split()
            if not rights.startswith("rw") or rights[3] == "s" or name[:1] == ["[vvar]"]:
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            while start < end:
                memory.seek(start)
                some = memory.read(min(end - start, 1 << 20))
                if not some:
                    break
                start += len(some)
                data += [some[i:i + PAGE] for i in range(0, len(some), PAGE)
                         if any(some[i:i + PAGE])]
    return b"".join(data)
