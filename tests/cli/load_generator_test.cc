// Against a server in this process that counts, and answers when the test wants it to.
#include "services/cli/load_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "rapport/v1/model_service.grpc.pb.h"

namespace rapport::cli {
namespace {

using testing::ElementsAre;
using testing::Pair;

class LoadGeneratorTest : public testing::Test, public v1::ModelService::CallbackService {
 protected:
  LoadGeneratorTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                   grpc::InsecureChannelCredentials());
    options_.mix = *Mix::Parse("ping=1");
    options_.rate = 1'000;
    options_.seconds = 0.1;
    options_.warm_up_seconds = 0;
    options_.deadline = std::chrono::minutes(1);
  }
  ~LoadGeneratorTest() override {
    server_->Shutdown();
    server_->Wait();
  }

  grpc::ServerUnaryReactor* GetShadow(grpc::CallbackServerContext* context,
                                      const v1::GetShadowRequest* /*request*/,
                                      v1::Shadow* /*response*/) override {
    grpc::ServerUnaryReactor* call = context->DefaultReactor();
    const std::lock_guard lock(mutex_);
    ++came_;
    for (const auto& [key, value] : context->client_metadata()) {
      if (key == "rapport-criticality") criticalities_.emplace(value.data(), value.size());
    }
    if (holds_) {
      held_.push_back(call);
    } else {
      call->Finish(status_);
    }
    return call;
  }
  // Answers what was held, and whatever comes.
  void Release() {
    const std::lock_guard lock(mutex_);
    holds_ = false;
    for (grpc::ServerUnaryReactor* call : held_) call->Finish(status_);
    held_.clear();
  }

  LoadReport Run() {
    return LoadGenerator({channel_}, {}, options_).Run([this](const LoadProgress& progress) {
      if (progress.fraction >= 1) Release();
    });
  }

  LoadOptions options_;
  grpc::Status status_;
  bool holds_ = false;
  std::mutex mutex_;
  int came_ = 0;
  std::set<std::string> criticalities_;
  std::vector<grpc::ServerUnaryReactor*> held_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(LoadGeneratorTest, SendsEachCallOfThePlan) {
  const CallFigures all = Run().All();
  EXPECT_EQ(all.sent, 100);
  EXPECT_EQ(all.ok(), 100);
  EXPECT_EQ(came_, 100);
  EXPECT_TRUE(all.failed.empty());
  EXPECT_TRUE(criticalities_.empty());
}

TEST_F(LoadGeneratorTest, GoesOnSendingWhileNothingIsAnswered) {
  holds_ = true;
  const LoadReport report = Run();
  EXPECT_EQ(came_, 100);
  EXPECT_EQ(report.All().ok(), 100);
  // The first was planned for the begin and answered after the end.
  EXPECT_GE(report.All().latency.max(), std::chrono::milliseconds(100));
}

TEST_F(LoadGeneratorTest, CountsWhatItDidNotSendBecauseTooManyWereOutstanding) {
  holds_ = true;
  options_.max_outstanding = 5;
  const LoadReport report = Run();
  EXPECT_EQ(report.All().sent, 5);
  EXPECT_EQ(report.not_sent, 95);
  EXPECT_EQ(came_, 5);
}

TEST_F(LoadGeneratorTest, TheWarmUpIsSentAndNotCounted) {
  options_.warm_up_seconds = 0.05;
  const LoadReport report = Run();
  EXPECT_EQ(came_, 150);
  EXPECT_EQ(report.All().sent, 100);
  EXPECT_EQ(report.late.count(), 100);
}

TEST_F(LoadGeneratorTest, FailuresAreCountedByCodeAndAreNoLatency) {
  status_ = grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "full");
  const CallFigures all = Run().All();
  EXPECT_THAT(all.failed, ElementsAre(Pair(grpc::StatusCode::RESOURCE_EXHAUSTED, 100)));
  EXPECT_EQ(all.ok(), 0);
}

TEST_F(LoadGeneratorTest, SaysHowCriticalItIs) {
  options_.criticality = "sheddable";
  Run();
  EXPECT_THAT(criticalities_, ElementsAre("sheddable"));
}

TEST_F(LoadGeneratorTest, ClosedLoopHasNeverMoreThanSoManyAtOnce) {
  options_.closed = true;
  options_.concurrency = 3;
  holds_ = true;
  EXPECT_EQ(Run().All().sent, 3);
  options_.seconds = 0.2;
  const CallFigures all = Run().All();  // nothing is held any more
  EXPECT_GT(all.sent, 3);
  EXPECT_EQ(all.ok(), all.sent);
}

}  // namespace
}  // namespace rapport::cli
