#include "data/joined_log.h"

#include <algorithm>
#include <deque>
#include <tuple>
#include <utility>
#include <variant>

#include "data/event_difference.h"
#include "data/hash_text.h"

namespace rapport {
namespace {

// What clients may send: by a longer name nobody could refer to the event.
constexpr size_t kMostIdBytes = 128;

std::string Prefixed(const std::string& customer_id, const std::string& event_id) {
  std::string name = customer_id + '/' + event_id;
  return name.size() <= kMostIdBytes ? name : "merged/" + HashText(name);
}

void SetIds(Event* event, const std::string& customer_id, const std::string& event_id) {
  std::visit(
      [&](auto& each) {
        each.customer_id = customer_id;
        each.event_id = event_id;
      },
      *event);
}

// Calls `change` with each id by which the event refers to another, and whether it may be that one.
template <typename Function>
void ForEachReference(Event* event, const Function& change) {
  const auto is_purchase = [](const Event& other) {
    return std::holds_alternative<Purchase>(other);
  };
  if (auto* back = std::get_if<Return>(event)) {
    change(&back->purchase_event_id, is_purchase);
  } else if (auto* retraction = std::get_if<Retraction>(event)) {
    change(&retraction->retracted_event_id, MayBeRetracted);
  } else if (auto* outcome = std::get_if<Outcome>(event)) {
    for (std::string& event_id : outcome->purchase_event_ids) change(&event_id, is_purchase);
  }
}

// Of what became part of a log at once, that which is referred to comes first.
int Rank(const Event& event) {
  if (std::holds_alternative<Purchase>(event)) return 0;
  return MayBeRetracted(event) ? 1 : 2;
}

AppendOutcome OutcomeOf(const std::string& difference) {
  return difference.empty() ? AppendOutcome::kDuplicate : AppendOutcome::kConflict;
}

}  // namespace

// The history of one of the customers: what was recorded for them, and what was merged into it.
struct JoinedLog::Log {
  struct Entry {
    codec::StoredEvent stored;  // refers to others as it was recorded
    const Log* origin;          // the log that it was recorded in
  };

  const std::string customer_id;
  const uint64_t merge;
  Log* const into;            // null: this is the whole
  std::deque<Entry> entries;  // never moves what it holds
  std::unordered_map<std::string, const Entry*> by_id;
  std::unordered_map<std::string, std::string> names;  // by id here: the id in `into`

  const Entry* Find(const std::string& event_id) const {
    const auto found = by_id.find(event_id);
    return found != by_id.end() ? found->second : nullptr;
  }

  void Insert(codec::StoredEvent stored, const Log* origin) {
    const Entry& inserted = entries.emplace_back(std::move(stored), origin);
    by_id.emplace(EventIdOf(inserted.stored.event), &inserted);
  }

  // The event, with what it refers to as this log calls it. Requires: `from` is part of this.
  Event Resolved(Event event, const Log* from) const {
    ForEachReference(&event, [&](std::string* event_id, const auto& may_be) {
      for (const Log* log = from; log != this; log = log->into) {
        const Entry* there = log->Find(*event_id);
        if (there == nullptr || !may_be(there->stored.event)) continue;
        const auto name = log->names.find(*event_id);
        if (name != log->names.end()) *event_id = name->second;
      }
    });
    return event;
  }

  // The id that an event of this log gets in `into`, and whether the same event has it already.
  std::pair<std::string, bool> PlaceOf(const codec::StoredEvent& stored, const Log* origin) const {
    const Event event = into->Resolved(stored.event, origin);
    std::string event_id = EventIdOf(event);
    while (const Entry* there = into->Find(event_id)) {
      if (Difference(event, into->Resolved(there->stored.event, there->origin)).empty())
        return {std::move(event_id), true};
      event_id = Prefixed(customer_id, event_id);
    }
    return {std::move(event_id), false};
  }

