// ListRequest: one question for a list: what may stand in it and what keeps the rest out, how items
// are scored, and which of them take its places. Suggesting, explaining, comparing and telling why
// an item is not there all ask it, so that they agree. For one call, one thread; holds references
// to all it is made from.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "model/history_depth.h"
#include "model/scorer.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/eligibility.h"
#include "services/recommender/list_builder.h"
#include "services/recommender/past_purchases.h"
#include "services/recommender/rules_now.h"
#include "services/recommender/serving_model.h"
#include "services/recommender/suggest_query.h"
#include "services/recommender/told.h"

namespace rapport {

class ListRequest {
 public:
  // What the pages before have used up, and what was reported of the customer since.
  struct Used {
    std::vector<Shown> shown;
    std::vector<std::string> spent_pins;  // by rule_id
    Told::Reports reports;                // in force by now, for Told; null: no page before
  };
  // `at`: the time by which rules hold. `traced`: whether eligible() shall know which items each
  // step left out.
  ListRequest(const ServingModel& serving, const SuggestQuery& query, const CustomerState& state,
              TimePoint at, Used used = {}, bool traced = false);
  ListRequest(const ListRequest&) = delete;
  ListRequest& operator=(const ListRequest&) = delete;

  // The items of the page, in order, with ranks by score.
  std::vector<Chosen> Choose();
  // What left out the items that no page up to this one has, the eligible ones among them too:
  // those that are too unlikely, or did not fit. Requires: `chosen` is what Choose() gave last.
  std::vector<LeftOut> LeftOutFrom(const std::vector<Chosen>& chosen) const;
  // What is eligible and neither on this page nor on one before.
  ItemScan::Filter Unshown(const std::vector<Chosen>& chosen) const;
  // All places up to and on the page.
  std::vector<Shown> Places(const std::vector<Chosen>& chosen) const;
  bool Full(const std::vector<Chosen>& chosen) const { return chosen.size() == wishes_.count; }
  // What keeps an eligible item out of these places, whatever its score: it is too unlikely, its
  // category or the commercial places are full, or the others are to be more unlike each other.
  // None: nothing does.
  std::optional<LeftOutBy> LimitOn(ItemIndex item, std::span<const Shown> places) const;
  // How the item competes for a place beside these: promoted while there are commercial places.
  Candidate CandidateFor(ItemIndex item, std::span<const Shown> places) const;

  // With what all rules add.
  const Scorer& scorer() const { return scorer_; }
  // Whether commercial places are limited and rules want some: what takes none of them competes
  // by its score without commercial rules.
  bool split() const { return organic_.has_value(); }
  // Whether commercial rules have a part in the candidate's score.
  bool ByWhole(const Candidate& candidate) const { return !organic_ || candidate.promoted; }
  const Scorer& ScorerOf(const Candidate& candidate) const {
    return ByWhole(candidate) ? scorer_ : *organic_;
  }
  std::vector<RuleTerm> RulesOf(const Candidate& candidate) const {
    return rules_.TermsOf(candidate.item, ByWhole(candidate));
  }
  // The item's place by that score among what is eligible, whether it is itself or not; from 1.
  size_t RankOf(const Candidate& candidate) const {
    return serving_.scan().RankOf(ScorerOf(candidate), candidate.item, eligible_.items());
  }
  // Of being bought within the model's window, whatever rules add. None: the model is not
  // calibrated, nothing personal is in the score, or the list is of new items and this is none.
  std::optional<PurchaseChance> ChanceOf(ItemIndex item, const ScoreTerms& terms) const;

  const Eligibility& eligible() const { return eligible_; }
  // What was reported of the customer.
  const Told& told() const { return told_; }
  const RulesNow& rules() const { return rules_; }
  const ServingModel& serving() const { return serving_; }
  const Used& used() const { return used_; }

 private:
  ItemScan::Filter Of(const std::unordered_set<std::string>& ids) const;
  void KeepPool();
  void KeepEligible();
  bool LikelyEnough(ItemIndex item) const;
  bool SlotsFull(std::span<const Shown> places) const;
  bool Complete(const std::vector<Chosen>& chosen) const;
  std::vector<Candidate> RankedBy(const Scorer& scorer, bool promoted, size_t count,
                                  std::optional<Ranked>* floor);
  std::vector<Candidate> Candidates(size_t count);
  std::vector<Pin> Pins() const;

  const ServingModel& serving_;
  const SuggestQuery& query_;
  const CustomerState& state_;
  const HistoryDepth depth_;
  const PastPurchases past_;
  const RulesNow rules_;
  const Told told_;
  const Scorer scorer_;
  std::optional<const Scorer> organic_;  // without commercial rules, where their slots are limited
  Eligibility eligible_;
  ListWishes wishes_;
  Used used_;
  std::vector<ItemIndex> unlikely_;  // of the candidates
  // Of the candidates by either scorer: below these, some may be missing.
  std::optional<Ranked> whole_floor_, organic_floor_;
};

}  // namespace rapport
