"""The shell blocks of a page: what a reader would paste, taken out so that tests run it."""
import re

SECTION = re.compile(r"^## (.+)$")


def all_blocks(path):
    """[(section, text)] of all ```sh blocks of a page, in order; "" before a section."""
    found, section, lines = [], "", None
    for line in path.read_text(encoding="utf-8").splitlines():
        if lines is None:
            heading = SECTION.match(line)
            section = heading[1] if heading else section
            lines = [] if line == "```sh" else None
        elif line == "```":
            found.append((section, "\n".join(lines) + "\n"))
            lines = None
        else:
            lines.append(line)
    return found


def blocks(path, title):
    """The texts of those under one heading; there must be some."""
    texts = [text for name, text in all_blocks(path) if name == title]
    if not texts:
        raise KeyError(f"{path} has no commands under {title!r}")
    return texts
