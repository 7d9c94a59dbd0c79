#include "services/cli/importer.h"

#include <limits>
#include <optional>
#include <unordered_set>
#include <utility>

#include "services/cli/catalog.h"
#include "services/cli/convert.h"
#include "services/cli/format.h"
#include "services/cli/progress.h"
#include "services/cli/stopwatch.h"

namespace rapport::cli {
namespace {

// Cuts events into messages and sends each as it is full.
class Sender {
 public:
  explicit Sender(Context& context) : stream_(context) {}

  absl::Status Add(const Event& event) {
    Append(event, message_);
    return ++lines_ < PurchaseStream::kMaxLines ? absl::OkStatus() : Flush();
  }

  absl::StatusOr<ImportOutcome> Finish() {
    if (absl::Status failed = Flush(); !failed.ok()) return failed;
    if (absl::Status failed = stream_.Finish(); !failed.ok()) return failed;
    return ImportOutcome{stream_.totals(), watch_.Seconds()};
  }

  const Stopwatch& watch() const { return watch_; }

 private:
  absl::Status Flush() {
    if (lines_ == 0) return absl::OkStatus();
    lines_ = 0;
    return stream_.Send(std::exchange(message_, {}));
  }

  const Stopwatch watch_;
  PurchaseStream stream_;
  v1::ImportPurchasesRequest message_;
  size_t lines_ = 0;
};

// "120,000 rows  45,112/s  3.1 MiB  8.2 s to go"
std::string Speed(const csv::PurchaseSource& source, double seconds,
                  std::optional<double> fraction) {
  const int64_t rows = source.report().rows;
  std::string speed = FormatPlural(rows, "row", "rows");
  if (seconds > 0.5)
    speed += "  " + FormatCount(static_cast<int64_t>(static_cast<double>(rows) / seconds)) + "/s";
  speed += "  " + FormatBytes(source.bytes_read());
  if (fraction && *fraction > 0.01 && seconds > 1) {
    speed += "  " + FormatSeconds(seconds / *fraction - seconds) + " to go";
  }
  return speed;
}

std::optional<double> FractionRead(const csv::PurchaseSource& source) {
  const auto total = source.bytes_total();
  if (!total || *total == 0) return std::nullopt;
  return static_cast<double>(source.bytes_read()) / static_cast<double>(*total);
}

}  // namespace

absl::StatusOr<ImportOutcome> ImportEvents(Context& context, const std::vector<Event>& events) {
  Sender sender(context);
  Progress progress;
  for (size_t at = 0; at < events.size(); ++at) {
    if (absl::Status failed = sender.Add(events[at]); !failed.ok()) return failed;
    if (at % PurchaseStream::kMaxLines == 0) {
      progress.Show("recording", static_cast<double>(at) / static_cast<double>(events.size()),
                    FormatPlural(static_cast<int64_t>(at), "event", "events"));
    }
  }
  return sender.Finish();
}

absl::StatusOr<ImportOutcome> ImportSource(Context& context, csv::PurchaseSource& source) {
  Sender sender(context);
  Progress progress;
  std::vector<Event> events;
  absl::Status broken;
  while (true) {
    events.clear();
    const absl::StatusOr<bool> more = source.Read(PurchaseStream::kMaxLines, &events);
    for (const Event& event : events) {
      if (absl::Status failed = sender.Add(event); !failed.ok()) return failed;
    }
    if (!more.ok()) {
      broken = more.status();
      break;
    }
    if (!*more) break;
    const auto fraction = FractionRead(source);
    progress.Show("importing", fraction, Speed(source, sender.watch().Seconds(), fraction));
  }
  absl::StatusOr<ImportOutcome> outcome = sender.Finish();
  if (outcome.ok() && !broken.ok()) {
    return absl::Status(broken.code(),
                        std::string(broken.message()) + "; what came before it is recorded (" +
                            FormatPlural(outcome->totals.Answered(), "line", "lines") + ")");
  }
  return outcome;
}

absl::StatusOr<int64_t> DescribeItems(Context& context, const std::vector<Item>& items) {
  const auto known = ListItems(context, std::numeric_limits<int64_t>::max());
  if (!known.ok()) return known.status();
  std::unordered_set<std::string> described;
  for (const v1::Item& item : known->items()) {
    if (!item.title().empty()) described.insert(item.item_id());
  }
  std::vector<v1::Item> fresh;
  for (const Item& item : items) {
    if (!item.title.empty() && !described.contains(item.item_id)) fresh.push_back(ToMessage(item));
  }
  if (fresh.empty()) return 0;
  const auto reply = UpsertItems(context, fresh);
  if (!reply.ok()) return reply.status();
  return reply->upserted();
}

}  // namespace rapport::cli
