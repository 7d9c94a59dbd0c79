#include "services/talk/subject.h"

#include <algorithm>
#include <utility>

namespace rapport::talk {

std::shared_ptr<const Item> Subject::Known(const std::string& item_id) const {
  const auto index = serving->model().items.Find(item_id);
  return index ? serving->items()[*index] : nullptr;
}

bool Subject::IsSensitive(const std::string& item_id, const Tact& tact) const {
  const auto item = Known(item_id);
  return item != nullptr && tact.IsSensitive(*item);
}

absl::StatusOr<Subject> SubjectOf(const Store& store, std::shared_ptr<const ServingModel> serving,
                                  Shopper shopper, const Tact& tact, TimePoint now) {
  Subject subject{.shopper = std::move(shopper), .serving = std::move(serving)};
  if (const std::string& id = subject.shopper.customer_id; !id.empty()) {
    const auto view = store.View(id);
    if (!view.ok()) return view.status();
    subject.described = (*view)->described;
  }
  Shopper of_now = subject.shopper;
  of_now.what_if = {};
  auto state = StateFor(store, subject.serving->model(), of_now, std::nullopt, now);
  if (!state.ok()) return state.status();
  subject.state = *std::move(state);
  const auto known = [&subject](const std::string& item_id) { return subject.Known(item_id); };
  subject.facts = FactsOf(subject.state.bought(), known, now);
  subject.unspoken = UnspokenItems(subject.state.history->reports, subject.state.as_of);
  for (const auto& [item_id, visits] : subject.facts.bought) {
    const auto item = known(item_id);
    if (item == nullptr) continue;
    if (subject.IsUnspoken(*item)) subject.facts.unspoken.insert(item_id);
    if (MentionOf(*item, subject.facts, tact)) subject.anything_sayable = true;
  }
  const auto sensitive = [&](const std::string& item_id) {
    return subject.IsSensitive(item_id, tact);
  };
  const auto any = [&](const std::vector<std::string>& ids) {
    return std::ranges::any_of(ids, sensitive);
  };
  subject.any_sensitive =
      std::ranges::any_of(
          subject.state.bought(),
          [&](const HistoryLine& line) { return sensitive(line.purchase.item_id); }) ||
      any(subject.shopper.basket_item_ids) || any(subject.shopper.what_if.add_item_ids);
  return subject;
}

}  // namespace rapport::talk
