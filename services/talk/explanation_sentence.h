// One plain sentence in English for each explanation, for staff: from its numbers and nothing else,
// with dates. Says "because" only of what was verified by taking it away, calls popular what is
// suggested because it sells, and names no purchase of who does not want that. Pure; any thread.
#pragma once

#include <functional>
#include <string>

#include "services/recommender/item_explanation.h"

namespace rapport::talk {

// Items that are never named as a reason; empty: none.
using Unspoken = std::function<bool(const Item&)>;

std::string ExplanationSentence(const ItemExplanation& explanation,
                                const Unspoken& unspoken = nullptr);

// "3 May 2026".
std::string DayOf(TimePoint time);

}  // namespace rapport::talk
