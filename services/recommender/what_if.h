// What a question may suppose that the store does not hold: a preview, nothing is stored. A value.
#pragma once

#include <string>
#include <vector>

namespace rapport {

inline constexpr int kMostSupposed = 1'000;  // ids of each kind

struct WhatIf {
  // As if never bought: such items are new to the customer again.
  std::vector<std::string> leave_out_event_ids;
  std::vector<std::string> leave_out_item_ids;  // every purchase of them
  // As if bought for somebody else: no evidence, though not new to the customer.
  std::vector<std::string> gift_event_ids;
  std::vector<std::string> gift_item_ids;  // every purchase of them
  std::vector<std::string> add_item_ids;   // as if bought at the time of the question, one order
  std::vector<std::string> leave_out_report_ids;  // as if never reported

  bool empty() const {
    return leave_out_event_ids.empty() && leave_out_item_ids.empty() && gift_event_ids.empty() &&
           gift_item_ids.empty() && add_item_ids.empty() && leave_out_report_ids.empty();
  }
  bool operator==(const WhatIf&) const = default;
};

}  // namespace rapport
