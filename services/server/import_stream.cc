#include "services/server/import_stream.h"

#include <utility>

#include "google/protobuf/arena.h"
#include "services/server/call_policy.h"
#include "services/server/errors.h"

namespace rapport::server {

ImportStream::ImportStream(Store& store, Clock clock, Metrics& metrics, MethodMetrics& method,
                           const grpc::CallbackServerContext& context)
    : store_(store),
      clock_(std::move(clock)),
      metrics_(metrics),
      method_(method),
      context_(context) {
  method_.Began();
  Step([] {});
}

void ImportStream::OnReadDone(bool ok) {
  if (ok) Take();
  Step([this, ok] {
    reading_ = false;
    if (!ok) closed_ = true;  // the client has sent all, or is gone
  });
}

void ImportStream::OnWriteDone(bool ok) {
  Step([this, ok] {
    writing_ = false;
    if (!ok) Abort(Error(grpc::StatusCode::CANCELLED, "the caller is gone", "CANCELLED"));
  });
}

void ImportStream::OnCancel() {
  Step([this] {
    grpc::Status status = StillWanted(context_);
    Abort(status.ok() ? Error(grpc::StatusCode::CANCELLED, "the caller cancelled", "CANCELLED")
                      : std::move(status));
  });
}

void ImportStream::Take() {
  google::protobuf::Arena arena;
  auto* request = google::protobuf::Arena::CreateMessage<v1::ImportPurchasesRequest>(&arena);
  grpc::Status status = ParseRequest(in_, request);
  if (status.ok()) status = PurchaseBatch::CheckSize(request->purchases(), request->returns());
  auto message = std::make_shared<Message>();
  std::vector<Event> events;
  if (status.ok()) {
    message->batch.emplace(request->purchases(), request->returns(), clock_());
    events = message->batch->TakeEvents();
    if (events.empty()) message->appended = AppendResult{{}, store_.LastSequence(), {}};
  }
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;  // cancelled meanwhile: nobody would learn what became of it
    if (!status.ok()) return End(std::move(status));
    messages_.push_back(message);
  }
  if (events.empty()) return;
  // Outside the lock, since the store may refuse at once, on this thread. This lives until every
  // message has its answer.
  store_.Append(std::move(events), [this, message](absl::StatusOr<AppendResult> appended) {
    Step([&message, &appended] { message->appended = std::move(appended); });
  });
}

template <class Change>
void ImportStream::Step(Change change) {
  grpc::Status status;
  {
    const std::lock_guard lock(mutex_);
    change();
    if (!Advance()) return;
    status = status_;
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began_;
  ReportFault(method_, status);
  method_.Ended(status.error_code(), elapsed.count());
  Finish(std::move(status));
}

bool ImportStream::Advance() {
  if (finished_) return false;
  while (!writing_ && !messages_.empty() && messages_.front()->appended) {
    const std::shared_ptr<Message> message = std::move(messages_.front());
    messages_.pop_front();
    if (!message->appended->ok()) {
      Abort(ToGrpc(message->appended->status()));  // a later answer would be taken for this one's
    } else if (!aborted_) {
      Answer(*message);
    }
  }
  if (!closed_ && !reading_ && messages_.size() < kMaxInFlight) {
    reading_ = true;
    in_.Clear();
    StartRead(&in_);
  }
  finished_ = closed_ && !writing_ && messages_.empty();
  return finished_;
}

void ImportStream::Answer(const Message& message) {
  const AppendResult& appended = **message.appended;
  v1::ImportPurchasesResponse response;
  for (v1::RecordResult& result : message.batch->Results(appended.events, metrics_)) {
    switch (result.status()) {
      case v1::RecordResult::STATUS_ACCEPTED:
        totals_.set_accepted(totals_.accepted() + 1);
        break;
      case v1::RecordResult::STATUS_DUPLICATE:
        totals_.set_duplicates(totals_.duplicates() + 1);
        break;
      case v1::RecordResult::STATUS_CONFLICT:
        totals_.set_conflicts(totals_.conflicts() + 1);
        break;
      default:
        totals_.set_rejected(totals_.rejected() + 1);
        break;
    }
    if (result.unmatched()) totals_.set_unmatched_returns(totals_.unmatched_returns() + 1);
    if (result.status() == v1::RecordResult::STATUS_CONFLICT ||
        result.status() == v1::RecordResult::STATUS_REJECTED) {
      *response.add_problems() = std::move(result);
    }
  }
  totals_.set_sequence(appended.sequence);
  response.MergeFrom(totals_);
  grpc::Status status = SerializeReply(response, &out_);
  if (!status.ok()) return Abort(std::move(status));
  writing_ = true;
  StartWrite(&out_);
}

void ImportStream::End(grpc::Status status) {
  closed_ = true;
  status_ = std::move(status);
}

void ImportStream::Abort(grpc::Status status) {
  closed_ = true;
  if (!aborted_) status_ = std::move(status);
  aborted_ = true;
}

}  // namespace rapport::server
