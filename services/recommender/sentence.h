// One plain sentence in English for each explanation, from its numbers and nothing else. Says "goes
// with", never "because": that a purchase is the cause would have to be verified by taking it away.
// Pure; any thread.
#pragma once

#include <string>

#include "services/recommender/explainer.h"

namespace rapport {

// Requires: explanation.evidence has every line with a share of 5 % or more.
std::string SentenceFor(const ItemExplanation& explanation);

// "3 May 2026".
std::string DayOf(TimePoint time);

}  // namespace rapport
