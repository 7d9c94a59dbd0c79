"""The programs take what the overlays tell them: every setting and flag of the server, the command of the nightly backup, and
those of the jobs that an operator applies.

    config_test.py BIN_DIR
"""

import os
import subprocess
import sys
import tempfile
import unittest

import support

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else ""


def run(program, *arguments):
    return subprocess.run([os.path.join(BIN, program), *arguments], capture_output=True, text=True, check=False)


class Config(unittest.TestCase):
    def test_the_server_knows_every_setting_of_every_overlay(self):
        for overlay, resources in support.render_all().items():
            pod = next(pod for name, _, pod in support.pod_templates(resources) if name == "StatefulSet/rapport")
            config = next(each for each in support.of_kind(resources, "ConfigMap") if "rapport.toml" in each["data"])
            with self.subTest(overlay=overlay), tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
                file.write(config["data"]["rapport.toml"])
                file.flush()
                arguments = pod["containers"][0]["args"]
                self.assertEqual(arguments[0], "--config=/etc/rapport/rapport.toml")
                done = run("rapport-server", f"--config={file.name}", *arguments[1:], "--print-config")
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_command_line_knows_what_jobs_ask_of_it(self):
        for resources in [support.render("prod"), [support.job(name) for name in support.BY_HAND]]:
            for name, _, pod in support.pod_templates(resources):
                container = pod["containers"][0]
                if container.get("command") == ["/usr/bin/rapport"]:
                    with self.subTest(job=name):
                        done = run("rapport", *(each.replace("BACKUP_ID", "17") for each in container["args"]), "--help")
                        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    if not os.path.exists(os.path.join(BIN, "rapport-server")):
        support.skip(f"no rapport-server in {BIN or 'the empty path'}")
    support.renderer()
    support.main()
