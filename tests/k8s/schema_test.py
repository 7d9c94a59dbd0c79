"""Every resource of every overlay follows its schema, and has no field that the schema does not know.

Kubernetes' own JSON schemas, strict, of the oldest version that is supported and of the newest that is known; for
cert-manager and the Prometheus operator the models that were generated from their resource definitions. All of them
come from PyPI (tools.sh); without them this is skipped.
"""

import copy
import os
import sys
import unittest

import support

PYTHON = os.path.join(support.TOOLS, "python", "bin", "python")
VERSIONS = ("1.30.0", "1.37.0")


def custom_schema(api_version, kind):
    """JSON schema of a resource of an operator, with every unknown field refused."""
    from cloudcoil.models.cert_manager import v1 as cert_manager
    from cloudcoil.models.prometheus_operator import v1 as prometheus_operator

    module = {"cert-manager.io/v1": cert_manager, "monitoring.coreos.com/v1": prometheus_operator}[api_version]
    schema = copy.deepcopy(getattr(module, kind).model_json_schema(by_alias=True))
    close(schema)
    return schema


def close(schema):
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for each in schema.values():
            close(each)
    elif isinstance(schema, list):
        for each in schema:
            close(each)


def complaints(resource, version):
    """What is wrong with a resource; empty: nothing."""
    import jsonschema
    import kubernetes_validate

    group = resource["apiVersion"].split("/")[0]
    if group in ("cert-manager.io", "monitoring.coreos.com"):
        validator = jsonschema.Draft202012Validator(custom_schema(resource["apiVersion"], resource["kind"]))
        return [f"{'.'.join(map(str, each.path))}: {each.message}" for each in validator.iter_errors(resource)]
    try:
        kubernetes_validate.validate(resource, version, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        return [str(getattr(error, "message", error))]
    return []


class Schema(unittest.TestCase):
    def test_every_resource_follows_its_schema_strictly(self):
        by_hand = {"by hand": [support.job(name) for name in support.BY_HAND]}
        for overlay, resources in {**support.render_all(), **by_hand}.items():
            for resource in resources:
                for version in VERSIONS:
                    with self.subTest(overlay=overlay, kind=resource["kind"], name=resource["metadata"]["name"]):
                        self.assertEqual(complaints(resource, version), [])

    def test_unknown_fields_are_refused(self):
        resources = {each["kind"]: each for each in support.render("prod")}
        for kind, path in (
            ("StatefulSet", ("spec", "template", "spec", "containers", 0, "readinessProbe", "grpc")),
            ("NetworkPolicy", ("spec",)),
            ("ServiceMonitor", ("spec", "endpoints", 0)),
            ("PrometheusRule", ("spec", "groups", 0, "rules", 0)),
            ("Certificate", ("spec", "privateKey")),
        ):
            with self.subTest(kind=kind):
                resource = copy.deepcopy(resources[kind])
                part = resource
                for step in path:
                    part = part[step]
                part["portt"] = 1
                self.assertNotEqual(complaints(resource, VERSIONS[0]), [])


if __name__ == "__main__":
    if not os.path.exists(PYTHON):
        support.skip("Kubernetes' schemas are not here; `make k8s-tools` gets them from PyPI")
    if sys.prefix != os.path.dirname(os.path.dirname(PYTHON)):
        os.execv(PYTHON, [PYTHON, *sys.argv])
    support.renderer()
    support.main()
