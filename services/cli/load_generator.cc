#include "services/cli/load_generator.h"

#include <sys/prctl.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "rapport/v1/catalog_service.grpc.pb.h"
#include "rapport/v1/model_service.grpc.pb.h"
#include "rapport/v1/purchase_service.grpc.pb.h"
#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/format.h"

namespace rapport::cli {
namespace {

constexpr std::chrono::milliseconds kWatch{100};

size_t IndexOf(CallType type) { return static_cast<size_t>(type); }

std::chrono::steady_clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(seconds));
}

}  // namespace

// What lives as long as a call.
template <class Request, class Response>
struct LoadGenerator::Unary {
  grpc::ClientContext context;
  Request request;
  Response response;
};

void CallFigures::Add(const CallFigures& other) {
  sent += other.sent;
  for (const auto& [code, count] : other.failed) failed[code] += count;
  latency.Add(other.latency);
}

CallFigures LoadReport::All() const {
  CallFigures all;
  for (const CallFigures& figures : calls) all.Add(figures);
  return all;
}

LoadGenerator::LoadGenerator(std::vector<std::shared_ptr<grpc::Channel>> channels,
                             LoadSubjects subjects, LoadOptions options)
    : options_(std::move(options)),
      channels_(std::move(channels)),
      run_id_("bench-" + std::to_string(options_.seed) + "-" +
              std::to_string(Now().time_since_epoch().count())),
      subjects_(std::move(subjects)),
      chance_(options_.seed) {}

LoadReport LoadGenerator::Run(const std::function<void(const LoadProgress&)>& watch) {
  begin_ = std::chrono::steady_clock::now();
  measured_from_ = begin_ + Seconds(options_.warm_up_seconds);
  end_ = measured_from_ + Seconds(options_.seconds);
  std::jthread sender([this](const std::stop_token& stop) {
    if (!options_.closed) return SendAll(stop);
    SendFirst();
  });
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kWatch, [this] { return all_sent_ && outstanding_ == 0; })) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
    LoadProgress progress{.fraction = elapsed / (end_ - begin_), .outstanding = outstanding_};
    for (const CallFigures& figures : report_.calls) {
      progress.ok += figures.ok();
      for (const auto& [code, count] : figures.failed) progress.failed += count;
    }
    lock.unlock();
    watch(progress);
    lock.lock();
  }
  report_.seconds = options_.seconds;
  return report_;
}

