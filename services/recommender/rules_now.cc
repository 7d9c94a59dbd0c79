#include "services/recommender/rules_now.h"

#include <algorithm>
#include <utility>

namespace rapport {
namespace {

bool Promotes(const RulesNow::Applied& applied) {
  return applied.rule->commercial && applied.Amount() > 0;
}

bool PutsForward(const Rule& rule) {
  return rule.effect == RuleEffect::kPin || (rule.effect == RuleEffect::kBoost && rule.amount > 0);
}

}  // namespace

RulesNow::RulesNow(const ServingModel& serving, TimePoint at, std::string_view store,
                   const PastPurchases& past, std::span<const std::string> silent)
    : serving_(serving) {
  std::vector<ItemIndex> silent_items;
  for (const std::string& item_id : silent) {
    if (const auto item = serving.model().items.Find(item_id)) silent_items.push_back(*item);
  }
  for (const ParsedRule* parsed : serving.rules().HoldingAt(at, store)) {
    std::vector<Applied>& where = parsed->rule.effect == RuleEffect::kExclude ? excluding_
                                  : parsed->rule.effect == RuleEffect::kPin   ? pins_
                                                                              : adding_;
    Applied& applied = where.emplace_back(&parsed->rule, serving.ItemsOf(parsed->filter, &past));
    if (!PutsForward(parsed->rule)) continue;
    for (const ItemIndex item : silent_items) {
      if (!applied.items.Admits(item)) continue;
      applied.items.Drop(item);
      silenced_.push_back({item, &parsed->rule});
    }
  }
  std::ranges::stable_sort(pins_, {}, [](const Applied& pin) { return pin.rule->position; });
}

const Rule* RulesNow::SilencedOf(ItemIndex item) const {
  const auto silenced = std::ranges::find(silenced_, item, &Silenced::item);
  return silenced == silenced_.end() ? nullptr : silenced->rule;
}

std::shared_ptr<const Adjustments> RulesNow::AdjustmentsOf(bool commercial) const {
  std::shared_ptr<Adjustments> adjustments;
  for (const Applied& applied : adding_) {
    if (applied.rule->commercial && !commercial) continue;
    if (adjustments == nullptr)
      adjustments = std::make_shared<Adjustments>(serving_.items().size(), 0.0);
    for (size_t item = 0; item < adjustments->size(); ++item) {
      if (applied.items.Admits(ItemIndex(item))) (*adjustments)[item] += applied.Amount();
    }
  }
  return adjustments;
}

std::vector<RuleTerm> RulesNow::TermsOf(ItemIndex item, bool commercial) const {
  std::vector<RuleTerm> terms;
  for (const Applied& applied : adding_) {
    if (applied.rule->commercial && !commercial) continue;
    if (!applied.items.Admits(item)) continue;
    terms.push_back({applied.rule->rule_id, applied.Amount(), applied.rule->commercial});
  }
  return terms;
}

bool RulesNow::Promoted(ItemIndex item) const {
  return std::ranges::any_of(adding_, [&](const Applied& applied) {
    return Promotes(applied) && applied.items.Admits(item);
  });
}

bool RulesNow::AnyPromoted() const { return std::ranges::any_of(adding_, Promotes); }

}  // namespace rapport
