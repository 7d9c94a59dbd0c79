#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/server/moment_feed.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Words(const v1::Moment& moment) {
  return v1::Moment::Kind_Name(moment.kind()) + " " + moment.customer_id() + " " +
         moment.event_id();
}

std::vector<std::string> Bytes(const google::protobuf::RepeatedPtrField<v1::Moment>& moments) {
  std::vector<std::string> bytes;
  for (const v1::Moment& moment : moments) bytes.push_back(moment.SerializeAsString());
  return bytes;
}

// A client that watches; given up after ten seconds.
class Watch {
 public:
  explicit Watch(RunningServer& server, uint64_t from = 0) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    v1::WatchMomentsRequest request;
    request.set_from_position(from);
    reader_ = server.clienteling->WatchMoments(&context_, request);
  }
  // The next so many; fewer if it ends before.
  std::vector<v1::Moment> Next(size_t count) {
    std::vector<v1::Moment> moments;
    v1::WatchMomentsResponse response;
    while (moments.size() < count && reader_->Read(&response)) moments.push_back(response.moment());
    return moments;
  }
  std::vector<std::string> NextWords(size_t count) {
    std::vector<std::string> words;
    for (const v1::Moment& moment : Next(count)) words.push_back(Words(moment));
    return words;
  }
  grpc::Status Cancel() {
    context_.TryCancel();
    return End();
  }
  grpc::Status End() {
    v1::WatchMomentsResponse rest;
    while (reader_->Read(&rest)) {
    }
    return reader_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchMomentsResponse>> reader_;
};

class WatchMomentsTest : public ::testing::Test {
 protected:
  v1::RecordPurchasesResponse Record(const std::vector<v1::Purchase>& purchases) {
    v1::RecordPurchasesRequest request;
    for (const v1::Purchase& purchase : purchases) *request.add_purchases() = purchase;
    v1::RecordPurchasesResponse response;
    EXPECT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
    return response;
  }
  void Describe(const std::string& item, const std::string& category) {
    v1::UpsertItemsRequest request;
    v1::Item& described = *request.add_items();
    described.set_item_id(item);
    described.set_title(item);
    described.add_category_path(category);
    v1::UpsertItemsResponse response;
    EXPECT_TRUE(
        Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertItems, request, &response).ok());
  }

  void Refuse(const std::vector<std::string>& customers, bool refuse) {
    v1::UpsertCustomersRequest request;
    for (const std::string& id : customers) {
      v1::Customer& customer = *request.add_customers();
      customer.set_customer_id(id);
      customer.mutable_consent()->set_personalization(!refuse);
    }
    v1::UpsertCustomersResponse response;
    EXPECT_TRUE(
        Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertCustomers, request, &response).ok());
  }

  RunningServer server_{[](Config& config) {
    config.moments.milestones = "2";
    config.metrics.listen = "127.0.0.1:0";
  }};
};

