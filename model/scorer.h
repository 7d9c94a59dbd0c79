// Scorer: the score of any item for one customer. The only place that adds terms up; retrieval,
// serving, explanation and evaluation all read their numbers here, so that they are the same bits.
// Holds references to the model and the evidence, which must outlive it. Const methods: any thread.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "model/evidence.h"
#include "model/folded_taste.h"
#include "model/model_snapshot.h"
#include "model/noted_taste.h"
#include "model/notes.h"
#include "model/score.h"

namespace rapport {

// The features that the repeat and the popularity term are weighted sums of, for one item and one
// customer. `own`: the item's entry in `evidence`, null if it is new to the customer.
struct TermFeatures {
  std::array<double, kRepeatFeatures.size()> repeat = {};
  std::array<double, kPopularityFeatures.size()> popularity = {};

  TermFeatures(const ModelSnapshot& model, ItemIndex item, const Evidence& evidence,
               const Evidence::Entry* own);
};

struct WeightedTaste {
  double weight;
  std::shared_ptr<const FoldedTaste> folded;  // not null
  std::shared_ptr<const NotedTaste> noted;    // null: there are no notes
};

class Scorer {
 public:
  // Folds the evidence in. `evidence` holds items of `model` only. `adjustments`, `notes`: null for
  // none; notes are of `model`.
  Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence,
         std::shared_ptr<const Adjustments> adjustments = nullptr,
         std::shared_ptr<const Notes> notes = nullptr)
      : Scorer(model, pool, evidence, std::move(adjustments), std::move(notes), {}) {}
  // Of the same customer in another pool, without folding them in again.
  Scorer For(Pool pool) const { return {model_, pool, evidence_, adjustments_, notes_, tastes_}; }
  // With other adjustments, likewise.
  Scorer With(std::shared_ptr<const Adjustments> adjustments) const {
    return {model_, pool_, evidence_, std::move(adjustments), notes_, tastes_};
  }
  // With other notes, likewise; null: without any.
  Scorer WithNotes(std::shared_ptr<const Notes> notes) const;

  // With the evidence of a customer who bought other things, folded in anew, the notes solved
  // anew; it must outlive what comes out.
  Scorer Of(const Evidence& evidence) const {
    return {model_, pool_, evidence, adjustments_, notes_, {}};
  }

  ScoreTerms Terms(ItemIndex item) const;
  double Score(ItemIndex item) const { return Terms(item).Sum(); }
  // Of many, the same bits, in much less time; `scores` is as long as `items`.
  void Scores(std::span<const ItemIndex> items, std::span<double> scores) const;
  // The terms beside taste as they would be if the item were new to the customer.
  ScoreTerms OtherTermsIfNew(ItemIndex item) const { return OtherTerms(item, nullptr); }

  // What the taste of the item is for the average customer, by the weights of this one; none: the
  // model does not know.
  std::optional<double> AverageTaste(ItemIndex item) const;

  // Its whole score so, if it were new to them; none likewise.
  std::optional<double> AverageScore(ItemIndex item) const;

  // Whether the customer's own evidence, or what they are told to want, has any part in scores. If
  // not, they are plain popularity, under what notes cap.
  bool personal() const { return personal_; }
  // What each order of each entry of the evidence adds to the taste of the item: by entry, then by
  // order, oldest first.
  std::vector<std::vector<double>> Contributions(ItemIndex item) const;
  // The sums of these over the orders: entries x items. For many items at once.
  Eigen::MatrixXd EntryContributions(std::span<const ItemIndex> items) const;
  // What each note adds to Terms(item).notes, in their order; a cap's part is its note's.
  std::vector<double> NoteShares(ItemIndex item) const;

  const ModelSnapshot& model() const { return model_; }
  Pool pool() const { return pool_; }
  const Evidence& evidence() const { return evidence_; }
  // Those that have a weight. None: evidence does not add up to a taste, and has no contributions.
  const std::vector<WeightedTaste>& tastes() const { return tastes_; }
  const PoolWeights& weights() const { return weights_; }
  // Null: none.
  const Adjustments* adjustments() const { return adjustments_.get(); }
  // Null: none.
  const std::shared_ptr<const Notes>& notes() const { return notes_; }

 private:
  // `folded`: tastes that the evidence was folded into already, and the notes unless they are null.
  Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence,
         std::shared_ptr<const Adjustments> adjustments, std::shared_ptr<const Notes> notes,
         const std::vector<WeightedTaste>& folded);
  // All but taste; `own`: the item's entry of the evidence, null if it is new.
  ScoreTerms OtherTerms(ItemIndex item, const Evidence::Entry* own) const;
  // Adds the notes' term to all others, which are there. `of_tastes`: what notes add to taste.
  void AddNotes(ItemIndex item, double of_tastes, ScoreTerms& terms) const;

  const ModelSnapshot& model_;
  const Pool pool_;
  const Evidence& evidence_;
  const std::shared_ptr<const Notes> notes_;
  const bool personal_;
  const PoolWeights weights_;
  const std::shared_ptr<const Adjustments> adjustments_;
  std::vector<WeightedTaste> tastes_;
};

}  // namespace rapport
