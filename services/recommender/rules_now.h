// RulesNow: what the shop's rules do to one list: whom they leave out, what they add to scores,
// what has its place given. Made for one request; holds references to the model it serves from.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/score.h"
#include "model/top_k.h"
#include "services/recommender/past_purchases.h"
#include "services/recommender/rule_book.h"
#include "services/recommender/serving_model.h"

namespace rapport {

// A part of the `rules` term of a score.
struct RuleTerm {
  std::string rule_id;
  double amount = 0;
  bool commercial = false;  // somebody pays for it, or the shop earns by it
  bool operator==(const RuleTerm&) const = default;
};

class RulesNow {
 public:
  // A rule and the items it is about.
  struct Applied {
    const Rule* rule;  // of the serving model's book
    ItemScan::Filter items;
    // What it adds to their scores.
    double Amount() const { return rule->effect == RuleEffect::kBury ? kBuried : rule->amount; }
  };

  // What a rule would have put forward, had the customer not declined it.
  struct Silenced {
    ItemIndex item;
    const Rule* rule;  // a boost or a pin
  };

  // Those that hold at the time and in the store; none pins or boosts an item of `silent`. All but
  // that must outlive this.
  RulesNow(const ServingModel& serving, TimePoint at, std::string_view store,
           const PastPurchases& past, std::span<const std::string> silent = {});

  const std::vector<Applied>& excluding() const { return excluding_; }
  // By position, then by id.
  const std::vector<Applied>& pins() const { return pins_; }
  // In order of rule_id, then as `silent` was.
  const std::vector<Silenced>& silenced() const { return silenced_; }
  // The first of the item; null: none.
  const Rule* SilencedOf(ItemIndex item) const;

  // What boosts and buries add to each item's score; null: nothing to any. `commercial`: with the
  // commercial rules or without them.
  std::shared_ptr<const Adjustments> AdjustmentsOf(bool commercial) const;
  // The parts of that for one item, in order of rule_id.
  std::vector<RuleTerm> TermsOf(ItemIndex item, bool commercial) const;
  // Whether a commercial rule lifts the item.
  bool Promoted(ItemIndex item) const;
  // Whether one lifts any.
  bool AnyPromoted() const;

 private:
  const ServingModel& serving_;
  std::vector<Applied> adding_, excluding_, pins_;
  std::vector<Silenced> silenced_;
};

}  // namespace rapport
