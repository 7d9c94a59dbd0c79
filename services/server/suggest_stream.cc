#include "services/server/suggest_stream.h"

#include <string>
#include <utility>

#include "google/protobuf/arena.h"
#include "services/server/call_policy.h"
#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/recommendation_convert.h"

namespace rapport::server {
namespace {

constexpr int kMostCustomers = 100'000;
constexpr size_t kEnoughBytes = size_t{256} << 10;  // of a message

grpc::Status TooManyOpen() {
  return Error(grpc::StatusCode::RESOURCE_EXHAUSTED,
               "too many campaigns run; come back when one of them has ended", "TOO_MANY_CAMPAIGNS",
               std::chrono::seconds(10));
}

}  // namespace

SuggestStream::SuggestStream(const Suggester& suggester, FilterCache& filters,
                             WorkerPool& campaigns, std::atomic<int>& open, MethodMetrics& method,
                             const grpc::CallbackServerContext& context, const grpc::ByteBuffer& in)
    : suggester_(suggester),
      campaigns_(campaigns),
      open_(open),
      method_(method),
      context_(context) {
  method_.Began();
  grpc::Status status = ++open_ > kMostOpen ? TooManyOpen() : Read(in, filters);
  if (status.ok()) {
    Next();
  } else {
    End(std::move(status));
  }
}

grpc::Status SuggestStream::Read(const grpc::ByteBuffer& in, FilterCache& filters) {
  if (grpc::Status status = ParseRequest(in, &request_); !status.ok()) return status;
  Violations violations;
  const int customers = request_.customer_ids_size();
  if (customers < 1 || customers > kMostCustomers)
    violations.Add("customer_ids", "given " + Grouped(customers) + "; expected 1 to 100,000");
  FieldChecker check(violations);
  for (int index = 0; index < customers && !violations.full(); ++index)
    check.RequiredId("customer_ids[" + std::to_string(index) + "]", request_.customer_ids(index));
  FieldChecker check_each(violations, "each.");
  const v1::SuggestForCustomerRequest& each = request_.each();
  const auto none = [&](std::string_view field, bool given) {
    if (given) check_each.Fail(field, "given; expected none, it is of one customer");
  };
  none("customer_id", !each.customer_id().empty());
  none("basket_item_ids", !each.basket_item_ids().empty());
  none("guest_purchases", !each.guest_purchases().empty());
  none("what_if", each.has_what_if());
  none("page_size", each.page_size() != 0);
  query_ = ReadSuggest(each, TimePoint(), filters, check_each);
  return violations.empty() ? grpc::Status::OK : InvalidArgument(violations);
}

void SuggestStream::Next() {
  const bool taken = campaigns_.Submit([this] {
    grpc::Status status;
    try {
      status = Make();
    } catch (...) {
      status = FromException();
    }
    if (!status.ok()) return End(std::move(status));
    StartWrite(&out_);
  });
  if (!taken) End(TooManyOpen());
}

grpc::Status SuggestStream::Make() {
  google::protobuf::Arena arena;
  auto* message = google::protobuf::Arena::CreateMessage<v1::SuggestForCustomersResponse>(&arena);
  size_t bytes = 0;
  while (done_ < request_.customer_ids_size() && bytes < kEnoughBytes) {
    if (grpc::Status wanted = StillWanted(context_); !wanted.ok()) return wanted;
    query_.shopper.customer_id = request_.customer_ids(done_);
    const auto list = suggester_.Suggest(query_);
    if (!list.ok()) return ToGrpc(list.status());
    auto* customer = message->add_customers();
    customer->set_customer_id(query_.shopper.customer_id);
    Write(*list, customer->mutable_list());
    bytes += customer->ByteSizeLong();
    ++done_;
  }
  message->set_done(done_);
  return SerializeReply(*message, &out_);
}

void SuggestStream::OnWriteDone(bool ok) {
  if (!ok) return End(Error(grpc::StatusCode::CANCELLED, "the caller is gone", "CANCELLED"));
  if (done_ == request_.customer_ids_size()) return End(grpc::Status::OK);
  Next();
}

void SuggestStream::End(grpc::Status status) {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began_;
  ReportFault(method_, status);
  method_.Ended(status.error_code(), elapsed.count());
  Finish(std::move(status));
}

}  // namespace rapport::server
