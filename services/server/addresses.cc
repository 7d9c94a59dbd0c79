#include "services/server/addresses.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace rapport::server {
namespace {

constexpr int kHandshakeTimeoutMs = 5'000;

}  // namespace

std::string WithPort(const std::string& address, int port) {
  return address.substr(0, address.rfind(':') + 1) + std::to_string(port);
}

void ListenAt(const std::string& address, std::shared_ptr<grpc::ServerCredentials> credentials,
              grpc::ServerBuilder& builder, int* port) {
  builder.AddListeningPort(address, std::move(credentials), port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
}

std::string WhyNotListen(const std::string& address, const std::string& otherwise) {
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);  // [::1]
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &found);
  if (failed != 0) return "host " + host + ": " + gai_strerror(failed);
  std::string why = otherwise;
  const int probe = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  const int on = 1;
  if (probe >= 0) setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (probe < 0 || bind(probe, found->ai_addr, found->ai_addrlen) != 0 || listen(probe, 1) != 0) {
    why = std::system_category().message(errno);
  }
  if (probe >= 0) close(probe);
  freeaddrinfo(found);
  return why;
}

}  // namespace rapport::server
