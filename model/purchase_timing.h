// Purchase timing: what a model knows of when customers buy again and when they stay away. Learned
// from a log with every training; of items and categories, never of customers. Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/categories.h"
#include "model/ids.h"
#include "model/lapse.h"
#include "model/purchase_log.h"
#include "model/repurchase.h"
#include "model/watch.h"

namespace rapport {

struct PurchaseTiming {
  static constexpr uint32_t kNoCategory = UINT32_MAX;

  RepurchaseModel items;
  RepurchaseModel categories;         // empty: the catalogue had none
  std::vector<uint32_t> category_of;  // by item: its row in `categories`, or kNoCategory
  LapseModel lapse;                   // empty: too little history to learn it from

  bool empty() const { return items.empty(); }
};

// Of what was known just before `as_of`: statistics of all of it, weights from six windows of 28
// days before it, lapses from six windows of kLapseDays. With too little for weights: gaps alone.
// Empty without purchases. The same bits for any number of threads. Means nothing once the watch
// asks to stop. Requires: threads >= 1.
PurchaseTiming LearnTiming(const PurchaseLog& log, Instant as_of, int threads,
                           const Watch& watch = {});

}  // namespace rapport
