#include "model/ranker.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include "model/scorer.h"

namespace rapport {

ServedLists::ServedLists(const ModelSnapshot& model, const HeldOut& held_out)
    : scan_(model), candidates_(scan_.None()) {
  for (size_t row = 0; row < held_out.candidate.size(); ++row) {
    if (held_out.candidate[row]) candidates_.Admit(ItemIndex(row));
  }
}

std::vector<Ranked> ServedLists::By(const Scorer& scorer) const {
  return scan_.TopK(scorer, kListLength, OfPool(candidates_, scorer.pool(), scorer.evidence()));
}

std::vector<Ranked> ServedLists::For(const HeldOutCustomer& customer, Pool pool) const {
  return By(Scorer(scan_.model(), pool, customer.evidence));
}

std::array<std::vector<Ranked>, kPoolCount> ServedLists::ForEachPool(
    const HeldOutCustomer& customer) const {
  const Scorer any(scan_.model(), Pool::kAny, customer.evidence);
  std::array<std::vector<Ranked>, kPoolCount> lists;
  for (const Pool pool : kPools) lists[static_cast<size_t>(pool)] = By(any.For(pool));
  return lists;
}

Ranker ServedRanker(const ModelSnapshot& model, const HeldOut& held_out) {
  const auto lists = std::make_shared<const ServedLists>(model, held_out);
  return [lists](const HeldOutCustomer& customer, Pool pool) {
    std::vector<ItemIndex> list;
    for (const Ranked& ranked : lists->For(customer, pool)) list.push_back(ranked.item);
    return list;
  };
}

std::vector<ItemIndex> BestOfPool(const HeldOut& held_out, const HeldOutCustomer& customer,
                                  Pool pool, std::span<const double> first,
                                  std::span<const double> second) {
  std::vector<ItemIndex> items;
  for (size_t row = 0; row < held_out.candidate.size(); ++row) {
    const auto item = static_cast<ItemIndex>(row);
    if (held_out.candidate[row] && InPool(pool, customer.evidence, item)) items.push_back(item);
  }
  const size_t length = std::min(kListLength, items.size());
  std::partial_sort(items.begin(), items.begin() + static_cast<ptrdiff_t>(length), items.end(),
                    [&](ItemIndex a, ItemIndex b) {
                      return std::tie(first[Row(b)], second[Row(b)], a) <
                             std::tie(first[Row(a)], second[Row(a)], b);
                    });
  // A copy: the many lists of an evaluation must not hold room for all items.
  return {items.begin(), items.begin() + static_cast<ptrdiff_t>(length)};
}

}  // namespace rapport
