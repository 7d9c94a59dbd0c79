#include "services/recommender/supposed_history.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace rapport {
namespace {

// The ids of one field, and which of them the history has.
class NamedIds {
 public:
  NamedIds(std::string_view field, const std::vector<std::string>& ids) : field_(field), ids_(ids) {
    for (const std::string& id : ids) met_.try_emplace(id, false);
  }

  bool Name(const std::string& id) {
    const auto named = met_.find(id);
    if (named == met_.end()) return false;
    return named->second = true;
  }

  void Complain(std::string_view expected, std::vector<FieldError>* errors) const {
    for (size_t index = 0; index < ids_.size(); ++index) {
      if (met_.at(ids_[index])) continue;
      errors->push_back(
          {absl::StrCat("what_if.", std::string(field_), "[", index, "]"),
           absl::StrCat("given ", ids_[index], "; expected ", std::string(expected))});
    }
  }

 private:
  const std::string_view field_;
  const std::vector<std::string>& ids_;
  std::unordered_map<std::string_view, bool> met_;
};

constexpr std::string_view kAReport = "the id of an outcome or insight that was reported by then";
constexpr std::string_view kAnEvent = "the event_id of a purchase that was made by then";
constexpr std::string_view kAnItem = "an item that was bought by then";

}  // namespace

HistoryView SupposedHistory(const HistoryView& history, const WhatIf& what_if, TimePoint at,
                            std::vector<FieldError>* errors) {
  NamedIds out_events("leave_out_event_ids", what_if.leave_out_event_ids);
  NamedIds out_items("leave_out_item_ids", what_if.leave_out_item_ids);
  NamedIds gift_events("gift_event_ids", what_if.gift_event_ids);
  NamedIds gift_items("gift_item_ids", what_if.gift_item_ids);
  NamedIds out_reports("leave_out_report_ids", what_if.leave_out_report_ids);
  HistoryView supposed{
      .sequence = history.sequence, .latest = history.latest, .lines = {}, .reports = {}};
  for (const Reported& reported : history.reports) {
    if (!out_reports.Name(EventIdOf(reported))) supposed.reports.push_back(reported);
  }
  for (const HistoryLine& line : history.lines) {
    const std::string& event_id = line.purchase.event_id;
    const std::string& item_id = line.purchase.item_id;
    // Each id is looked for, whatever the others say of the line.
    const bool out = out_events.Name(event_id) | out_items.Name(item_id);
    const bool gift = gift_events.Name(event_id) | gift_items.Name(item_id);
    if (out) continue;
    supposed.lines.push_back(line);
    if (gift) supposed.lines.back().purchase.gift = true;
  }
  if (!what_if.leave_out_report_ids.empty()) SetLinesAside(&supposed);
  for (const std::string& item_id : what_if.add_item_ids)
    supposed.lines.push_back({.purchase = {.item_id = item_id, .purchased_at = at}});
  out_events.Complain(kAnEvent, errors);
  out_items.Complain(kAnItem, errors);
  gift_events.Complain(kAnEvent, errors);
  gift_items.Complain(kAnItem, errors);
  out_reports.Complain(kAReport, errors);
  return supposed;
}

}  // namespace rapport
