// Logging: one line an event on stderr, in UTC. Ids of customers and items never come here, nor
// text that may hold them. Call SetUpLogging once, before any thread starts; after that spdlog is
// safe from any.
#pragma once

#include <string>
#include <string_view>

namespace rapport::server {

// Sets level and pattern, and quiets the libraries that print by themselves (gRPC's core,
// Protobuf): their lines appear at debug. Requires: `level` is one of debug, info, warn, error,
// off.
void SetUpLogging(const std::string& level);

// A fault that a caller met and an operator must see: at most one line a second for all of them
// together, the rest is counted and told with the next line.
void LogFault(std::string_view method, std::string_view code, std::string_view what);

}  // namespace rapport::server
