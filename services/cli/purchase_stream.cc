#include "services/cli/purchase_stream.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "services/cli/rpc_error.h"

namespace rapport::cli {
namespace {

constexpr int kMaxFailures = 6;  // in a row: half a minute of pauses in all
constexpr size_t kMaxProblems = 10;

bool WorthRepeating(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
}

}  // namespace

PurchaseStream::~PurchaseStream() {
  if (call_) call_->TryCancel();
  if (stream_) Close();
}

absl::Status PurchaseStream::Send(v1::ImportPurchasesRequest message) {
  auto shared = std::make_shared<const v1::ImportPurchasesRequest>(std::move(message));
  if (!stream_) Open();
  while (!WaitForRoom(kMaxUnanswered)) {
    if (absl::Status gone = Recover(); !gone.ok()) return gone;
  }
  {
    const std::lock_guard lock(mutex_);
    unanswered_.push_back(shared);
  }
  Write(shared);  // if that fails, the next wait finds the stream ended
  return absl::OkStatus();
}

absl::Status PurchaseStream::Finish() {
  if (!stream_) return absl::OkStatus();
  while (!WaitForRoom(1)) {
    if (absl::Status gone = Recover(); !gone.ok()) return gone;
  }
  stream_->WritesDone();
  const grpc::Status status = Close();
  return status.ok() ? absl::OkStatus() : context_.Judge(status, "end the import");
}

ImportTotals PurchaseStream::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

void PurchaseStream::Open() {
  call_ = std::make_unique<grpc::ClientContext>();
  stream_ = v1::PurchaseService::Stub(context_.channel()).ImportPurchases(call_.get());
  {
    const std::lock_guard lock(mutex_);
    ended_ = false;
    timed_out_ = false;
    before_ = totals_;
  }
  reader_ = std::jthread([this] { ReadAnswers(); });
}

void PurchaseStream::ReadAnswers() {
  v1::ImportPurchasesResponse answer;
  while (stream_->Read(&answer)) {
    const std::lock_guard lock(mutex_);
    totals_.accepted = before_.accepted + answer.accepted();
    totals_.duplicates = before_.duplicates + answer.duplicates();
    totals_.conflicts = before_.conflicts + answer.conflicts();
    totals_.rejected = before_.rejected + answer.rejected();
    totals_.unmatched_returns = before_.unmatched_returns + answer.unmatched_returns();
    totals_.sequence = answer.sequence();
    for (const v1::RecordResult& problem : answer.problems()) {
      if (totals_.first_problems.size() < kMaxProblems) totals_.first_problems.push_back(problem);
    }
    if (!unanswered_.empty()) unanswered_.pop_front();
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

bool PurchaseStream::Write(const Message& message) { return stream_->Write(*message); }

bool PurchaseStream::WaitForRoom(size_t limit) {
  const auto patience = std::chrono::duration<double>(context_.timeout_seconds());
  std::unique_lock lock(mutex_);
  while (unanswered_.size() >= limit && !ended_) {
    const size_t before = unanswered_.size();
    const bool moved =
        changed_.wait_for(lock, patience, [&] { return ended_ || unanswered_.size() < before; });
    if (moved) continue;
    timed_out_ = true;
    call_->TryCancel();
    changed_.wait(lock, [&] { return ended_; });
  }
  return !ended_;
}

grpc::Status PurchaseStream::Close() {
  if (reader_.joinable()) reader_.join();
  grpc::Status status = stream_->Finish();
  stream_.reset();
  const std::lock_guard lock(mutex_);
  if (timed_out_) return {grpc::StatusCode::DEADLINE_EXCEEDED, "no answer"};
  if (status.ok() && !unanswered_.empty()) {
    return {grpc::StatusCode::UNAVAILABLE, "the server ended the stream early"};
  }
  return status;
}

// The stream has ended although something is unanswered: begins another and sends that again.
absl::Status PurchaseStream::Recover() {
  const grpc::Status status = Close();
  const int64_t answered = totals().Answered();
  if (answered > answered_at_failure_) failures_ = 0;
  answered_at_failure_ = answered;
  if (!WorthRepeating(status) || ++failures_ > kMaxFailures) {
    return context_.Judge(status, "import");
  }
  const double pause = RetryDelaySeconds(status).value_or(0.25 * std::pow(2, failures_));
  std::this_thread::sleep_for(std::chrono::duration<double>(std::min(pause, 10.0)));
  Open();
  std::deque<Message> again;
  {
    const std::lock_guard lock(mutex_);
    again = unanswered_;
  }
  for (const Message& message : again) {
    if (!Write(message)) break;
  }
  return absl::OkStatus();
}

}  // namespace rapport::cli
