#include "services/talk/explanation_sentence.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string_view>
#include <vector>

#include "services/talk/strings.h"

namespace rapport::talk {
namespace {

std::string Times(int times) {
  if (times == 1) return "once";
  if (times == 2) return "twice";
  return Cat(times, " times");
}

std::string GapInWords(double days) {
  const auto whole = static_cast<int>(std::lround(days));
  if (whole <= 1) return "about every day";
  return Cat("about every ", whole, " days");
}

std::string OwnHistoryPart(const OwnHistory& own) {
  std::string part = Cat("bought ", Times(own.times), " before");
  if (own.median_gap_days && own.times >= 3) part += ", " + GapInWords(*own.median_gap_days);
  return Cat(part, own.times == 1 ? ", on " : ", last on ", DayOf(own.last_purchased_at));
}

// "bought 14 times, last on 3 May 2026", "in the basket now", "supposed", or several of these.
std::string WhenBought(const EvidenceLine& line) {
  std::vector<std::string> parts;
  if (std::ranges::any_of(line.orders, &EvidenceOrder::basket))
    parts.emplace_back("in the basket now");
  if (std::ranges::any_of(line.orders, &EvidenceOrder::supposed)) parts.emplace_back("supposed");
  const int times = line.times - static_cast<int>(parts.size());
  if (times > 0) {
    const auto last = std::ranges::find_if(
        line.orders, [](const EvidenceOrder& order) { return !order.basket && !order.supposed; });
    const TimePoint at = last == line.orders.end() ? line.last_purchased_at : last->purchased_at;
    parts.push_back(Cat("bought ", Times(times), times == 1 ? ", on " : ", last on ", DayOf(at)));
  }
  return Joined(parts, ", ");
}

// "House Blend (bought 14 times, last on 3 May 2026) and V60 filters (bought once, on 9 June 2025)"
std::string Named(const std::vector<const EvidenceLine*>& lines) {
  std::string named;
  for (size_t line = 0; line < lines.size(); ++line) {
    if (line > 0) named += line + 1 == lines.size() ? " and " : ", ";
    named += Cat(lines[line]->item.Name(), " (", WhenBought(*lines[line]), ")");
  }
  return named;
}

// What rules add is the most of it, or they gave it its place.
bool RulesOutweigh(const ItemExplanation& explanation) {
  return explanation.pinned ||
         explanation.terms.rules > explanation.score - explanation.terms.rules;
}

// "placed by a rule of the shop (commercial); ", where that is why it is there.
std::string RulesPart(const ItemExplanation& explanation) {
  if (!RulesOutweigh(explanation)) return "";
  return Cat(
      explanation.pinned ? "given its place by a rule of the shop" : "lifted by the shop's rules",
      explanation.promoted || explanation.commercial ? " (commercial); " : "; ");
}

// The lines without which the item would not be in its list, if they are three at most and listed.
std::vector<const EvidenceLine*> CausesOf(const ItemExplanation& explanation) {
  constexpr size_t kMost = 3;
  const auto& removal = explanation.smallest_removal;
  if (!removal || removal->items.size() > kMost || RulesOutweigh(explanation)) return {};
  std::vector<const EvidenceLine*> causes;
  for (const Item& item : removal->items) {
    const auto line = std::ranges::find_if(explanation.evidence, [&](const EvidenceLine& each) {
      return each.item.item_id == item.item_id && item.item_id != explanation.item.item_id;
    });
    if (line == explanation.evidence.end()) return {};
    causes.push_back(&*line);
  }
  return causes;
}

std::string EvidencePart(const ItemExplanation& explanation, const Unspoken& unspoken) {
  const auto may_be_named = [&](const EvidenceLine* line) {
    return !unspoken || !unspoken(line->item);
  };
  const auto causes = CausesOf(explanation);
  if (!causes.empty() && std::ranges::all_of(causes, may_be_named)) {
    return Cat("in the list because of ", Named(causes), "; without ",
               causes.size() == 1 ? "that" : "those", " it would be in place ",
               explanation.smallest_removal->rank_without);
  }
  std::vector<const EvidenceLine*> lines;
  for (const EvidenceLine& line : explanation.strongest) {
    if (may_be_named(&line)) lines.push_back(&line);
  }
  return lines.empty() ? "" : "goes with " + Named(lines);
}

// "they like the category Coffee", of what is named.
std::string InsightPart(const Insight& insight) {
  const Subject& subject = insight.subject;
  const std::string about = subject.kind == SubjectKind::kAttribute
                                ? Cat(subject.name, " ", subject.value)
                                : subject.value;
  switch (insight.kind) {
    case InsightKind::kLikes:
      return "they like " + about;
    case InsightKind::kDislikes:
      return "they do not care for " + about;
    default:
      return Cat("they have ", about, " from elsewhere");
  }
}

// "staff noted on 3 March 2026 that they like Coffee": the note that says most, if it says enough.
std::string NotePart(const ItemExplanation& explanation, const Unspoken& unspoken) {
  constexpr double kLeastShare = 0.05;
  const auto most = std::ranges::max_element(
      explanation.notes, {}, [](const NoteLine& note) { return std::abs(note.share); });
  if (most == explanation.notes.end() || std::abs(most->share) < kLeastShare) return "";
  const std::string day = DayOf(TimeOf(most->reported));
  if (const auto* insight = std::get_if<Insight>(&most->reported.report))
    return Cat("staff noted on ", day, " that ", InsightPart(*insight));
  const Outcome& outcome = std::get<Outcome>(most->reported.report);
  const bool itself = outcome.item_id == explanation.item.item_id;
  if (!itself && unspoken && unspoken(most->item)) return "";
  const std::string what = itself ? "it" : most->item.Name();
  return outcome.kind == OutcomeKind::kAlreadyHas ? Cat("they have ", what, ", as of ", day)
                                                  : Cat("they declined ", what, " on ", day);
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
  return Cat(static_cast<unsigned>(date.day()), " ",
             kMonths[static_cast<unsigned>(date.month()) - 1], " ", static_cast<int>(date.year()));
}

std::string ExplanationSentence(const ItemExplanation& explanation, const Unspoken& unspoken) {
  const std::string name = explanation.item.Name() + ": " + RulesPart(explanation);
  if (!explanation.personal) {
    return Cat(name, StandingPart(explanation.standing),
               "; nothing of this customer's own went into it.");
  }
  const std::string no_more =
      Cat(StandingPart(explanation.standing), "; it suits this customer no more than others");
  if (!explanation.may_mention) {
    return Cat(name, explanation.popularity_driven ? no_more : "to their taste",
               "; they prefer that past purchases are not mentioned.");
  }
  std::vector<std::string> parts;
  if (explanation.own_history) {
    parts.push_back(OwnHistoryPart(*explanation.own_history));
    if (explanation.popularity_driven) parts.push_back(no_more);
  } else if (explanation.popularity_driven) {
    return Cat(name, no_more, ".");
  }
  if (std::string evidence = EvidencePart(explanation, unspoken);
      !explanation.popularity_driven && !evidence.empty())
    parts.push_back(std::move(evidence));
  if (std::string note = NotePart(explanation, unspoken); !note.empty())
    parts.push_back(std::move(note));
  if (!parts.empty()) return name + Joined(parts, "; ") + ".";
  if (explanation.standing != Standing::kNeither &&
      explanation.terms.popularity > explanation.terms.taste) {
    return Cat(name, StandingPart(explanation.standing),
               "; this customer's own purchases add little to it.");
  }
  return name + "fits what they buy as a whole; no single purchase stands out.";
}

}  // namespace rapport::talk
