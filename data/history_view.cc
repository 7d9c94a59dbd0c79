#include "data/history_view.h"

#include <string_view>
#include <unordered_map>

namespace rapport {
namespace {

SetAside SetAsideBy(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kBoughtAsGift:
      return SetAside::kGift;
    case OutcomeKind::kNotRepresentative:
      return SetAside::kNotRepresentative;
    case OutcomeKind::kWrongFact:
      return SetAside::kWrongFact;
    default:
      return SetAside::kNo;
  }
}

}  // namespace

void SetLinesAside(HistoryView* view) {
  std::unordered_map<std::string_view, SetAside> by_event;
  for (const Reported& reported : view->reports) {
    const auto* outcome = std::get_if<Outcome>(&reported.report);
    if (outcome == nullptr || reported.retracted) continue;
    const SetAside set_aside = SetAsideBy(outcome->kind);
    if (set_aside == SetAside::kNo) continue;
    for (const std::string& event_id : outcome->purchase_event_ids)
      by_event.insert_or_assign(event_id, set_aside);
  }
  for (HistoryLine& line : view->lines) {
    const auto found = by_event.find(line.purchase.event_id);
    line.set_aside = found == by_event.end() ? SetAside::kNo : found->second;
  }
}

}  // namespace rapport
