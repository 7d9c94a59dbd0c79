// An echo: what gRPC alone costs. Answers every SuggestForCustomer with one reply, as a callback
// service that protoc generates does it. In a process of its own, so that its CPU time can be told.
#pragma once

#include <string>

namespace rapport {

// Serves the reply in the file `reply` (bytes of a SuggestForCustomerResponse) until SIGTERM, and
// writes its address to the file `endpoint`. The exit code.
int ServeEcho(const std::string& reply, const std::string& endpoint);

}  // namespace rapport