  // The event as it stands in `into`.
  codec::StoredEvent Moved(codec::StoredEvent stored, const std::string& event_id) const {
    stored.receipt.merge = merge;
    SetIds(&stored.event, into->customer_id, event_id);
    return stored;
  }
};

JoinedLog::JoinedLog(CustomerLog log) { Build(std::move(log), nullptr); }

JoinedLog::~JoinedLog() = default;

JoinedLog::Log* JoinedLog::Build(CustomerLog log, Log* into) {
  Log* const built =
      logs_.emplace_back(new Log{std::move(log.customer_id), log.merge, into, {}, {}, {}}).get();
  by_customer_.emplace(built->customer_id, built);
  std::vector<Log*> merged;
  for (CustomerLog& from : log.merged) merged.push_back(Build(std::move(from), built));

  // In the order in which they became part of this log.
  struct Arrival {
    uint64_t sequence;
    size_t log;  // 0: this one
    int rank;
    const codec::StoredEvent* stored;
    const Log* origin;
  };
  std::vector<Arrival> arrivals;
  for (const codec::StoredEvent& own : log.events)
    arrivals.push_back({own.receipt.sequence, 0, Rank(own.event), &own, built});
  for (size_t at = 0; at < merged.size(); ++at) {
    for (const auto& [stored, origin] : merged[at]->entries) {
      arrivals.push_back({std::max(stored.receipt.sequence, merged[at]->merge), at + 1,
                          Rank(stored.event), &stored, origin});
    }
  }
  std::ranges::sort(arrivals, {}, [](const Arrival& each) {
    return std::tuple(each.sequence, each.log, each.rank, each.stored->receipt.sequence);
  });
  for (const Arrival& arrival : arrivals) {
    if (arrival.log == 0) {
      built->Insert(*arrival.stored, built);
      continue;
    }
    Log& from = *merged[arrival.log - 1];
    auto [event_id, taken] = from.PlaceOf(*arrival.stored, arrival.origin);
    if (!taken) built->Insert(from.Moved(*arrival.stored, event_id), arrival.origin);
    from.names.emplace(EventIdOf(arrival.stored->event), std::move(event_id));
  }
  return built;
}

JoinedLog::Log* JoinedLog::LogOf(std::string_view customer_id) const {
  return by_customer_.at(customer_id);
}

JoinedLog::Verdict JoinedLog::Add(const Event& event, const Receipt& receipt) {
  Log* const origin = LogOf(CustomerOf(event));
  const auto standing = [this](std::string_view customer_id, const std::string& event_id) {
    return &logs_.front()->Find(NameOf(customer_id, event_id))->stored.event;
  };
  if (const Log::Entry* there = origin->Find(EventIdOf(event))) {
    std::string difference =
        Difference(event, origin->Resolved(there->stored.event, there->origin));
    const AppendOutcome outcome = OutcomeOf(difference);
    return {outcome, std::move(difference), standing(origin->customer_id, EventIdOf(event))};
  }
  // First as what it would stand in each log; then, being new in all of them, into each.
  std::vector<codec::StoredEvent> places = {{event, receipt}};
  for (const Log* log = origin; log->into != nullptr; log = log->into) {
    const auto [event_id, taken] = log->PlaceOf(places.back(), origin);
    if (taken) return {AppendOutcome::kDuplicate, "", standing(log->into->customer_id, event_id)};
    places.push_back(log->Moved(places.back(), event_id));
  }
  Log* log = origin;
  for (size_t at = 0; at < places.size(); ++at, log = log->into) {
    if (at + 1 < places.size())
      log->names.emplace(EventIdOf(places[at].event), EventIdOf(places[at + 1].event));
    log->Insert(std::move(places[at]), origin);
  }
  return {AppendOutcome::kAccepted, "", &logs_.front()->entries.back().stored.event};
}

bool JoinedLog::IsMatched(Event event) const {
  bool matched = true;
  const Log* const origin = LogOf(CustomerOf(event));
  ForEachReference(&event, [&](const std::string* event_id, const auto& may_be) {
    bool found = false;
    for (const Log* log = origin; log != nullptr && !found; log = log->into) {
      const Log::Entry* there = log->Find(*event_id);
      found = there != nullptr && may_be(there->stored.event);
    }
    matched = matched && found;
  });
  return matched;
}

std::string JoinedLog::NameOf(std::string_view customer_id, const std::string& event_id) const {
  std::string name = event_id;
  for (const Log* log = LogOf(customer_id); log->into != nullptr; log = log->into) {
    const auto known = log->names.find(name);
    if (known != log->names.end()) name = known->second;
  }
  return name;
}

size_t JoinedLog::CountOf(std::string_view customer_id) const {
  return LogOf(customer_id)->entries.size();
}

std::vector<codec::StoredEvent> JoinedLog::Events() const {
  const Log& whole = *logs_.front();
  std::vector<codec::StoredEvent> events;
  events.reserve(whole.entries.size());
  for (const auto& [stored, origin] : whole.entries)
    events.push_back({whole.Resolved(stored.event, origin), stored.receipt});
  return events;
}

std::vector<codec::StoredEvent> JoinedEvents(CustomerLog log) {
  if (log.merged.empty()) return std::move(log.events);
  return JoinedLog(std::move(log)).Events();
}

}  // namespace rapport
