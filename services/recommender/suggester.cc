#include "services/recommender/suggester.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "model/popularity.h"
#include "model/scorer.h"
#include "model/top_k.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/list_builder.h"
#include "services/recommender/token.h"

namespace rapport {
namespace {

constexpr size_t kMostGoesWith = 2;
constexpr double kLeastShare = 0.1;  // a term below this part of the whole is no reason

// Of all that shapes the list: what a page token is good for.
uint64_t Fingerprint(const SuggestQuery& query) {
  const auto time = [](const std::optional<TimePoint>& at) {
    return at ? absl::StrCat(at->time_since_epoch().count()) : std::string();
  };
  const std::set<std::string> exclude(query.exclude_item_ids.begin(), query.exclude_item_ids.end());
  const std::set<std::string> only(query.only_item_ids.begin(), query.only_item_ids.end());
  std::vector<std::string> parts = {absl::StrCat(query.count),
                                    absl::StrCat(static_cast<int>(query.pool)),
                                    query.filter_text,
                                    query.store,
                                    absl::StrCat(query.max_per_category),
                                    absl::StrCat(query.diversity),
                                    absl::StrCat(query.min_confidence),
                                    absl::StrCat(query.promoted_slots.value_or(-1)),
                                    time(query.as_of),
                                    query.shopper.customer_id};
  const auto add = [&parts](const auto& ids) {
    parts.push_back(absl::StrCat(ids.size()));
    parts.insert(parts.end(), ids.begin(), ids.end());
  };
  add(exclude);
  add(only);
  add(query.shopper.basket_item_ids);
  for (const GuestPurchase& past : query.shopper.guest_past)
    add(std::vector<std::string>{past.item_id, past.order_id, time(past.purchased_at)});
  std::string text;
  for (const std::string& part : parts) absl::StrAppend(&text, part.size(), ":", part);
  return XXH3_64bits(text.data(), text.size());
}

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
  Request(const ServingModel& serving, const SuggestQuery& query, const CustomerState& state,
          std::vector<Shown> shown)
      : serving_(serving),
        query_(query),
        state_(state),
        past_(state, serving.model().items, serving.items()),
        rules_(serving, state.as_of, query.store.empty() ? state.store : query.store, past_),
        scorer_(serving.model(), query.pool, state.evidence, rules_.AdjustmentsOf(true)),
        eligible_(serving.scan()),
        wishes_{.count = static_cast<size_t>(query.count),
                .diversity = query.diversity,
                .max_per_category = static_cast<size_t>(query.max_per_category),
                .shown = std::move(shown)} {
    if (query.promoted_slots) wishes_.promoted_slots = static_cast<size_t>(*query.promoted_slots);
    if (query.promoted_slots && rules_.AnyPromoted())
      organic_.emplace(scorer_.With(rules_.AdjustmentsOf(false)));
    KeepEligible();
  }

  void Fill(SuggestionList* list, std::vector<Shown>* shown) {
    const std::vector<Chosen> chosen = Choose();
    for (const Chosen& each : chosen) {
      list->suggestions.push_back(Describe(each));
      list->suggestions.back().rank =
          static_cast<int>(wishes_.shown.size() + list->suggestions.size());
    }
    NameCompany(chosen, &list->suggestions);
    if (chosen.size() < wishes_.count) list->left_out = LeftOutFrom(chosen.size());
    *shown = wishes_.shown;
    for (const Chosen& each : chosen)
      shown->push_back({each.candidate.item, each.candidate.promoted});
  }

