#include "services/recommender/explainer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "model/explanation.h"
#include "model/scorer.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/sentence.h"
#include "services/recommender/token.h"

namespace rapport {
namespace {

// What is asked, with a token or without: a model, a state of the history, a pool, rules.
struct Subject {
  std::shared_ptr<const ModelSnapshot> model;
  CustomerState state;
  Pool pool = Pool::kNewToCustomer;
  std::string store;
  std::vector<RuledItem> rules;  // as they were served
};

absl::StatusOr<Subject> SubjectOfToken(const Store& store, const ModelShelf& models,
                                       const std::string& text) {
  auto token = DecodeToken(text);
  if (!token.ok()) return token.status();
  auto model = models.Get(token->model_version);
  if (!model.ok()) return model.status();
  auto state = StateAgain(store, **model, token->shopper,
                          {.sequence = token->sequence, .time = token->as_of});
  if (!state.ok()) return state.status();
  return Subject{.model = *std::move(model),
                 .state = *std::move(state),
                 .pool = token->pool,
                 .store = token->store,
                 .rules = std::move(token->rules)};
}

absl::StatusOr<Subject> SubjectNow(const Store& store, const ServingModel& serving,
                                   const ExplainQuery& query, TimePoint now) {
  auto state = StateFor(store, serving.model(), query.shopper, query.as_of, now);
  if (!state.ok()) return state.status();
  return Subject{.model = serving.snapshot(),
                 .state = *std::move(state),
                 .pool = query.pool,
                 .store = query.store,
                 .rules = {}};
}

// What rules do to the item: as it was served, if it was, or else at `at`; and what of them and the
// catalogue keeps it from lists then.
struct Ruled {
  std::vector<RuleTerm> terms;
  std::vector<LeftOut> left_out;
};

Ruled RulesOf(const ServingModel& serving, const Subject& subject, TimePoint at,
              const std::string& item_id) {
  Ruled ruled;
  const auto item = serving.model().items.Find(item_id);
  if (item) {
    const PastPurchases past(subject.state, serving.model().items, serving.items());
    const RulesNow rules(serving, at, subject.store.empty() ? subject.state.store : subject.store,
                         past);
    ruled.terms = rules.TermsOf(*item, true);
    if (!serving.available().Admits(*item))
      ruled.left_out.push_back({.by = LeftOutBy::kUnavailable, .rule_id = "", .items = 1});
    for (const RulesNow::Applied& rule : rules.excluding()) {
      if (!rule.items.Admits(*item)) continue;
      ruled.left_out.push_back({.by = LeftOutBy::kRule, .rule_id = rule.rule->rule_id, .items = 1});
    }
  }
  const auto served = subject.model->items.Find(item_id);
  for (const RuledItem& then : subject.rules) {
    if (served && then.item == *served) ruled.terms = then.terms;
  }
  return ruled;
}

// For the one item; null: none.
std::shared_ptr<const Adjustments> AdjustmentsFor(const Subject& subject, ItemIndex item,
                                                  const std::vector<RuleTerm>& terms) {
  if (terms.empty()) return nullptr;
  auto adjustments = std::make_shared<Adjustments>(subject.model->items.size(), 0.0);
  for (const RuleTerm& term : terms) (*adjustments)[Row(item)] += term.amount;
  return adjustments;
}

bool Bought(const CustomerState& state, const std::string& item_id, Pool pool) {
  return std::ranges::any_of(state.bought(), [&](const HistoryLine& line) {
    return line.purchase.item_id == item_id && (pool == Pool::kNewToCustomer || Counts(line));
  });
}

// Why the item is in no list of the pool for this shopper, whatever the shop wants.
void AddOwnReasons(const Subject& subject, const std::string& item_id, Ruled* ruled) {
  if (subject.pool != Pool::kAny &&
      Bought(subject.state, item_id, subject.pool) == (subject.pool == Pool::kNewToCustomer)) {
    ruled->left_out.push_back({.by = LeftOutBy::kPool, .rule_id = "", .items = 1});
  }
  for (const HistoryLine& line : subject.state.basket) {
    if (line.purchase.item_id != item_id) continue;
    ruled->left_out.push_back({.by = LeftOutBy::kBasket, .rule_id = "", .items = 1});
    break;
  }
}

// What the history says of each order of one item: Evidence has times and weights only.
std::map<uint32_t, EvidenceOrder> OrdersOf(const CustomerState& state, const std::string& item_id) {
  std::map<uint32_t, EvidenceOrder> orders;
  for (size_t row = 0; row < state.line_count(); ++row) {
    const HistoryLine& line = state.Line(row);
    if (line.purchase.item_id != item_id || !Counts(line)) continue;
    EvidenceOrder& order = orders[state.orders[row]];
    order.order_id = line.purchase.order_id;
    order.basket = row >= state.bought().size();
    order.quantity += line.KeptQuantity();
  }
  return orders;
}

// The line of one entry; contributions are of each order, oldest first, and empty for the
// customer's own history.
EvidenceLine LineFor(const Subject& subject, const Evidence::Entry& entry,
                     const std::vector<double>& contributions) {
  const std::string& item_id = subject.model->items.Id(entry.item);
  std::map<uint32_t, EvidenceOrder> known = OrdersOf(subject.state, item_id);
  const auto orders = subject.state.evidence.orders(entry);
  EvidenceLine line{.times = static_cast<int>(orders.size()),
                    .first_purchased_at = orders.front().at,
                    .last_purchased_at = orders.back().at};
  for (size_t row = 0; row < orders.size(); ++row) {
    EvidenceOrder order = known[orders[row].order];
    order.purchased_at = orders[row].at;
    if (!contributions.empty()) order.contribution = contributions[row];
    line.quantity += order.quantity;
    line.orders.push_back(std::move(order));
  }
  std::reverse(line.orders.begin(), line.orders.end());
  return line;
}

std::optional<OwnHistory> OwnHistoryOf(const Subject& subject, ItemIndex item) {
  const Evidence::Entry* entry = subject.state.evidence.Find(item);
  if (entry == nullptr) return std::nullopt;
  const EvidenceLine line = LineFor(subject, *entry, {});
  OwnHistory own{.times = line.times,
                 .first_purchased_at = line.first_purchased_at,
                 .last_purchased_at = line.last_purchased_at,
                 .quantity = line.quantity};
  std::vector<double> gaps;
  for (size_t row = 0; row + 1 < line.orders.size(); ++row) {  // latest first
    gaps.push_back(std::chrono::duration<double, std::ratio<86'400>>(
                       line.orders[row].purchased_at - line.orders[row + 1].purchased_at)
                       .count());
  }
  if (!gaps.empty()) {
    std::sort(gaps.begin(), gaps.end());
    const size_t middle = gaps.size() / 2;
    own.median_gap_days =
        gaps.size() % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
  }
  return own;
}

// No more lines than this can have a twentieth of the whole, and the sentence needs no others.
constexpr size_t kLinesForSentence = 20;

// The largest contributions as lines, at least `lines` of them if there are.
absl::Status AddEvidence(const Store& store, const Subject& subject, const Explanation& exact,
                         size_t lines, ItemExplanation* explanation) {
  double whole =
      std::abs(exact.terms.repeat) + std::abs(exact.terms.popularity) + std::abs(exact.terms.rules);
  for (const Contribution& line : exact.contributions) whole += std::abs(line.contribution);
  for (const Contribution& line : exact.contributions) {
    if (explanation->evidence.size() == lines) break;
    EvidenceLine evidence = LineFor(subject, *line.entry, line.orders);
    auto item = ItemNamed(store, subject.model->items.Id(line.entry->item));
    if (!item.ok()) return item.status();
    evidence.item = *std::move(item);
    evidence.contribution = line.contribution;
    evidence.share = whole > 0 ? line.contribution / whole : 0;
    explanation->evidence.push_back(std::move(evidence));
  }
  return absl::OkStatus();
}

// Keeps `lines` lines; the rest becomes a sum. Then what is missing to the score, if anything.
void AddUp(const Explanation& exact, size_t lines, ItemExplanation* explanation) {
  if (explanation->evidence.size() > lines) explanation->evidence.resize(lines);
  double listed = 0;
  for (const EvidenceLine& line : explanation->evidence) listed += line.contribution;
  for (size_t row = explanation->evidence.size(); row < exact.contributions.size(); ++row) {
    explanation->other_evidence_sum += exact.contributions[row].contribution;
    ++explanation->other_evidence_count;
  }
  explanation->residual = (listed + explanation->other_evidence_sum + exact.terms.repeat +
                           exact.terms.popularity + exact.terms.rules) -
                          explanation->score;
}

}  // namespace

