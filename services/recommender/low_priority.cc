#include "services/recommender/low_priority.h"

#include <sched.h>
#include <sys/resource.h>

namespace rapport {

void LowerThreadPriority() {
  constexpr int kNiceness = 10;
  const sched_param no_realtime{};
  // On Linux 0 is the calling thread, in both.
  sched_setscheduler(0, SCHED_BATCH, &no_realtime);
  setpriority(PRIO_PROCESS, 0, kNiceness);
}

}  // namespace rapport
