#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <string>

#include "data/resolved_path.h"
#include "services/server/config.h"

namespace rapport::server {
namespace {

absl::Status CheckCallsAtOnce(const Config::Server& server) {
  if (server.min_calls_at_once <= server.max_calls_at_once) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "server.min_calls_at_once: given " + std::to_string(server.min_calls_at_once) +
      "; expected at most server.max_calls_at_once, " + std::to_string(server.max_calls_at_once));
}

absl::Status CheckTls(const Config::Tls& tls, const std::string& address) {
  const bool certificate = !tls.certificate_file.empty();
  const bool key = !tls.key_file.empty();
  const bool clients = !tls.client_ca_file.empty();
  if (tls.insecure && (certificate || key || clients)) {
    const char* file = certificate ? "certificate_file" : key ? "key_file" : "client_ca_file";
    return absl::InvalidArgumentError(std::string("tls.insecure: given true, and tls.") + file +
                                      " too; expected TLS or none");
  }
  if (certificate != key) {
    return absl::InvalidArgumentError(
        certificate ? "tls.certificate_file: given without tls.key_file; expected both"
                    : "tls.key_file: given without tls.certificate_file; expected both");
  }
  if (clients && !certificate) {
    return absl::InvalidArgumentError(
        "tls.client_ca_file: given without tls.certificate_file and tls.key_file; expected all "
        "three");
  }
  if (certificate || tls.insecure) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "tls.certificate_file: not given, nor tls.key_file; without them calls are not encrypted, "
      "and "
      "whoever reaches " +
      address +
      " can read and write customers; give both, or say so with tls.insecure = true "
      "(--tls.insecure=true)");
}

struct Port {
  const char* setting;
  const std::string& address;  // "HOST:PORT"; empty: none

  std::string host() const { return address.substr(0, address.rfind(':')); }
  int number() const {
    int number = 0;
    const char* const digits = address.c_str() + address.rfind(':') + 1;
    std::from_chars(digits, address.c_str() + address.size(), number);
    return number;
  }
  bool is_everywhere() const { return host() == "0.0.0.0" || host() == "[::]" || host() == "::"; }
};

// Hosts are compared as they are written: what names lead to is for the system to say.
bool Collide(const Port& one, const Port& other) {
  if (one.address.empty() || other.address.empty()) return false;
  if (one.number() != other.number() || one.number() == 0) return false;
  return one.host() == other.host() || one.is_everywhere() || other.is_everywhere();
}

// Here, since the system would say so only after store and models were opened, and of one port.
absl::Status CheckPorts(const Config& config) {
  const Port ports[] = {{"server.listen", config.server.listen},
                        {"metrics.listen", config.metrics.listen},
                        {"health.listen", config.health.listen}};
  for (const Port* port = std::begin(ports); port != std::end(ports); ++port) {
    const Port* const first = std::find_if(
        std::begin(ports), port, [port](const Port& before) { return Collide(before, *port); });
    if (first == port) continue;
    return absl::InvalidArgumentError(std::string(port->setting) + ": given " + port->address +
                                      ", the port of " + first->setting + ", " + first->address +
                                      "; expected a port of its own for each");
  }
  return absl::OkStatus();
}

// A directory of a setting, as given and as the system sees it.
struct Directory {
  const char* setting;
  std::string given;
  std::filesystem::path path = ResolvedPath(given);

  bool Holds(const Directory& other) const { return IsIn(other.path, path); }
  std::string Words() const {
    return given + (path == given ? "" : " (that is " + path.string() + ")");
  }
};

// The clean-up of backups removes what it does not know, and a restore sets aside what it finds.
absl::Status CheckBackupPath(const Config& config) {
  if (config.backup.path.empty()) return absl::OkStatus();
  const Directory backups{"backup.path", config.backup.path};
  for (const Directory& data : {Directory{"storage.path", config.storage.path},
                                Directory{"model.path", config.model.path}}) {
    if (data.given.empty()) continue;
    const bool inside = data.Holds(backups);
    if (!inside && !backups.Holds(data)) continue;
    return absl::InvalidArgumentError(
        "backup.path: given " + backups.Words() + ", which " +
        (!inside                     ? "holds"
         : data.path == backups.path ? "is"
                                     : "lies in") +
        " " + data.setting + ", " + data.Words() +
        "; give backups a directory of their own, outside of it and best on another disk");
  }
  return absl::OkStatus();
}

// A backup would copy the store as if it were models, and a restore put those in its place.
absl::Status CheckModelPath(const Config& config) {
  if (config.model.path.empty()) return absl::OkStatus();
  const Directory models{"model.path", config.model.path};
  const Directory storage{"storage.path", config.storage.path};
  const Directory store{"storage.path", config.storage.path + "/db"};
  if (!models.Holds(storage) && !store.Holds(models)) return absl::OkStatus();
  return absl::InvalidArgumentError("model.path: given " + models.Words() +
                                    ", where the store of storage.path lies, " + store.Words() +
                                    "; give models a directory of their own");
}

}  // namespace

absl::Status Check(const Config& config) {
  absl::Status status = CheckCallsAtOnce(config.server);
  if (status.ok()) status = CheckPorts(config);
  if (status.ok()) status = CheckModelPath(config);
  if (status.ok()) status = CheckBackupPath(config);
  if (status.ok()) status = CheckTls(config.tls, config.server.listen);
  return status;
}

}  // namespace rapport::server
