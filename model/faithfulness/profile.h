// Profile: on which suggestions orders of evidence are faithful, by the place in the list and by
// how much evidence there is. Plain means over cases. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/faithfulness/study.h"

namespace rapport {

struct ProfileRow {
  std::string_view of;  // "place 1", "11-25 items"
  size_t cases = 0;
  double pos_additive = 0, pos_cosine = 0;
  double neg_additive = 0;
  // Over the cases that have one; none: no case has.
  std::optional<double> ce_smallest, ce_lime, ce_cosine;
};

// All cases, then places 1, 2-5, 6 and below, then up to 10, 11-25, 26-60 and more items of
// evidence; only rows that have cases.
std::vector<ProfileRow> ProfileOf(std::span<const ExplainedCase> cases);

}  // namespace rapport
