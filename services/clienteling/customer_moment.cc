#include "services/clienteling/customer_moment.h"

#include <array>

namespace rapport::clienteling {

std::string_view NameOf(Occasion occasion) {
  static constexpr std::array<std::string_view, kOccasions> kNames = {
      "FIRST_ORDER",    "FIRST_IN_CATEGORY", "NTH_ORDER",   "REPLENISH_DUE", "USUAL_LATE",
      "LAPSED_REGULAR", "RETURNED",          "ANNIVERSARY", "BACK_IN_STOCK", "FOLLOW_UP"};
  return kNames[static_cast<size_t>(occasion) - 1];
}

}  // namespace rapport::clienteling
