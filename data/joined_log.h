// JoinedLog: the events of a customer who was known under several ids, as one history.
//
// In each log an event has the id that it was recorded with, and what it refers to (a return to a
// purchase, say) is looked for in its own log first. In the log that another was merged into, an
// event from there keeps its id; if that is taken by an event of the same content, it is the same
// event and dropped; if by another, it is called "<customer>/<id>". What was there first decides,
// so that nothing that comes later renames anything: the history as of a sequence stays the same.
// One thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/codec.h"
#include "data/customer_log.h"
#include "data/store.h"

namespace rapport {

class JoinedLog {
 public:
  explicit JoinedLog(CustomerLog log);
  ~JoinedLog();

  // What became of an event that came under any of the ids.
  struct Verdict {
    AppendOutcome outcome = AppendOutcome::kAccepted;
    std::string conflicting_field;
    // As it stands in the history, but for what it refers to; kConflict: what stands in its place.
    // Lasts as long as the log.
    const Event* event = nullptr;
  };
  // Adds it if it is new; its sequence must be greater than all so far. Requires: its customer is
  // one of the log's.
  Verdict Add(const Event& event, const Receipt& receipt);

  // Whether there is all that an event, which came under any of the ids, refers to.
  bool IsMatched(Event event) const;
  // What an event of that customer's log is called in the history; one that it has not: the same.
  std::string NameOf(std::string_view customer_id, const std::string& event_id) const;

  // How many events the history of that one of the customers has.
  size_t CountOf(std::string_view customer_id) const;
  // The history's, in no order to rely on.
  std::vector<codec::StoredEvent> Events() const;

 private:
  struct Log;
  Log* LogOf(std::string_view customer_id) const;
  Log* Build(CustomerLog log, Log* into);

  std::vector<std::unique_ptr<Log>> logs_;  // the first: into which all others were merged
  std::unordered_map<std::string_view, Log*> by_customer_;
};

// All events as one history.
std::vector<codec::StoredEvent> JoinedEvents(CustomerLog log);

}  // namespace rapport
