// Histories from stored events: which purchases stand, what came back of them, at a point in
// history. Pure.
#pragma once

#include <vector>

#include "data/codec.h"
#include "data/store.h"

namespace rapport {

// One customer's events, in any order, as they stood at `as_of`. A return without its purchase in
// view, or a retraction of nothing that was reported, is left out, and does not count for the
// view's sequence.
HistoryView MakeHistory(std::vector<codec::StoredEvent> events, AsOf as_of);

// Whether the view as of then is no other than this one, which is of everything.
inline bool IsAllOf(const HistoryView& view, AsOf as_of) {
  return view.sequence <= as_of.sequence && view.latest <= as_of.time;
}

}  // namespace rapport
