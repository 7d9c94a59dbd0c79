// Scenes for the tests of the data layer: a directory of one's own, a store in it, purchases in one
// line.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/store.h"
#include "tests/support/temp_dir.h"

namespace rapport::testing {

// "p" and 7: "p7".
inline std::string Id(std::string begin, int64_t number) {
  return begin.append(std::to_string(number));
}

// Seconds since 2023-11-14.
inline TimePoint At(int seconds) {
  return TimePoint(std::chrono::seconds(1'700'000'000 + seconds));
}

inline Purchase Bought(std::string customer, std::string event, std::string item, int at = 0,
                       int quantity = 1) {
  Purchase purchase;
  purchase.event_id = std::move(event);
  purchase.customer_id = std::move(customer);
  purchase.item_id = std::move(item);
  purchase.purchased_at = At(at);
  purchase.quantity = quantity;
  return purchase;
}

inline Return Back(std::string customer, std::string event, std::string purchase, int at = 0,
                   std::optional<int> quantity = std::nullopt) {
  Return back;
  back.event_id = std::move(event);
  back.customer_id = std::move(customer);
  back.purchase_event_id = std::move(purchase);
  back.returned_at = At(at);
  back.quantity = quantity;
  return back;
}

inline StoreOptions OptionsFor(const std::string& path) {
  StoreOptions options;
  options.path = path;
  options.block_cache_bytes = 8 << 20;
  options.memtable_bytes = 4 << 20;
  options.free_space_floor_bytes = 0;
  options.now = [] { return At(1'000'000); };
  return options;
}

// Opens or fails the test.
inline std::unique_ptr<Store> OpenStore(const StoreOptions& options) {
  auto store = Store::Open(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

inline std::unique_ptr<Store> OpenStore(const std::string& path) {
  return OpenStore(OptionsFor(path));
}

// Appends or fails the test.
inline AppendResult MustAppend(Store& store, std::vector<Event> events) {
  auto result = store.AppendAndWait(std::move(events));
  EXPECT_TRUE(result.ok()) << result.status();
  return result.value_or(AppendResult{});
}

inline HistoryView MustRead(const Store& store, std::string_view customer, AsOf as_of = {}) {
  auto view = store.History(customer, as_of);
  EXPECT_TRUE(view.ok()) << view.status();
  return view.value_or(HistoryView{});
}

inline std::vector<std::string> EventIds(const HistoryView& view) {
  std::vector<std::string> ids;
  for (const HistoryLine& line : view.lines) ids.push_back(line.purchase.event_id);
  return ids;
}

inline bool SameView(const HistoryView& a, const HistoryView& b) {
  return a.sequence == b.sequence &&
         std::equal(a.lines.begin(), a.lines.end(), b.lines.begin(), b.lines.end(),
                    [](const HistoryLine& x, const HistoryLine& y) {
                      return x.purchase == y.purchase && x.returns == y.returns &&
                             x.receipt.sequence == y.receipt.sequence &&
                             x.receipt.recorded_at == y.receipt.recorded_at;
                    });
}

}  // namespace rapport::testing
