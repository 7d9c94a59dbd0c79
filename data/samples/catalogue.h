// What the sample store sells: a table written by hand. Constant, so any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "data/records.h"

namespace rapport::samples {

// When an item is on the shelves, and when it sells best.
enum class Season : uint8_t { kAlways, kAdvent, kEaster, kSummer, kWinter };

struct CatalogueEntry {
  std::string_view id;
  std::string_view title;
  std::string_view category;     // "Coffee"
  std::string_view subcategory;  // "Whole bean"
  std::string_view brand;
  int32_t price_cents;
  std::string_view attributes;  // "roast=light;origin=Ethiopia"
  std::string_view tags;        // "filter fruity"
  int32_t popularity = 3;       // 1 to 9: how often it is bought among its like
  Season season = Season::kAlways;
  int32_t arrives_percent = 0;  // how far into the time of the sample it comes into the shop
  bool available = true;
};

std::span<const CatalogueEntry> Catalogue();

bool HasTag(const CatalogueEntry& entry, std::string_view tag);

// Eaten or drunk in the shop, never sent by post.
bool IsServed(const CatalogueEntry& entry);

Item ToItem(const CatalogueEntry& entry);

}  // namespace rapport::samples
