#include "services/recommender/sentence.h"

#include <array>
#include <chrono>
#include <cmath>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace rapport {
namespace {

constexpr size_t kMostNamed = 2;
constexpr double kLeastShare = 0.05;  // evidence below it is not worth a word

std::string Times(int times) {
  if (times == 1) return "once";
  if (times == 2) return "twice";
  return absl::StrCat(times, " times");
}

std::string GapInWords(double days) {
  const auto whole = static_cast<int>(std::lround(days));
  if (whole <= 1) return "about every day";
  return absl::StrCat("about every ", whole, " days");
}

std::string OwnHistoryPart(const OwnHistory& own) {
  std::string part = absl::StrCat("bought ", Times(own.times), " before");
  if (own.median_gap_days && own.times >= 3)
    absl::StrAppend(&part, ", ", GapInWords(*own.median_gap_days));
  absl::StrAppend(&part, own.times == 1 ? ", on " : ", last on ", DayOf(own.last_purchased_at));
  return part;
}

// "bought 14 times, last on 3 May 2026", "in the basket now", or both.
std::string WhenBought(const EvidenceLine& line) {
  const bool in_basket = !line.orders.empty() && line.orders.front().basket;
  const int times = line.times - (in_basket ? 1 : 0);
  if (times == 0) return "in the basket now";
  const TimePoint last = in_basket ? line.orders[1].purchased_at : line.last_purchased_at;
  return absl::StrCat(in_basket ? "in the basket now, " : "", "bought ", Times(times),
                      times == 1 ? ", on " : ", last on ", DayOf(last));
}

// "goes with House Blend (bought 14 times, last on 3 May 2026) and V60 filters (bought once, on 9
// June 2025)"
std::string EvidencePart(const ItemExplanation& explanation) {
  std::vector<std::string> named;
  for (const EvidenceLine& line : explanation.evidence) {
    if (named.size() == kMostNamed) break;
    if (line.share < kLeastShare || line.item.item_id == explanation.item.item_id) continue;
    named.push_back(absl::StrCat(line.item.Name(), " (", WhenBought(line), ")"));
  }
  return named.empty() ? "" : absl::StrCat("goes with ", absl::StrJoin(named, " and "));
}

std::string StandingPart(Standing standing) {
  switch (standing) {
    case Standing::kPopular:
      return "popular with customers lately";
    case Standing::kNew:
      return "new in the shop";
    case Standing::kNeither:
      break;
  }
  return "seldom bought lately";
}

}  // namespace

std::string DayOf(TimePoint time) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return absl::StrCat(static_cast<unsigned>(date.day()), " ",
                      std::string(kMonths[static_cast<unsigned>(date.month()) - 1]), " ",
                      static_cast<int>(date.year()));
}

std::string SentenceFor(const ItemExplanation& explanation) {
  const std::string name = explanation.item.Name() + ": ";
  if (!explanation.personal) {
    return absl::StrCat(name, StandingPart(explanation.standing),
                        "; nothing of this customer's own went into it.");
  }
  if (!explanation.may_mention)
    return name + "to their taste; they prefer that past purchases are not mentioned.";

  std::vector<std::string> parts;
  if (explanation.own_history) parts.push_back(OwnHistoryPart(*explanation.own_history));
  if (std::string evidence = EvidencePart(explanation); !evidence.empty())
    parts.push_back(evidence);
  if (!parts.empty()) return name + absl::StrJoin(parts, "; ") + ".";
  if (explanation.standing != Standing::kNeither &&
      explanation.terms.popularity > explanation.terms.taste) {
    return absl::StrCat(name, StandingPart(explanation.standing),
                        "; this customer's own purchases add little to it.");
  }
  return name + "fits what they buy as a whole; no single purchase stands out.";
}

}  // namespace rapport
