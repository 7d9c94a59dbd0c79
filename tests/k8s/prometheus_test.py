"""A real Prometheus, Debian's, scrapes a server of the build, evaluates the rules, and answers what the SLO series are.

    prometheus_test.py BIN_DIR
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

import support
import yaml
from plain_rules import write_plain_rules
from server_process import ServerProcess

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else ""
SHOP = {"namespace": "shop", "service": "rapport-pods"}


class Prometheus:
    """Scrapes and evaluates each second, for as long as a `with` lasts."""

    def __init__(self, target):
        self._scratch = tempfile.TemporaryDirectory()
        self._folder = self._scratch.name
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": write_plain_rules(os.path.join(self._folder, "rules")),
            "scrape_configs": [
                {"job_name": "rapport", "static_configs": [{"targets": [target], "labels": {**SHOP, "pod": "rapport-0"}}]}
            ],
        }
        with open(os.path.join(self._folder, "prometheus.yml"), "w", encoding="utf-8") as file:
            yaml.safe_dump(config, file)

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._address = f"127.0.0.1:{free.getsockname()[1]}"
        with open(os.path.join(self._folder, "log"), "wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={self._folder}/prometheus.yml",
                    f"--storage.tsdb.path={self._folder}/data",
                    f"--web.listen-address={self._address}",
                ],
                stdout=log,
                stderr=log,
            )
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(60)
        self._scratch.cleanup()

    def get(self, path):
        """What the API answers; none while it does not listen yet."""
        try:
            with urllib.request.urlopen(f"http://{self._address}/api/v1/{path}", timeout=30) as page:
                return json.load(page)["data"]
        except OSError:
            return None

    def query(self, expression):
        """Samples as (labels, value)."""
        found = self.get("query?" + urllib.parse.urlencode({"query": expression})) or {"result": []}
        return [(each["metric"], float(each["value"][1])) for each in found["result"]]


class RealPrometheus(unittest.TestCase):
    def until(self, what, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = what()
            if found:
                return found
            time.sleep(0.5)
        self.fail("not within two minutes")

    def test_it_scrapes_evaluates_and_answers(self):
        with ServerProcess(BIN) as server:
            server.call("load-sample")
            target = re.search(r"http://(\S+)/metrics", server.log()).group(1)
            with Prometheus(target) as prometheus:
                self.until(lambda: prometheus.query('rapport_store_sequence{job="rapport"} > 0'))
                server.call("suggest", "c-amara-okafor")  # a series must be seen to grow
                counted = 'rapport_grpc_requests_total{method="RecommendationService/SuggestForCustomer", code="OK"} >= 1'
                self.until(lambda: prometheus.query(counted))
                for _ in range(20):
                    server.call("suggest", "c-amara-okafor")

                slow = self.until(lambda: prometheus.query("service:rapport_lists_slow:ratio_rate5m >= 0"))
                self.assertEqual({key: slow[0][0][key] for key in SHOP}, SHOP)
                self.assertLessEqual(slow[0][1], 1)
                failed = self.until(lambda: prometheus.query("service:rapport_calls_failed:ratio_rate5m"))
                self.assertEqual(failed[0][1], 0)

                rules = [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]
                self.assertEqual([rule["name"] for rule in rules if rule["health"] != "ok"], [])
                written = [rule for spec in support.rule_files().values() for group in spec["groups"] for rule in group["rules"]]
                self.assertEqual(len(rules), len(written))
                self.assertEqual(prometheus.query('ALERTS{alertstate="firing"}'), [])


if __name__ == "__main__":
    if not os.path.exists(os.path.join(BIN, "rapport-server")):
        support.skip(f"no rapport-server in {BIN or 'the empty path'}")
    if shutil.which("prometheus") is None:
        support.skip("prometheus is not here; Debian has it")
    support.main()
