// The score's vocabulary: pools, terms, and the weights that add the terms up. Values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rapport {

// Which items a suggestion may come from. The weights of the terms differ between them. Stored:
// never renumber.
enum class Pool : uint8_t { kNewToCustomer = 0, kBoughtBefore = 1, kAny = 2 };
inline constexpr size_t kPoolCount = 3;
inline constexpr std::array<Pool, kPoolCount> kPools = {Pool::kNewToCustomer, Pool::kBoughtBefore,
                                                        Pool::kAny};
std::string_view PoolName(Pool pool);  // "new", "bought-before", "any"

// The score of an item is the sum of these and nothing else; `scorer` is the only place that adds
// them.
struct ScoreTerms {
  double taste = 0;       // sum over tastes: weight x (item factors . customer vector) / its scale
  double repeat = 0;      // from the customer's own history of this item
  double popularity = 0;  // from how many bought it lately
  double rules = 0;       // what the shop's own rules add
  double notes = 0;       // what people told of the customer
  double Sum() const { return taste + repeat + popularity + rules + notes; }
};

// What the shop's rules add to the score of each item, by item: finite, as many as the model has.
using Adjustments = std::vector<double>;

// Features inside the repeat term, of an item that the customer has bought before. Stored in this
// order.
inline constexpr std::array<std::string_view, 4> kRepeatFeatures = {
    "bought",           // 1 if bought at all
    "log_frequency",    // log(1 + orders that had it)
    "log_recent",       // log(1 + orders, each halved every 60 days)
    "log_buyers_ever",  // as below: that many have it says another thing of an own item
};

// Features inside the popularity term, each beside its mean over the items; the last two of items
// that are new to the customer only. Stored in this order.
inline constexpr std::array<std::string_view, 5> kPopularityFeatures = {
    "log_buyers_7d",    "log_buyers_28d", "log_buyers_90d", "log_buyers_ever",
    "log_days_on_sale",  // log(1 + days since it was first sold)
};
inline constexpr size_t kBuyersLately = 1;     // in 28 days; of kPopularityFeatures
inline constexpr size_t kBuyersEver = 3;       // of kPopularityFeatures
inline constexpr size_t kDaysOnSale = 4;       // likewise
inline constexpr size_t kRecencyFeatures = 3;  // the first so many: for any item

// Weights of the popularity features where nothing personal is known: plainly more for what more
// bought. Fitted weights are of popularity beside taste, which is another thing.
inline constexpr std::array<double, kPopularityFeatures.size()> kPlainPopularity = {0.3, 0.4, 0.1,
                                                                                    0.05, 0};

// Coefficients of one pool, fitted by the likelihood of what was bought on held-out time.
struct PoolWeights {
  std::vector<double> tastes;  // as many as the model has
  std::array<double, kRepeatFeatures.size()> repeat = {};
  std::array<double, kPopularityFeatures.size()> popularity = {};
  bool fitted = false;  // false: defaults, for want of history
};

}  // namespace rapport
