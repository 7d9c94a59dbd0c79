// SimilarItems: what resembles an item: by taste, or bought in the same orders. The same for every
// customer. Any thread; no disk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "services/filter/item_filter.h"
#include "services/recommender/serving_model.h"

namespace rapport {

struct SimilarQuery {
  enum class Basis { kTaste, kBoughtTogether };
  std::string item_id;
  int count = 10;  // 1 to 100
  Basis basis = Basis::kTaste;
  int least_support = 5;  // kBoughtTogether: orders with both, kLeastSupport or more
  std::shared_ptr<const ItemFilter> filter;  // null: any; must not ask of a customer's past
  std::string store;                         // for rules; empty: those of all stores
};

struct SimilarItem {
  std::shared_ptr<const Item> item;  // not null
  double similarity = 0;             // kTaste: the cosine of factors, -1 to 1
  double lift = 0;                   // kBoughtTogether; see model/bought_together.h
  int64_t support = 0;               // kBoughtTogether: orders with both
};

// The most similar first; items that cannot be sold, or that a rule of now excludes, left out.
// NOT_FOUND: the model does not know the item; FAILED_PRECONDITION: it has no tastes, or counts no
// orders.
absl::StatusOr<std::vector<SimilarItem>> SimilarItems(const ServingModel& serving,
                                                      const SimilarQuery& query, TimePoint now);

}  // namespace rapport