void LoadGenerator::SendAll(const std::stop_token& stop) {
  prctl(PR_SET_TIMERSLACK, 1'000UL);  // a microsecond: sleeping late would count as latency
  const Schedule schedule(begin_, options_.rate, options_.warm_up_seconds + options_.seconds);
  for (int64_t call = 0; call < schedule.size() && !stop.stop_requested(); ++call) {
    const Time planned = schedule.At(call);
    std::this_thread::sleep_until(planned);
    const Due due{planned, Counted(planned)};
    std::unique_lock lock(mutex_);
    if (outstanding_ >= options_.max_outstanding) {
      if (due.counted) ++report_.not_sent;
      continue;
    }
    if (due.counted) report_.late.Add(std::chrono::steady_clock::now() - planned);
    Send(due, std::move(lock));
  }
  const std::lock_guard lock(mutex_);
  all_sent_ = true;
  changed_.notify_all();
}

void LoadGenerator::SendFirst() {
  {
    const std::lock_guard lock(mutex_);
    ++outstanding_;  // so that the run does not end before all have begun
  }
  for (int call = 0; call < options_.concurrency; ++call) SendNext();
  const std::lock_guard lock(mutex_);
  --outstanding_;
  changed_.notify_all();
}

void LoadGenerator::SendNext() {
  const Time now = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  if (now >= end_) {
    all_sent_ = true;
    changed_.notify_all();
    return;
  }
  Send({now, Counted(now)}, std::move(lock));
}

template <class T>
const T& LoadGenerator::Draw(const std::vector<T>& from) {
  return from[std::uniform_int_distribution<size_t>(0, from.size() - 1)(chance_)];
}

void LoadGenerator::Send(Due due, std::unique_lock<std::mutex> lock) {
  const CallType type = options_.mix.Draw(chance_);
  ++outstanding_;
  if (due.counted) ++report_.calls[IndexOf(type)].sent;
  const auto& channel = channels_[next_channel_++ % channels_.size()];
  const auto nothing = [](const auto& /*response*/) {};
  switch (type) {
    case CallType::kSuggest: {
      v1::SuggestForCustomerRequest request;
      request.set_customer_id(Draw(subjects_.customers));
      lock.unlock();
      v1::RecommendationService::Stub stub(channel);
      return Start(stub.async(), &v1::RecommendationService::Stub::async::SuggestForCustomer, type,
                   due, std::move(request), [this](const auto& response) { Renew(response); });
    }
    case CallType::kExplain: {
      v1::ExplainSuggestionRequest request;
      const LoadSubjects::Suggested& suggested = Draw(subjects_.suggested);
      request.set_token(suggested.token);
      request.set_item_id(suggested.item_id);
      lock.unlock();
      v1::RecommendationService::Stub stub(channel);
      return Start(stub.async(), &v1::RecommendationService::Stub::async::ExplainSuggestion, type,
                   due, std::move(request), nothing);
    }
    case CallType::kRecord: {
      v1::RecordPurchasesRequest request;
      v1::Purchase* purchase = request.add_purchases();
      purchase->set_event_id(run_id_ + "-" + std::to_string(++recorded_));
      purchase->set_customer_id(Draw(subjects_.customers));
      purchase->set_item_id(Draw(subjects_.items));
      purchase->set_quantity(1);
      *purchase->mutable_purchased_at() = ToTimestamp(Now());
      lock.unlock();
      v1::PurchaseService::Stub stub(channel);
      return Start(stub.async(), &v1::PurchaseService::Stub::async::RecordPurchases, type, due,
                   std::move(request), nothing);
    }
    case CallType::kGetItem: {
      v1::GetItemRequest request;
      request.set_item_id(Draw(subjects_.items));
      lock.unlock();
      v1::CatalogService::Stub stub(channel);
      return Start(stub.async(), &v1::CatalogService::Stub::async::GetItem, type, due,
                   std::move(request), nothing);
    }
    case CallType::kPing: {
      lock.unlock();
      v1::ModelService::Stub stub(channel);
      return Start(stub.async(), &v1::ModelService::Stub::async::GetShadow, type, due,
                   v1::GetShadowRequest(), nothing);
    }
  }
}

template <class Async, class Request, class Response, class Then>
void LoadGenerator::Start(Async* stub,
                          void (Async::*method)(grpc::ClientContext*, const Request*, Response*,
                                                std::function<void(grpc::Status)>),
                          CallType type, Due due, Request request, Then then) {
  auto* call = new Unary<Request, Response>;
  call->request = std::move(request);
  call->context.set_deadline(std::chrono::system_clock::now() + options_.deadline);
  if (!options_.criticality.empty()) {
    call->context.AddMetadata("rapport-criticality", options_.criticality);
  }
  (stub->*method)(&call->context, &call->request, &call->response,
                  [this, call, type, due, then](const grpc::Status& status) {
                    const Time now = std::chrono::steady_clock::now();
                    if (status.ok()) then(call->response);
                    delete call;
                    Ended(type, due, now, status);
                  });
}

void LoadGenerator::Ended(CallType type, Due due, Time now, const grpc::Status& status) {
  // The next one first: once nothing is outstanding, the run is over.
  if (options_.closed) SendNext();
  const std::lock_guard lock(mutex_);
  --outstanding_;
  CallFigures& figures = report_.calls[IndexOf(type)];
  if (due.counted && status.ok()) figures.latency.Add(now - due.planned);
  if (due.counted && !status.ok()) ++figures.failed[status.error_code()];
  if (all_sent_ && outstanding_ == 0) changed_.notify_all();
}

void LoadGenerator::Renew(const v1::SuggestForCustomerResponse& response) {
  if (response.suggestions().empty() || !options_.mix.Has(CallType::kExplain)) return;
  const std::lock_guard lock(mutex_);
  const auto slot =
      std::uniform_int_distribution<size_t>(0, subjects_.suggested.size() - 1)(chance_);
  const auto rank = std::uniform_int_distribution<int>(0, response.suggestions_size() - 1)(chance_);
  subjects_.suggested[slot] = {response.token(), response.suggestions(rank).item().item_id()};
}

}  // namespace rapport::cli
