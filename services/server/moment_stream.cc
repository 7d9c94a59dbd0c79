#include "services/server/moment_stream.h"

#include <string>
#include <utility>

#include "rapport/v1/clienteling_service.pb.h"
#include "services/server/call_policy.h"
#include "services/server/convert.h"
#include "services/server/errors.h"

namespace rapport::server {
namespace {

constexpr size_t kPage = 256;  // moments

}  // namespace

MomentStream::MomentStream(const Store& store, const clienteling::MomentMask& mask,
                           MomentFeed& feed, WorkerPool& watchers, MethodMetrics& method,
                           const grpc::CallbackServerContext& context, const grpc::ByteBuffer& in)
    : store_(store),
      mask_(mask),
      feed_(feed),
      watchers_(watchers),
      method_(method),
      context_(context) {
  method_.Began();
  grpc::Status status = Begin(in);
  if (status.ok()) {
    Wake();
  } else {
    End(std::move(status));
  }
}

grpc::Status MomentStream::Begin(const grpc::ByteBuffer& in) {
  v1::WatchMomentsRequest request;
  if (grpc::Status status = ParseRequest(in, &request); !status.ok()) return status;
  position_ = request.from_position();
  if (const uint64_t last = store_.LastMoment(); position_ > last) {
    return Error(grpc::StatusCode::OUT_OF_RANGE,
                 "from_position: given " + std::to_string(position_) + ", and the last moment is " +
                     std::to_string(last) + "; the position is of another store, begin with 0",
                 "POSITION_UNKNOWN");
  }
  return feed_.Add(*this);  // before the first reading, so that nothing falls in between
}

void MomentStream::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    if (busy_ || ended_) return;
    busy_ = true;
  }
  Submit();
}

void MomentStream::Submit() {
  // There is room for one turn of each watcher, and the pool outlives the calls.
  const bool taken = watchers_.Submit([this] { Turn(); });
  if (!taken) End(Error(grpc::StatusCode::UNAVAILABLE, "the server shuts down", "SHUTTING_DOWN"));
}

void MomentStream::Turn() {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      woken_ = false;
    }
    grpc::Status status = MayGoOn();
    if (!status.ok()) return End(std::move(status));  // no fault: not logged
    if (sent_ == page_.size()) status = Read();
    if (!status.ok()) {
      ReportFault(method_, status);
      return End(std::move(status));
    }
    if (sent_ < page_.size()) return Write();
    if (!at_end_) continue;  // of that page nothing may be told
    const std::lock_guard lock(mutex_);
    busy_ = woken_;
    if (!busy_) return;
  }
}

grpc::Status MomentStream::MayGoOn() const {
  grpc::Status status = StillWanted(context_);
  return status.ok() ? feed_.Open() : status;
}

grpc::Status MomentStream::Read() {
  try {
    auto moments = store_.Moments(position_, kPage);
    if (!moments.ok()) return ToGrpc(moments.status());
    page_.clear();
    sent_ = 0;
    at_end_ = moments->empty();
    if (!at_end_) position_ = moments->back().position;
    for (Moment& moment : *moments) {
      auto told = mask_.Of(std::move(moment));
      if (!told.ok()) return ToGrpc(told.status());
      if (*told) page_.push_back(**std::move(told));
    }
  } catch (...) {
    return FromException();
  }
  return grpc::Status::OK;
}

void MomentStream::Write() {
  v1::WatchMomentsResponse response;
  ToProto(page_[sent_++], response.mutable_moment());
  if (grpc::Status status = SerializeReply(response, &out_); !status.ok())
    return End(std::move(status));
  StartWrite(&out_);
}

void MomentStream::OnWriteDone(bool ok) {
  if (!ok) return End(Error(grpc::StatusCode::CANCELLED, "the caller is gone", "CANCELLED"));
  if (sent_ < page_.size() && MayGoOn().ok()) return Write();
  Submit();
}

void MomentStream::End(grpc::Status status) {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began_;
  method_.Ended(status.error_code(), elapsed.count());
  Finish(std::move(status));
}

}  // namespace rapport::server
