// The gate: whether a model that was just learned may take the place of the one that serves, by its
// own evaluation. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "model/model_snapshot.h"

namespace rapport {

// Fewer customers in a held-out window say nothing: an interval resampled from a handful of them
// is narrow by accident, and their comparison is left out.
inline constexpr int64_t kLeastJudgedCustomers = 30;

struct Verdict {
  bool publish = true;
  bool sound = true;   // false: broken, of no use to anybody; then not to be published either
  std::string reason;  // one line: why not, with figures; or why it could not be judged; else empty
};

// A candidate is not published if its recall@20 or ndcg@20 on held-out time is below another
// method's by more than chance explains (95 % interval of the paired difference): below "running"
// or "popularity" on new or any items, below "personal-frequency" or "trend+repeat" on any items
// (on new ones both are popularity by another name). Where there was nothing to judge by it is
// published. It is not sound if its numbers are not all finite.
Verdict JudgeCandidate(const ModelSnapshot& candidate);

}  // namespace rapport
