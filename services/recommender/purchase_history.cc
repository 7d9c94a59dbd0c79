#include "services/recommender/purchase_history.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace rapport {
namespace {

constexpr size_t kItemsAtOnce = 1'000;

void AddItems(std::span<const Item> items, PurchaseLogBuilder& builder) {
  for (const Item& item : items) builder.AddItem(item.item_id, item.category_path);
}

// How customers answered what was suggested with a stated confidence.
void AddAnswers(std::span<const Reported> reports, PurchaseLogBuilder& builder) {
  for (const Reported& reported : reports) {
    const auto* outcome = std::get_if<Outcome>(&reported.report);
    if (outcome == nullptr || reported.retracted || outcome->confidence == StatedConfidence::kNone)
      continue;
    const auto level = static_cast<Confidence>(static_cast<int>(outcome->confidence) - 1);
    if (outcome->kind == OutcomeKind::kAccepted) builder.AddAnswer(level, true);
    if (outcome->kind == OutcomeKind::kDeclinedNotNow ||
        outcome->kind == OutcomeKind::kDeclinedNever)
      builder.AddAnswer(level, false);
  }
}

absl::Status AddCatalogue(const Store& store, const std::stop_token& stop,
                          PurchaseLogBuilder& builder) {
  std::string last;
  for (;;) {
    if (stop.stop_requested()) return absl::CancelledError("training was stopped");
    const auto items = store.ListItems(last, kItemsAtOnce);
    if (!items.ok()) return items.status();
    if (items->empty()) return absl::OkStatus();
    AddItems(*items, builder);
    last = items->back().item_id;
  }
}

}  // namespace

void AddToLog(std::string_view customer_id, std::span<const HistoryLine> lines,
              PurchaseLogBuilder& builder) {
  std::vector<RawLine> raw;
  raw.reserve(lines.size());
  for (const HistoryLine& line : lines) {
    raw.push_back({.item_id = line.purchase.item_id,
                   .order_id = line.purchase.order_id,
                   .at = line.purchase.purchased_at,
                   .returned_in_full_at = line.ReturnedInFullAt(),
                   .gift = line.Gift() || line.set_aside != SetAside::kNo});
  }
  if (customer_id.empty()) {
    builder.AddGuests(raw);
  } else {
    builder.AddCustomer(raw);
  }
}

absl::StatusOr<PurchaseLog> ReadLog(const Store& store, const std::function<void(size_t)>& on_rows,
                                    const std::stop_token& stop, uint64_t* sequence) {
  PurchaseLogBuilder builder;
  const auto read =
      store.ScanHistories([&](std::string_view customer_id, const HistoryView& history) {
        if (stop.stop_requested()) return absl::CancelledError("training was stopped");
        AddToLog(customer_id, history.lines, builder);
        AddAnswers(history.reports, builder);
        if (on_rows) on_rows(builder.line_count());
        return absl::OkStatus();
      });
  if (!read.ok()) return read.status();
  if (absl::Status added = AddCatalogue(store, stop, builder); !added.ok()) return added;
  *sequence = *read;
  return std::move(builder).Build();
}

PurchaseLog LogOf(std::vector<Event> events, std::span<const Item> items) {
  struct History {
    std::vector<HistoryLine> lines;
    std::unordered_map<std::string, size_t> line_of;  // by event id
  };
  std::map<std::string, History> customers;
  std::vector<Return> returns;
  for (Event& event : events) {
    if (auto* purchase = std::get_if<Purchase>(&event)) {
      History& history = customers[purchase->customer_id];
      history.line_of.emplace(purchase->event_id, history.lines.size());
      history.lines.push_back({.purchase = std::move(*purchase)});
    } else {
      returns.push_back(std::get<Return>(std::move(event)));
    }
  }
  std::sort(returns.begin(), returns.end(), [](const Return& a, const Return& b) {
    return std::tie(a.returned_at, a.event_id) < std::tie(b.returned_at, b.event_id);
  });
  for (Return& back : returns) {
    History& history = customers[back.customer_id];
    const auto line = history.line_of.find(back.purchase_event_id);
    if (line != history.line_of.end())
      history.lines[line->second].returns.push_back(std::move(back));
  }
  PurchaseLogBuilder builder;
  for (const auto& [customer_id, history] : customers)
    AddToLog(customer_id, history.lines, builder);
  AddItems(items, builder);
  return std::move(builder).Build();
}

int64_t CountPairs(const PurchaseLog& log) {
  std::vector<size_t> last_buyer(log.items().size(), log.customer_count());
  int64_t pairs = 0;
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    for (const PurchaseLog::Line& line : log.LinesOf(CustomerIndex(customer))) {
      if (std::exchange(last_buyer[Row(line.item)], customer) != customer) ++pairs;
    }
  }
  return pairs;
}

}  // namespace rapport
