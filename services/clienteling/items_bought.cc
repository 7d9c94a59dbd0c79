#include "services/clienteling/items_bought.h"

#include <memory>
#include <utility>

namespace rapport::clienteling {

absl::Status ItemsBought::Read(std::span<const HistoryLine> lines) {
  for (const HistoryLine& line : lines) {
    if (absl::Status read = Read(line.purchase.item_id); !read.ok()) return read;
  }
  return absl::OkStatus();
}

absl::Status ItemsBought::Read(const std::string& item_id) {
  if (items_.contains(item_id)) return absl::OkStatus();
  KnownItem known;
  if (const auto index = serving_.model().items.Find(item_id)) {
    known.item = serving_.items()[*index];
  } else {  // described or sold since the model was trained
    auto item = store_.GetItem(item_id);
    if (!item.ok()) return item.status();
    known.item =
        std::make_shared<const Item>(item->has_value() ? **item : Item{.item_id = item_id});
  }
  known.hidden = discretion_.hides_item(*known.item);
  items_.emplace(item_id, std::move(known));
  return absl::OkStatus();
}

}  // namespace rapport::clienteling
