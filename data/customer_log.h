// CustomerLog: a customer's events as they are stored, and with them the logs of those who were
// merged into the customer. Logs stay where they were written, under the id that each event came
// with; the merge, an event of the other log, says which belong together. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/codec.h"

namespace rocksdb {
class Iterator;
}

namespace rapport {

struct CustomerLog {
  std::string customer_id;
  uint64_t merge = 0;  // the sequence of the merge that made it part of another log; 0: it is none
  std::vector<codec::StoredEvent> events;  // in order of event id; merges are not among them
  std::vector<CustomerLog> merged;         // in order of their merge
};

// The id of the event by which `customer_id` is merged into another.
std::string MergeEventId(std::string_view customer_id);

// The customer, and everybody who was merged into them or into one of those: without reading the
// logs. `events` as below. UNAVAILABLE.
absl::StatusOr<std::vector<std::string>> AllIdsOf(rocksdb::Iterator& events,
                                                  std::string_view customer_id);

// The log as of that sequence: events and merges after it are left out. `events`: of the column
// family `purchases`; one iterator is one consistent state. DATA_LOSS, UNAVAILABLE.
absl::StatusOr<CustomerLog> ReadLog(rocksdb::Iterator& events, std::string_view customer_id,
                                    uint64_t sequence = UINT64_MAX);
// All of it, but FAILED_PRECONDITION if it has more than `*left` events; takes those off.
absl::StatusOr<CustomerLog> ReadLog(rocksdb::Iterator& events, std::string_view customer_id,
                                    size_t* left);

}  // namespace rapport
