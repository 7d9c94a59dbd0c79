#!/usr/bin/env python3
"""What of Debian is in the image, as SPDX 2.3 in JSON: the packages that own the files that are named, with version, source
and licences, as dpkg knows them. Dated by SOURCE_DATE_EPOCH, and the same bytes for the same packages.

    sbom.py FILE... > sbom.spdx.json
"""

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys

GENERATED = {"/etc/ssl/certs/ca-certificates.crt": "ca-certificates"}  # at installation, so no package owns it


def version_of_rapport():
    cmake = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "CMakeLists.txt")
    with open(cmake, encoding="utf-8") as text:
        return re.search(r"project\(rapport VERSION (\S+)", text.read()).group(1)


def owner(file):
    """The package of a file. Debian 12 keeps /lib in /usr/lib, but dpkg knows files by the name that they came with."""
    if file in GENERATED:
        return GENERATED[file]
    real = os.path.realpath(file)
    for name in (real, real.removeprefix("/usr"), file):
        found = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.split(": ")[0]
    raise SystemExit(f"sbom.py: {file} is of no package; an image is made of Debian's libraries alone")


def licences(package):
    """Of debian/copyright, where it can be read by programs; what SPDX has no name for is left as Debian's."""
    path = f"/usr/share/doc/{package.split(':')[0]}/copyright"
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", errors="replace") as text:
        names = re.findall(r"^License: *([A-Za-z0-9.+-]+)\s*$", text.read(), re.MULTILINE)
    return sorted(set(names))


def describe(package):
    fields = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${Homepage}"
    shown = subprocess.run(["dpkg-query", "-W", "-f", fields, package], capture_output=True, text=True, check=True)
    name, version, architecture, source, source_version, homepage = shown.stdout.split("\t")
    found = licences(package)
    return {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
        "name": name,
        "versionInfo": version,
        "supplier": "Organization: Debian",
        "downloadLocation": "NOASSERTION",
        "homepage": homepage or "NOASSERTION",
        "filesAnalyzed": False,
        "sourceInfo": f"built by Debian from {source} {source_version}",
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "licenseComments": "named in debian/copyright: " + (", ".join(found) or "not machine-readable"),
        "copyrightText": "NOASSERTION",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}"
                f"?arch={architecture}&distro=debian-12",
            }
        ],
    }


def main():
    packages = [describe(package) for package in sorted({owner(file) for file in sys.argv[1:]})]
    rapport = {
        "SPDXID": "SPDXRef-rapport",
        "name": "rapport",
        "versionInfo": version_of_rapport(),
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": "CONTAINER",
    }
    contents = hashlib.sha256(json.dumps([rapport, packages], sort_keys=True).encode()).hexdigest()
    created = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"rapport-{rapport['versionInfo']}",
        "documentNamespace": f"https://rapport.example.com/sbom/{contents}",
        "creationInfo": {
            "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: k8s/sbom.py"],
        },
        "packages": [rapport, *packages],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-DOCUMENT",
                "relationshipType": "DESCRIBES",
                "relatedSpdxElement": rapport["SPDXID"],
            },
            *(
                {
                    "spdxElementId": rapport["SPDXID"],
                    "relationshipType": "CONTAINS",
                    "relatedSpdxElement": package["SPDXID"],
                }
                for package in packages
            ),
        ],
    }
    json.dump(document, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