  // Whether there may be more than so many items for the list.
  bool HasMoreThan(size_t items) const { return eligible_.count() > items; }

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
    for (size_t row = 0; row < state_.basket_from; ++row) {
      const bool counts = query_.pool == Pool::kNewToCustomer || Counts(state_.history.lines[row]);
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

  bool LikelyEnough(ItemIndex item, const Scorer& scorer) const {
    if (query_.min_confidence == 0) return true;
    const ScoreTerms terms = scorer.Terms(item);
    const auto chance = ChanceOf(item, terms.Sum() - terms.rules);
    return !chance || *chance >= query_.min_confidence;
  }

  // The best so many by score, with rank; those that are not likely enough left out and counted.
  std::vector<Candidate> RankedBy(const Scorer& scorer, bool promoted, size_t count) {
    std::vector<Candidate> ranked;
    unlikely_ = 0;
    for (const Ranked& each : serving_.scan().TopK(scorer, count, eligible_.items())) {
      if (!LikelyEnough(each.item, scorer)) {
        ++unlikely_;
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

  std::vector<Pin> Pins() const {
    std::vector<Pin> pins;
    const size_t others = wishes_.shown.size() + rules_.pins().size();
    for (const RulesNow::Applied& applied : rules_.pins()) {
      Pin pin{.rule_id = applied.rule->rule_id,
              .position = static_cast<size_t>(applied.rule->position),
              .commercial = applied.rule->commercial};
      ItemScan::Filter items = applied.items;
      items &= eligible_.items();
      for (const Ranked& ranked : serving_.scan().TopK(scorer_, others + 1, std::move(items))) {
        pin.items.push_back(
            {.item = ranked.item, .score = ranked.score, .promoted = rules_.Promoted(ranked.item)});
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

  // Pinned items are not always among the candidates.
  void RankByScore(std::vector<Chosen>* chosen) const {
    for (Chosen& each : *chosen) {
      if (each.candidate.rank_by_score > 0) continue;
      const Ranked own{each.candidate.item, each.candidate.score};
      for (size_t count = 64;; count *= 4) {
        const auto top = serving_.scan().TopK(scorer_, count, eligible_.items());
        const auto place = std::lower_bound(top.begin(), top.end(), own, RanksBefore);
        if (place == top.end() && top.size() == count) continue;
        each.candidate.rank_by_score = static_cast<size_t>(place - top.begin()) + 1;
        break;
      }
    }
  }

  std::vector<LeftOut> LeftOutFrom(size_t chosen) const {
    std::vector<LeftOut> left_out = eligible_.left_out();
    if (unlikely_ > 0) {
      left_out.push_back({.by = LeftOutBy::kMinConfidence,
                          .rule_id = "",
                          .items = static_cast<int64_t>(unlikely_)});
    }
    const size_t known = unlikely_ + wishes_.shown.size() + chosen;
    if (eligible_.count() > known) {
      left_out.push_back({.by = LeftOutBy::kLimit,
                          .rule_id = "",
                          .items = static_cast<int64_t>(eligible_.count() - known)});
    }
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
  size_t unlikely_ = 0;  // of the candidates
};

}  // namespace

absl::StatusOr<SuggestionList> Suggester::Suggest(const SuggestQuery& query) const {
  if (query.page_token.empty()) return Answer(*models_.Serving(), query, nullptr);
  const auto page = DecodeToken(query.page_token);
  if (!page.ok() || page->shown.empty() || page->request != Fingerprint(query)) {
    return absl::InvalidArgumentError(
        "expected a next_page_token of this very request; ask for the first page again");
  }
  const auto serving = models_.ServingAgain(page->model_version);
  if (serving == nullptr) {
    return absl::FailedPreconditionError(
        "the model that made the first page serves no more; ask for the first page again");
  }
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
  const auto state = page == nullptr
                         ? StateFor(store_, model, query.shopper, query.as_of, clock_())
                         : StateAgain(store_, model, query.shopper,
                                      {.sequence = page->sequence, .time = page->as_of});
  if (!state.ok()) return state.status();

  SuggestionList list{.model_version = model.version,
                      .history_size = state->history_size,
                      .basket_size = state->basket_size(),
                      .as_of = state->as_of,
                      .pool = query.pool};
  Request request(serving, query, *state, page == nullptr ? std::vector<Shown>{} : page->shown);
  Token token{.model_version = model.version,
              .sequence = state->history.sequence,
              .as_of = state->as_of,
              .pool = query.pool,
              .request = Fingerprint(query)};
  std::vector<Shown> shown;
  request.Fill(&list, &shown);
  const bool full = list.suggestions.size() == static_cast<size_t>(query.count);
  if (query.paged && full && shown.size() < kLongestList && request.HasMoreThan(shown.size())) {
    token.shown = std::move(shown);
    list.next_page_token = EncodeToken(token);
    token.shown.clear();
  }
  token.shopper = query.shopper;
  token.store = query.store;
  if (state->basket_size() == 0) token.shopper.basket_item_ids.clear();
  for (const Suggestion& suggestion : list.suggestions) {
    if (!suggestion.rules.empty())
      token.rules.push_back({*model.items.Find(suggestion.item->item_id), suggestion.rules});
  }
  list.token = EncodeToken(token);
  return list;
}

}  // namespace rapport
