#include "data/history.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>

namespace rapport {
namespace {

void SortByTime(std::vector<codec::StoredEvent*>* events) {
  std::ranges::sort(*events, {}, [](const codec::StoredEvent* stored) {
    return std::tuple<TimePoint, const std::string&>(TimeOf(stored->event),
                                                     EventIdOf(stored->event));
  });
}

std::variant<Outcome, Insight, Contact> TakeReport(Event* event) {
  if (auto* outcome = std::get_if<Outcome>(event)) return std::move(*outcome);
  if (auto* insight = std::get_if<Insight>(event)) return std::move(*insight);
  return std::move(std::get<Contact>(*event));
}

}  // namespace

HistoryView MakeHistory(std::vector<codec::StoredEvent> events, AsOf as_of) {
  HistoryView view;
  std::vector<codec::StoredEvent*> purchases;
  std::vector<codec::StoredEvent*> returns;
  std::vector<codec::StoredEvent*> reports;
  std::vector<codec::StoredEvent*> retractions;
  for (codec::StoredEvent& stored : events) {
    if (stored.receipt.sequence > as_of.sequence || TimeOf(stored.event) > as_of.time) continue;
    if (std::holds_alternative<Purchase>(stored.event)) {
      purchases.push_back(&stored);
    } else if (std::holds_alternative<Return>(stored.event)) {
      returns.push_back(&stored);
    } else if (std::holds_alternative<Retraction>(stored.event)) {
      retractions.push_back(&stored);
    } else {
      reports.push_back(&stored);
    }
  }
  // What says something: a return or a retraction alone does not.
  const auto counts = [&view](const codec::StoredEvent& stored) {
    view.sequence = std::max({view.sequence, stored.receipt.sequence, stored.receipt.merge});
    view.latest = std::max(view.latest, TimeOf(stored.event));
  };
  SortByTime(&purchases);
  view.lines.reserve(purchases.size());
  for (codec::StoredEvent* stored : purchases) {
    counts(*stored);
    view.lines.push_back({std::move(std::get<Purchase>(stored->event)), stored->receipt, {}});
  }
  if (returns.empty() && reports.empty()) return view;

  std::unordered_map<std::string_view, HistoryLine*> lines;
  for (HistoryLine& line : view.lines) lines.emplace(line.purchase.event_id, &line);
  SortByTime(&returns);
  for (codec::StoredEvent* stored : returns) {
    Return& back = std::get<Return>(stored->event);
    const auto line = lines.find(back.purchase_event_id);
    if (line == lines.end()) continue;
    counts(*stored);
    line->second->returns.push_back(std::move(back));
  }

  SortByTime(&reports);
  view.reports.reserve(reports.size());  // what is in it must not move
  std::unordered_map<std::string_view, Reported*> reported;
  for (codec::StoredEvent* stored : reports) {
    counts(*stored);
    Reported& report =
        view.reports.emplace_back(TakeReport(&stored->event), stored->receipt, std::nullopt);
    reported.emplace(EventIdOf(report), &report);
  }
  SortByTime(&retractions);
  for (codec::StoredEvent* stored : retractions) {
    Retraction& retraction = std::get<Retraction>(stored->event);
    const auto report = reported.find(retraction.retracted_event_id);
    if (report == reported.end() || report->second->retracted) continue;
    counts(*stored);
    report->second->retracted = std::move(retraction);
  }
  SetLinesAside(&view);
  return view;
}

}  // namespace rapport
