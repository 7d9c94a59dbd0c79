#include "services/cli/rpc_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace rapport::cli {
namespace {

using testing::HasSubstr;

grpc::Status WithDetail(grpc::StatusCode code, const std::string& message,
                        const google::protobuf::Message& detail) {
  google::rpc::Status details;
  details.add_details()->PackFrom(detail);
  return {code, message, details.SerializeAsString()};
}

const FailedCall kCall = {.doing = "suggest to sam", .server = "shop:7411", .timeout_seconds = 30};

TEST(DescribeFailure, NamesEachFieldThatIsWrong) {
  google::rpc::BadRequest bad;
  auto* count = bad.add_field_violations();
  count->set_field("count");
  count->set_description("is 0, must be 1 to 100");
  auto* item = bad.add_field_violations();
  item->set_field("exclude_item_ids[3]");
  item->set_description("is empty");
  const absl::Status status = DescribeFailure(
      WithDetail(grpc::StatusCode::INVALID_ARGUMENT, "two fields are wrong", bad), kCall);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(),
            "cannot suggest to sam: two fields are wrong\n"
            "  count: is 0, must be 1 to 100\n"
            "  exclude_item_ids[3]: is empty");
}

TEST(DescribeFailure, SaysOnceWhatIsWrongWithOneField) {
  google::rpc::BadRequest bad;
  auto* date = bad.add_field_violations();
  date->set_field("date");
  date->set_description("given tomorrow; expected a day");
  EXPECT_EQ(DescribeFailure(WithDetail(grpc::StatusCode::INVALID_ARGUMENT,
                                       "date: given tomorrow; expected a day", bad),
                            kCall)
                .message(),
            "cannot suggest to sam: date: given tomorrow; expected a day");
}

TEST(DescribeFailure, SaysHowToReachAServer) {
  FailedCall call = kCall;
  call.reached = false;
  EXPECT_EQ(DescribeFailure({grpc::StatusCode::UNAVAILABLE, "failed to connect"}, call).message(),
            "no server at shop:7411; start one with `make run`, or name another with --server");
}

TEST(DescribeFailure, TellsAServersTroubleFromAServerThatIsGone) {
  EXPECT_THAT(
      std::string(DescribeFailure({grpc::StatusCode::UNAVAILABLE, "disk"}, kCall).message()),
      HasSubstr("cannot suggest to sam: disk"));
}

TEST(DescribeFailure, SaysHowLongItWaited) {
  EXPECT_EQ(
      DescribeFailure({grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded"}, kCall).message(),
      "cannot suggest to sam: shop:7411 did not answer within 30 s; give it longer with --timeout");
}

TEST(DescribeFailure, SaysWhenToComeBack) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  const auto status = WithDetail(grpc::StatusCode::RESOURCE_EXHAUSTED, "too much waits", retry);
  EXPECT_THAT(std::string(DescribeFailure(status, kCall).message()),
              HasSubstr("try again in 2.0 s"));
  EXPECT_EQ(RetryDelaySeconds(status), 2.0);
}

TEST(DescribeFailure, StandsBrokenDetails) {
  const grpc::Status status(grpc::StatusCode::INTERNAL, "a bug", "\xff\xff\xff");
  EXPECT_EQ(DescribeFailure(status, kCall).message(), "cannot suggest to sam: a bug");
  EXPECT_EQ(RetryDelaySeconds(status), std::nullopt);
}

}  // namespace
}  // namespace rapport::cli
