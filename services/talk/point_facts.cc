#include "services/talk/point_facts.h"

#include <algorithm>
#include <cmath>

#include "services/talk/text.h"

namespace rapport::talk {
namespace {

constexpr double kLeastShare = 0.05;  // evidence below it is not worth a word

// The sum of absolute contributions and terms that shares are of.
double WholeOf(const ItemExplanation& explanation) {
  for (const EvidenceLine& line : explanation.evidence) {
    if (line.share != 0) return std::abs(line.contribution / line.share);
  }
  const ScoreTerms& terms = explanation.terms;
  return std::abs(terms.taste) + std::abs(terms.repeat) + std::abs(terms.popularity) +
         std::abs(terms.rules);
}

}  // namespace

double RulesShare(const ItemExplanation& explanation) {
  const double whole = WholeOf(explanation);
  return whole > 0 ? std::min(1.0, std::abs(explanation.terms.rules) / whole) : 0;
}

bool MayBePersonal(const PointFacts& facts, const Tact& tact) {
  const ItemExplanation& explanation = facts.explanation;
  const bool bought =
      (explanation.pinned && explanation.promoted) ||
      (explanation.commercial && RulesShare(explanation) > tact.options().most_commercial_share);
  return explanation.personal && explanation.may_mention && !explanation.popularity_driven &&
         !bought;
}

bool MayBeImpersonal(const PointFacts& facts) {
  const ItemExplanation& explanation = facts.explanation;
  const bool unmentioned =
      explanation.personal && !explanation.may_mention && !explanation.popularity_driven;
  const bool ruled = explanation.pinned || RulesShare(explanation) >= 0.5;
  return !unmentioned && !ruled;
}

std::optional<Mention> MentionOf(const EvidenceLine& line, const PointFacts& facts,
                                 const Tact& tact) {
  if (!facts.explanation.may_mention) return std::nullopt;
  if (line.kind != EvidenceKind::kBasket) return MentionOf(line.item, facts.customer, tact);
  if (!facts.basket_is_here || tact.IsSensitive(line.item) || SpokenName(line.item.title).empty())
    return std::nullopt;
  return Mention{.last = facts.customer.now};
}

bool SpeaksFor(const EvidenceLine& line, const PointFacts& facts, const Tact& tact) {
  const bool ranked = line.rank_without > 0 && facts.explanation.rank > 0;
  return (!ranked || line.rank_without >= facts.explanation.rank) && line.contribution > 0 &&
         line.share >= kLeastShare && line.item.item_id != facts.explanation.item.item_id &&
         MentionOf(line, facts, tact).has_value();
}

}  // namespace rapport::talk
