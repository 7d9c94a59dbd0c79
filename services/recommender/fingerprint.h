// What a list was asked for, as one number. Pure; any thread.
#pragma once

#include <cstdint>

#include "services/recommender/suggester.h"

namespace rapport {

// Of all that shapes the list but the page: a page token is good for one of these.
uint64_t Fingerprint(const SuggestQuery& query);

}  // namespace rapport
