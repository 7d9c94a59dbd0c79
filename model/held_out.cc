#include "model/held_out.h"

#include <algorithm>

namespace rapport {

std::vector<ItemIndex> HeldOutCustomer::Relevant(Pool pool) const {
  std::vector<ItemIndex> relevant;
  for (const ItemIndex item : bought) {
    if (InPool(pool, evidence, item)) relevant.push_back(item);
  }
  return relevant;
}

bool InPool(Pool pool, const Evidence& evidence, ItemIndex item) {
  if (pool == Pool::kAny) return true;
  return (evidence.Find(item) != nullptr) == (pool == Pool::kBoughtBefore);
}

HeldOut::HeldOut(const PurchaseLog& log, Instant cut, Instant end)
    : cut(cut), end(end), candidate(log.items().size(), false) {
  std::vector<Evidence> evidence(log.customer_count());
  std::vector<int> buyers(log.items().size(), 0);
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    evidence[customer] = Evidence(log.OwnPurchasesAt(CustomerIndex(customer), cut));
    for (const Evidence::Entry& entry : evidence[customer].entries()) ++buyers[Row(entry.item)];
  }
  for (size_t item = 0; item < buyers.size(); ++item)
    candidate[item] = buyers[item] >= kLeastBuyers;

  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    if (evidence[customer].empty()) continue;
    HeldOutCustomer held_out;
    for (const PurchaseLog::Line& line : log.LinesOf(CustomerIndex(customer))) {
      const bool in_window = line.at >= cut && line.at < end && !line.gift;
      if (in_window && candidate[Row(line.item)]) held_out.bought.push_back(line.item);
    }
    if (held_out.bought.empty()) continue;
    std::sort(held_out.bought.begin(), held_out.bought.end());
    held_out.bought.erase(std::unique(held_out.bought.begin(), held_out.bought.end()),
                          held_out.bought.end());
    held_out.evidence = std::move(evidence[customer]);
    customers.push_back(std::move(held_out));
  }
}

}  // namespace rapport
