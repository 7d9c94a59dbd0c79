// ExplainedData: data that explanations are judged on: customers with their evidence, models
// learned from everybody's, and models learned again as if some purchases had been for somebody
// else. Immutable once built; const methods: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "model/evidence.h"
#include "model/ids.h"
#include "model/interactions.h"
#include "model/model_snapshot.h"
#include "model/pairs_evaluation.h"
#include "model/purchase_log.h"
#include "model/recipe.h"
#include "model/top_k.h"
#include "model/watch.h"

namespace rapport {

struct ExplainedCustomer {
  CustomerIndex customer{};            // of the log or the split
  std::vector<OwnPurchase> purchases;  // not empty
  Evidence evidence;                   // of these
};

class ExplainedData {
 public:
  virtual ~ExplainedData() = default;

  // Whose suggestions are explained: of those who may be, as many as were asked for, evenly.
  std::span<const ExplainedCustomer> customers() const { return customers_; }
  // With evidence, whether they are asked about or not.
  size_t all_customers() const { return all_customers_; }
  // What is suggested to one of them: new to the customer, and a candidate.
  ItemScan::Filter EligibleFor(const ItemScan& scan, const ExplainedCustomer& customer) const;
  // Of each item the customers who have it, ascending.
  virtual const CompressedRows& customers_of() const = 0;
  // Whether purchases have times, and an item can be bought more than once.
  virtual bool has_times() const = 0;
  // When the suggestions are made.
  virtual Instant as_of() const = 0;

  // A model that serves, its items' ids included. Errors are those of TrialAt and TrainOnPairs.
  virtual absl::StatusOr<ModelSnapshot> Train(const Recipe& recipe, int threads,
                                              const Watch& watch) const = 0;
  // The same in full, from the same seed and with the options and weights of `model`, as if these
  // items had been no evidence of these customers, each of whom stands there once.
  virtual absl::StatusOr<ModelSnapshot> Retrain(const ModelSnapshot& model,
                                                std::span<const PurchaseLog::Gifts> gifts,
                                                int threads, const Watch& watch) const = 0;
  // Of lists of new items, by what was bought later; none: nothing is known of that.
  virtual std::optional<EvaluationRow> Accuracy(const ModelSnapshot& model, int threads) const = 0;

 protected:
  std::vector<ExplainedCustomer> customers_;
  std::vector<bool> candidates_;  // by item
  size_t all_customers_ = 0;
};

// Purchases: as of a cut, for customers who came in the window after it.
class ExplainedPurchases : public ExplainedData {
 public:
  // `log` must outlive this.
  ExplainedPurchases(const PurchaseLog& log, Instant cut, double window_days,
                     size_t most_customers);

  const CompressedRows& customers_of() const override { return interactions_.by_item; }
  bool has_times() const override { return true; }
  Instant as_of() const override { return held_out_.cut; }
  absl::StatusOr<ModelSnapshot> Train(const Recipe& recipe, int threads,
                                      const Watch& watch) const override;
  absl::StatusOr<ModelSnapshot> Retrain(const ModelSnapshot& model,
                                        std::span<const PurchaseLog::Gifts> gifts, int threads,
                                        const Watch& watch) const override;
  std::optional<EvaluationRow> Accuracy(const ModelSnapshot& model, int threads) const override;

 private:
  const PurchaseLog& log_;
  const double window_days_;
  const HeldOut held_out_;
  const Interactions interactions_;
};

// Pairs without times: every item is a candidate, every customer with training items may be asked
// about.
class ExplainedPairs : public ExplainedData {
 public:
  // `split` must outlive this.
  ExplainedPairs(const PairsSplit& split, size_t most_customers);

  const CompressedRows& customers_of() const override { return split_.train.by_item; }
  bool has_times() const override { return false; }
  Instant as_of() const override { return {}; }
  absl::StatusOr<ModelSnapshot> Train(const Recipe& recipe, int threads,
                                      const Watch& watch) const override;
  absl::StatusOr<ModelSnapshot> Retrain(const ModelSnapshot& model,
                                        std::span<const PurchaseLog::Gifts> gifts, int threads,
                                        const Watch& watch) const override;
  std::optional<EvaluationRow> Accuracy(const ModelSnapshot& model, int threads) const override;

 private:
  const PairsSplit& split_;
};

}  // namespace rapport
