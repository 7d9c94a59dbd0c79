#include "services/recommender/evidence_lines.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace rapport {
namespace {

// What the history says of each order of one item: Evidence has times and weights only.
std::map<uint32_t, EvidenceOrder> OrdersOf(const CustomerState& state, ItemIndex item) {
  std::map<uint32_t, EvidenceOrder> orders;
  const size_t bought = state.bought().size();
  for (size_t row = 0; row < state.line_count(); ++row) {
    if (state.items[row] != item) continue;
    const HistoryLine& line = state.Line(row);
    if (!Counts(line)) continue;
    EvidenceOrder& order = orders[state.orders[row]];
    if (order.event_id.empty()) order.event_id = line.purchase.event_id;
    order.order_id = line.purchase.order_id;
    order.basket = row >= bought;
    order.supposed = row < bought && row >= bought - state.supposed;
    order.quantity += line.KeptQuantity();
  }
  return orders;
}

EvidenceLine LineFor(const CustomerState& state, const Contribution& contribution) {
  std::map<uint32_t, EvidenceOrder> known = OrdersOf(state, contribution.entry->item);
  const auto orders = state.evidence.orders(*contribution.entry);
  EvidenceLine line{.times = static_cast<int>(orders.size()),
                    .first_purchased_at = orders.front().at,
                    .last_purchased_at = orders.back().at,
                    .contribution = contribution.contribution};
  for (size_t row = 0; row < orders.size(); ++row) {
    EvidenceOrder order = known[orders[row].order];
    order.purchased_at = orders[row].at;
    order.contribution = contribution.orders[row];
    line.quantity += order.quantity;
    line.orders.push_back(std::move(order));
  }
  std::ranges::reverse(line.orders);
  return line;
}

}  // namespace

void SetEvidence(const CustomerState& state, ItemIndex item, const Explanation& exact,
                 std::span<const size_t> listed, const NameOf& name_of,
                 ItemExplanation* explanation) {
  const ScoreTerms& terms = exact.terms;
  double whole = std::abs(terms.repeat) + std::abs(terms.popularity) + std::abs(terms.rules) +
                 std::abs(terms.notes);
  for (const Contribution& line : exact.contributions) whole += std::abs(line.contribution);
  explanation->evidence.clear();
  explanation->other_evidence_sum = 0;
  explanation->other_evidence_count = 0;
  double sum = 0;
  for (size_t place = 0; place < exact.contributions.size(); ++place) {
    const Contribution& contribution = exact.contributions[place];
    if (!std::ranges::binary_search(listed, place)) {
      explanation->other_evidence_sum += contribution.contribution;
      ++explanation->other_evidence_count;
      continue;
    }
    EvidenceLine line = LineFor(state, contribution);
    line.item = name_of(contribution.entry->item);
    if (contribution.entry->item == item) {
      line.kind = EvidenceKind::kOwnRepeat;
    } else if (std::ranges::all_of(line.orders, &EvidenceOrder::basket)) {
      line.kind = EvidenceKind::kBasket;
    }
    line.share = whole > 0 ? line.contribution / whole : 0;
    sum += line.contribution;
    explanation->evidence.push_back(std::move(line));
  }
  for (NoteLine& note : explanation->notes) {
    note.share = whole > 0 ? note.contribution / whole : 0;
    sum += note.contribution;
  }
  explanation->residual =
      (sum + explanation->other_evidence_sum + terms.repeat + terms.popularity + terms.rules) -
      explanation->score;
}

}  // namespace rapport
