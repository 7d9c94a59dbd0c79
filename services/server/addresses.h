// Addresses "HOST:PORT", and why one cannot be listened at, which gRPC and civetweb do not tell.
// Pure but for the probe; any thread.
#pragma once

#include <memory>
#include <string>

#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace rapport::server {

// The same host with another port. Requires: `address` has a colon.
std::string WithPort(const std::string& address, int port);

// What holds of every gRPC port of the server: one that is in use is an error, and whoever connects
// and then says nothing (no TLS, no HTTP/2) is cut off after 5 s, not gRPC's two minutes: while
// such a connection is there, the server cannot end but by its deadline. `*port` is set by
// BuildAndStart.
void ListenAt(const std::string& address, std::shared_ptr<grpc::ServerCredentials> credentials,
              grpc::ServerBuilder& builder, int* port);

// Tries to bind a socket there and says what the system says ("Address already in use");
// `otherwise` if that works.
std::string WhyNotListen(const std::string& address, const std::string& otherwise);

}  // namespace rapport::server
