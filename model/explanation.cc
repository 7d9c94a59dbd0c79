#include "model/explanation.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace rapport {

Explanation Explain(const Scorer& scorer, ItemIndex item) {
  Explanation explanation{.terms = scorer.Terms(item), .notes = scorer.NoteShares(item)};
  if (!scorer.tastes().empty()) {
    std::vector<std::vector<double>> contributions = scorer.Contributions(item);
    for (size_t place = 0; place < contributions.size(); ++place) {
      Contribution line{.entry = &scorer.evidence().entries()[place],
                        .orders = std::move(contributions[place])};
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

bool PopularityDriven(const Scorer& scorer, ItemIndex item) {
  if (!scorer.personal()) return true;
  const ScoreTerms terms = scorer.Terms(item);
  const std::optional<double> average = scorer.AverageScore(item);
  return average ? terms.Sum() <= *average
                 : terms.taste == 0 && terms.repeat == 0 && terms.notes == 0;
}

}  // namespace rapport
