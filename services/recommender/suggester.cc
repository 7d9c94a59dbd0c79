#include "services/recommender/suggester.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_join.h"
#include "model/popularity.h"
#include "model/scorer.h"
#include "model/top_k.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/fingerprint.h"
#include "services/recommender/list_builder.h"
#include "services/recommender/token.h"

namespace rapport {
namespace {

constexpr size_t kMostGoesWith = 2;
constexpr double kLeastShare = 0.1;  // a term below this part of the whole is no reason

std::vector<Reason> ReasonsFor(const ScoreTerms& terms, Standing standing) {
  std::vector<std::pair<double, Reason>> parts = {{terms.taste, Reason::kTaste},
                                                  {terms.repeat, Reason::kBoughtBefore}};
  if (standing != Standing::kNeither) {
    parts.emplace_back(terms.popularity,
                       standing == Standing::kPopular ? Reason::kPopular : Reason::kNew);
  }
  const double whole = std::abs(terms.taste) + std::abs(terms.repeat) + std::abs(terms.popularity);
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Reason> reasons;
  for (const auto& [part, reason] : parts) {
    if (part > 0 && part >= kLeastShare * whole) reasons.push_back(reason);
  }
  if (reasons.empty() && parts.front().first != 0) reasons.push_back(parts.front().second);
  return reasons;
}

// One request, from the customer's state to the list.
class Request {
 public:
  // `at`: the time by which rules hold. `page`: that a page token names; null: the first page.
  Request(const ServingModel& serving, const SuggestQuery& query, const CustomerState& state,
          TimePoint at, const Token* page)
      : serving_(serving),
        query_(query),
        state_(state),
        past_(state, serving.model().items, serving.items()),
        rules_(serving, at, query.store.empty() ? state.store : query.store, past_),
        scorer_(serving.model(), query.pool, state.evidence, rules_.AdjustmentsOf(true)),
        eligible_(serving.scan()),
        wishes_{.count = static_cast<size_t>(query.count),
                .diversity = query.diversity,
                .max_per_category = static_cast<size_t>(query.max_per_category)} {
    if (page != nullptr) {
      wishes_.shown = page->shown;
      spent_pins_ = page->spent_pins;
    }
    if (query.promoted_slots) wishes_.promoted_slots = static_cast<size_t>(*query.promoted_slots);
    if (query.promoted_slots && rules_.AnyPromoted())
      organic_.emplace(scorer_.With(rules_.AdjustmentsOf(false)));
    KeepEligible();
  }

  // `next`: gets what the token of the next page says of this one and those before. True: there may
  // be a next page.
  bool Fill(SuggestionList* list, Token* next) {
    const std::vector<Chosen> chosen = Choose();
    for (const Chosen& each : chosen) {
      list->suggestions.push_back(Describe(each));
      list->suggestions.back().rank =
          static_cast<int>(wishes_.shown.size() + list->suggestions.size());
    }
    NameCompany(chosen, &list->suggestions);
    if (chosen.size() < wishes_.count) list->left_out = LeftOutFrom(chosen);
    next->shown = wishes_.shown;
    next->spent_pins = spent_pins_;
    for (const Chosen& each : chosen) {
      next->shown.push_back({each.candidate.item, each.candidate.promoted});
      if (!each.pinned_by.empty()) next->spent_pins.push_back(each.pinned_by);
    }
    return chosen.size() == wishes_.count && next->shown.size() < kLongestList &&
           Unshown(chosen).Count() > 0;
  }

 private:
  ItemScan::Filter Of(const std::unordered_set<std::string>& ids) const {
    ItemScan::Filter items = serving_.scan().None();
    for (const std::string& id : ids) {
      if (const auto item = serving_.model().items.Find(id)) items.Admit(*item);
    }
    return items;
  }

  // New is what was never taken home, gifts and returns included; bought before is what still
  // counts.
  void KeepPool() {
    if (query_.pool == Pool::kAny) return;
    ItemScan::Filter bought = serving_.scan().None();
    for (size_t row = 0; row < state_.bought().size(); ++row) {
      const bool counts = query_.pool == Pool::kNewToCustomer || Counts(state_.bought()[row]);
      if (state_.items[row] && counts) bought.Admit(*state_.items[row]);
    }
    eligible_.Keep(query_.pool == Pool::kNewToCustomer ? bought.Complement() : bought,
                   LeftOutBy::kPool);
  }

