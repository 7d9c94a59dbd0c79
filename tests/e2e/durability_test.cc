// Acknowledged means on disk: the server is killed in the middle of its work, again and again.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

constexpr int kKills = 50;
constexpr int kWriters = 8;
constexpr int kBatch = 10;

using Acknowledged = std::map<std::string, std::set<std::string>>;  // customer -> event ids

// Records batches for one customer until the server is gone. What was acknowledged.
std::set<std::string> Write(const std::string& endpoint, const std::string& customer_id) {
  const Client client(endpoint);
  std::set<std::string> acknowledged;
  for (int batch = 0;; ++batch) {
    v1::RecordPurchasesRequest request;
    for (int line = 0; line < kBatch; ++line) {
      const std::string id = std::to_string(batch) + "-" + std::to_string(line);
      *request.add_purchases() = MakePurchase(id, customer_id, "item-" + std::to_string(line));
    }
    v1::RecordPurchasesResponse response;
    if (!client.Record(request, &response).ok()) return acknowledged;
    for (const v1::RecordResult& result : response.purchase_results()) {
      if (result.status() == v1::RecordResult::STATUS_ACCEPTED)
        acknowledged.insert(result.event_id());
    }
  }
}

// How many of those acknowledged are missing.
size_t Missing(const Client& client, const Acknowledged& acknowledged) {
  size_t missing = 0;
  for (const auto& [customer_id, event_ids] : acknowledged) {
    std::set<std::string> found;
    for (const auto& recorded : client.Purchases(customer_id)) {
      found.insert(recorded.purchase().event_id());
    }
    for (const std::string& event_id : event_ids) missing += found.contains(event_id) ? 0 : 1;
  }
  return missing;
}

// Eight writers at work, and the server killed under them after `delay`.
Acknowledged WriteUntilKilled(ServerProcess& server, int round, std::chrono::microseconds delay) {
  std::vector<std::set<std::string>> results(kWriters);
  std::vector<std::string> customers;
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    customers.push_back("round-" + std::to_string(round) + "-writer-" + std::to_string(writer));
    writers.emplace_back([&, writer, customer = customers.back()] {
      results[static_cast<size_t>(writer)] = Write(server.endpoint(), customer);
    });
  }
  std::this_thread::sleep_for(delay);
  server.Kill();
  writers.clear();
  Acknowledged acknowledged;
  for (size_t writer = 0; writer < kWriters; ++writer)
    acknowledged[customers[writer]] = results[writer];
  return acknowledged;
}

TEST(Durability, AcknowledgedPurchasesSurviveFiftyKills) {
  const uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  RecordProperty("seed", std::to_string(seed));
  std::mt19937_64 random(seed);
  const TempDir scratch;
  const std::string storage = scratch / "data";
  Acknowledged all;
  Acknowledged last;
  size_t lines = 0;
  for (int round = 0; round < kKills; ++round) {
    ServerProcess server(scratch, storage);
    ASSERT_FALSE(server.endpoint().empty()) << server.Log();
    ASSERT_EQ(Missing(Client(server.endpoint()), last), 0u) << "after kill " << round;
    const std::chrono::microseconds delay(50'000 + random() % 200'000);
    last = WriteUntilKilled(server, round, delay);
    for (const auto& [customer_id, event_ids] : last) lines += event_ids.size();
    all.insert(last.begin(), last.end());
  }
  ServerProcess server(scratch, storage);
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  EXPECT_EQ(Missing(Client(server.endpoint()), all), 0u) << "in the end";
  EXPECT_EQ(server.Stop(), 0) << server.Log();
  EXPECT_GT(lines, 1000u) << "too little was written to prove anything";
  std::cout << lines << " lines acknowledged over " << kKills << " kills\n";
}

}  // namespace
}  // namespace rapport::e2e
