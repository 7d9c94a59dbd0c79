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

// --- what people report of a customer. Each has an event_id that is unique for the customer, among
// purchases and returns too, and is said at a time that the report gives. What was reported may be
// taken back; it is never changed.

// How something that was suggested, or said, was received. The values are stored: never renumber.
enum class OutcomeKind : uint8_t {
  kNotRelayed = 1,         // nothing was said: no effect
  kRelayed = 2,            // it was said, and nothing came of it yet
  kAccepted = 3,           // the customer took it, or will
  kDeclinedNotNow = 4,     // not today; fades
  kDeclinedNever = 5,      // never again
  kAlreadyHas = 6,         // from elsewhere
  kBoughtAsGift = 7,       // these purchases were for somebody else
  kNotRepresentative = 8,  // these purchases say nothing of the customer
  kWrongFact = 9,          // these purchases were not the customer's
  kUncomfortable = 10,     // never to be spoken of again
};
inline constexpr int kOutcomeKinds = 10;

// How sure a suggestion was when it was made. Stored: never renumber.
enum class StatedConfidence : uint8_t { kNone = 0, kThin = 1, kFair = 2, kStrong = 3 };

struct Outcome {
  std::string event_id;
  std::string customer_id;
  OutcomeKind kind = OutcomeKind::kNotRelayed;
  std::string item_id;  // that was suggested or spoken of
  // kBoughtAsGift, kNotRepresentative, kWrongFact: the purchases that it is about, at least one.
  std::vector<std::string> purchase_event_ids;
  TimePoint at;
  std::string staff_id;
  std::string claim;  // what kind of thing was said, by its name; empty: not known
  StatedConfidence confidence = StatedConfidence::kNone;  // of the suggestion
  std::string remark;                                     // for people
  bool operator==(const Outcome&) const = default;
};

// What was learnt of a customer. The values are stored: never renumber.
enum class InsightKind : uint8_t {
  kLikes = 1,
  kDislikes = 2,
  kAllergicTo = 3,     // nothing of it is suggested, ever
  kSize = 4,           // that fits: of the subject, or of everything
  kOwnsElsewhere = 5,  // has the item, and did not buy it here
  kAvoidTopic = 6,     // not to be spoken of
  kNote = 7,           // in words; no effect
  kComplaint = 8,      // open until it is taken back or expires
};
inline constexpr int kInsightKinds = 8;

// What an insight is about. The values are stored: never renumber.
enum class SubjectKind : uint8_t {
  kNone = 0,
  kItem = 1,
  kCategory = 2,  // at any level of the path
  kBrand = 3,
  kTag = 4,
  kAttribute = 5,  // that has this value
  kWord = 6,       // in any text of an item, in any case
};

struct Subject {
  SubjectKind kind = SubjectKind::kNone;
  std::string name;   // of the attribute
  std::string value;  // an item's id, a category, a brand, a tag, an attribute's value, a word
  bool operator==(const Subject&) const = default;
};

struct Insight {
  std::string event_id;
  std::string customer_id;
  InsightKind kind = InsightKind::kNote;
  Subject subject;
  std::string text;  // the size, the note, the complaint; for people
  TimePoint at;
  std::string staff_id;
  std::optional<TimePoint> expires_at;  // the first moment at which it no longer holds
  bool operator==(const Insight&) const = default;
};

// The values are stored: never renumber.
enum class ContactChannel : uint8_t {
  kInPerson = 1,
  kPhone = 2,
  kEmail = 3,
  kText = 4,  // SMS and messengers
  kPost = 5,
};
inline constexpr int kContactChannels = 5;

// Staff were in touch with the customer.
struct Contact {
  std::string event_id;
  std::string customer_id;
  ContactChannel channel = ContactChannel::kInPerson;
  TimePoint at;
  std::string staff_id;
  std::string moment_id;  // what for; empty: no moment
  bool operator==(const Contact&) const = default;
};

// A report taken back: as if it had not been made, from then on.
struct Retraction {
  std::string event_id;
  std::string customer_id;
  std::string retracted_event_id;
  TimePoint at;
  std::string staff_id;
  bool operator==(const Retraction&) const = default;
};

// Another customer turned out to be this one: all that is theirs counts as this one's from then on.
// The store alone writes it.
struct Merge {
  std::string event_id;     // that no other event has
  std::string customer_id;  // who they are
  std::string from_customer_id;
  TimePoint at;
  bool operator==(const Merge&) const = default;
};

using Event = std::variant<Purchase, Return, Outcome, Insight, Contact, Retraction, Merge>;

const std::string& CustomerOf(const Event& event);
const std::string& EventIdOf(const Event& event);
// When it happened.
TimePoint TimeOf(const Event& event);
// Whether it is a report that may be taken back.
inline bool MayBeRetracted(const Event& event) {
  return std::holds_alternative<Outcome>(event) || std::holds_alternative<Insight>(event) ||
         std::holds_alternative<Contact>(event);
}

// When the store took an event in. Sequences start at 1 and rise by 1 with every event accepted.
struct Receipt {
  uint64_t sequence = 0;
  TimePoint recorded_at;
  uint64_t merge = 0;  // the sequence of the merge that brought it; 0: it was the customer's always
};

