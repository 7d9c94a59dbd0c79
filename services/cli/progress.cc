#include "services/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <utility>

#include "services/cli/format.h"

namespace rapport::cli {
namespace {

constexpr std::chrono::milliseconds kLook{200};

}  // namespace

std::string Bar(double fraction, int cells) {
  const int full = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * cells);
  std::string bar(1, '[');
  bar.append(static_cast<size_t>(full), '#');
  bar.append(static_cast<size_t>(cells - full), '-');
  return bar + "]";
}

Progress::Progress() : shown_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() { Wipe(); }

void Progress::Show(const std::string& what, std::optional<double> fraction,
                    const std::string& details) {
  const auto now = std::chrono::steady_clock::now();
  if (!shown_ || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  dirty_ = true;
  std::cerr << "\r\x1b[K" << what << "  ";
  if (fraction) std::cerr << Bar(*fraction) << " " << FormatShare(*fraction) << "  ";
  std::cerr << details << std::flush;
}

void Progress::Wipe() {
  if (dirty_) std::cerr << "\r\x1b[K" << std::flush;
  dirty_ = false;
}

ProgressWatch::ProgressWatch(std::function<std::optional<Standing>()> look) {
  if (!progress_.shown()) return;
  thread_ = std::jthread([this, look = std::move(look)](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, kLook, [&stop] { return stop.stop_requested(); })) {
      if (const auto standing = look())
        progress_.Show(standing->what, standing->fraction, standing->details);
    }
  });
}

}  // namespace rapport::cli
