// What the shop knows, as plain values: purchases, returns, items, customers.
// No storage types here; `data/store.h` keeps these, `services/` reason about them. Values, so safe
// in any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rapport {

// UTC, to the microsecond: what Timestamp fields are rounded down to.
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;

// units + nanos / 10^9 of an ISO 4217 currency; nanos in (-10^9, 10^9) with the sign of units.
struct Money {
  std::string currency_code;
  int64_t units = 0;
  int32_t nanos = 0;
  bool operator==(const Money&) const = default;
};

// The values are stored: never renumber.
enum class Channel : uint8_t { kUnspecified = 0, kStore = 1, kOnline = 2, kPhone = 3, kOther = 4 };

// One order line. An empty customer_id is a guest.
struct Purchase {
  std::string event_id;  // unique for the customer, returns included
  std::string customer_id;
  std::string item_id;
  std::string order_id;  // empty: the line is an order of its own
  TimePoint purchased_at;
  int32_t quantity = 1;  // pieces, at least 1
  std::optional<Money> unit_price;
  Channel channel = Channel::kUnspecified;
  std::string staff_id;
  bool gift = false;
  std::string store;  // where it was bought; empty: none, or not known
  bool operator==(const Purchase&) const = default;
};

// Part or all of a purchase brought back.
struct Return {
  std::string event_id;
  std::string customer_id;
  std::string purchase_event_id;
  std::optional<int32_t> quantity;  // pieces; none: whatever is left
  TimePoint returned_at;
  std::string staff_id;
  bool operator==(const Return&) const = default;
};

using Event = std::variant<Purchase, Return>;

// When the store took an event in. Sequences start at 1 and rise by 1 with every event accepted.
struct Receipt {
  uint64_t sequence = 0;
  TimePoint recorded_at;
};

// A purchase with what came back of it.
struct HistoryLine {
  Purchase purchase;
  Receipt receipt;
  std::vector<Return> returns;  // oldest first (returned_at, then event_id)

  // Pieces kept: quantity less returns, never below zero.
  int32_t KeptQuantity() const;
  // When the last piece came back; none while any is kept.
  std::optional<TimePoint> ReturnedInFullAt() const;
};

struct Item {
  std::string item_id;
  std::string title;
  std::vector<std::string> category_path;  // broadest first
  std::string brand;
  std::optional<Money> price;
  std::map<std::string, std::string> attributes;
  bool available = true;
  std::vector<std::string> tags;
  bool operator==(const Item&) const = default;

  // What to call it: the title, or the id of an item that was never described.
  const std::string& Name() const { return title.empty() ? item_id : title; }
};

// The values are stored: never renumber.
enum class RuleEffect : uint8_t { kBoost = 1, kBury = 2, kExclude = 3, kPin = 4 };

// What the shop wants of some of its items in every list.
struct Rule {
  std::string rule_id;
  std::string filter;  // of items, in the language of services/filter
  RuleEffect effect = RuleEffect::kBoost;
  double amount = 0;                    // kBoost: added to the score
  int32_t position = 0;                 // kPin: in the list, from 1
  std::optional<TimePoint> valid_from;  // none: always was
  std::optional<TimePoint>
      valid_until;                  // the first moment at which it is no longer; none: for ever
  std::vector<std::string> stores;  // none: all
  bool commercial = false;          // somebody pays for it, or the shop earns by it
  std::string description;
  bool operator==(const Rule&) const = default;
};

struct Customer {
  std::string customer_id;
  std::string name;
  std::string locale;           // BCP 47
  std::string form_of_address;  // "Ms Okafor"
  std::string store;
  // What the customer agreed to; none: never said, which counts as yes.
  std::optional<bool> consent_personalization;
  std::optional<bool> consent_mention;
  std::optional<bool> consent_contact;
  bool operator==(const Customer&) const = default;
};

// The values are stored: never renumber.
enum class MomentKind : uint8_t { kFirstOrder = 1, kFirstInCategory = 2, kNthOrder = 3 };

// The order line that a moment is of; of an order, the first of its lines.
struct MomentSubject {
  TimePoint purchased_at;
  std::string event_id;
  std::string order_id;  // empty: the line is an order of its own
  std::string item_id;
  bool operator==(const MomentSubject&) const = default;
};

// Something to notice in what a customer bought. There is one at most of each kind and category or
// number; a line that was bought earlier and arrives later moves it.
struct Moment {
  uint64_t position = 0;  // in the stream of moments, from 1; another one when it moves
  MomentKind kind = MomentKind::kFirstOrder;
  std::string customer_id;
  std::string category;      // kFirstInCategory: the broadest
  int32_t order_number = 0;  // kFirstOrder: 1; kNthOrder: n; else 0
  MomentSubject subject;
  std::string moved_from_event_id;  // the subject that it had before; empty: it never moved
  bool operator==(const Moment&) const = default;

  // The same for ever, however often it moves: 32 hexadecimal digits.
  std::string Id() const;
};

}  // namespace rapport
