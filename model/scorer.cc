#include "model/scorer.h"

#include <algorithm>
#include <cmath>

namespace rapport {
namespace {

constexpr double kRecentHalfLifeDays = 60;

constexpr size_t kItemsAtOnce = 64;  // that are scored together

}  // namespace

TermFeatures::TermFeatures(const ModelSnapshot& model, ItemIndex item, const Evidence& evidence,
                           const Evidence::Entry* own) {
  const auto of_item = model.popularity.row(static_cast<Eigen::Index>(Row(item)));
  const size_t shown = own == nullptr ? popularity.size() : kRecencyFeatures;
  std::copy_n(of_item.data(), shown, popularity.data());
  if (own == nullptr) return;
  repeat = {1.0, std::log1p(static_cast<double>(own->order_count)),
            std::log1p(evidence.Weight(*own, kRecentHalfLifeDays)), of_item[kBuyersEver]};
}

Scorer::Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence,
               std::shared_ptr<const Adjustments> adjustments, std::shared_ptr<const Notes> notes,
               const std::vector<WeightedTaste>& folded)
    : model_(model),
      pool_(pool),
      evidence_(evidence),
      notes_(notes == nullptr || notes->notes().empty() ? nullptr : std::move(notes)),
      personal_(evidence.empty() ? notes_ != nullptr && notes_->TellTaste()
                                 : !model.tastes.empty() || pool != Pool::kNewToCustomer),
      weights_(personal_ ? model.WeightsOf(pool) : PoolWeights{.popularity = kPlainPopularity}),
      adjustments_(std::move(adjustments)) {
  if (!personal_) return;
  for (size_t taste = 0; taste < weights_.tastes.size(); ++taste) {
    const double weight = weights_.tastes[taste];
    if (weight == 0) continue;
    const auto known = std::ranges::find_if(folded, [&](const WeightedTaste& other) {
      return &other.folded->taste() == &model.tastes[taste];
    });
    WeightedTaste& one = tastes_.emplace_back(known != folded.end() ? *known : WeightedTaste{});
    one.weight = weight;
    if (one.folded == nullptr)
      one.folded = std::make_shared<const FoldedTaste>(model.tastes[taste], evidence);
    if (one.noted == nullptr && notes_ != nullptr) {
      one.noted = std::make_shared<const NotedTaste>(*one.folded, notes_->notes(),
                                                     notes_->PseudoItems(taste));
    }
  }
}

Scorer Scorer::WithNotes(std::shared_ptr<const Notes> notes) const {
  std::vector<WeightedTaste> folded = tastes_;
  for (WeightedTaste& taste : folded) taste.noted = nullptr;
  return {model_, pool_, evidence_, adjustments_, std::move(notes), folded};
}

ScoreTerms Scorer::OtherTerms(ItemIndex item, const Evidence::Entry* own) const {
  ScoreTerms terms;
  const TermFeatures features(model_, item, evidence_, own);
  for (size_t feature = 0; feature < features.popularity.size(); ++feature)
    terms.popularity += weights_.popularity[feature] * features.popularity[feature];
  for (size_t feature = 0; feature < features.repeat.size(); ++feature)
    terms.repeat += weights_.repeat[feature] * features.repeat[feature];
  if (adjustments_ != nullptr) terms.rules = (*adjustments_)[Row(item)];
  return terms;
}

void Scorer::AddNotes(ItemIndex item, double of_tastes, ScoreTerms& terms) const {
  if (notes_ == nullptr) return;
  terms.notes = of_tastes;
  const Cap* cap = notes_->CapOf(item);
  if (cap == nullptr) return;
  const double score = terms.taste + terms.repeat + terms.popularity;
  terms.notes = std::min(of_tastes, cap->Most(score) - score);
}

ScoreTerms Scorer::Terms(ItemIndex item) const {
  ScoreTerms terms = OtherTerms(item, personal_ ? evidence_.Find(item) : nullptr);
  double of_notes = 0;
  for (const WeightedTaste& taste : tastes_) {
    terms.taste += taste.weight * taste.folded->Of(item);
    if (taste.noted != nullptr) of_notes += taste.weight * taste.noted->Of(item);
  }
  AddNotes(item, of_notes, terms);
  return terms;
}

