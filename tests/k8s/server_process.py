"""A rapport-server of the build, in a scratch folder, for as long as a `with` lasts."""

import os
import re
import subprocess
import tempfile
import time
import urllib.request


class ServerProcess:
    def __init__(self, bin_dir, tls=False):
        self._bin = bin_dir
        self._tls = tls
        self._scratch = tempfile.TemporaryDirectory()

    def __enter__(self):
        path = self._scratch.name
        self._log = os.path.join(path, "log")
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [
                    os.path.join(self._bin, "rapport-server"),
                    f"--storage.path={path}/data",
                    f"--backup.path={path}/backups",
                    f"--server.endpoint_file={path}/endpoint",
                    "--server.listen=127.0.0.1:0",
                    "--metrics.listen=127.0.0.1:0",
                    "--health.listen=127.0.0.1:0",
                    *self._tls_flags(),
                    "--training.interval=0",
                    "--training.after_purchases=0",
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while not os.path.exists(f"{path}/endpoint"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server does not start:\n{self.log()}")
            time.sleep(0.05)
        with open(f"{path}/endpoint", encoding="utf-8") as endpoint:
            self.endpoint = endpoint.read().strip()
        return self

    def _tls_flags(self):
        if not self._tls:
            return ["--tls.insecure=true"]
        certificate, key = f"{self._scratch.name}/tls.crt", f"{self._scratch.name}/tls.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
            + ["-days", "30", "-subj", "/CN=localhost", "-out", certificate, "-keyout", key],
            check=True,
            capture_output=True,
        )
        # Signed by itself, so an authority too.
        return [f"--tls.certificate_file={certificate}", f"--tls.key_file={key}", f"--tls.client_ca_file={certificate}"]

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(60)
        self._scratch.cleanup()

    def log(self):
        with open(self._log, encoding="utf-8") as log:
            return log.read()

    def call(self, *arguments):
        subprocess.run(
            [os.path.join(self._bin, "rapport"), "--server", self.endpoint, *arguments],
            check=True,
            capture_output=True,
            timeout=300,
        )

    def scrape(self):
        url = re.search(r"http://\S+/metrics", self.log()).group()
        with urllib.request.urlopen(url, timeout=30) as page:
            return page.read().decode()