  void KeepEligible() {
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
  std::optional<double> ChanceOf(ItemIndex item, double score_without_rules) const {
    const Calibration& calibration = serving_.model().calibration;
    if (!scorer_.personal() || calibration.Of(query_.pool).empty()) return std::nullopt;
    const bool bought_before = state_.evidence.Find(item) != nullptr;
    return calibration.ChanceOf(query_.pool, score_without_rules, depth_, bought_before)
        .probability;
  }

  // What is eligible and neither on this page nor on one before.
  ItemScan::Filter Unshown(const std::vector<Chosen>& chosen) const {
    ItemScan::Filter items = eligible_.items();
    for (const Shown& shown : wishes_.shown) items.Drop(shown.item);
    for (const Chosen& each : chosen) items.Drop(each.candidate.item);
    return items;
  }

  bool LikelyEnough(ItemIndex item, const Scorer& scorer) const {
    if (query_.min_confidence == 0) return true;
    const ScoreTerms terms = scorer.Terms(item);
    const auto chance = ChanceOf(item, terms.Sum() - terms.rules);
    return !chance || *chance >= query_.min_confidence;
  }

  // The best so many by score, with rank; those that are not likely enough left out and counted.
  std::vector<Candidate> RankedBy(const Scorer& scorer, bool promoted, size_t count) {
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
  std::vector<Candidate> Candidates(size_t count) {
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
  std::vector<Pin> Pins() const {
    std::vector<Pin> pins;
    const size_t last = wishes_.shown.size() + wishes_.count;
    for (const RulesNow::Applied& applied : rules_.pins()) {
      const Rule& rule = *applied.rule;
      if (static_cast<size_t>(rule.position) > last) break;
      if (std::ranges::find(spent_pins_, rule.rule_id) != spent_pins_.end()) continue;
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

  std::vector<Chosen> Choose() {
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
  void RankByScore(std::vector<Chosen>* chosen) const {
    std::vector<Ranked> top;
    for (Chosen& each : *chosen) {
      if (each.candidate.rank_by_score > 0) continue;
      if (top.empty()) top = serving_.scan().TopK(scorer_, kLongestList, eligible_.items());
      const auto place = std::ranges::find(top, each.candidate.item, &Ranked::item);
      if (place != top.end())
        each.candidate.rank_by_score = static_cast<size_t>(place - top.begin()) + 1;
    }
  }

  std::vector<LeftOut> LeftOutFrom(const std::vector<Chosen>& chosen) const {
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

  Suggestion Describe(const Chosen& chosen) const {
    const Candidate& candidate = chosen.candidate;
    const bool whole = !organic_ || candidate.promoted;
    const Scorer& scorer = whole ? scorer_ : *organic_;
    const ScoreTerms terms = scorer.Terms(candidate.item);
    Suggestion suggestion{
        .item = serving_.items()[candidate.item],
        .rank_by_score = static_cast<int>(candidate.rank_by_score),
        .score = terms.Sum(),
        .terms = terms,
        .rules = rules_.TermsOf(candidate.item, whole),
        .pinned_by = chosen.pinned_by,
        .promoted = candidate.promoted,
        .chance = ChanceOf(candidate.item, terms.Sum() - terms.rules),
        .reasons = ReasonsFor(terms, StandingOf(serving_.model(), candidate.item)),
        .personal = scorer.personal()};
    return suggestion;
  }

  // What of the customer's own each of them goes with most: the greatest contributions to taste.
  void NameCompany(const std::vector<Chosen>& chosen, std::vector<Suggestion>* suggestions) const {
    if (scorer_.tastes().empty() || !state_.may_mention) return;
    std::vector<ItemIndex> items;
    for (const Chosen& each : chosen) items.push_back(each.candidate.item);
    const Eigen::MatrixXd contributions = scorer_.EntryContributions(items);
    const auto entries = state_.evidence.entries();
    for (size_t place = 0; place < items.size(); ++place) {
      const auto of_item = contributions.col(static_cast<Eigen::Index>(place));
      std::vector<size_t> speaking;
      for (size_t entry = 0; entry < entries.size(); ++entry) {
        if (of_item[static_cast<Eigen::Index>(entry)] > 0 && entries[entry].item != items[place])
          speaking.push_back(entry);
      }
      const auto named = static_cast<std::ptrdiff_t>(std::min(speaking.size(), kMostGoesWith));
      std::partial_sort(speaking.begin(), speaking.begin() + named, speaking.end(),
                        [&](size_t one, size_t other) {
                          const double a = of_item[static_cast<Eigen::Index>(one)];
                          const double b = of_item[static_cast<Eigen::Index>(other)];
                          return a != b ? a > b : one < other;
                        });
      speaking.resize(static_cast<size_t>(named));
      for (const size_t entry : speaking)
        (*suggestions)[place].goes_with.push_back(serving_.items()[entries[entry].item]);
    }
  }

  const ServingModel& serving_;
  const SuggestQuery& query_;
  const CustomerState& state_;
  const HistoryDepth depth_ = DepthOf(OrderCount(state_.evidence));
  const PastPurchases past_;
  const RulesNow rules_;
  const Scorer scorer_;
  std::optional<const Scorer> organic_;  // without commercial rules, where their slots are limited
  Eligibility eligible_;
  ListWishes wishes_;
  std::vector<std::string> spent_pins_;  // by pages before, by rule_id
  std::vector<ItemIndex> unlikely_;      // of the candidates
};

absl::Status NotThisPage() {
  return absl::InvalidArgumentError(
      "expected a next_page_token of this very request; ask for the first page again");
}

}  // namespace

absl::StatusOr<SuggestionList> Suggester::Suggest(const SuggestQuery& query) const {
  if (query.page_token.empty()) return Answer(*models_.Serving(), query, nullptr);
  const auto page = DecodeToken(query.page_token);
  if (!page.ok() || page->shown.empty() || page->shown.size() >= kLongestList ||
      page->request != Fingerprint(query)) {
    return NotThisPage();
  }
  const auto serving = models_.ServingAgain(page->model_version);
  if (serving == nullptr) {
    return absl::FailedPreconditionError(
        "the model that made the first page serves no more; ask for the first page again");
  }
  const size_t items = serving->model().items.size();
  if (std::ranges::any_of(page->shown,
                          [&](const Shown& shown) { return Row(shown.item) >= items; }))
    return NotThisPage();
  return Answer(*serving, query, &*page);
}

absl::StatusOr<SuggestionList> Suggester::SuggestBy(const ServingModel& serving,
                                                    const SuggestQuery& query) const {
  return Answer(serving, query, nullptr);
}

absl::StatusOr<SuggestionList> Suggester::Answer(const ServingModel& serving,
                                                 const SuggestQuery& query,
                                                 const Token* page) const {
  const ModelSnapshot& model = serving.model();
  const TimePoint now = clock_();
  Shopper shopper = query.shopper;
  if (page != nullptr) shopper.basket_item_ids = page->shopper.basket_item_ids;
  const auto state =
      page == nullptr
          ? StateFor(store_, model, shopper, query.as_of, now)
          : StateAgain(store_, model, shopper, {.sequence = page->sequence, .time = page->as_of});
  if (!state.ok()) return state.status();
  if (state->basket_size() == 0) shopper.basket_item_ids.clear();  // of who wants none of it

  SuggestionList list{.model_version = model.version,
                      .history_size = state->history_size,
                      .basket_size = state->basket_size(),
                      .as_of = state->as_of,
                      .pool = query.pool};
  const Token plain{.model_version = model.version,
                    .sequence = state->history->sequence,
                    .as_of = state->as_of,
                    .pool = query.pool,
                    .request = Fingerprint(query)};
  Token next = plain;
  next.shopper.basket_item_ids = shopper.basket_item_ids;
  const bool more =
      Request(serving, query, *state, query.as_of.value_or(now), page).Fill(&list, &next);
  if (query.paged && more) list.next_page_token = EncodeToken(next);

  Token token = plain;
  token.shopper = std::move(shopper);
  token.store = query.store;
  // Of every item of the list, so that an explanation knows what was served.
  for (const Suggestion& suggestion : list.suggestions)
    token.rules.push_back({*model.items.Find(suggestion.item->item_id), suggestion.rules});
  list.token = EncodeToken(token);
  return list;
}

}  // namespace rapport
