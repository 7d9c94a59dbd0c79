#include "services/server/import_stream.h"

#include <string>

#include "gmock/gmock.h"
#include "grpcpp/completion_queue.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using Result = v1::RecordResult;
using Stub = v1::PurchaseService::Stub;

class ImportTest : public ::testing::Test {
 protected:
  using Stream = grpc::ClientReaderWriter<v1::ImportPurchasesRequest, v1::ImportPurchasesResponse>;

  std::unique_ptr<Stream> Open() {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    return server_.purchases->ImportPurchases(&context_);
  }
  static v1::ImportPurchasesRequest Message(const std::string& prefix, int lines) {
    v1::ImportPurchasesRequest message;
    for (int line = 0; line < lines; ++line) {
      *message.add_purchases() = MakePurchase(prefix + std::to_string(line), "c1", "coffee");
    }
    return message;
  }

  RunningServer server_;
  grpc::ClientContext context_;
  v1::ImportPurchasesResponse answer_;
};

TEST_F(ImportTest, EachMessageIsAnsweredInOrderWithRunningTotals) {
  const auto stream = Open();
  constexpr int kMessages = 30;  // many more than are kept in flight
  for (int message = 0; message < kMessages; ++message) {
    ASSERT_TRUE(stream->Write(Message("m" + std::to_string(message) + "-", 10)));
  }
  stream->WritesDone();
  for (int message = 1; message <= kMessages; ++message) {
    ASSERT_TRUE(stream->Read(&answer_));
    EXPECT_EQ(answer_.accepted(), 10 * message);
    EXPECT_GE(answer_.sequence(), static_cast<uint64_t>(10 * message));
  }
  EXPECT_FALSE(stream->Read(&answer_));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ImportTest, TotalsCountEachKindAndProblemsAreThoseOfTheirMessage) {
  const auto stream = Open();
  ASSERT_TRUE(stream->Write(Message("e", 2)));
  ASSERT_TRUE(stream->Read(&answer_));
  EXPECT_EQ(answer_.problems_size(), 0);
  v1::ImportPurchasesRequest mixed = Message("e", 3);  // e0 again, e1 changed, e2 bad
  mixed.mutable_purchases(1)->set_item_id("tea");
  mixed.mutable_purchases(2)->set_quantity(0);
  *mixed.add_returns() = MakeReturn("r1", "c1", "later");
  ASSERT_TRUE(stream->Write(mixed));
  ASSERT_TRUE(stream->Read(&answer_));
  EXPECT_EQ(answer_.accepted(), 3);
  EXPECT_EQ(answer_.duplicates(), 1);
  EXPECT_EQ(answer_.conflicts(), 1);
  EXPECT_EQ(answer_.rejected(), 1);
  EXPECT_EQ(answer_.unmatched_returns(), 1);
  ASSERT_EQ(answer_.problems_size(), 2);
  EXPECT_EQ(answer_.problems(0).status(), Result::STATUS_CONFLICT);
  EXPECT_EQ(answer_.problems(1).field(), "purchases[2].quantity");
  v1::ImportPurchasesRequest bad = Message("x", 1);
  bad.mutable_purchases(0)->clear_item_id();
  ASSERT_TRUE(stream->Write(bad));  // nothing to write to disk, and still an answer
  ASSERT_TRUE(stream->Read(&answer_));
  EXPECT_EQ(answer_.rejected(), 2);
  EXPECT_EQ(answer_.problems_size(), 1);
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&answer_));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ImportTest, AMessageThatCannotBeTakenEndsTheStreamAfterThoseBeforeItWereAnswered) {
  const auto stream = Open();
  ASSERT_TRUE(stream->Write(Message("e", 5)));
  ASSERT_TRUE(stream->Write(v1::ImportPurchasesRequest()));  // empty
  ASSERT_TRUE(stream->Read(&answer_));
  EXPECT_EQ(answer_.accepted(), 5);
  EXPECT_FALSE(stream->Read(&answer_));
  EXPECT_THAT(PathsOf(stream->Finish()), ElementsAre("purchases"));
}

TEST_F(ImportTest, CancelInTheMiddleKeepsWhatWasAnsweredAndTheServerGoesOn) {
  {
    const auto stream = Open();
    ASSERT_TRUE(stream->Write(Message("e", 7)));
    ASSERT_TRUE(stream->Read(&answer_));
    for (int message = 0; message < 3; ++message) {
      stream->Write(Message("more" + std::to_string(message) + "-", 100));
    }
    context_.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  v1::ListPurchasesRequest list;
  list.set_customer_id("c1");
  list.set_page_size(1'000);
  v1::ListPurchasesResponse listed;
  ASSERT_TRUE(Ask(*server_.purchases, &Stub::ListPurchases, list, &listed).ok());
  EXPECT_GE(listed.purchases_size(), 7);
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("after", "c1", "coffee");
  v1::RecordPurchasesResponse response;
  EXPECT_TRUE(Ask(*server_.purchases, &Stub::RecordPurchases, request, &response).ok());
}

TEST_F(ImportTest, BrokenUtf8EndsTheStreamWithThePathOfTheField) {
  v1::ImportPurchasesRequest message = Message("e", 2);
  message.mutable_purchases(1)->set_item_id("caf\xC3\xA9");
  std::string bytes = message.SerializeAsString();
  bytes[bytes.find("\xC3\xA9") + 1] = 'x';
  grpc::GenericStub stub(server_.channel());
  grpc::CompletionQueue queue;
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const auto stream =
      stub.PrepareCall(&context_, "/rapport.v1.PurchaseService/ImportPurchases", &queue);
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return ok;
  };
  stream->StartCall(nullptr);
  ASSERT_TRUE(wait());
  grpc::Slice slice(bytes);
  stream->Write(grpc::ByteBuffer(&slice, 1), nullptr);
  ASSERT_TRUE(wait());
  grpc::Status status;
  stream->Finish(&status, nullptr);
  ASSERT_TRUE(wait());
  EXPECT_THAT(PathsOf(status), ElementsAre("purchases[1].item_id"));
}

TEST(ImportStream, AFullDiskEndsTheStreamWithTheReason) {
  RunningServer server([](Config& config) { config.storage.free_space_floor_mib = 1LL << 39; });
  grpc::ClientContext context;
  const auto stream = server.purchases->ImportPurchases(&context);
  v1::ImportPurchasesRequest message;
  *message.add_purchases() = MakePurchase("e1", "c1", "coffee");
  for (int count = 0; count < 10; ++count) stream->Write(message);
  v1::ImportPurchasesResponse answer;
  EXPECT_FALSE(stream->Read(&answer));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(HasRetryInfo(status));
}

}  // namespace
}  // namespace rapport::server