absl::StatusOr<ItemExplanation> Explainer::Explain(const ExplainQuery& query) const {
  const auto serving = models_.Serving();
  const auto subject = query.token.empty() ? SubjectNow(store_, *serving, query, clock_())
                                           : SubjectOfToken(store_, models_, query.token);
  if (!subject.ok()) return subject.status();
  const auto index = subject->model->items.Find(query.item_id);
  if (!index) {
    return absl::NotFoundError(
        absl::StrCat("item ", query.item_id,
                     " is not in the model: nobody had bought it when the model was trained"));
  }
  Ruled ruled = RulesOf(*serving, *subject, query.as_of.value_or(clock_()), query.item_id);
  AddOwnReasons(*subject, query.item_id, &ruled);
  const Scorer scorer(*subject->model, subject->pool, subject->state.evidence,
                      AdjustmentsFor(*subject, *index, ruled.terms));
  const Explanation exact = rapport::Explain(scorer, *index);

  auto item = ItemNamed(store_, query.item_id);
  if (!item.ok()) return item.status();
  ItemExplanation explanation{.item = *std::move(item),
                              .terms = exact.terms,
                              .standing = StandingOf(*subject->model, *index),
                              .score = exact.terms.Sum(),
                              .rules = std::move(ruled.terms),
                              .left_out = std::move(ruled.left_out),
                              .personal = scorer.personal(),
                              .may_mention = subject->state.may_mention,
                              .own_history = OwnHistoryOf(*subject, *index),
                              .model_version = subject->model->version,
                              .history_size = subject->state.history_size,
                              .as_of = subject->state.as_of,
                              .pool = subject->pool};
  const auto lines = static_cast<size_t>(query.max_evidence);
  if (absl::Status added =
          AddEvidence(store_, *subject, exact, std::max(lines, kLinesForSentence), &explanation);
      !added.ok()) {
    return added;
  }
  explanation.sentence = SentenceFor(explanation);
  AddUp(exact, lines, &explanation);

  const double relative =
      std::abs(explanation.residual) / std::max(1.0, std::abs(explanation.score));
  const bool exceeded = !(relative <= kResidualLimit);  // NaN exceeds too
  if (on_residual_) on_residual_(relative, exceeded);
  if (exceeded) {
    return absl::InternalError(
        "the contributions do not sum to the score, so there is no explanation to give");
  }
  return explanation;
}

}  // namespace rapport
