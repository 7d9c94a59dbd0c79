#include "services/server/banner.h"

#include "google/protobuf/util/time_util.h"
#include "services/server/application.h"
#include "services/server/fields.h"

namespace rapport::server {
namespace {

std::string TlsWords(const ServerCertificates& certificates) {
  return std::string(certificates.asks_clients()
                         ? "clients show a certificate"
                         : "clients show NO certificate (tls.client_ca_file): whoever reaches the "
                           "port can read and write customers") +
         "; the server's ends at " +
         google::protobuf::util::TimeUtil::ToString(ToProto(certificates.ends_at()));
}

}  // namespace

std::string NoTlsWords(const std::string& address) {
  return "calls are NOT encrypted; whoever reaches " + address + " can read and write customers";
}

std::string Application::BackupWords() const {
  if (backup_keeper_ == nullptr) return "off";
  const auto backups = backup_keeper_->List();
  return backups.ok() ? config_.backup.path
                      : "NONE are made: " + std::string(backups.status().message());
}

std::string Application::Banner() const {
  const auto model = models_->Current();
  const std::string& health = health_->address();
  std::string text = "rapport-server " RAPPORT_VERSION "\n";
  text += "  data     " + config_.storage.path + " (" +
          Grouped(static_cast<int64_t>(store_->LastSequence())) + " purchases and returns; " +
          (model->version.empty() ? "no model yet" : "model " + model->version) + ")\n";
  text += "  gRPC     " + grpc_address_ + "\n";
  text +=
      "  TLS      " +
      (certificates_ != nullptr ? TlsWords(*certificates_) : "none: " + NoTlsWords(grpc_address_)) +
      "\n";
  text += "  metrics  " + (metrics_url_.empty() ? "off" : metrics_url_) + "\n";
  text += "  backups  " + BackupWords() + "\n";
  text += "  health   " + (health.empty() ? "off" : health) + "\n";
  text += "  try      rapport --server " + grpc_address_ +
          (certificates_ != nullptr ? " --tls-ca FILE" : "") +
          (certificates_ != nullptr && certificates_->asks_clients()
               ? " --tls-certificate FILE --tls-key FILE"
               : "") +
          " suggest CUSTOMER\n";
  return text;
}

}  // namespace rapport::server
