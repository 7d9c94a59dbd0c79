#include "services/server/ending_signals.h"

#include <pthread.h>
#include <unistd.h>

#include "spdlog/spdlog.h"

namespace rapport::server {

EndingSignals::EndingSignals() : signals_() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  // Every thread inherits the mask, so that only sigwait below sees these.
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::jthread([this] {
    int signal = 0;
    sigwait(&signals_, &signal);
    const std::string name = signal == SIGTERM ? "SIGTERM" : "SIGINT";
    if (!opened_) {
      spdlog::info("{}: stopped before it was open", name);
      _exit(0);
    }
    sent_.set_value(name);
  });
}

EndingSignals::~EndingSignals() {
  opened_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);  // else it would wait for ever
}

std::string EndingSignals::Wait() {
  std::string name = sent_.get_future().get();
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
  return name;
}

}  // namespace rapport::server
