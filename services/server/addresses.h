// Addresses "HOST:PORT", and why one cannot be listened at, which gRPC and civetweb do not tell.
// Pure but for the probe; any thread.
#pragma once

#include <string>

namespace rapport::server {

// The same host with another port. Requires: `address` has a colon.
std::string WithPort(const std::string& address, int port);

// Tries to bind a socket there and says what the system says ("Address already in use");
// `otherwise` if that works.
std::string WhyNotListen(const std::string& address, const std::string& otherwise);

}  // namespace rapport::server
