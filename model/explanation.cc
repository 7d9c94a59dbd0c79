#include "model/explanation.h"

#include <algorithm>
#include <cmath>

namespace rapport {

Explanation Explain(const Scorer& scorer, ItemIndex item) {
  Explanation explanation{.terms = scorer.Terms(item)};
  const Eigen::VectorXd influence = scorer.Influence(item);
  if (scorer.personal()) {
    for (const Evidence::Entry& entry : scorer.evidence().entries()) {
      const auto row = scorer.model().factors.row(static_cast<Eigen::Index>(Row(entry.item)));
      const double for_each_weight = row.cast<double>().dot(influence);
      Contribution line{.entry = &entry};
      for (const Evidence::Order& order : scorer.evidence().orders(entry)) {
        line.orders.push_back(order.weight * for_each_weight);
        line.contribution += line.orders.back();
      }
      explanation.contributions.push_back(std::move(line));
    }
  }
  std::stable_sort(explanation.contributions.begin(), explanation.contributions.end(),
                   [](const Contribution& a, const Contribution& b) {
                     return std::abs(a.contribution) > std::abs(b.contribution);
                   });
  return explanation;
}

}  // namespace rapport