TEST_F(WatchMomentsTest, MomentsAreAnsweredAndStreamedAlike) {
  Describe("coffee", "Coffee");
  Watch watch(server_);
  const auto recorded =
      Record({MakePurchase("e1", "c1", "coffee", 3), MakePurchase("e2", "c1", "x", 2)});
  ASSERT_EQ(recorded.moments_size(), 3);
  const v1::Moment& first = recorded.moments(0);
  EXPECT_EQ(first.kind(), v1::Moment::KIND_FIRST_ORDER);
  EXPECT_EQ(first.moment_id().size(), 32U);
  EXPECT_EQ(first.customer_id(), "c1");
  EXPECT_EQ(first.order_number(), 1);
  EXPECT_EQ(first.event_id(), "e1");
  EXPECT_EQ(first.item_id(), "coffee");
  EXPECT_EQ(first.purchased_at().seconds(), MakePurchase("", "", "", 3).purchased_at().seconds());
  EXPECT_EQ(first.position(), 1U);
  EXPECT_EQ(recorded.moments(1).kind(), v1::Moment::KIND_NTH_ORDER);
  EXPECT_EQ(recorded.moments(1).order_number(), 2);
  EXPECT_EQ(recorded.moments(2).kind(), v1::Moment::KIND_FIRST_IN_CATEGORY);
  EXPECT_EQ(recorded.moments(2).category(), "Coffee");
  std::vector<std::string> streamed;
  for (const v1::Moment& moment : watch.Next(3)) streamed.push_back(moment.SerializeAsString());
  EXPECT_EQ(streamed, Bytes(recorded.moments()));
  EXPECT_EQ(watch.Cancel().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(WatchMomentsTest, ARetryGetsTheSameMomentsAndNobodyIsToldTwice) {
  const std::vector<v1::Purchase> purchases = {MakePurchase("e1", "c1", "coffee", 3),
                                               MakePurchase("e2", "c1", "x", 2)};
  const auto first = Record(purchases);
  EXPECT_EQ(first.moments_size(), 2);
  EXPECT_EQ(Bytes(Record(purchases).moments()), Bytes(first.moments()));
  server_.Restart();
  EXPECT_EQ(Bytes(Record(purchases).moments()), Bytes(first.moments()));
  Record({MakePurchase("e1", "c2", "coffee")});
  EXPECT_THAT(
      Watch(server_).NextWords(3),
      ElementsAre("KIND_FIRST_ORDER c1 e1", "KIND_NTH_ORDER c1 e2", "KIND_FIRST_ORDER c2 e1"));
}

TEST_F(WatchMomentsTest, AnOlderPurchaseThatComesLateMovesThem) {
  const auto before = Record({MakePurchase("e1", "c1", "coffee", 3)});
  const auto late = Record({MakePurchase("e0", "c1", "tea", 9)});
  ASSERT_EQ(late.moments_size(), 1);
  EXPECT_EQ(late.moments(0).moment_id(), before.moments(0).moment_id());
  EXPECT_EQ(late.moments(0).moved_from_event_id(), "e1");
  EXPECT_GT(late.moments(0).position(), before.moments(0).position());
  // The second order, which was the first, was told as the second in between.
  EXPECT_THAT(Watch(server_).NextWords(2),
              ElementsAre("KIND_FIRST_ORDER c1 e0", "KIND_NTH_ORDER c1 e1"));
}

TEST_F(WatchMomentsTest, AWatchGoesOnExactlyWhereItsPositionIs) {
  constexpr int kCustomers = 700;  // more than a page
  std::vector<v1::Purchase> purchases;
  for (int n = 0; n < kCustomers; ++n)
    purchases.push_back(MakePurchase("e", "c" + std::to_string(n), "coffee"));
  Record(purchases);
  uint64_t position = 0;
  size_t told = 0;
  for (const size_t count : {size_t{1}, size_t{255}, size_t{2}, size_t{300}}) {
    Watch watch(server_, position);
    for (const v1::Moment& moment : watch.Next(count)) {
      EXPECT_EQ(moment.position(), position + 1);
      position = moment.position();
      ++told;
    }
    watch.Cancel();
    if (count == 2) server_.Restart();
  }
  Watch watch(server_, position);
  told += watch.Next(kCustomers - told).size();
  EXPECT_EQ(told, static_cast<size_t>(kCustomers));
  Record({MakePurchase("e", "new", "coffee")});
  EXPECT_THAT(watch.NextWords(1), ElementsAre("KIND_FIRST_ORDER new e"));
}

TEST_F(WatchMomentsTest, AllWatchersAreToldAllWhileOthersRecord) {
  constexpr int kWriters = 4;
  constexpr int kEach = 50;
  std::vector<std::future<std::vector<v1::Moment>>> told;
  for (int watcher = 0; watcher < 2; ++watcher) {
    told.push_back(std::async(std::launch::async,
                              [this] { return Watch(server_).Next(size_t{kWriters} * kEach); }));
  }
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([this, writer] {
        for (int n = 0; n < kEach; ++n)
          Record({MakePurchase("e", std::to_string(writer) + "-" + std::to_string(n), "coffee")});
      });
    }
  }
  for (auto& watcher : told) {
    const std::vector<v1::Moment> moments = watcher.get();
    ASSERT_EQ(moments.size(), size_t{kWriters} * kEach);
    for (size_t at = 0; at < moments.size(); ++at) EXPECT_EQ(moments[at].position(), at + 1);
  }
}

