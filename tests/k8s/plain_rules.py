"""k8s/rules as a Prometheus without the operator reads them: what stands in each PrometheusRule, one file each.

    plain_rules.py FOLDER    writes FOLDER/slo.rules.yaml and so on, and prints their names
"""

import os
import sys

import support
import yaml


def write_plain_rules(folder):
    """The files that were written."""
    os.makedirs(folder, exist_ok=True)
    files = []
    for name, spec in support.rule_files().items():
        files.append(os.path.join(folder, f"{name}.rules.yaml"))
        with open(files[-1], "w", encoding="utf-8") as file:
            yaml.safe_dump(spec, file, sort_keys=False, width=1000)
    return files


if __name__ == "__main__":
    print("\n".join(write_plain_rules(sys.argv[1])))
