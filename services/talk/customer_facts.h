// CustomerFacts: what a customer's history says for talking: what was bought for themselves and
// kept, and when; what came back; what is usual. Values and pure functions; any thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "data/records.h"
#include "services/talk/tact.h"

namespace rapport::talk {

// A visit (as clienteling/visits.h has it) with an item.
struct Bought {
  std::string event_id;  // of its first line
  TimePoint at;
};

struct CustomerFacts {
  TimePoint now;  // that words like "recently" are counted to
  int visits = 0;
  std::optional<TimePoint> last_visit;
  std::optional<double> median_gap_days;  // between visits; from three on
  // By item, the visits that had it, latest first; no gifts, and nothing that came back whole.
  std::unordered_map<std::string, std::vector<Bought>> bought;
  std::unordered_set<std::string> returned;  // items of which any piece came back
  std::unordered_set<std::string> unspoken;  // of what was bought: reported not to be spoken of
  // Each by itself; see clienteling/usual_order.h.
  std::unordered_set<std::string> usual;
  // Above half of what the last eight visits bought is of other categories than before them (total
  // variation), with twenty lines and more on either side.
  bool drifted = false;
};

// Null: the shop does not know the item.
using ItemLookup = std::function<std::shared_ptr<const Item>(const std::string& item_id)>;

// `lines`: oldest first.
CustomerFacts FactsOf(std::span<const HistoryLine> lines, const ItemLookup& items, TimePoint now);

// Not for so long as is long for them: three of their own gaps, and 60 days; a year if they have
// no rhythm yet.
bool Lapsed(const CustomerFacts& customer);

enum class Frequency { kOnce, kFew, kOften, kUsually };
std::string_view KeywordOf(Frequency frequency);

// How an item may be spoken of.
struct Mention {
  Frequency frequency = Frequency::kOnce;  // within the horizon
  TimePoint last;
  std::vector<std::string> event_ids;  // latest first
};
// None: it may not: never bought, older than the horizon and not the usual, some of it came back,
// it is sensitive or not to be spoken of, or nothing says what it is called.
std::optional<Mention> MentionOf(const Item& item, const CustomerFacts& customer, const Tact& tact);

}  // namespace rapport::talk
