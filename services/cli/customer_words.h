// Customers as people read of them. Main thread only.
#pragma once

#include <string>

#include "rapport/v1/types.pb.h"
#include "services/cli/context.h"

namespace rapport::cli {

// "Maya Okafor (C001)", or the id where there is no name; a customer nobody knows is fine.
std::string CustomerWords(Context& context, const std::string& customer_id);

// "21:00 to 09:30".
std::string QuietHoursWords(const v1::QuietHours& hours);
// "by phone".
std::string ContactChannelWords(v1::ContactChannel channel);

}  // namespace rapport::cli
