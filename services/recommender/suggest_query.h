// SuggestQuery: what a list is asked for. A value.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "data/records.h"
#include "model/score.h"
#include "services/filter/item_filter.h"
#include "services/recommender/shopper.h"

namespace rapport {

inline constexpr int kMostSuggestions = 100;  // in a list without pages, or on a page
// No list is longer than this over all its pages.
inline constexpr size_t kLongestList = 1'000;

struct SuggestQuery {
  Shopper shopper;
  Apart apart;
  int count = 10;  // 1 to 100: in this list, or on this page
  Pool pool = Pool::kNewToCustomer;
  std::unordered_set<std::string> exclude_item_ids;
  std::unordered_set<std::string> only_item_ids;  // empty: any
  std::shared_ptr<const ItemFilter> filter;       // null: any
  std::string filter_text;                        // as it was asked
  std::string store;                              // for rules; empty: the customer's own
  int max_per_category = 0;                       // of the same category path; 0: any number
  double diversity = 0;                           // 0 to 1, as in list_builder.h
  double min_confidence = 0;                      // 0 to 1: the least chance of being bought
  std::optional<int> promoted_slots;              // none: as many as rules ask for
  std::optional<TimePoint> as_of;                 // none: now, or the first page's
  bool paged = false;                             // whether a token for more is wanted
  std::string page_token;                         // empty: the first page
};

}  // namespace rapport
