#include "model/explanation.h"

#include <algorithm>
#include <cmath>

namespace rapport {

Explanation Explain(const Scorer& scorer, ItemIndex item) {
  Explanation explanation{.terms = scorer.Terms(item)};
  if (!scorer.tastes().empty()) {
    const std::vector<Eigen::VectorXd> influence = scorer.TasteInfluence(item);
    for (const Evidence::Entry& entry : scorer.evidence().entries()) {
      Contribution line{.entry = &entry, .orders = scorer.OrderContributions(entry, influence)};
      for (const double contribution : line.orders) line.contribution += contribution;
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
