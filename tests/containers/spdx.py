"""Whether a document is SPDX 2.3 as the standard wants it: what others' tools stumble over.

Written from the standard's clauses 6 to 11, independently of deploy/image-tree.
"""
import hashlib
import re

from pods import check

ID = re.compile(r"SPDXRef-[A-Za-z0-9.-]+$")
CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
CREATOR = re.compile(r"(Tool|Organization|Person): \S")
WORD = re.compile(r"(?:[A-Za-z0-9.-]+|LicenseRef-[A-Za-z0-9.-]+)\+?$")
DIGITS = {"SHA1": 40, "SHA256": 64}
RELATIONS = {"DESCRIBES", "CONTAINS", "EXPANDED_FROM_ARCHIVE", "BUILD_TOOL_OF"}


def licences(expression, references):
    """An expression of names joined by AND; a reference must be among those explained."""
    if expression in ("NOASSERTION", "NONE"):
        return
    for word in expression.split(" AND "):
        check(WORD.match(word), "no licence expression:", expression)
        check(not word.startswith("LicenseRef-") or word in references,
              word, "is explained nowhere")


def head(document):
    for field, value in (("spdxVersion", "SPDX-2.3"), ("dataLicense", "CC0-1.0"),
                         ("SPDXID", "SPDXRef-DOCUMENT")):
        check(document[field] == value, field, "is", document[field])
    check(document["name"], "a document without a name")
    check(re.match(r"[a-z]+://\S+$", document["documentNamespace"])
          and "#" not in document["documentNamespace"], document["documentNamespace"])
    check(CREATED.match(document["creationInfo"]["created"]), document["creationInfo"])
    for creator in document["creationInfo"]["creators"]:
        check(CREATOR.match(creator), "creator", creator)


def package(entry, references):
    check(entry["name"] and entry["versionInfo"] and entry["downloadLocation"], entry)
    licences(entry["licenseConcluded"], references)
    licences(entry["licenseDeclared"], references)
    for text in entry["attributionTexts"]:
        check(len(text) > 20, entry["name"], "has no notice")
    if not entry["filesAnalyzed"]:
        check("packageVerificationCode" not in entry, entry["name"], "has a code of no files")
    for reference in entry.get("externalRefs", []):
        check(re.match(r"pkg:deb/debian/[a-z0-9.+-]+@[A-Za-z0-9.%~_-]+\?arch=[a-z0-9]+",
                       reference["referenceLocator"]), reference)


def file(entry, references):
    check(entry["fileName"].startswith("./"), entry["fileName"])
    kinds = set()
    for checksum in entry["checksums"]:
        kinds.add(checksum["algorithm"])
        check(re.fullmatch(f"[0-9a-f]{{{DIGITS[checksum['algorithm']]}}}",
                           checksum["checksumValue"]), checksum)
    check("SHA1" in kinds, entry["fileName"], "lacks the SHA1 that the standard demands")
    licences(entry["licenseConcluded"], references)


def verify(document):
    """Raises unless it is valid; of the whole image: the code over its files is right."""
    head(document)
    references = {one["licenseId"]: one["extractedText"]
                  for one in document.get("hasExtractedLicensingInfos", [])}
    check(all(references.values()), "a licence reference without a text")
    ids = ["SPDXRef-DOCUMENT"]
    for entry in document["packages"]:
        package(entry, references)
        ids.append(entry["SPDXID"])
    for entry in document["files"]:
        file(entry, references)
        ids.append(entry["SPDXID"])
    check(all(ID.match(one) for one in ids), "an identifier is malformed")
    check(len(ids) == len(set(ids)), "an identifier twice")
    for one in document["relationships"]:
        check(one["relationshipType"] in RELATIONS, one)
        check({one["spdxElementId"], one["relatedSpdxElement"]} <= set(ids), "dangling:", one)
    sums = sorted(checksum["checksumValue"] for entry in document["files"]
                  for checksum in entry["checksums"] if checksum["algorithm"] == "SHA1")
    code = document["packages"][0]["packageVerificationCode"]["packageVerificationCodeValue"]
    check(code == hashlib.sha1("".join(sums).encode()).hexdigest(), "the verification code")
