"""promtool takes the rules; each alert is fired by one scene and left alone by another (alerts/*.yaml), has a severity, and
a section of the runbook under the name that its link says.
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import support
import yaml
from plain_rules import write_plain_rules

SCENES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "alerts")


def alerts():
    for spec in support.rule_files().values():
        for group in spec["groups"]:
            for rule in group["rules"]:
                if "alert" in rule:
                    yield rule


def promtool(*arguments):
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)


class Alerts(unittest.TestCase):
    def test_rules_are_rules_and_every_scene_ends_as_it_says(self):
        with tempfile.TemporaryDirectory() as folder:
            files = write_plain_rules(folder)
            checked = promtool("check", "rules", *files)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
            for scene in sorted(os.listdir(SCENES)):
                with self.subTest(scene=scene):
                    copy = shutil.copy(os.path.join(SCENES, scene), os.path.join(folder, f"test-{scene}"))
                    played = promtool("test", "rules", copy)
                    self.assertEqual(played.returncode, 0, played.stdout + played.stderr)

    def test_each_alert_has_a_scene_that_fires_it_and_one_that_does_not(self):
        fired, silent = set(), set()
        for scene in os.listdir(SCENES):
            with open(os.path.join(SCENES, scene), encoding="utf-8") as text:
                for test in yaml.safe_load(text)["tests"]:
                    for check in test["promql_expr_test"]:
                        (fired if check.get("exp_samples") else silent).update(
                            re.findall(r'alertname="(\w+)"', check["expr"])
                        )
        names = {rule["alert"] for rule in alerts()}
        self.assertEqual(fired, names)
        self.assertEqual(silent, names)

    def test_each_alert_says_how_much_it_matters_and_what_to_do(self):
        with open(os.path.join(support.K8S, "RUNBOOK.md"), encoding="utf-8") as text:
            sections = re.findall(r"^## (\w+)$", text.read(), re.MULTILINE)
        for rule in alerts():
            with self.subTest(alert=rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ("page", "ticket"))
                self.assertTrue(rule["annotations"]["summary"])
                self.assertTrue(
                    rule["annotations"]["runbook_url"].endswith(f"/k8s/RUNBOOK.md#{rule['alert'].lower()}")
                )
        self.assertCountEqual(sections, [rule["alert"] for rule in alerts()])


if __name__ == "__main__":
    if shutil.which("promtool") is None:
        support.skip("promtool is not here; Debian's prometheus has it")
    support.main()
