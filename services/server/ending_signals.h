// EndingSignals: SIGTERM and SIGINT, which end the process, on a thread of its own. One object a
// process, made before any other thread. One thread may call.
#pragma once

#include <signal.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>

namespace rapport::server {

class EndingSignals {
 public:
  // Until Opened, a signal ends the process at once, with 0: opening a large store takes a while,
  // nothing was promised to anybody, and what lies on disk bears a process that ends anywhere.
  EndingSignals();
  ~EndingSignals();
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;

  void Opened() { opened_ = true; }
  // "SIGTERM" or "SIGINT", once it was sent. A further one ends the process at once, by the system.
  std::string Wait();

 private:
  sigset_t signals_;
  std::atomic<bool> opened_ = false;
  std::promise<std::string> sent_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace rapport::server
