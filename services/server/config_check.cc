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

}  // namespace

absl::Status Check(const Config& config) {
  absl::Status status = CheckCallsAtOnce(config.server);
  if (status.ok()) status = CheckTls(config.tls, config.server.listen);
  return status;
}

}  // namespace rapport::server
