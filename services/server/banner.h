// What is said of the server where people look first. Pure; any thread.
#pragma once

#include <string>

namespace rapport::server {

// What it means that calls to `address` go without TLS.
std::string NoTlsWords(const std::string& address);

}  // namespace rapport::server
