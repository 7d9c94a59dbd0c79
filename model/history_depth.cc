#include "model/history_depth.h"

#include <algorithm>
#include <vector>

namespace rapport {

size_t OrderCount(const Evidence& evidence) {
  std::vector<uint32_t> orders;
  for (const Evidence::Entry& entry : evidence.entries()) {
    for (const Evidence::Order& order : evidence.orders(entry)) orders.push_back(order.order);
  }
  std::sort(orders.begin(), orders.end());
  return static_cast<size_t>(std::unique(orders.begin(), orders.end()) - orders.begin());
}

HistoryDepth DepthOf(size_t orders) {
  if (orders < 2) return HistoryDepth::kOneOrder;
  if (orders < 5) return HistoryDepth::kFew;
  return orders < 20 ? HistoryDepth::kSome : HistoryDepth::kMany;
}

}  // namespace rapport
