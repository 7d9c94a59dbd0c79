"""The image of the build's programs: the same digest twice, nothing in it that need not be, an SBOM that names the
package of each library, and a server that runs as 65532, answers, writes nothing outside of its volume, and stops when told.

    image_test.py BIN_DIR
"""

import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

import support

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else ""
TAG = "localhost/rapport:test"
USER = 65532


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._scratch = tempfile.TemporaryDirectory()
        scratch = cls._scratch.name
        storage = os.path.join(scratch, "storage.conf")
        with open(storage, "w", encoding="utf-8") as file:
            file.write(f'[storage]\ndriver = "vfs"\ngraphroot = "{scratch}/graph"\nrunroot = "{scratch}/run"\n')
        cls.environment = dict(
            os.environ, CONTAINERS_STORAGE_CONF=storage, BUILDAH_ISOLATION="chroot", BUILDER="buildah"
        )
        cls.digests = [cls._build(), cls._build()]
        cls.container = cls._buildah("from", "--pull-never", TAG)
        cls.root = cls._buildah("mount", cls.container)

    @classmethod
    def tearDownClass(cls):
        cls._buildah("umount", cls.container)
        cls._buildah("rm", cls.container)
        cls._scratch.cleanup()

    @classmethod
    def _run(cls, *command):
        done = subprocess.run(command, env=cls.environment, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}:\n{done.stderr}")
        return done.stdout.strip()

    @classmethod
    def _buildah(cls, *arguments):
        return cls._run("buildah", *arguments)

    @classmethod
    def _build(cls):
        cls._run(os.path.join(support.K8S, "build-image.sh"), "--from", BIN, TAG)
        return json.loads(cls._buildah("inspect", "--type", "image", TAG))["FromImageDigest"]

    def test_the_same_programs_make_the_same_image(self):
        self.assertEqual(self.digests[0], self.digests[1])

    def test_the_image_says_what_it_is(self):
        config = json.loads(self._buildah("inspect", "--type", "image", TAG))["OCIv1"]["config"]
        self.assertEqual(config["User"], f"{USER}:{USER}")
        self.assertEqual(config["Entrypoint"], ["/usr/bin/rapport-server"])
        labels = config["Labels"]
        for label in ("title", "description", "licenses", "version", "revision", "created"):
            self.assertNotIn(labels[f"org.opencontainers.image.{label}"], ("", "unknown"))
        self.assertRegex(labels["org.opencontainers.image.revision"], r"^[0-9a-f]{40}$")

    def test_nothing_is_in_it_that_need_not_be(self):
        self.assertEqual(sorted(os.listdir(f"{self.root}/usr/bin")), ["rapport", "rapport-server"])
        for folder, _, files in os.walk(self.root):
            for file in files:
                mode = os.lstat(os.path.join(folder, file)).st_mode
                self.assertEqual(mode & 0o6022, 0, f"{folder}/{file}: set-user-id, or writable by others")
        authorities = os.path.getsize(f"{self.root}/etc/ssl/certs/ca-certificates.crt")
        self.assertGreater(authorities, 100_000)

    def test_the_sbom_names_the_package_of_each_library(self):
        with open(f"{self.root}/usr/share/doc/rapport/sbom.spdx.json", encoding="utf-8") as file:
            sbom = json.load(file)
        self.assertEqual(sbom["spdxVersion"], "SPDX-2.3")
        packages = {each["name"]: each for each in sbom["packages"]}
        self.assertEqual(len(packages), len({each["SPDXID"] for each in sbom["packages"]}))
        contained = {each["relatedSpdxElement"] for each in sbom["relationships"] if each["relationshipType"] == "CONTAINS"}
        self.assertEqual(contained, {each["SPDXID"] for name, each in packages.items() if name != "rapport"})
        for library in glob.glob(f"{self.root}/usr/lib/*/*.so*"):
            path = os.path.realpath(library.removeprefix(self.root).removeprefix("/usr"))
            found = [
                subprocess.run(["dpkg-query", "-S", each], capture_output=True, text=True, check=False).stdout
                for each in (path, path.removeprefix("/usr"))
            ]
            name = next(each for each in found if each).split(":")[0]
            self.assertIn(name, packages, library)
            self.assertRegex(packages[name]["versionInfo"], r"\d")

    def test_the_server_runs_answers_and_stops(self):
        volume = os.path.join(self._scratch.name, "volume")
        os.mkdir(volume)
        os.chown(volume, USER, USER)
        before = self._files()
        endpoint = f"endpoint-{uuid.uuid4()}"
        server = subprocess.Popen(
            [
                "buildah", "run", "--user", f"{USER}:{USER}", "-v", f"{volume}:/var/lib/rapport", self.container, "--",
                "/usr/bin/rapport-server", "--storage.path=/var/lib/rapport/data", "--server.listen=127.0.0.1:0",
                "--metrics.listen=127.0.0.1:0", "--health.listen=127.0.0.1:0", "--tls.insecure=true",
                f"--server.endpoint_file=/var/lib/rapport/{endpoint}",
            ],
            env=self.environment,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not os.path.exists(f"{volume}/{endpoint}"):
            self.assertIsNone(server.poll(), "the server ended")
            self.assertLess(time.monotonic(), deadline, "the server does not answer")
            time.sleep(0.1)
        (pid,) = self._processes(endpoint)
        self.assertEqual(os.stat(f"/proc/{pid}").st_uid, USER)
        with open(f"{volume}/{endpoint}", encoding="utf-8") as file:
            address = file.read().strip()
        status = self._buildah("run", self.container, "--", "/usr/bin/rapport", "--server", address, "status")
        self.assertIn("serving", status)
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(server.wait(60), 0)
        self.assertEqual(self._files() - before, set(), "written outside of the volume")

    def _files(self):
        places = (f"{self.root}/{each}" for each in ("etc", "usr", "var"))
        found = {os.path.join(folder, file) for place in places for folder, _, files in os.walk(place) for file in files}
        return found - {f"{self.root}/etc/{each}" for each in ("hostname", "hosts", "resolv.conf")}  # buildah's own

    @staticmethod
    def _processes(word):
        """Ids of rapport-server processes with the word on their command line."""
        found = []
        for file in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(file, "rb") as text:
                    command = text.read().split(b"\0")
            except OSError:  # it has just ended
                continue
            if command[0].endswith(b"/rapport-server") and word.encode() in b" ".join(command):
                found.append(int(re.search(r"\d+", file).group()))
        return found


if __name__ == "__main__":
    if not os.path.exists(os.path.join(BIN, "rapport-server")):
        support.skip(f"no rapport-server in {BIN or 'the empty path'}")
    if shutil.which("buildah") is None:
        support.skip("buildah is not here; Debian has it")
    if os.geteuid() != 0:
        support.skip("mounting an image to look into it, and running as another user, need root")
    with open("/etc/os-release", encoding="utf-8") as release:
        if 'VERSION_ID="12"' not in release.read():
            support.skip("the programs' libraries are not Debian 12's")
    support.main()
