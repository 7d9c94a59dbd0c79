#include "services/recommender/explainer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "model/explanation.h"
#include "model/scorer.h"
#include "services/recommender/explained_list.h"
#include "services/recommender/explanation_places.h"
#include "services/recommender/list_request.h"
#include "services/recommender/sentence.h"

namespace rapport {
namespace {

// What the history says of each order of one item: Evidence has times and weights only.
std::map<uint32_t, EvidenceOrder> OrdersOf(const CustomerState& state, const std::string& item_id) {
  std::map<uint32_t, EvidenceOrder> orders;
  for (size_t row = 0; row < state.line_count(); ++row) {
    const HistoryLine& line = state.Line(row);
    if (line.purchase.item_id != item_id || !Counts(line)) continue;
    EvidenceOrder& order = orders[state.orders[row]];
    if (order.event_id.empty()) order.event_id = line.purchase.event_id;
    order.order_id = line.purchase.order_id;
    order.basket = row >= state.bought().size();
    order.quantity += line.KeptQuantity();
  }
  return orders;
}

// The line of one entry; contributions are of each order, oldest first, and empty for the
// customer's own history.
EvidenceLine LineFor(const ExplainedList& list, const Evidence::Entry& entry,
                     const std::vector<double>& contributions) {
  const std::string& item_id = list.model->items.Id(entry.item);
  std::map<uint32_t, EvidenceOrder> known = OrdersOf(list.state, item_id);
  const auto orders = list.state.evidence.orders(entry);
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

// As the catalogue has them now.
NameOf NamesOf(const ExplainedList& list) {
  return [&list](ItemIndex item) -> Item {
    const std::string& item_id = list.model->items.Id(item);
    const ServingModel& catalogue = list.catalogue();
    const auto known = catalogue.model().items.Find(item_id);
    return known ? *catalogue.items()[*known] : Item{.item_id = item_id};
  };
}

std::optional<OwnHistory> OwnHistoryOf(const ExplainedList& list, ItemIndex item) {
  const Evidence::Entry* entry = list.state.evidence.Find(item);
  if (entry == nullptr) return std::nullopt;
  const EvidenceLine line = LineFor(list, *entry, {});
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
void AddEvidence(const ExplainedList& list, ItemIndex item, const Explanation& exact, size_t lines,
                 ItemExplanation* explanation) {
  double whole =
      std::abs(exact.terms.repeat) + std::abs(exact.terms.popularity) + std::abs(exact.terms.rules);
  for (const Contribution& line : exact.contributions) whole += std::abs(line.contribution);
  const NameOf name_of = NamesOf(list);
  for (const Contribution& line : exact.contributions) {
    if (explanation->evidence.size() == lines) break;
    EvidenceLine evidence = LineFor(list, *line.entry, line.orders);
    evidence.item = name_of(line.entry->item);
    if (line.entry->item == item) {
      evidence.kind = EvidenceKind::kOwnRepeat;
    } else if (std::ranges::all_of(evidence.orders, &EvidenceOrder::basket)) {
      evidence.kind = EvidenceKind::kBasket;
    }
    evidence.contribution = line.contribution;
    evidence.share = whole > 0 ? line.contribution / whole : 0;
    explanation->evidence.push_back(std::move(evidence));
  }
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

// What an explanation rests on: the list, its request where items can be ranked, and a scorer by
// which the item has the score that was served.
struct Scored {
  Ruled ruled;
  ItemIndex index{};
  std::unique_ptr<ListRequest> request;  // null: not wanted, or nothing can be ranked
  std::optional<const Scorer> scorer;
};

absl::StatusOr<Scored> ScoreOf(const ExplainedList& list, const std::string& item_id, bool places) {
  Scored scored;
  const auto index = list.model->items.Find(item_id);
  if (!index) {
    return absl::NotFoundError(absl::StrCat(
        "item ", item_id, " is not in the model: nobody had bought it when the model was trained"));
  }
  scored.index = *index;
  scored.ruled = RulesOf(list, item_id);
  if (places && list.CanRank()) {
    scored.request = std::make_unique<ListRequest>(*list.serving, list.asked, list.state,
                                                   list.rules_at, ListRequest::Used(), true);
    scored.scorer.emplace(scored.request->scorer().With(AdjustmentsWith(
        list, scored.request->rules().AdjustmentsOf(true), *index, scored.ruled.terms)));
  } else {
    scored.scorer.emplace(*list.model, list.asked.pool, list.state.evidence,
                          AdjustmentsWith(list, nullptr, *index, scored.ruled.terms));
  }
  return scored;
}

std::optional<PurchaseChance> ChanceOf(const ExplainedList& list, const Scorer& scorer,
                                       ItemIndex item, const ScoreTerms& terms) {
  const Calibration& calibration = list.model->calibration;
  if (!scorer.personal() || calibration.Of(list.asked.pool).empty()) return std::nullopt;
  const Evidence& evidence = list.state.evidence;
  return calibration.ChanceOf(list.asked.pool, terms.Sum() - terms.rules,
                              DepthOf(OrderCount(evidence)), evidence.Find(item) != nullptr);
}

}  // namespace

absl::StatusOr<ItemExplanation> Explainer::Explain(const ExplainQuery& query) const {
  const auto list = ExplainedListOf(store_, models_, query, clock_());
  if (!list.ok()) return list.status();
  auto scored = ScoreOf(*list, query.item_id, query.places);
  if (!scored.ok()) return scored.status();
  const ItemIndex index = scored->index;
  const Scorer& scorer = *scored->scorer;
  const Explanation exact = rapport::Explain(scorer, index);

  ItemExplanation explanation{.item = NamesOf(*list)(index),
                              .terms = exact.terms,
                              .standing = StandingOf(*list->model, index),
                              .score = exact.terms.Sum(),
                              .rules = std::move(scored->ruled.terms),
                              .commercial = scored->ruled.commercial,
                              .left_out = std::move(scored->ruled.left_out),
                              .unranked_because = list->unranked_because,
                              .list_length = list->asked.count,
                              .chance = ChanceOf(*list, scorer, index, exact.terms),
                              .window_days = list->model->calibration.window_days,
                              .personal = scorer.personal(),
                              .may_mention = list->state.may_mention,
                              .own_history = OwnHistoryOf(*list, index),
                              .model_version = list->model->version,
                              .history_size = list->state.history_size,
                              .as_of = list->state.as_of,
                              .pool = list->asked.pool};
  const auto lines = static_cast<size_t>(query.max_evidence);
  AddEvidence(*list, index, exact, std::max(lines, kLinesForSentence), &explanation);
  explanation.sentence = SentenceFor(explanation);
  AddUp(exact, lines, &explanation);
  if (absl::Status exactly = Check(explanation.residual, explanation.score); !exactly.ok())
    return exactly;
  if (scored->request != nullptr)
    AddPlaces(*scored->request, scorer, index, exact, NamesOf(*list), &explanation);
  return explanation;
}

absl::StatusOr<Comparison> Explainer::Compare(const ExplainQuery& query,
                                              const std::string& other_item_id) const {
  const auto list = ExplainedListOf(store_, models_, query, clock_());
  if (!list.ok()) return list.status();
  const auto scored = ScoreOf(*list, query.item_id, true);
  if (!scored.ok()) return scored.status();
  const auto other = ScoreOf(*list, other_item_id, false);
  if (!other.ok()) return other.status();
  // One scorer with what rules did to both of them.
  const Scorer scorer = scored->scorer->With(AdjustmentsWith(
      *list,
      AdjustmentsWith(
          *list,
          scored->request != nullptr ? scored->request->rules().AdjustmentsOf(true) : nullptr,
          scored->index, scored->ruled.terms),
      other->index, other->ruled.terms));
  const Explanation exact = rapport::Explain(scorer, scored->index);
  Comparison comparison{
      .item = NamesOf(*list)(scored->index),
      .score = exact.terms.Sum(),
      .contrast = ContrastOf(scorer, exact, other->index, rapport::Explain(scorer, other->index),
                             static_cast<size_t>(query.max_evidence), NamesOf(*list)),
      .unranked_because = list->unranked_because,
      .model_version = list->model->version,
      .history_size = list->state.history_size,
      .as_of = list->state.as_of,
      .pool = list->asked.pool};
  Contrast& contrast = comparison.contrast;
  if (absl::Status exactly =
          Check(contrast.residual, std::max(std::abs(comparison.score), std::abs(contrast.score)));
      !exactly.ok()) {
    return exactly;
  }
  if (scored->request != nullptr) {
    const ItemScan& scan = list->serving->scan();
    const ItemScan::Filter& eligible = scored->request->eligible().items();
    comparison.rank = static_cast<int64_t>(scan.RankOf(scorer, scored->index, eligible));
    contrast.rank = static_cast<int64_t>(scan.RankOf(scorer, other->index, eligible));
  }
  return comparison;
}

absl::Status Explainer::Check(double residual, double score) const {
  const double relative = std::abs(residual) / std::max(1.0, std::abs(score));
  const bool exceeded = !(relative <= kResidualLimit);  // NaN exceeds too
  if (on_residual_) on_residual_(relative, exceeded);
  if (!exceeded) return absl::OkStatus();
  return absl::InternalError(
      "the contributions do not sum to the score, so there is no explanation to give");
}

}  // namespace rapport