void Scorer::Scores(std::span<const ItemIndex> items, std::span<double> scores) const {
  std::array<double, kItemsAtOnce> of_taste, of_notes;
  for (size_t begin = 0; begin < items.size(); begin += kItemsAtOnce) {
    const auto some = items.subspan(begin, std::min(kItemsAtOnce, items.size() - begin));
    std::array<ScoreTerms, kItemsAtOnce> terms;
    of_notes.fill(0);
    for (const WeightedTaste& taste : tastes_) {
      taste.folded->Of(some, std::span(of_taste).first(some.size()));
      for (size_t at = 0; at < some.size(); ++at) terms[at].taste += taste.weight * of_taste[at];
      if (taste.noted == nullptr) continue;
      taste.noted->Of(some, std::span(of_taste).first(some.size()));
      for (size_t at = 0; at < some.size(); ++at) of_notes[at] += taste.weight * of_taste[at];
    }
    for (size_t at = 0; at < some.size(); ++at) {
      ScoreTerms all = OtherTerms(some[at], personal_ ? evidence_.Find(some[at]) : nullptr);
      all.taste = terms[at].taste;
      AddNotes(some[at], of_notes[at], all);
      scores[begin + at] = all.Sum();
    }
  }
}

std::optional<double> Scorer::AverageTaste(ItemIndex item) const {
  double sum = 0;
  for (const WeightedTaste& weighted : tastes_) {
    const Taste& taste = weighted.folded->taste();
    const AverageCustomer& average = taste.average;
    if (average.customers == 0) return std::nullopt;
    double of_taste = DotWith(taste, item, average.vector) - taste.mean.dot(average.vector);
    if (average.neighbourhood.size() > 0) {
      of_taste += static_cast<double>(average.neighbourhood[static_cast<Eigen::Index>(Row(item))]);
    }
    sum += weighted.weight * of_taste;
  }
  return sum;
}

std::optional<double> Scorer::AverageScore(ItemIndex item) const {
  const std::optional<double> taste = AverageTaste(item);
  if (!taste) return std::nullopt;
  return *taste + OtherTermsIfNew(item).Sum();
}

std::vector<std::vector<double>> Scorer::Contributions(ItemIndex item) const {
  const auto entries = evidence_.entries();
  std::vector<std::vector<double>> contributions;
  for (const Evidence::Entry& entry : entries)
    contributions.emplace_back(evidence_.orders(entry).size(), 0.0);
  for (const WeightedTaste& taste : tastes_) {
    const std::vector<double> for_each_weight = taste.folded->ForEachWeight(item);
    const double half_life_days = taste.folded->taste().options.half_life_days;
    for (size_t place = 0; place < contributions.size(); ++place) {
      const auto orders = evidence_.orders(entries[place]);
      for (size_t order = 0; order < orders.size(); ++order) {
        contributions[place][order] +=
            orders[order].Weight(half_life_days) * taste.weight * for_each_weight[place];
      }
    }
  }
  return contributions;
}

Eigen::MatrixXd Scorer::EntryContributions(std::span<const ItemIndex> items) const {
  Eigen::MatrixXd contributions =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(evidence_.entries().size()),
                            static_cast<Eigen::Index>(items.size()));
  for (const WeightedTaste& taste : tastes_)
    contributions += taste.weight * taste.folded->EntryShares(items);
  return contributions;
}

std::vector<double> Scorer::NoteShares(ItemIndex item) const {
  if (notes_ == nullptr) return {};
  Eigen::VectorXd shares = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(notes_->notes().size()));
  for (const WeightedTaste& taste : tastes_) shares += taste.weight * taste.noted->NoteShares(item);
  if (const Cap* cap = notes_->CapOf(item))
    shares[static_cast<Eigen::Index>(cap->note)] += Terms(item).notes - shares.sum();
  return {shares.begin(), shares.end()};
}

}  // namespace rapport
