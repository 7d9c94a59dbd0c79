// Work that waits until nobody else wants the processor.
#pragma once

namespace rapport {

// Puts the calling thread, and those that it will start, behind the threads that answer calls:
// niceness 10 and SCHED_BATCH, which also lowers its turn at the disk (ioprio_set(2)). Best effort:
// where the system refuses, the thread stays as it is.
void LowerThreadPriority();

}  // namespace rapport
