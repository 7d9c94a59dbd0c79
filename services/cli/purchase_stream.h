// PurchaseStream: sends many events through ImportPurchases, with at most four messages unanswered,
// so that the sender prepares the next one while the server writes the last. If the server goes
// away or is full, what is unanswered is sent again, after a pause: recording twice is safe (a line
// that had arrived after all counts as a duplicate). One thread at a time; an inner thread reads
// the answers.
#pragma once

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "rapport/v1/purchase_service.grpc.pb.h"
#include "services/cli/context.h"

namespace rapport::cli {

struct ImportTotals {
  int64_t accepted = 0;
  int64_t duplicates = 0;
  int64_t conflicts = 0;
  int64_t rejected = 0;
  int64_t unmatched_returns = 0;
  uint64_t sequence = 0;
  std::vector<v1::RecordResult> first_problems;  // at most 10
  int64_t Answered() const { return accepted + duplicates + conflicts + rejected; }
};

class PurchaseStream {
 public:
  static constexpr size_t kMaxLines = 1000;    // of one message
  static constexpr size_t kMaxUnanswered = 4;  // messages

  explicit PurchaseStream(Context& context) : context_(context) {}
  // Gives up what is unanswered.
  ~PurchaseStream();
  PurchaseStream(const PurchaseStream&) = delete;
  PurchaseStream& operator=(const PurchaseStream&) = delete;

  // Waits until there is room, then sends. Requires: 1 to kMaxLines lines. Fails with the call's
  // status in words once several attempts in a row brought no answer; then the stream is of no more
  // use.
  absl::Status Send(v1::ImportPurchasesRequest message);
  // Waits until all is answered: on disk. Nothing can be sent after it.
  absl::Status Finish();

  // Of what is answered so far.
  ImportTotals totals() const;

 private:
  using Message = std::shared_ptr<const v1::ImportPurchasesRequest>;

  void Open();
  void ReadAnswers();
  bool Write(const Message& message);
  // Waits until fewer than `limit` are unanswered or the stream has ended; false: it has ended.
  bool WaitForRoom(size_t limit);
  grpc::Status Close();
  absl::Status Recover();

  Context& context_;
  std::unique_ptr<grpc::ClientContext> call_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ImportPurchasesRequest, v1::ImportPurchasesResponse>>
      stream_;
  std::jthread reader_;
  int failures_ = 0;  // in a row, without an answer between them
  int64_t answered_at_failure_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> unanswered_;  // guarded by mutex_
  bool ended_ = true;               // guarded by mutex_: no more answers will come
  bool timed_out_ = false;          // guarded by mutex_
  ImportTotals before_;             // guarded by mutex_: of the streams before this one
  ImportTotals totals_;             // guarded by mutex_
};

}  // namespace rapport::cli
