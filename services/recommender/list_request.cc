#include "services/recommender/list_request.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "model/top_k.h"
#include "services/recommender/declines.h"

namespace rapport {

namespace {

// What no rule is to put forward.
std::vector<std::string> DeclinedLately(const CustomerState& state) {
  return Declines(state.bought(), state.history->reports, state.as_of)
      .DeclinedSince(state.as_of - kDeclinedSilence);
}

}  // namespace

ListRequest::ListRequest(const ServingModel& serving, const SuggestQuery& query,
                         const CustomerState& state, TimePoint at, Used used, bool traced)
    : serving_(serving),
      query_(query),
      state_(state),
      depth_(DepthOf(OrderCount(state.evidence))),
      past_(state, serving.model().items, serving.items()),
      rules_(serving, at, query.store.empty() ? state.store : query.store, past_,
             DeclinedLately(state)),
      told_(serving, state, used.reports),
      scorer_(serving.model(), query.pool, state.evidence, rules_.AdjustmentsOf(true),
              told_.notes()),
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

// New is what they never took home, gifts and returns included; bought before is what still counts.
void ListRequest::KeepPool() {
  if (query_.pool == Pool::kAny) return;
  ItemScan::Filter bought = serving_.scan().None();
  for (size_t row = 0; row < state_.bought().size(); ++row) {
    const HistoryLine& line = state_.bought()[row];
    const bool counts = query_.pool == Pool::kNewToCustomer ? IsTheirs(line) : Counts(line);
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
  for (const Told::Constraint& constraint : told_.constraints())
    eligible_.Keep(constraint.items.Complement(), constraint.by);
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

std::optional<PurchaseChance> ListRequest::ChanceOf(ItemIndex item, const ScoreTerms& terms) const {
  const Calibration& calibration = serving_.model().calibration;
  if (!scorer_.personal() || calibration.Of(query_.pool).empty()) return std::nullopt;
  const bool bought_before = state_.evidence.Find(item) != nullptr;
  if (bought_before && query_.pool == Pool::kNewToCustomer) return std::nullopt;
  const double score = terms.taste + terms.repeat + terms.popularity + terms.notes;
  return calibration.ChanceOf(query_.pool, score, depth_, bought_before);
}

ItemScan::Filter ListRequest::Unshown(const std::vector<Chosen>& chosen) const {
  ItemScan::Filter items = eligible_.items();
  for (const Shown& shown : wishes_.shown) items.Drop(shown.item);
  for (const Chosen& each : chosen) items.Drop(each.candidate.item);
  return items;
}

bool ListRequest::LikelyEnough(ItemIndex item) const {
  if (query_.min_confidence == 0) return true;
  const auto chance = ChanceOf(item, scorer_.Terms(item));
  return !chance || chance->probability >= query_.min_confidence;
}

bool ListRequest::SlotsFull(std::span<const Shown> places) const {
  return wishes_.promoted_slots && std::ranges::count_if(places, &Shown::promoted) >=
                                       static_cast<std::ptrdiff_t>(*wishes_.promoted_slots);
}

std::vector<Shown> ListRequest::Places(const std::vector<Chosen>& chosen) const {
  std::vector<Shown> places = used_.shown;
  for (const Chosen& each : chosen)
    places.push_back({each.candidate.item, each.candidate.promoted});
  return places;
}

Candidate ListRequest::CandidateFor(ItemIndex item, std::span<const Shown> places) const {
  Candidate candidate{.item = item, .promoted = rules_.Promoted(item) && !SlotsFull(places)};
  if (organic_ && candidate.promoted && organic_->Score(item) > scorer_.Score(item))
    candidate.promoted = false;  // other commercial rules bury it
  candidate.score = ScorerOf(candidate).Score(item);
  return candidate;
}

std::optional<LeftOutBy> ListRequest::LimitOn(ItemIndex item, std::span<const Shown> places) const {
  if (!LikelyEnough(item)) return LeftOutBy::kMinConfidence;
  if (wishes_.max_per_category > 0) {
    const std::vector<std::string>& category = serving_.items()[item]->category_path;
    const auto alike = std::ranges::count_if(places, [&](const Shown& shown) {
      return serving_.items()[shown.item]->category_path == category;
    });
    if (!category.empty() && alike >= static_cast<std::ptrdiff_t>(wishes_.max_per_category))
      return LeftOutBy::kLimit;
  }
  if (rules_.Promoted(item) && SlotsFull(places)) return LeftOutBy::kLimit;
  if (wishes_.diversity > 0) return LeftOutBy::kDiversity;
  return std::nullopt;
}

// The best so many by score, with rank; those that are not likely enough left out and counted.
std::vector<Candidate> ListRequest::RankedBy(const Scorer& scorer, bool promoted, size_t count,
                                             std::optional<Ranked>* floor) {
  std::vector<Candidate> ranked;
  unlikely_.clear();
  const std::vector<Ranked> best = serving_.scan().TopK(scorer, count, eligible_.items());
  for (size_t place = 0; place < best.size(); ++place) {
    const ItemIndex item = best[place].item;
    if (!LikelyEnough(item)) {
      unlikely_.push_back(item);
      continue;
    }
    ranked.push_back({.item = item,
                      .score = best[place].score,
                      .rank_by_score = place + 1,
                      .promoted = promoted && rules_.Promoted(item)});
  }
  *floor = best.size() == count ? std::optional(best.back()) : std::nullopt;
  return ranked;
}

// With limited slots an item competes twice: promoted with its whole score, and without.
std::vector<Candidate> ListRequest::Candidates(size_t count) {
  std::vector<Candidate> ranked = RankedBy(scorer_, true, count, &whole_floor_);
  if (!organic_) return ranked;
  std::erase_if(ranked, [](const Candidate& each) { return !each.promoted; });
  const std::vector<Candidate> organic = RankedBy(*organic_, false, count, &organic_floor_);
  ranked.insert(ranked.end(), organic.begin(), organic.end());
  std::ranges::stable_sort(ranked, [](const Candidate& a, const Candidate& b) {
    return RanksBefore({a.item, a.score}, {b.item, b.score});
  });
  return ranked;
}

// Whether every place is taken, and nothing that was no candidate ranks before what took one.
bool ListRequest::Complete(const std::vector<Chosen>& chosen) const {
  if (!Full(chosen)) return false;
  if (!organic_) return true;
  const bool promotes = !SlotsFull(Places(chosen));
  return std::ranges::all_of(chosen, [&](const Chosen& each) {
    const Ranked candidate{each.candidate.item, each.candidate.score};
    return !each.pinned_by.empty() ||
           (!(promotes && whole_floor_ && RanksBefore(*whole_floor_, candidate)) &&
            !(organic_floor_ && RanksBefore(*organic_floor_, candidate)));
  });
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
    if (!Complete(chosen) && asked < eligible_.count()) continue;
    // Pinned items are not always among the candidates, and then they may stand far below.
    for (Chosen& each : chosen) {
      if (each.candidate.rank_by_score == 0) each.candidate.rank_by_score = RankOf(each.candidate);
    }
    return chosen;
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
