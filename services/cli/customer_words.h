// Customers as people read of them. Main thread only.
#pragma once

#include <string>

#include "services/cli/context.h"

namespace rapport::cli {

// "Maya Okafor (C001)", or the id where there is no name; a customer nobody knows is fine.
std::string CustomerWords(Context& context, const std::string& customer_id);

}  // namespace rapport::cli
