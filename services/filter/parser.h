// The grammar of AIP-160, by recursive descent: from a filter's text to its tree.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "services/filter/item_filter.h"

namespace rapport::filter {

// As ItemFilter::Parse. Any thread.
absl::StatusOr<ItemFilter::Node> ParseTree(std::string_view text);

}  // namespace rapport::filter
