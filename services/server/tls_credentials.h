// TlsCredentials: gRPC's TLS, for one port of one server, asking ServerCertificates at each
// handshake. gRPC's own reloading reads the files itself and takes what cannot work.
#pragma once

#include <grpc/grpc_security.h>

#include <cstdint>
#include <mutex>
#include <string>

#include "grpcpp/security/server_credentials.h"
#include "services/server/server_certificates.h"

namespace rapport::server {

// `certificates` and this must outlive the server.
class TlsCredentials final : public grpc::ServerCredentials {
 public:
  explicit TlsCredentials(const ServerCertificates& certificates) : certificates_(certificates) {}

  // Calls carry no credentials of their own, only connections do.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override;
  // gRPC's callback before each handshake: NEW, then UNCHANGED until the files have changed.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config);

  const ServerCertificates& certificates_;
  std::mutex mutex_;
  uint64_t handed_ = 0;  // version; guarded by mutex_
};

}  // namespace rapport::server
