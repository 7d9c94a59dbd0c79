// Orders of importance of a customer's evidence for one item: ours, and what others would say of
// the same model. Immutable; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/faithfulness/lime.h"
#include "model/faithfulness/plain_refold.h"
#include "model/interactions.h"
#include "model/item_cosines.h"
#include "model/model_snapshot.h"
#include "model/scorer.h"

namespace rapport {

enum class OrderMethod : size_t {
  kAdditive,  // by contribution, as explanations list what speaks for the item
  kContrast,  // by contribution less that to the items that would take the place, on average
  kLime,      // by LIME's coefficients
  // Item-item collaborative filtering (Sarwar et al., WWW 2001), by customers a and b of two items:
  kCosine,        // |a and b| / sqrt(|a| |b|)
  kJaccard,       // |a and b| / |a or b|
  kFactorCosine,  // by ItemCosines with the item
  kDot,           // by y_i . y_j, each taste by its weight
  kMostFrequent,  // by own orders, then the latest
  kMostRecent,    // by the last order
  kRandom,
};
inline constexpr size_t kOrderMethods = 10;
inline constexpr std::array<std::string_view, kOrderMethods> kOrderMethodNames = {
    "additive",      "contrast", "lime-200",      "cosine",      "jaccard",
    "factor-cosine", "dot",      "most-frequent", "most-recent", "random"};

// Beside these the fewest entries without which the item leaves, which are a set and no order.
inline constexpr std::string_view kSmallestRemoval = "smallest-removal";

// Indices by importance, the greatest first; equal ones in their order.
std::vector<size_t> MostImportantFirst(std::span<const double> importances);

class EvidenceOrders {
 public:
  // `customers_of`: of each item of the model its customers, ascending. Both must outlive this.
  EvidenceOrders(const ModelSnapshot& model, const CompressedRows& customers_of)
      : model_(model), customers_of_(customers_of), cosines_(model) {}

  // The entries of the scorer's evidence, the most important for the refold's item first. `scorer`
  // and `refold` are of the same evidence. `seed`: of what is random in the method.
  std::vector<size_t> By(OrderMethod method, const Scorer& scorer, const PlainRefold& refold,
                         uint64_t seed) const;

 private:
  std::vector<double> Importances(OrderMethod method, const Scorer& scorer,
                                  const PlainRefold& refold, uint64_t seed) const;
  static std::vector<double> Contrasts(const Scorer& scorer, const PlainRefold& refold);
  double Dot(const Scorer& scorer, ItemIndex a, ItemIndex b) const;
  double CustomersOfBoth(ItemIndex a, ItemIndex b) const;
  double CustomersOf(ItemIndex item) const;

  const ModelSnapshot& model_;
  const CompressedRows& customers_of_;
  const ItemCosines cosines_;
};

}  // namespace rapport
