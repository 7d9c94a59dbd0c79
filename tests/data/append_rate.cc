// Events a second through Store::Append: batches of 1,000 from one caller that keeps 4 in flight;
// first all new, then the same again, all duplicates; then what a scan of every history costs.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <string>

#include "data/store.h"

namespace {

using rapport::Event;
using rapport::Purchase;

constexpr int kBatches = 1000;
constexpr int kBatch = 1000;
constexpr int kInFlight = 4;

std::vector<Event> Batch(int number) {
  std::vector<Event> events;
  for (int line = 0; line < kBatch; ++line) {
    const int n = number * kBatch + line;
    Purchase purchase;
    purchase.event_id = "order-" + std::to_string(n / 3) + "-" + std::to_string(n % 3);
    purchase.customer_id = "customer-" + std::to_string(n / 3 * 7919LL % 50'000);
    purchase.item_id = "item-" + std::to_string(n * 31LL % 5'000);
    purchase.order_id = "order-" + std::to_string(n / 3);
    purchase.purchased_at = rapport::TimePoint(std::chrono::seconds(1'700'000'000 + n));
    purchase.unit_price = rapport::Money{"EUR", n % 100, 990'000'000};
    purchase.channel = rapport::Channel::kStore;
    events.emplace_back(std::move(purchase));
  }
  return events;
}

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

void AppendAll(rapport::Store& store, const char* what) {
  std::mutex mutex;
  std::condition_variable answered;
  int in_flight = 0;
  int failed = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int number = 0; number < kBatches; ++number) {
    {
      std::unique_lock lock(mutex);
      answered.wait(lock, [&] { return in_flight < kInFlight; });
      ++in_flight;
    }
    store.Append(Batch(number), [&](const absl::StatusOr<rapport::AppendResult>& result) {
      const std::lock_guard lock(mutex);
      --in_flight;
      failed += result.ok() ? 0 : 1;
      answered.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return in_flight == 0; });
  std::printf("%-12s %8.0f events/s, %d batches failed\n", what, kBatches * kBatch / Seconds(start),
              failed);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "append_rate.store";
  std::filesystem::remove_all(path);
  rapport::StoreOptions options;
  options.path = path;
  options.now = [] { return rapport::TimePoint(std::chrono::seconds(1'800'000'000)); };
  double sync_seconds = 0;
  options.on_commit = [&](const rapport::CommitReport& report) {
    sync_seconds += report.sync_seconds;
  };
  {
    auto store = rapport::Store::Open(options);
    if (!store.ok()) {
      std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
      return 1;
    }
    AppendAll(**store, "new");
    std::printf("%-12s %8.2f s in synced writes\n", "", sync_seconds);
    AppendAll(**store, "duplicates");
    const auto start = std::chrono::steady_clock::now();
    size_t lines = 0;
    const auto scanned = (*store)->ScanHistories([&](std::string_view, auto history) {
      lines += history.size();
      return absl::OkStatus();
    });
    std::printf("%-12s %8.0f lines/s\n", "scan", static_cast<double>(lines) / Seconds(start));
    if (!scanned.ok() || lines != size_t{kBatches} * kBatch) return 1;
  }
  const auto start = std::chrono::steady_clock::now();
  const bool reopened = rapport::Store::Open(options).ok();
  std::printf("%-12s %8.2f s\n", "open again", Seconds(start));
  std::filesystem::remove_all(path);
  return reopened ? 0 : 1;
}
