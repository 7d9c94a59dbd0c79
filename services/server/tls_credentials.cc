#include "services/server/tls_credentials.h"

#include <grpc/grpc.h>

namespace rapport::server {

int TlsCredentials::AddPortToServer(const std::string& address, grpc_server* server) {
  const auto clients = certificates_.asks_clients()
                           ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                           : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
  grpc_server_credentials* credentials = grpc_ssl_server_credentials_create_with_options(
      grpc_ssl_server_credentials_create_options_using_config_fetcher(clients, Fetch, this));
  const int port = grpc_server_add_http2_port(server, address.c_str(), credentials);
  grpc_server_credentials_release(credentials);  // the port has a reference of its own
  return port;
}

grpc_ssl_certificate_config_reload_status TlsCredentials::Fetch(
    void* self, grpc_ssl_server_certificate_config** config) {
  auto& credentials = *static_cast<TlsCredentials*>(self);
  const std::lock_guard lock(credentials.mutex_);
  const auto pem = credentials.certificates_.NewerThan(&credentials.handed_);
  if (!pem) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  const grpc_ssl_pem_key_cert_pair pair{pem->key.c_str(), pem->certificates.c_str()};
  // gRPC aborts where there are no authorities here. Clients that are not asked are held against
  // none, so that any will do.
  const std::string& authorities =
      pem->client_authorities.empty() ? pem->certificates : pem->client_authorities;
  *config = grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

}  // namespace rapport::server
