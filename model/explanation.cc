#include "model/explanation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace rapport {

Explanation Explain(const Scorer& scorer, ItemIndex item) {
  Explanation explanation{.terms = scorer.Terms(item)};
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

ScoreContrast ContrastOf(const Scorer& scorer, ItemIndex first, ItemIndex second) {
  const ScoreTerms of_first = scorer.Terms(first), of_second = scorer.Terms(second);
  ScoreContrast contrast{.terms = {.taste = of_first.taste - of_second.taste,
                                   .repeat = of_first.repeat - of_second.repeat,
                                   .popularity = of_first.popularity - of_second.popularity,
                                   .rules = of_first.rules - of_second.rules},
                         .lines = {}};
  double sum = contrast.terms.repeat + contrast.terms.popularity + contrast.terms.rules;
  if (!scorer.tastes().empty()) {
    const auto entries = scorer.evidence().entries();
    const auto sum_of = [](const std::vector<double>& orders) {
      return std::accumulate(orders.begin(), orders.end(), 0.0);
    };
    const auto adds_to_first = scorer.Contributions(first);
    const auto adds_to_second = scorer.Contributions(second);
    for (size_t place = 0; place < entries.size(); ++place) {
      contrast.lines.push_back({.entry = &entries[place],
                                .first = sum_of(adds_to_first[place]),
                                .second = sum_of(adds_to_second[place])});
      sum += contrast.lines.back().Difference();
    }
  }
  contrast.residual = of_first.Sum() - of_second.Sum() - sum;
  std::stable_sort(contrast.lines.begin(), contrast.lines.end(),
                   [](const ScoreContrast::Line& a, const ScoreContrast::Line& b) {
                     return std::abs(a.Difference()) > std::abs(b.Difference());
                   });
  return contrast;
}

bool PopularityDriven(const Scorer& scorer, ItemIndex item) {
  if (!scorer.personal()) return true;
  const ScoreTerms terms = scorer.Terms(item);
  const std::optional<double> average = scorer.AverageTaste(item);
  if (!average) return terms.taste == 0 && terms.repeat == 0;
  return terms.taste + terms.repeat <= *average;
}

}  // namespace rapport
