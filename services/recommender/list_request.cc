#include "services/recommender/list_request.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "model/top_k.h"

namespace rapport {

ListRequest::ListRequest(const ServingModel& serving, const SuggestQuery& query,
                         const CustomerState& state, TimePoint at, Used used, bool traced)
    : serving_(serving),
      query_(query),
      state_(state),
      depth_(DepthOf(OrderCount(state.evidence))),
      past_(state, serving.model().items, serving.items()),
      rules_(serving, at, query.store.empty() ? state.store : query.store, past_),
      scorer_(serving.model(), query.pool, state.evidence, rules_.AdjustmentsOf(true)),
      eligible_(serving.scan(), traced),
      wishes_{.count = static_cast<size_t>(query.count),
              .diversity = query.diversity,
              .max_per_category = static_cast<size_t>(query.max_per_category),
              .shown = used.shown},
      used_(std::move(used)) {
  if (query.promoted_slots) wishes_.promoted_slots = static_cast<size_t>(*query.promoted_slots);
  if (query.promoted_slots && rules_.AnyPromoted())
    organic_.emplace(scorer_.With(rules_.AdjustmentsOf(false)));
  KeepEligible();
}

ItemScan::Filter ListRequest::Of(const std::unordered_set<std::string>& ids) const {
  ItemScan::Filter items = serving_.scan().None();
  for (const std::string& id : ids) {
    if (const auto item = serving_.model().items.Find(id)) items.Admit(*item);
  }
  return items;
}

// New is what was never taken home, gifts and returns included; bought before is what still
// counts.
void ListRequest::KeepPool() {
  if (query_.pool == Pool::kAny) return;
  ItemScan::Filter bought = serving_.scan().None();
  for (size_t row = 0; row < state_.bought().size(); ++row) {
    const bool counts = query_.pool == Pool::kNewToCustomer || Counts(state_.bought()[row]);
    if (state_.items[row] && counts) bought.Admit(*state_.items[row]);
  }
  eligible_.Keep(query_.pool == Pool::kNewToCustomer ? bought.Complement() : bought,
                 LeftOutBy::kPool);
}

void ListRequest::KeepEligible() {
  if (!query_.only_item_ids.empty())
    eligible_.Keep(Of(query_.only_item_ids), LeftOutBy::kNotAmongOnly);
  if (!query_.exclude_item_ids.empty())
    eligible_.Keep(Of(query_.exclude_item_ids).Complement(), LeftOutBy::kExcluded);
  KeepPool();
  const std::vector<std::string>& basket = query_.shopper.basket_item_ids;
  if (!basket.empty())
    eligible_.Keep(Of({basket.begin(), basket.end()}).Complement(), LeftOutBy::kBasket);
  if (query_.filter != nullptr)
    eligible_.Keep(serving_.ItemsOf(*query_.filter, &past_), LeftOutBy::kFilter);
  eligible_.Keep(serving_.available(), LeftOutBy::kUnavailable);
  for (const RulesNow::Applied& rule : rules_.excluding())
    eligible_.Keep(rule.items.Complement(), LeftOutBy::kRule, rule.rule->rule_id);
}

// None: the model is not calibrated, or nothing personal is in the score.
std::optional<PurchaseChance> ListRequest::ChanceOf(ItemIndex item,
                                                    double score_without_rules) const {
  const Calibration& calibration = serving_.model().calibration;
  if (!scorer_.personal() || calibration.Of(query_.pool).empty()) return std::nullopt;
  const bool bought_before = state_.evidence.Find(item) != nullptr;
  return calibration.ChanceOf(query_.pool, score_without_rules, depth_, bought_before);
}

// What is eligible and neither on this page nor on one before.
ItemScan::Filter ListRequest::Unshown(const std::vector<Chosen>& chosen) const {
  ItemScan::Filter items = eligible_.items();
  for (const Shown& shown : wishes_.shown) items.Drop(shown.item);
  for (const Chosen& each : chosen) items.Drop(each.candidate.item);
  return items;
}

bool ListRequest::LikelyEnough(ItemIndex item, const Scorer& scorer) const {
  if (query_.min_confidence == 0) return true;
  const ScoreTerms terms = scorer.Terms(item);
  const auto chance = ChanceOf(item, terms.Sum() - terms.rules);
  return !chance || chance->probability >= query_.min_confidence;
}

// The best so many by score, with rank; those that are not likely enough left out and counted.
std::vector<Candidate> ListRequest::RankedBy(const Scorer& scorer, bool promoted, size_t count) {
  std::vector<Candidate> ranked;
  unlikely_.clear();
  for (const Ranked& each : serving_.scan().TopK(scorer, count, eligible_.items())) {
    if (!LikelyEnough(each.item, scorer)) {
      unlikely_.push_back(each.item);
      continue;
    }
    ranked.push_back({.item = each.item,
                      .score = each.score,
                      .rank_by_score = ranked.size() + 1,
                      .promoted = promoted && rules_.Promoted(each.item)});
  }
  return ranked;
}

// With limited slots an item competes twice: promoted with its whole score, and without.
std::vector<Candidate> ListRequest::Candidates(size_t count) {
  std::vector<Candidate> ranked = RankedBy(scorer_, true, count);
  if (!organic_) return ranked;
  std::erase_if(ranked, [](const Candidate& each) { return !each.promoted; });
  const std::vector<Candidate> organic = RankedBy(*organic_, false, count);
  ranked.insert(ranked.end(), organic.begin(), organic.end());
  std::ranges::stable_sort(ranked, [](const Candidate& a, const Candidate& b) {
    return RanksBefore({a.item, a.score}, {b.item, b.score});
  });
  return ranked;
}

// Those that may have a place on this page.
std::vector<Pin> ListRequest::Pins() const {
  std::vector<Pin> pins;
  const size_t last = wishes_.shown.size() + wishes_.count;
  for (const RulesNow::Applied& applied : rules_.pins()) {
    const Rule& rule = *applied.rule;
    if (static_cast<size_t>(rule.position) > last) break;
    if (std::ranges::find(used_.spent_pins, rule.rule_id) != used_.spent_pins.end()) continue;
    // Where promotion is limited, only a commercial pin may spend of it.
    const bool whole = !organic_ || rule.commercial;
    Pin pin{.rule_id = rule.rule_id,
            .position = static_cast<size_t>(rule.position),
            .commercial = rule.commercial};
    ItemScan::Filter items = applied.items;
    items &= eligible_.items();
    // All of this page and those before may be taken already.
    for (const Ranked& ranked :
         serving_.scan().TopK(whole ? scorer_ : *organic_, last, std::move(items))) {
      pin.items.push_back({.item = ranked.item,
                           .score = ranked.score,
                           .promoted = whole && rules_.Promoted(ranked.item)});
    }
    pins.push_back(std::move(pin));
  }
  return pins;
}

std::vector<Chosen> ListRequest::Choose() {
  const ItemRelations relations{
      .similarity = [this](ItemIndex a, ItemIndex b) { return serving_.cosines().Of(a, b); },
      .category =
          [this](ItemIndex item) {
            return absl::StrJoin(serving_.items()[item]->category_path, "\x1f");
          }};
  const std::vector<Pin> pins = Pins();
  size_t asked = wishes_.shown.size() + wishes_.count + pins.size();
  if (wishes_.diversity > 0) asked = std::max(asked, kDiversityPool + wishes_.shown.size());
  for (;; asked *= 4) {
    std::vector<Chosen> chosen = BuildList(Candidates(asked), pins, wishes_, relations);
    if (chosen.size() == wishes_.count || asked >= eligible_.count()) {
      RankByScore(&chosen);
      return chosen;
    }
  }
}

// Pinned items are not always among the candidates, and then they may stand far below.
void ListRequest::RankByScore(std::vector<Chosen>* chosen) const {
  std::vector<Ranked> top;
  for (Chosen& each : *chosen) {
    if (each.candidate.rank_by_score > 0) continue;
    if (top.empty()) top = serving_.scan().TopK(scorer_, kLongestList, eligible_.items());
    const auto place = std::ranges::find(top, each.candidate.item, &Ranked::item);
    if (place != top.end())
      each.candidate.rank_by_score = static_cast<size_t>(place - top.begin()) + 1;
  }
}

std::vector<LeftOut> ListRequest::LeftOutFrom(const std::vector<Chosen>& chosen) const {
  std::vector<LeftOut> left_out = eligible_.left_out();
  ItemScan::Filter rest = Unshown(chosen);
  const size_t unshown = rest.Count();
  for (const ItemIndex item : unlikely_) rest.Drop(item);
  const size_t limited = rest.Count();
  const auto add = [&](LeftOutBy by, size_t items) {
    if (items > 0)
      left_out.push_back({.by = by, .rule_id = "", .items = static_cast<int64_t>(items)});
  };
  add(LeftOutBy::kMinConfidence, unshown - limited);
  add(LeftOutBy::kLimit, limited);
  return left_out;
}

}  // namespace rapport
