#include "services/server/purchase_batch.h"

#include <utility>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/fields.h"

namespace rapport::server {
namespace {

// Checks one line and puts it with the events if it is good. Its result names the first thing that
// is wrong.
template <class Line>
v1::RecordResult ReadLine(const Line& line, std::string prefix, TimePoint now,
                          std::vector<Event>& events) {
  Violations violations;
  FieldChecker check(violations, std::move(prefix));
  auto event = FromProto(line, now, check);
  v1::RecordResult result;
  if (line.event_id().size() <= kMaxIdBytes) result.set_event_id(line.event_id());
  if (violations.empty()) {
    events.emplace_back(std::move(event));
  } else {
    result.set_status(v1::RecordResult::STATUS_REJECTED);
    result.set_field(violations.list().front().path);
    result.set_reason(violations.list().front().description);
  }
  return result;
}

void Judge(const EventResult& judged, v1::RecordResult& result) {
  result.set_unmatched(judged.unmatched);
  switch (judged.outcome) {
    case AppendOutcome::kAccepted:
      result.set_status(v1::RecordResult::STATUS_ACCEPTED);
      break;
    case AppendOutcome::kDuplicate:
      result.set_status(v1::RecordResult::STATUS_DUPLICATE);
      break;
    case AppendOutcome::kConflict:
      result.set_status(v1::RecordResult::STATUS_CONFLICT);
      result.set_field(judged.conflicting_field);
      result.set_reason("this event_id was recorded before with another " +
                        judged.conflicting_field + "; the first stands");
      break;
  }
}

void Count(const v1::RecordResult& result, LineCounters& counters) {
  switch (result.status()) {
    case v1::RecordResult::STATUS_ACCEPTED:
      return counters.accepted.Increment();
    case v1::RecordResult::STATUS_DUPLICATE:
      return counters.duplicate.Increment();
    case v1::RecordResult::STATUS_CONFLICT:
      return counters.conflict.Increment();
    default:
      return counters.rejected.Increment();
  }
}

}  // namespace

grpc::Status PurchaseBatch::CheckSize(const Purchases& purchases, const Returns& returns) {
  const int64_t lines = int64_t{purchases.size()} + returns.size();
  if (lines >= 1 && lines <= kMaxBatch) return grpc::Status::OK;
  return InvalidArgument("purchases", "given " + Grouped(lines) +
                                          " purchases and returns; expected 1 to 1,000 together");
}

PurchaseBatch::PurchaseBatch(const Purchases& purchases, const Returns& returns, TimePoint now)
    : purchase_count_(static_cast<size_t>(purchases.size())) {
  const auto lines = static_cast<size_t>(purchases.size()) + static_cast<size_t>(returns.size());
  lines_.reserve(lines);
  events_.reserve(lines);
  for (int index = 0; index < purchases.size(); ++index) {
    lines_.push_back(
        ReadLine(purchases[index], "purchases[" + std::to_string(index) + "].", now, events_));
  }
  for (int index = 0; index < returns.size(); ++index) {
    lines_.push_back(
        ReadLine(returns[index], "returns[" + std::to_string(index) + "].", now, events_));
  }
}

std::vector<v1::RecordResult> PurchaseBatch::Results(const std::vector<EventResult>& judged,
                                                     Metrics& metrics) const {
  std::vector<v1::RecordResult> results = lines_;
  size_t next = 0;
  for (size_t line = 0; line < results.size(); ++line) {
    v1::RecordResult& result = results[line];
    if (result.status() != v1::RecordResult::STATUS_REJECTED) Judge(judged[next++], result);
    Count(result, line < purchase_count_ ? metrics.purchases : metrics.returns);
  }
  return results;
}

}  // namespace rapport::server
