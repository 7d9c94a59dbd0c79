// How a filter's tree is put together, so that what means the same is written the same: nothing
// nested that can be flat, no NOT of a NOT, one text for each. Pure functions; any thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "services/filter/item_filter.h"

namespace rapport::filter {

// `text` is the canonical text of the test.
ItemFilter::Node MakeTest(std::string text, std::function<bool(const Item&)> test);
ItemFilter::Node MakeBoughtWithin(std::chrono::seconds within);
ItemFilter::Node MakeBoughtIn(std::string category);

ItemFilter::Node MakeNot(ItemFilter::Node child);
// Requires: at least one child.
ItemFilter::Node MakeAnd(std::vector<ItemFilter::Node> children);
ItemFilter::Node MakeOr(std::vector<ItemFilter::Node> children);

}  // namespace rapport::filter
