// The kinds of customer that the sample store has: what they like, what they come for, and when.
// Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/samples/catalogue.h"

namespace rapport::samples {

// Items of a subcategory with a tag; empty: any.
struct Leaning {
  std::string_view subcategory;
  std::string_view tag;
  int64_t weight = 1;
};

// What runs out at home and is bought again.
struct Need {
  Leaning what;
  int32_t every_days = 0;
};

struct Taste {
  std::string_view name;
  int64_t share = 0;  // of the customers
  std::span<const Leaning> drinks, bites, likes;
  std::span<const Need> needs;
  std::string_view weekdays;  // "1....1." from Monday
  int32_t hour = 9;           // in the middle of which they come
  // Of a thousand: days of `weekdays` on which they come; visits with the usual drink, the usual
  // bite; things bought beside, which may be more than a thousand; due needs that are ordered
  // online; what they buy in days of presents that is one.
  int32_t comes = 0, drink = 0, bite = 0, beside = 0, online = 0, presents = 0;
};

std::span<const Taste> Tastes();
// Those who walk in once.
const Taste& PasserBy();

// For each item of the catalogue how much somebody with these leanings is drawn to it, popularity
// included.
std::vector<int64_t> Weights(std::span<const Leaning> leanings);

// Presents: what people give.
std::span<const Leaning> PresentLeanings();
// What keeps a drinker cool in summer.
std::span<const Leaning> IcedLeanings();

}  // namespace rapport::samples
