// A token explains what was served, bit for bit, whatever happened since.
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <bit>
#include <chrono>
#include <string>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

constexpr const char* kCustomer = "sam";

// A purchase of an hour ago, so that it weighs.
v1::Purchase FreshPurchase(const std::string& event_id, const std::string& customer_id,
                           const std::string& item_id) {
  v1::Purchase purchase = MakePurchase(event_id, customer_id, item_id);
  const auto hour_ago = std::chrono::system_clock::now() - std::chrono::hours(1);
  purchase.mutable_purchased_at()->set_seconds(std::chrono::system_clock::to_time_t(hour_ago));
  return purchase;
}

void RecordLaterPurchases(const Client& client, const std::vector<std::string>& items) {
  v1::RecordPurchasesRequest request;
  for (int line = 0; line < 1000; ++line) {
    const std::string customer = line % 10 == 0 ? kCustomer : "customer-" + std::to_string(line);
    *request.add_purchases() = FreshPurchase("later-" + std::to_string(line), customer,
                                             items[static_cast<size_t>(line) % items.size()]);
  }
  v1::RecordPurchasesResponse response;
  ASSERT_TRUE(client.Record(request, &response).ok());
  for (const auto& result : response.purchase_results()) {
    ASSERT_EQ(result.status(), v1::RecordResult::STATUS_ACCEPTED) << result.reason();
  }
}

// The sample shop with a model, and a customer who bought four things.
std::vector<std::string> SetScene(const ServerProcess& server, const Client& client) {
  EXPECT_EQ(RunCli(server, {"load-sample"}).exit_code, 0);
  EXPECT_EQ(RunCli(server, {"train"}).exit_code, 0);
  v1::SuggestForCustomerResponse popular;
  EXPECT_TRUE(client.Suggest("nobody", &popular).ok());
  std::vector<std::string> items;
  for (const auto& suggestion : popular.suggestions()) items.push_back(suggestion.item().item_id());
  EXPECT_GE(items.size(), 8u);
  v1::RecordPurchasesRequest request;
  for (size_t line = 0; line < 4 && line < items.size(); ++line) {
    *request.add_purchases() =
        MakePurchase("first-" + std::to_string(line), kCustomer, items[line]);
  }
  v1::RecordPurchasesResponse response;
  EXPECT_TRUE(client.Record(request, &response).ok());
  return items;
}

TEST(Replay, TokenExplainsTheSameBitsAfterARestartAndAThousandPurchases) {
  const TempDir scratch;
  v1::SuggestForCustomerResponse served;
  std::vector<v1::ExplainSuggestionResponse> before;
  {
    ServerProcess server(scratch, scratch / "data");
    ASSERT_FALSE(server.endpoint().empty()) << server.Log();
    const Client client(server.endpoint());
    const std::vector<std::string> items = SetScene(server, client);
    ASSERT_TRUE(client.Suggest(kCustomer, &served).ok());
    ASSERT_GT(served.suggestions_size(), 0);
    for (const auto& suggestion : served.suggestions()) {
      ASSERT_TRUE(
          client.ExplainToken(served.token(), suggestion.item().item_id(), &before.emplace_back())
              .ok());
      EXPECT_EQ(std::bit_cast<uint64_t>(before.back().score()),
                std::bit_cast<uint64_t>(suggestion.score()));
    }
    ASSERT_EQ(before.front().evidence_size(), 4) << "nothing to forget or to add to";
    RecordLaterPurchases(client, items);
    ASSERT_EQ(server.Stop(), 0) << server.Log();
  }
  ServerProcess server(scratch, scratch / "data");
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  const Client client(server.endpoint());
  for (int rank = 0; rank < served.suggestions_size(); ++rank) {
    v1::ExplainSuggestionResponse after;
    const auto status =
        client.ExplainToken(served.token(), served.suggestions(rank).item().item_id(), &after);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
        before[static_cast<size_t>(rank)], after))
        << "rank " << rank + 1 << "\n"
        << before[static_cast<size_t>(rank)].DebugString() << "\n"
        << after.DebugString();
  }
}

}  // namespace
}  // namespace rapport::e2e
