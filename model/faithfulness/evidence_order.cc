#include "model/faithfulness/evidence_order.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

namespace rapport {
namespace {

// Days before the latest of all orders, as a negative number.
double Recency(const Evidence& evidence, const Evidence::Entry& entry) {
  return -evidence.orders(entry).back().age_days;
}

// More orders, then later ones: 0 < 1 / (1 + age) <= 1.
double Frequency(const Evidence& evidence, const Evidence::Entry& entry) {
  return static_cast<double>(entry.order_count) + 0.5 / (1 - Recency(evidence, entry));
}

}  // namespace

std::vector<size_t> MostImportantFirst(std::span<const double> importances) {
  std::vector<size_t> order(importances.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return importances[a] > importances[b]; });
  return order;
}

std::vector<size_t> EvidenceOrders::By(OrderMethod method, const Scorer& scorer,
                                       const PlainRefold& refold, uint64_t seed) const {
  return MostImportantFirst(Importances(method, scorer, refold, seed));
}

std::vector<double> EvidenceOrders::Importances(OrderMethod method, const Scorer& scorer,
                                                const PlainRefold& refold, uint64_t seed) const {
  const Evidence& evidence = scorer.evidence();
  const ItemIndex item = refold.item();
  const auto of_each = [&](const std::function<double(const Evidence::Entry&)>& importance) {
    std::vector<double> each;
    for (const Evidence::Entry& entry : evidence.entries()) each.push_back(importance(entry));
    return each;
  };
  std::mt19937_64 random(seed);
  switch (method) {
    case OrderMethod::kAdditive: {
      const Eigen::MatrixXd contributions = scorer.EntryContributions({&item, 1});
      return {contributions.data(), contributions.data() + contributions.rows()};
    }
    case OrderMethod::kContrast:
      return Contrasts(scorer, refold);
    case OrderMethod::kLime:
      return LimeCoefficients(evidence.entries().size(),
                              [&](std::span<const size_t> kept) { return refold.ScoreWith(kept); },
                              {.seed = seed});
    case OrderMethod::kCosine:
      return of_each([&](const auto& entry) {
        const double product = CustomersOf(item) * CustomersOf(entry.item);
        return product == 0 ? 0 : CustomersOfBoth(item, entry.item) / std::sqrt(product);
      });
    case OrderMethod::kJaccard:
      return of_each([&](const auto& entry) {
        const double both = CustomersOfBoth(item, entry.item);
        const double either = CustomersOf(item) + CustomersOf(entry.item) - both;
        return either == 0 ? 0 : both / either;
      });
    case OrderMethod::kFactorCosine:
      return of_each([&](const auto& entry) { return cosines_.Of(item, entry.item); });
    case OrderMethod::kDot:
      return of_each([&](const auto& entry) { return Dot(scorer, item, entry.item); });
    case OrderMethod::kMostFrequent:
      return of_each([&](const auto& entry) { return Frequency(evidence, entry); });
    case OrderMethod::kMostRecent:
      return of_each([&](const auto& entry) { return Recency(evidence, entry); });
    case OrderMethod::kRandom:
      return of_each([&](const auto&) { return static_cast<double>(random() >> 11); });
  }
  return {};
}

// The items that would take the place: as many as a list is long, behind the list.
std::vector<double> EvidenceOrders::Contrasts(const Scorer& scorer, const PlainRefold& refold) {
  const auto rivals = refold.rivals();
  const size_t begin = std::min(refold.list_length() - 1, rivals.size());
  const auto behind = rivals.subspan(begin, std::min(refold.list_length(), rivals.size() - begin));
  const ItemIndex item = refold.item();
  Eigen::VectorXd contrasts = scorer.EntryContributions({&item, 1}).col(0);
  if (!behind.empty()) contrasts -= scorer.EntryContributions(behind).rowwise().mean();
  return {contrasts.begin(), contrasts.end()};
}

double EvidenceOrders::Dot(const Scorer& scorer, ItemIndex a, ItemIndex b) const {
  double sum = 0;
  for (const WeightedTaste& weighted : scorer.tastes()) {
    const FactorMatrix& factors = weighted.folded->taste().factors;
    sum +=
        weighted.weight * factors.row(static_cast<Eigen::Index>(Row(a)))
                              .cast<double>()
                              .dot(factors.row(static_cast<Eigen::Index>(Row(b))).cast<double>());
  }
  return sum;
}

double EvidenceOrders::CustomersOf(ItemIndex item) const {
  return static_cast<double>(customers_of_.ColumnsOf(Row(item)).size());
}

double EvidenceOrders::CustomersOfBoth(ItemIndex a, ItemIndex b) const {
  const auto of_a = customers_of_.ColumnsOf(Row(a)), of_b = customers_of_.ColumnsOf(Row(b));
  size_t both = 0;
  for (size_t at_a = 0, at_b = 0; at_a < of_a.size() && at_b < of_b.size();) {
    if (of_a[at_a] == of_b[at_b]) {
      ++both;
      ++at_a;
      ++at_b;
    } else if (of_a[at_a] < of_b[at_b]) {
      ++at_a;
    } else {
      ++at_b;
    }
  }
  return static_cast<double>(both);
}

}  // namespace rapport
