#include "data/history.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>

namespace rapport {

HistoryView MakeHistory(std::vector<codec::StoredEvent> events, AsOf as_of) {
  HistoryView view;
  std::vector<codec::StoredEvent*> purchases;
  std::vector<codec::StoredEvent*> returns;
  for (codec::StoredEvent& stored : events) {
    if (stored.receipt.sequence > as_of.sequence) continue;
    if (auto* purchase = std::get_if<Purchase>(&stored.event)) {
      if (purchase->purchased_at > as_of.time) continue;
      view.sequence = std::max(view.sequence, stored.receipt.sequence);
      view.latest = std::max(view.latest, purchase->purchased_at);
      purchases.push_back(&stored);
    } else if (std::get<Return>(stored.event).returned_at <= as_of.time) {
      returns.push_back(&stored);
    }
  }
  std::ranges::sort(purchases, {}, [](const codec::StoredEvent* stored) {
    const Purchase& purchase = std::get<Purchase>(stored->event);
    return std::tie(purchase.purchased_at, purchase.event_id);
  });
  view.lines.reserve(purchases.size());
  for (codec::StoredEvent* stored : purchases)
    view.lines.push_back({std::move(std::get<Purchase>(stored->event)), stored->receipt, {}});
  if (returns.empty()) return view;

  std::unordered_map<std::string_view, HistoryLine*> lines;
  for (HistoryLine& line : view.lines) lines.emplace(line.purchase.event_id, &line);
  std::ranges::sort(returns, {}, [](const codec::StoredEvent* stored) {
    const Return& back = std::get<Return>(stored->event);
    return std::tie(back.returned_at, back.event_id);
  });
  for (codec::StoredEvent* stored : returns) {
    Return& back = std::get<Return>(stored->event);
    const auto line = lines.find(back.purchase_event_id);
    if (line == lines.end()) continue;
    view.sequence = std::max(view.sequence, stored->receipt.sequence);
    view.latest = std::max(view.latest, back.returned_at);
    line->second->returns.push_back(std::move(back));
  }
  return view;
}

}  // namespace rapport