TEST_F(WatchMomentsTest, WhoRefusesPersonalizationIsNotTold) {
  Refuse({"c1"}, true);
  EXPECT_THAT(Record({MakePurchase("e1", "c1", "coffee")}).moments(), IsEmpty());
  Record({MakePurchase("e1", "c2", "coffee")});
  EXPECT_THAT(Watch(server_).NextWords(1), ElementsAre("KIND_FIRST_ORDER c2 e1"));
  // As it is when it is read: a page of nothing but such does not end it, nor is any place lost.
  std::vector<std::string> customers;
  std::vector<v1::Purchase> purchases;
  for (int n = 0; n < 300; ++n) {
    customers.push_back("more-" + std::to_string(n));
    purchases.push_back(MakePurchase("e", customers.back(), "coffee"));
  }
  Refuse(customers, true);
  Record(purchases);
  Watch watch(server_, 2);
  const auto last = Record({MakePurchase("e1", "c3", "coffee")});
  EXPECT_EQ(last.moments(0).position(), 303U);
  EXPECT_THAT(watch.NextWords(1), ElementsAre("KIND_FIRST_ORDER c3 e1"));
  Refuse({"c1"}, false);
  EXPECT_THAT(Watch(server_).NextWords(1), ElementsAre("KIND_FIRST_ORDER c1 e1"));
}

TEST_F(WatchMomentsTest, NothingIsToldOfWhatTactHides) {
  Describe("test", "Pregnancy");
  Describe("coffee", "Coffee");
  EXPECT_THAT(Record({MakePurchase("e1", "c1", "test", 3)}).moments(), IsEmpty());
  auto hidden = MakePurchase("e1", "c2", "test", 3), shown = MakePurchase("e2", "c2", "coffee", 3);
  hidden.set_order_id("o");
  shown.set_order_id("o");
  const auto recorded = Record({hidden, shown});
  ASSERT_EQ(recorded.moments_size(), 2);
  EXPECT_EQ(Words(recorded.moments(0)), "KIND_FIRST_ORDER c2 e2");
  EXPECT_EQ(recorded.moments(0).item_id(), "coffee");
  EXPECT_EQ(recorded.moments(1).category(), "Coffee");
  EXPECT_EQ(Bytes(Record({hidden, shown}).moments()), Bytes(recorded.moments()));
  std::vector<std::string> streamed;
  for (const v1::Moment& moment : Watch(server_).Next(2))
    streamed.push_back(moment.SerializeAsString());
  EXPECT_EQ(streamed, Bytes(recorded.moments()));
}

TEST_F(WatchMomentsTest, APositionBeyondTheLastIsOutOfRange) {
  Record({MakePurchase("e", "c1", "coffee")});
  const grpc::Status status = Watch(server_, 2).End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonOf(status), "POSITION_UNKNOWN");
  EXPECT_THAT(status.error_message(), HasSubstr("given 2, and the last moment is 1"));
}

TEST_F(WatchMomentsTest, TooManyWatchersAreToldToComeBack) {
  Record({MakePurchase("e", "c1", "coffee")});
  std::vector<std::unique_ptr<Watch>> watches;
  for (size_t n = 0; n < MomentFeed::kMostWatchers; ++n) {
    watches.push_back(std::make_unique<Watch>(server_));
    ASSERT_EQ(watches.back()->Next(1).size(), 1U);
  }
  const grpc::Status status = Watch(server_).End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(HasRetryInfo(status));
  for (auto& watch : watches) watch->Cancel();
  // There is room again once the server has noticed.
  for (;;) {
    Watch watch(server_);
    if (watch.Next(1).size() == 1) break;
  }
}

TEST_F(WatchMomentsTest, ShutdownEndsWhoWatchesAtOnce) {
  Record({MakePurchase("e", "c1", "coffee")});
  Watch watch(server_);
  ASSERT_EQ(watch.Next(1).size(), 1U);
  auto ended = std::async(std::launch::async, [&watch] { return watch.End(); });
  const auto began = std::chrono::steady_clock::now();
  server_.Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(4));  // no drain
  const grpc::Status status = ended.get();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "SHUTTING_DOWN");
}

TEST_F(WatchMomentsTest, MomentsAreCountedByKind) {
  Record({MakePurchase("e1", "c1", "coffee", 3), MakePurchase("e2", "c1", "coffee", 2)});
  Record({MakePurchase("e0", "c1", "coffee", 9)});
  const std::string scrape = server_.Scrape();
  EXPECT_THAT(scrape, HasSubstr("rapport_moments_total{kind=\"first_order\"} 2"));
  EXPECT_THAT(scrape, HasSubstr("rapport_moments_total{kind=\"nth_order\"} 2"));
  EXPECT_THAT(scrape, HasSubstr("rapport_moments_total{kind=\"first_in_category\"} 0"));
}

}  // namespace
}  // namespace rapport::server
