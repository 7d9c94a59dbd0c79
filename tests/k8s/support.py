"""What the checks of k8s/ share: rendering an overlay, skipping aloud, and walking what was rendered.

CTest takes exit code 77 as "skipped"; the reason is printed.
"""

import os
import shutil
import subprocess
import sys
import unittest

import yaml

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
K8S = os.path.join(SOURCE, "k8s")
TOOLS = os.path.join(SOURCE, "build", "k8s-tools")  # where tools.sh puts things
OVERLAYS = ("dev", "prod")
BY_HAND = ("list-backups", "restore", "remove-set-aside")  # jobs that an operator fills in and applies
SKIPPED = 77


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def renderer():
    """The command that renders a folder, without the folder; skips if there is none that knows components."""
    for command in (["kubectl", "kustomize"], [os.path.join(TOOLS, "kustomize"), "build"], ["kustomize", "build"]):
        if shutil.which(command[0]) is None:
            continue
        tried = subprocess.run(command + [os.path.join(K8S, "overlays", "dev")], capture_output=True, check=False)
        if tried.returncode == 0 or b"unknown field" not in tried.stderr:
            return command
    skip("neither kubectl nor kustomize is here, or only one from before components; `make k8s-tools` gets it")


def render(overlay):
    """The overlay's resources, as dictionaries. A rendering that fails is a failure."""
    done = subprocess.run(
        renderer() + [os.path.join(K8S, "overlays", overlay)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise AssertionError(f"overlay {overlay} does not render:\n{done.stderr}")
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def render_all():
    return {overlay: render(overlay) for overlay in OVERLAYS}


def job(name):
    """One of BY_HAND, as it stands in k8s/."""
    with open(os.path.join(K8S, f"{name}.yaml"), encoding="utf-8") as text:
        return yaml.safe_load(text)


def of_kind(resources, kind):
    return [each for each in resources if each["kind"] == kind]


def pod_templates(resources):
    """(name of the owner, labels, pod spec) of everything that makes pods."""
    for each in resources:
        name = f"{each['kind']}/{each['metadata']['name']}"
        spec = each.get("spec", {})
        if each["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        template = spec.get("template", {})
        if "spec" in template:
            yield name, template["metadata"]["labels"], template["spec"]


def rule_files():
    """name of a file in k8s/rules -> the groups of its PrometheusRule, as Prometheus reads them."""
    folder = os.path.join(K8S, "rules")
    files = {}
    for file in sorted(os.listdir(folder)):
        with open(os.path.join(folder, file), encoding="utf-8") as text:
            resource = yaml.safe_load(text)
        if resource["kind"] == "PrometheusRule":
            files[file[: -len(".yaml")]] = resource["spec"]
    return files


def main():
    unittest.main(verbosity=2)
