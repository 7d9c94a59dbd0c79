// HistoryView: what a customer bought, and what was reported of them, as of some moment. A value.
#pragma once

#include <cstdint>
#include <vector>

#include "data/records.h"

namespace rapport {

// A point in history: events with a greater sequence, or that happened after `time`, are left out.
struct AsOf {
  uint64_t sequence = UINT64_MAX;
  TimePoint time = TimePoint::max();
};

struct HistoryView {
  uint64_t sequence = 0;                // the least `AsOf::sequence` that gives exactly this view
  TimePoint latest = TimePoint::min();  // the time of its last event; min(): there is none
  // Oldest first (purchased_at, then event_id); a return counts with its own time, and so does a
  // report that sets a line aside.
  std::vector<HistoryLine> lines;
  std::vector<Reported> reports;  // oldest first (time, then event_id), retracted ones too
};

// What reports that hold make of the lines: each is set aside by the latest outcome that says so,
// if there is one. `view` has all else.
void SetLinesAside(HistoryView* view);

}  // namespace rapport
