// What the firsts of two customers become who turn out to be one, and what is told of it. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "data/firsts.h"
#include "data/records.h"

namespace rapport {

struct MergedFirsts {
  CustomerFirsts firsts;
  MomentChanges changes;  // all that was told of `from` is superseded
};

// `into` becomes both. `lines`: all that both bought, as the history calls them, and so must the
// subjects of `from` be called. Orders are counted anew over all lines. Of each category that
// either knows, the first is the earliest of what they had and of the lines that the catalogue of
// now puts there. A moment that either had is told again if it is now of another line, or was of
// `from`, with what it was of before; what stood without having been told stays so.
MergedFirsts MergeFirsts(const std::string& customer_id, const CustomerFirsts& into,
                         const CustomerFirsts& from, std::span<const Purchase* const> lines,
                         const std::function<std::string_view(const std::string&)>& category_of,
                         std::span<const int> milestones, uint64_t* last_position);

}  // namespace rapport
