"""What a careful operator would look for in each overlay, as it is rendered: restricted pods, probes and doors on ports
that exist, selectors that match, one writer, time enough to stop, memory that the caches leave room in, TLS or a plain word
that there is none.
"""

import os
import subprocess
import tempfile
import tomllib
import unittest

import support

SERVER = "StatefulSet/rapport"
HEALTH_SERVICES = {"startupProbe": "startup", "livenessProbe": "live", "readinessProbe": "ready"}


def selected(labels, selector):
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", selector).items())


def mebibytes(quantity):
    units = {"Mi": 1, "Gi": 1024}
    return int(quantity[:-2]) * units[quantity[-2:]]


def settings(resources, pod):
    """The server's settings, 'section.key' -> value: its TOML file, and over it the flags of the container."""
    config = next(each for each in support.of_kind(resources, "ConfigMap") if "rapport.toml" in each["data"])
    values = {
        f"{section}.{key}": value
        for section, table in tomllib.loads(config["data"]["rapport.toml"]).items()
        for key, value in table.items()
    }
    flags = [each.removeprefix("--").split("=", 1) for each in pod["containers"][0]["args"]]
    for key, value in flags:
        values[key] = int(value) if value.isdigit() else value
    return values, [key for key, _ in flags]


def port_of(address):
    return int(address.rpartition(":")[2])


