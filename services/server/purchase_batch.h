// PurchaseBatch: the lines of one message of purchases and returns: which are good, and what became
// of each. A value; for one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/records.h"
#include "data/store.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "grpcpp/support/status.h"
#include "rapport/v1/purchase_service.pb.h"
#include "services/server/metrics.h"

namespace rapport::server {

class PurchaseBatch {
 public:
  using Purchases = google::protobuf::RepeatedPtrField<v1::Purchase>;
  using Returns = google::protobuf::RepeatedPtrField<v1::Return>;

  // INVALID_ARGUMENT if the message is empty or holds more than 1,000 lines.
  static grpc::Status CheckSize(const Purchases& purchases, const Returns& returns);

  // Checks every line. `now` is what times in the future are measured by.
  PurchaseBatch(const Purchases& purchases, const Returns& returns, TimePoint now);

  bool HasEvents() const { return !events_.empty(); }
  // The good lines, in the order of the message, purchases first. Once.
  std::vector<Event> TakeEvents() { return std::move(events_); }

  // One result a line, in the order of the message: the rejected, and the others as the store
  // judged them. Requires: `judged` answers the events in their order. Counts them, too.
  std::vector<v1::RecordResult> Results(const std::vector<EventResult>& judged,
                                        Metrics& metrics) const;
  // How many of the results are of purchases; those of returns follow.
  size_t purchase_count() const { return purchase_count_; }

 private:
  std::vector<v1::RecordResult> lines_;  // REJECTED, or to be filled in from the store's answer
  size_t purchase_count_ = 0;
  std::vector<Event> events_;
};

}  // namespace rapport::server
