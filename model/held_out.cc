#include "model/held_out.h"

#include <algorithm>

namespace rapport {
namespace {

void SortAndDropRepeats(std::vector<ItemIndex>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

std::vector<ItemIndex> OwnItemsAt(const PurchaseLog& log, CustomerIndex customer, Instant cut) {
  std::vector<ItemIndex> items;
  for (const OwnPurchase& purchase : log.OwnPurchasesAt(customer, cut))
    items.push_back(purchase.item);
  SortAndDropRepeats(items);
  return items;
}

std::vector<ItemIndex> BoughtInWindow(const PurchaseLog& log, CustomerIndex customer,
                                      const HeldOut& held_out) {
  std::vector<ItemIndex> bought;
  for (const PurchaseLog::Line& line : log.LinesOf(customer)) {
    const bool in_window = line.at >= held_out.cut && line.at < held_out.end && !line.gift;
    if (in_window && held_out.candidate[Row(line.item)]) bought.push_back(line.item);
  }
  SortAndDropRepeats(bought);
  return bought;
}

}  // namespace

std::vector<ItemIndex> HeldOutCustomer::Relevant(Pool pool) const {
  std::vector<ItemIndex> relevant;
  for (const ItemIndex item : bought) {
    if (InPool(pool, evidence, item)) relevant.push_back(item);
  }
  return relevant;
}

size_t EnoughCustomers(size_t items) {
  constexpr size_t kMostScores = 500'000'000, kFewest = 2'000, kMost = 20'000;
  return std::clamp(kMostScores / std::max<size_t>(1, items), kFewest, kMost);
}

bool InPool(Pool pool, const Evidence& evidence, ItemIndex item) {
  if (pool == Pool::kAny) return true;
  return (evidence.Find(item) != nullptr) == (pool == Pool::kBoughtBefore);
}

HeldOut::HeldOut(const PurchaseLog& log, Instant cut, Instant end, size_t most_customers,
                 int least_buyers)
    : cut(cut), end(end), candidate(log.items().size(), false), buyers(log.items().size(), 0) {
  std::vector<bool> has_history(log.customer_count(), false);
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    const std::vector<ItemIndex> own = OwnItemsAt(log, CustomerIndex(customer), cut);
    for (const ItemIndex item : own) ++buyers[Row(item)];
    has_history[customer] = !own.empty();
    customers_before += own.empty() ? 0 : 1;
  }
  for (size_t item = 0; item < buyers.size(); ++item)
    candidate[item] = buyers[item] >= least_buyers;

  std::vector<CustomerIndex> came;
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    if (BoughtInWindow(log, CustomerIndex(customer), *this).empty()) continue;
    if (has_history[customer]) {
      came.push_back(CustomerIndex(customer));
    } else {
      ++came_without_history;
    }
  }
  const size_t count = std::min(came.size(), most_customers);
  customers.reserve(count);
  for (size_t place = 0; place < count; ++place)
    customers.push_back(Of(log, came[place * came.size() / count]));
}

HeldOutCustomer HeldOut::Of(const PurchaseLog& log, CustomerIndex customer) const {
  return {.evidence = Evidence(log.OwnPurchasesAt(customer, cut)),
          .bought = BoughtInWindow(log, customer, *this)};
}

}  // namespace rapport