class Policy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.overlays = support.render_all()

    def each_server(self):
        for overlay, resources in self.overlays.items():
            pods = {name: (labels, pod) for name, labels, pod in support.pod_templates(resources)}
            labels, pod = pods[SERVER]
            with self.subTest(overlay=overlay):
                yield resources, labels, pod

    def each_pod(self):
        for overlay, resources in self.overlays.items():
            for name, labels, pod in support.pod_templates(resources):
                with self.subTest(overlay=overlay, owner=name):
                    yield resources, labels, pod
            for name, labels, pod in support.pod_templates([support.job(each) for each in support.BY_HAND]):
                with self.subTest(owner=name):
                    yield resources, labels, pod

    def test_pods_are_restricted(self):
        for _, _, pod in self.each_pod():
            security = pod["securityContext"]
            self.assertTrue(security["runAsNonRoot"])
            self.assertEqual((security["runAsUser"], security["runAsGroup"]), (65532, 65532))
            self.assertEqual(security["seccompProfile"], {"type": "RuntimeDefault"})
            self.assertEqual({"hostNetwork", "hostPID", "hostIPC"} & pod.keys(), set())
            for volume in pod.get("volumes", []):
                self.assertLessEqual(volume.keys() - {"name"}, {"configMap", "secret", "persistentVolumeClaim"})
            for container in pod["containers"] + pod.get("initContainers", []):
                own = container["securityContext"]
                self.assertIs(own["allowPrivilegeEscalation"], False)
                self.assertIs(own["readOnlyRootFilesystem"], True)
                self.assertEqual(own["capabilities"], {"drop": ["ALL"]})

    def test_namespaces_enforce_that_they_are(self):
        for overlay, resources in self.overlays.items():
            with self.subTest(overlay=overlay):
                (namespace,) = support.of_kind(resources, "Namespace")
                self.assertEqual(namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "restricted")
                for each in resources:
                    if each is not namespace:
                        self.assertEqual(each["metadata"]["namespace"], namespace["metadata"]["name"])

    def test_pods_hold_no_token(self):
        for resources, _, pod in self.each_pod():
            self.assertIs(pod["automountServiceAccountToken"], False)
            accounts = {each["metadata"]["name"]: each for each in support.of_kind(resources, "ServiceAccount")}
            self.assertIs(accounts[pod["serviceAccountName"]]["automountServiceAccountToken"], False)
            self.assertEqual(support.of_kind(resources, "RoleBinding"), [])

    def test_memory_requested_is_the_limit_and_the_cpu_has_none(self):
        for _, _, pod in self.each_pod():
            for container in pod["containers"]:
                resources = container["resources"]
                self.assertEqual(resources["requests"]["memory"], resources["limits"]["memory"])
                self.assertNotIn("cpu", resources["limits"])
                self.assertIn("cpu", resources["requests"])

    def test_caches_leave_three_fifths_of_the_memory(self):
        for resources, _, pod in self.each_server():
            values, flags = settings(resources, pod)
            self.assertEqual(len(flags), len(set(flags)), "the server takes a flag once")
            caches = (
                values["storage.block_cache_mib"]
                + 2 * values["storage.memtable_mib"]  # the one that fills, and the one that is written out
                + values["storage.customer_cache_mib"]
            )
            self.assertLessEqual(caches, 0.4 * mebibytes(pod["containers"][0]["resources"]["limits"]["memory"]))

    def test_one_writer_and_nothing_that_adds_another(self):
        for resources, _, _ in self.each_server():
            (server,) = support.of_kind(resources, "StatefulSet")
            self.assertEqual(server["spec"]["replicas"], 1)
            self.assertEqual(support.of_kind(resources, "HorizontalPodAutoscaler"), [])
            self.assertEqual(
                server["spec"]["persistentVolumeClaimRetentionPolicy"], {"whenDeleted": "Retain", "whenScaled": "Retain"}
            )

    def test_the_budget_lets_a_node_be_drained(self):
        for resources, _, _ in self.each_server():
            (budget,) = support.of_kind(resources, "PodDisruptionBudget")
            (server,) = support.of_kind(resources, "StatefulSet")
            replicas = server["spec"]["replicas"]
            kept = budget["spec"].get("minAvailable", replicas - budget["spec"].get("maxUnavailable", 0))
            self.assertLess(kept, replicas)

    def test_probes_ask_the_health_port_that_is_configured(self):
        for resources, _, pod in self.each_server():
            (container,) = pod["containers"]
            values, _ = settings(resources, pod)
            for probe, service in HEALTH_SERVICES.items():
                self.assertEqual(
                    container[probe]["grpc"], {"port": port_of(values["health.listen"]), "service": service}
                )
            self.assertEqual(
                {each["name"]: each["containerPort"] for each in container["ports"]},
                {
                    "grpc": port_of(values["server.listen"]),
                    "metrics": port_of(values["metrics.listen"]),
                    "health": port_of(values["health.listen"]),
                },
            )
            for key in ("server.listen", "metrics.listen", "health.listen"):
                self.assertTrue(values[key].startswith("0.0.0.0:"), f"{key} is not reached from outside of the pod")

    def test_services_and_policies_open_ports_that_exist(self):
        for resources, labels, pod in self.each_server():
            ports = {each["name"]: each["containerPort"] for each in pod["containers"][0]["ports"]}
            for service in support.of_kind(resources, "Service"):
                for port in service["spec"]["ports"]:
                    self.assertEqual(port["port"], ports[port["targetPort"]])
            for policy in support.of_kind(resources, "NetworkPolicy"):
                if not policy["spec"]["podSelector"] or not selected(labels, policy["spec"]["podSelector"]):
                    continue
                opened = {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]}
                self.assertEqual(opened, {ports["grpc"], ports["metrics"]})
                for rule in policy["spec"]["ingress"]:
                    self.assertTrue(all(each for each in rule["from"]), "a door for everybody")

    def test_the_namespace_is_closed_but_for_the_doors(self):
        for resources, _, _ in self.each_server():
            closed = [
                each
                for each in support.of_kind(resources, "NetworkPolicy")
                if each["spec"]["podSelector"] == {} and not {"ingress", "egress"} & each["spec"].keys()
            ]
            self.assertEqual([each["spec"]["policyTypes"] for each in closed], [["Ingress", "Egress"]])

    def test_selectors_match_the_pods(self):
        for overlay, resources in self.overlays.items():
            pods = [labels for _, labels, _ in support.pod_templates(resources)]
            server = next(labels for name, labels, _ in support.pod_templates(resources) if name == SERVER)
            for each in resources:
                with self.subTest(overlay=overlay, kind=each["kind"], name=each["metadata"]["name"]):
                    if each["kind"] in ("Service", "StatefulSet", "PodDisruptionBudget"):
                        self.assertTrue(selected(server, each["spec"]["selector"]))
                        self.assertEqual(sum(selected(labels, each["spec"]["selector"]) for labels in pods), 1)
                    if each["kind"] == "NetworkPolicy":
                        self.assertTrue(any(selected(labels, each["spec"]["podSelector"]) for labels in pods))
                    if each["kind"] == "ServiceMonitor":
                        (endpoint,) = each["spec"]["endpoints"]
                        with_port = [
                            service
                            for service in support.of_kind(resources, "Service")
                            if selected(service["metadata"]["labels"], each["spec"]["selector"])
                            and endpoint["port"] in [port["name"] for port in service["spec"]["ports"]]
                        ]
                        self.assertEqual(len(with_port), 1, "scraped twice, or never")
        for _, labels, pod in self.each_server():
            terms = pod["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
            for each in pod["topologySpreadConstraints"] + [term["podAffinityTerm"] for term in terms]:
                self.assertTrue(selected(labels, each["labelSelector"]))

    def test_names_that_resources_call_each_other_by_exist(self):
        for resources, _, pod in self.each_server():
            (server,) = support.of_kind(resources, "StatefulSet")
            headless = [
                each["metadata"]["name"]
                for each in support.of_kind(resources, "Service")
                if each["spec"].get("clusterIP") == "None"
            ]
            self.assertEqual([server["spec"]["serviceName"]], headless)
            claims = {each["metadata"]["name"] for each in server["spec"]["volumeClaimTemplates"]}
            volumes = {each["name"] for each in pod["volumes"]}
            self.assertEqual({each["name"] for each in pod["containers"][0]["volumeMounts"]}, claims | volumes)
            maps = {each["metadata"]["name"] for each in support.of_kind(resources, "ConfigMap")}
            secrets = {each["spec"]["secretName"] for each in support.of_kind(resources, "Certificate")}
            for _, _, owner in support.pod_templates(resources):
                for volume in owner.get("volumes", []):
                    if "configMap" in volume:
                        self.assertIn(volume["configMap"]["name"], maps)
                        self.assertRegex(volume["configMap"]["name"], r"-[a-z0-9]{10}$", "no hash: no restart")
                    if "secret" in volume:
                        self.assertIn(volume["secret"]["secretName"], secrets)

    def test_the_grace_period_is_longer_than_all_that_stopping_takes(self):
        for resources, _, pod in self.each_server():
            values, _ = settings(resources, pod)
            waits = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
            waits += values["server.drain_delay_seconds"] + values["server.drain_seconds"]
            self.assertGreaterEqual(pod["terminationGracePeriodSeconds"] - waits, 30)

    def test_data_and_backups_lie_on_volumes_of_their_own(self):
        for resources, _, pod in self.each_server():
            values, _ = settings(resources, pod)
            mounts = {each["name"]: each["mountPath"] for each in pod["containers"][0]["volumeMounts"]}
            self.assertTrue(values["storage.path"].startswith(mounts["data"] + "/"))
            self.assertTrue(values["backup.path"].startswith(mounts["backups"] + "/"))
            self.assertFalse(mounts["backups"].startswith(mounts["data"] + "/"))
            self.assertLessEqual(values["backup.interval"], 900)
            self.assertGreater(values["backup.keep"], 1)

    def test_jobs_by_hand_read_and_write_where_the_server_does(self):
        for resources, _, pod in self.each_server():
            values, _ = settings(resources, pod)
            (server,) = support.of_kind(resources, "StatefulSet")
            claims = {
                each["metadata"]["name"]: f"{each['metadata']['name']}-rapport-0"
                for each in server["spec"]["volumeClaimTemplates"]
            }
            mounts = {each["name"]: each["mountPath"] for each in pod["containers"][0]["volumeMounts"]}
            for name, needs in (
                ("restore", {"data", "backups"}),
                ("list-backups", {"backups"}),
                ("remove-set-aside", {"data"}),
            ):
                ((_, _, job),) = support.pod_templates([support.job(name)])
                with self.subTest(job=name):
                    self.assertEqual(
                        {each["name"]: each["persistentVolumeClaim"]["claimName"] for each in job["volumes"]},
                        {each: claims[each] for each in needs},
                    )
                    self.assertEqual(
                        {each["name"]: each["mountPath"] for each in job["containers"][0]["volumeMounts"]},
                        {each: mounts[each] for each in needs},
                    )
                    arguments = " ".join(job["containers"][0]["args"])
                    for each, setting in (("data", "storage.path"), ("backups", "backup.path")):
                        if each in needs:
                            self.assertIn(values[setting], arguments)

    def test_what_restores_set_aside_is_removed_and_nothing_else(self):
        ((_, _, job),) = support.pod_templates([support.job("remove-set-aside")])
        container = job["containers"][0]
        stays = ["db", "models", "note.before-restore-20261127T101500Z"]
        goes = [f"{each}.{why}" for each in ("db", "models") for why in ("restoring", "before-restore-20261127T101500Z")]
        with tempfile.TemporaryDirectory() as folder:
            for name in stays + goes:
                os.makedirs(os.path.join(folder, name, "deep"))
            script = container["args"][0].replace("/var/lib/rapport/data", folder)
            for _ in range(2):  # nothing to remove is no failure
                subprocess.run([*container["command"], script], check=True, capture_output=True)
            self.assertEqual(sorted(os.listdir(folder)), stays)

    def test_a_broken_pod_does_not_hold_up_the_one_that_replaces_it(self):
        for resources, _, _ in self.each_server():
            (server,) = support.of_kind(resources, "StatefulSet")
            self.assertEqual(server["spec"]["podManagementPolicy"], "Parallel")

    def test_the_nightly_backup_has_hours_and_its_calls_no_deadline_of_their_own(self):
        for resources, _, _ in self.each_server():
            (nightly,) = support.of_kind(resources, "CronJob")
            job = nightly["spec"]["jobTemplate"]["spec"]
            self.assertEqual(job["template"]["spec"]["containers"][0]["args"], ["backup", "--verify"])
            self.assertGreaterEqual(job["activeDeadlineSeconds"], 4 * 3600)

    def test_an_authority_keeps_its_key(self):
        authorities = [each for each in support.of_kind(self.overlays["prod"], "Certificate") if each["spec"].get("isCA")]
        self.assertEqual([each["spec"]["privateKey"]["rotationPolicy"] for each in authorities], ["Never"])

    def test_tls_with_client_certificates_or_a_plain_word(self):
        for resources, _, pod in self.each_server():
            values, _ = settings(resources, pod)
            if values.get("tls.insecure"):
                self.assertNotIn("tls.certificate_file", values)
                continue
            mounts = {each["name"]: each["mountPath"] for each in pod["containers"][0]["volumeMounts"]}
            for key, file in (("certificate", "tls.crt"), ("key", "tls.key"), ("client_ca", "ca.crt")):
                self.assertEqual(values[f"tls.{key}_file"], f"{mounts['tls']}/{file}")
            certificate = next(
                each
                for each in support.of_kind(resources, "Certificate")
                if each["metadata"]["name"] == "rapport-server"
            )
            namespace = certificate["metadata"]["namespace"]
            for service in support.of_kind(resources, "Service"):
                name = service["metadata"]["name"]
                self.assertLessEqual(
                    {name, f"{name}.{namespace}.svc", f"{name}.{namespace}.svc.cluster.local"},
                    set(certificate["spec"]["dnsNames"]),
                )

    def test_production_has_tls_is_scraped_alerted_shown_and_backed_up(self):
        resources = self.overlays["prod"]
        pod = next(pod for name, _, pod in support.pod_templates(resources) if name == SERVER)
        self.assertNotIn("tls.insecure", settings(resources, pod)[0])
        kinds = {each["kind"] for each in resources}
        self.assertLessEqual({"ServiceMonitor", "PrometheusRule", "Certificate", "CronJob"}, kinds)
        self.assertTrue(
            any(each["metadata"].get("labels", {}).get("grafana_dashboard") for each in support.of_kind(resources, "ConfigMap"))
        )


if __name__ == "__main__":
    support.renderer()
    support.main()
