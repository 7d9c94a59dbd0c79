#include "model/noted_taste.h"

#include <variant>
#include <vector>

#include "Eigen/Cholesky"

namespace rapport {
namespace {

// Of a note whose pseudo-item v has v^T A^-1 v = `leverage`.
double WeightOf(const Note& note, double leverage) {
  if (const auto* purchases = std::get_if<AsPurchases>(&note.strength)) return purchases->weight;
  return (1 / std::get<GapLeft>(note.strength).rho - 1) / leverage;
}

}  // namespace

NotedTaste::NotedTaste(const FoldedTaste& folded, std::span<const Note> notes,
                       const Eigen::MatrixXd& pseudo_items)
    : taste_(folded.taste()),
      shares_(Eigen::MatrixXd::Zero(pseudo_items.rows(), pseudo_items.cols())) {
  const Eigen::VectorXd x = folded.vector() * folded.scale();
  const Eigen::MatrixXd solved = folded.Solved(pseudo_items);
  const Eigen::MatrixXd products = pseudo_items.transpose() * solved;
  const Eigen::VectorXd predicted = pseudo_items.transpose() * x;
  const double average = taste_.mean.dot(x);
  std::vector<Eigen::Index> effective;
  std::vector<double> weights;
  for (Eigen::Index note = 0; note < pseudo_items.cols(); ++note) {
    const Note& told = notes[static_cast<size_t>(note)];
    const bool so_anyway = told.wanted ? predicted[note] >= 1 : predicted[note] <= average;
    if (so_anyway || !(products(note, note) > 0)) continue;
    const double weight = WeightOf(told, products(note, note));
    if (!(weight > 0)) continue;
    effective.push_back(note);
    weights.push_back(weight);
  }
  if (!effective.empty()) {
    Eigen::MatrixXd system = products(effective, effective);
    Eigen::VectorXd pull = -predicted(effective);
    for (Eigen::Index at = 0; at < pull.size(); ++at) {
      const auto place = static_cast<size_t>(at);
      system(at, at) += 1 / weights[place];
      pull[at] += notes[static_cast<size_t>(effective[place])].wanted ? 1 : 0;
    }
    pull = system.llt().solve(pull).eval();
    for (Eigen::Index at = 0; at < pull.size(); ++at) {
      const Eigen::Index note = effective[static_cast<size_t>(at)];
      shares_.col(note) = solved.col(note) * pull[at];
    }
  }
  shares_ /= folded.empty() ? DeviationOver(taste_, shares_.rowwise().sum()) : folded.scale();
  vector_ = shares_.rowwise().sum();
  average_ = taste_.mean.dot(vector_);
}

double NotedTaste::Of(ItemIndex item) const { return DotWith(taste_, item, vector_) - average_; }

void NotedTaste::Of(std::span<const ItemIndex> items, std::span<double> of) const {
  DotsWith(taste_, items, vector_, of);
  for (size_t at = 0; at < items.size(); ++at) of[at] -= average_;
}

Eigen::VectorXd NotedTaste::NoteShares(ItemIndex item) const {
  const auto row = taste_.factors.row(static_cast<Eigen::Index>(Row(item)));
  return shares_.transpose() * (row.cast<double>().transpose() - taste_.mean);
}

}  // namespace rapport
