#include "services/cli/purchase_files.h"

#include <optional>
#include <utility>
#include <variant>

#include "data/records.h"
#include "services/cli/format.h"
#include "services/cli/progress.h"
#include "services/recommender/purchase_history.h"

namespace rapport::cli {
namespace {

TimePoint HappenedAt(const Event& event) {
  if (const auto* purchase = std::get_if<Purchase>(&event)) return purchase->purchased_at;
  return std::get<Return>(event).returned_at;
}

std::string Named(const std::vector<std::string>& paths) {
  std::string names;
  for (const std::string& path : paths)
    names += (names.empty() ? "" : ", ") + (path == "-" ? "standard input" : path);
  return names;
}

}  // namespace

absl::StatusOr<PurchaseLog> ReadPurchaseFiles(const std::vector<std::string>& paths,
                                              csv::Format format, Instant until,
                                              std::vector<Item>* items) {
  Progress progress;
  auto source = csv::PurchaseSource::OpenAll(paths, format);
  if (!source.ok()) return source.status();
  std::vector<Event> events;
  for (;;) {
    const auto more = (*source)->Read(10'000, &events);
    if (!more.ok()) return more.status();
    if (!*more) break;
    progress.Show("reading", std::nullopt,
                  FormatCount(static_cast<int64_t>(events.size())) + " events");
  }
  std::erase_if(events, [until](const Event& event) { return HappenedAt(event) >= until; });
  std::vector<Item> described = (*source)->Items();
  PurchaseLog log = LogOf(std::move(events), described);
  if (items != nullptr) *items = std::move(described);
  if (log.line_count() > 0) return log;
  return absl::FailedPreconditionError(
      Named(paths) + (paths.size() == 1 ? " has" : " have") + " no purchases" +
      (until == Instant::max() ? "" : " before " + FormatTime(ToTimestamp(until))));
}

}  // namespace rapport::cli