// Why a purchase is no evidence, as somebody reported it.
enum class SetAside : uint8_t { kNo, kGift, kNotRepresentative, kWrongFact };

// A purchase with what came back of it.
struct HistoryLine {
  Purchase purchase;
  Receipt receipt;
  std::vector<Return> returns;  // oldest first (returned_at, then event_id)
  SetAside set_aside = SetAside::kNo;

  // Bought for somebody else: known when it was bought, or reported since.
  bool Gift() const { return purchase.gift || set_aside == SetAside::kGift; }

  // Pieces kept: quantity less returns, never below zero.
  int32_t KeptQuantity() const;
  // When the last piece came back; none while any is kept.
  std::optional<TimePoint> ReturnedInFullAt() const;
};

// Something that was reported, and whether it was taken back.
struct Reported {
  std::variant<Outcome, Insight, Contact> report;
  Receipt receipt;
  std::optional<Retraction> retracted;

  // Whether it still holds at that time.
  bool InForce(TimePoint at) const;
  // Null: it is something else, or no longer in force.
  const Outcome* OutcomeAt(TimePoint at) const;
  const Insight* InsightAt(TimePoint at) const;
};

const std::string& EventIdOf(const Reported& reported);
TimePoint TimeOf(const Reported& reported);

struct Item {
  std::string item_id;
  std::string title;
  std::vector<std::string> category_path;  // broadest first
  std::string brand;
  std::optional<Money> price;
  std::map<std::string, std::string> attributes;
  bool available = true;
  std::vector<std::string> tags;
  // Set by the store: since when it can be sold again; none: it cannot, or it never was away.
  std::optional<TimePoint> available_since;
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

// When a customer is left alone, in minutes of their own day, 0 to 1,439: from the first until the
// second, over midnight if that is the smaller. Equal: never.
struct QuietHours {
  int32_t from = 0;
  int32_t until = 0;
  bool operator==(const QuietHours&) const = default;
};

struct Customer {
  std::string customer_id;
  std::string name;
  std::string locale;           // BCP 47
  std::string form_of_address;  // "Ms Okafor"
  std::string store;
  std::string staff_id;   // in whose book they are; empty: in nobody's
  std::string time_zone;  // IANA; empty: the shop's
  std::optional<QuietHours> quiet_hours;
  // What the customer agreed to; none: never said, which counts as yes.
  std::optional<bool> consent_personalization;
  std::optional<bool> consent_mention;
  std::optional<bool> consent_contact;
  // By channel, where they said so; it goes before consent_contact.
  std::map<ContactChannel, bool> contact_by_channel;
  bool operator==(const Customer&) const = default;

  // Whether staff may contact them this way.
  bool MayContact(ContactChannel channel) const;
};

// What is known of a customer of whom `old` was said under another id: fields that are empty are
// taken from there, and of each consent the stricter answer holds: no before yes before none.
Customer WithOld(Customer customer, const Customer& old);

// What became of a customer who was merged into another.
struct Merged {
  std::string into_customer_id;
  uint64_t sequence = 0;    // of the merge
  uint64_t purchases = 0;   // lines that came to the other, as are the reports
  uint64_t reports = 0;     // outcomes, insights, contacts
  uint64_t moments = 0;     // told again as the other's
  uint64_t duplicates = 0;  // events that both had with the same content: kept once
  bool operator==(const Merged&) const = default;
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

// Why it is the right time to be in touch with a customer. The first three are told as MomentKind
// and have its values. Stored: never renumber.
enum class Occasion : uint8_t {
  kFirstOrder = 1,
  kFirstInCategory = 2,
  kNthOrder = 3,
  kReplenishDue = 4,
  kUsualLate = 5,
  kLapsedRegular = 6,
  kReturned = 7,     // came back after a lapse
  kAnniversary = 8,  // of the first order
  kBackInStock = 9,
  kFollowUp = 10,
};
inline constexpr int kOccasions = 10;

// The id of a moment: 32 hexadecimal digits. `number` and `text` tell moments of one occasion and
// customer apart.
std::string MomentId(Occasion occasion, int64_t number, const std::string& customer_id,
                     const std::string& text);

// What became of a moment that staff dealt with. The values are stored: never renumber.
enum class MomentFate : uint8_t {
  kContacted = 1,
  kNotReached = 2,  // was tried
  kSkipped = 3,     // left, by choice
  kWrong = 4,       // it was not so
};
inline constexpr int kMomentFates = 4;

// Who deals with a moment, or how it ended.
struct MomentClaim {
  std::string customer_id;
  std::string moment_id;
  Occasion occasion = Occasion::kFirstOrder;
  std::string staff_id;
  TimePoint until;                        // the first moment at which anybody may take it
  std::optional<MomentFate> fate;         // none: not done
  std::optional<ContactChannel> channel;  // of kContacted, if it is known
  TimePoint done_at;                      // if it is done
  bool operator==(const MomentClaim&) const = default;

  // Whether somebody deals with it at that time.
  bool Runs(TimePoint at) const { return !fate && at < until; }
};

}  // namespace rapport
