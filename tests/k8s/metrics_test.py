"""Every metric and label that an alert or a panel asks for is at /metrics of a running server, and every expression is
PromQL. The server is that of the build, with the sample shop, trained once; and one with TLS.

    metrics_test.py BIN_DIR
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import support
import yaml
from server_process import ServerProcess

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else ""

# Not at /metrics of a server that was just trained: metric -> when it comes. One that is there all the same is refused.
LATER = {
    "rapport_realised_hit_rate": "a week after the first training",
    "rapport_realised_ndcg": "a week after the first training",
    "rapport_realised_recall": "a week after the first training",
    "rapport_realised_customers": "a week after the first training",
}
OF_PROMETHEUS = {"up", "job", "instance", "namespace", "service", "pod", "alertname", "le"}  # not of the server
ANY_VALUE = {"code"}  # of calls: those that did not happen yet are not there

METRIC = re.compile(r"\b(?:rapport|process)_[a-z0-9_]+\b(?!:)")
RECORDED = re.compile(r"\bservice:[a-z0-9_]+:[a-z0-9_]+\b")
SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}")
MATCHER = re.compile(r"([a-z_]+)\s*(!?[=~]~?)\s*\"([^\"]*)\"")


def expressions():
    """(where, PromQL) of every alert, recording and panel."""
    for file, spec in support.rule_files().items():
        for group in spec["groups"]:
            for rule in group["rules"]:
                yield f"{file}: {rule.get('alert', rule.get('record'))}", rule["expr"]
    with open(os.path.join(support.K8S, "dashboards", "rapport.json"), encoding="utf-8") as file:
        dashboard = json.load(file)
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield f"dashboard: {panel['title']}", target["expr"]
    for annotation in dashboard["annotations"]["list"]:
        yield f"dashboard: {annotation['name']}", annotation["expr"]


def parse(scrape):
    """metric -> label -> values, as scraped."""
    metrics = {}
    for line in scrape.splitlines():
        if line.startswith("#") or not line:
            continue
        name = re.match(r"[a-zA-Z0-9_:]+", line).group()
        labels = metrics.setdefault(name, {})
        for label, value in re.findall(r'([a-z_]+)="([^"]*)"', line[len(name) : line.rfind(" ")]):
            labels.setdefault(label, set()).add(value)
    return metrics


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with ServerProcess(BIN) as server:
            server.call("load-sample")
            server.call("train")
            scraped = server.scrape()
        with ServerProcess(BIN, tls=True) as server:  # which has some more
            cls.metrics = parse(scraped + server.scrape())
        cls.recorded = {
            rule["record"]
            for spec in support.rule_files().values()
            for group in spec["groups"]
            for rule in group["rules"]
            if "record" in rule
        }

    def test_every_metric_is_at_the_server_or_recorded(self):
        for where, expression in expressions():
            with self.subTest(where=where):
                asked = set(METRIC.findall(re.sub(RECORDED, "", expression)))
                self.assertEqual(asked - self.metrics.keys() - LATER.keys(), set())
                self.assertEqual(set(RECORDED.findall(expression)) - self.recorded, set())

    def test_what_comes_later_is_not_there_yet(self):
        self.assertEqual(LATER.keys() & self.metrics.keys(), set())

    def test_every_label_is_one_of_its_metric_and_has_that_value(self):
        for where, expression in expressions():
            for metric, matchers in SELECTOR.findall(expression):
                if metric not in self.metrics:
                    continue
                labels = self.metrics[metric]
                for label, operator, value in MATCHER.findall(matchers):
                    with self.subTest(where=where, metric=metric, label=label):
                        if label not in OF_PROMETHEUS or label == "le":
                            self.assertIn(label, labels)
                        if label in labels and label not in ANY_VALUE and operator in ("=", "!="):
                            self.assertIn(value, labels[label])

    def test_every_grouping_is_by_labels_that_exist(self):
        known = OF_PROMETHEUS | {label for labels in self.metrics.values() for label in labels} | {"pool"}
        for where, expression in expressions():
            for grouping in re.findall(r"(?:by|on|without)\s*\(([^)]*)\)", expression):
                with self.subTest(where=where):
                    self.assertLessEqual({each.strip() for each in grouping.split(",")}, known)

    def test_every_panel_is_promql(self):
        if shutil.which("promtool") is None:
            self.skipTest("promtool is not here; Debian's prometheus has it")
        rules = []
        for where, expression in expressions():
            for name, value in (("$__rate_interval", "5m"), ("$__interval", "1m")):
                expression = expression.replace(name, value)
            rules.append({"record": f"r{len(rules)}", "expr": expression, "labels": {"where": where}})
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}, file)
            file.flush()
            done = subprocess.run(
                ["promtool", "check", "rules", file.name], capture_output=True, text=True, check=False
            )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    if shutil.which("openssl") is None:
        support.skip("openssl is not here; Debian's openssl has it")
    if not os.path.exists(os.path.join(BIN, "rapport-server")):
        support.skip(f"no rapport-server in {BIN or 'the empty path'}")
    support.main()
