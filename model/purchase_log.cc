#include "model/purchase_log.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace rapport {

std::vector<OwnPurchase> PurchaseLog::OwnPurchasesAt(CustomerIndex customer, Instant cut) const {
  std::vector<OwnPurchase> own;
  for (const Line& line : LinesOf(customer)) {
    if (line.KeptAt(cut) && !line.gift)
      own.push_back({.item = line.item, .order = line.order, .at = line.at});
  }
  return own;
}

PurchaseLog PurchaseLog::WithGifts(std::span<const Gifts> gifts) const {
  PurchaseLog log = *this;
  for (const Gifts& own : gifts) {
    for (size_t row = offsets_[Row(own.customer)]; row < offsets_[Row(own.customer) + 1]; ++row) {
      Line& line = log.lines_[row];
      line.gift = line.gift || std::binary_search(own.items.begin(), own.items.end(), line.item);
    }
  }
  return log;
}

PurchaseLog::Line PurchaseLogBuilder::Convert(const RawLine& line, uint32_t order) {
  auto found = index_.find(std::string(line.item_id));
  if (found == index_.end()) {
    found = index_.emplace(std::string(line.item_id), static_cast<uint32_t>(ids_.size())).first;
    ids_.emplace_back(line.item_id);
  }
  if (log_.line_count() == 0) log_.first_ = log_.last_ = line.at;
  log_.first_ = std::min(log_.first_, line.at);
  log_.last_ = std::max(log_.last_, line.at);
  return {.item = static_cast<ItemIndex>(found->second),
          .order = order,
          .at = line.at,
          .gone_at = line.returned_in_full_at.value_or(Instant::max()),
          .gift = line.gift};
}

void PurchaseLogBuilder::AddCustomer(std::span<const RawLine> lines) {
  std::vector<std::string_view> order_ids;
  order_ids.reserve(lines.size());
  for (const RawLine& line : lines) order_ids.push_back(line.order_id);
  const std::vector<uint32_t> orders = NumberOrders(order_ids);
  for (size_t row = 0; row < lines.size(); ++row)
    log_.lines_.push_back(Convert(lines[row], orders[row]));
  log_.offsets_.push_back(log_.lines_.size());
}

void PurchaseLogBuilder::AddGuests(std::span<const RawLine> lines) {
  for (const RawLine& line : lines) {
    const auto order =
        line.order_id.empty() ? log_.guests_.size() : std::hash<std::string_view>()(line.order_id);
    log_.guests_.push_back(Convert(line, static_cast<uint32_t>(order)));
  }
}

void PurchaseLogBuilder::AddItem(std::string_view item_id, const CategoryPath& category_path) {
  if (category_path.empty()) return;
  const auto [known, fresh] = catalogue_.try_emplace(std::string(item_id), category_path);
  if (!fresh) known->second = std::min(known->second, category_path);
}

void PurchaseLogBuilder::BuildItems() {
  std::vector<std::string> ids = ids_;
  for (const auto& [id, path] : catalogue_) ids.push_back(id);
  log_.items_ = Vocabulary(std::move(ids));
  log_.bought_items_ = ids_.size();
  std::vector<CategoryPath> paths(log_.items_.size());
  for (const auto& [id, path] : catalogue_) paths[Row(*log_.items_.Find(id))] = path;
  log_.categories_ = Categories(paths);
}

PurchaseLog PurchaseLogBuilder::Build() && {
  BuildItems();
  std::vector<ItemIndex> final_index;
  final_index.reserve(ids_.size());
  for (const std::string& id : ids_) final_index.push_back(*log_.items_.Find(id));
  for (auto* lines : {&log_.lines_, &log_.guests_}) {
    for (PurchaseLog::Line& line : *lines) line.item = final_index[Row(line.item)];
  }
  for (size_t customer = 0; customer + 1 < log_.offsets_.size(); ++customer) {
    std::sort(log_.lines_.begin() + static_cast<ptrdiff_t>(log_.offsets_[customer]),
              log_.lines_.begin() + static_cast<ptrdiff_t>(log_.offsets_[customer + 1]),
              [](const PurchaseLog::Line& a, const PurchaseLog::Line& b) {
                return std::tie(a.at, a.item, a.order, a.gone_at) <
                       std::tie(b.at, b.item, b.order, b.gone_at);
              });
  }
  return std::move(log_);
}

}  // namespace rapport
