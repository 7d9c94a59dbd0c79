// The methods that ours has to beat, by name. Each is as its paper says and as strong as its kind
// gets on Online Retail II: a weak baseline proves nothing.
//
//   popularity          buyers lately, each halved every seven days
//   last-order          the customer's last order again, then popularity
//   personal-frequency  GP-TopFreq (Li et al., "A Next Basket Recommendation Reality Check", TOIS
//                       2023): own orders of the item, then popularity over all time
//   decayed-frequency   own orders halved every 180 days, then popularity
//   trend+repeat        our own score without taste, its weights fitted anew
//   item-knn-binary     item-based neighbours (Sarwar et al., WWW 2001); see item_knn.h
//   item-knn-decayed    the same, purchases halved every 45 days
//   ease-binary         EASE^R (Steck, WWW 2019); see ease.h
//   ease-decayed        the same, purchases halved every 30 days
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/purchase_log.h"
#include "model/ranker.h"
#include "model/trial.h"

namespace rapport {

const std::vector<std::string>& AllBaselines();
// Those that cost next to nothing: what every training reports.
const std::vector<std::string>& QuickBaselines();

// Learns from what was known just before trial.held_out.cut. `trial` must outlive the ranker. The
// lists do not depend on the number of threads. Requires: a name of AllBaselines().
Ranker MakeBaseline(std::string_view name, const PurchaseLog& log, const Trial& trial, int threads);

}  // namespace rapport
