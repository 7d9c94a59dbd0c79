// RunningServer: an Application in this process with a directory of its own, and clients of it. For
// one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "data/records.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "rapport/v1/catalog_service.grpc.pb.h"
#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "rapport/v1/model_service.grpc.pb.h"
#include "rapport/v1/purchase_service.grpc.pb.h"
#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "rapport/v1/rule_service.grpc.pb.h"
#include "rapport/v1/talk_service.grpc.pb.h"
#include "services/server/application.h"
#include "services/server/config.h"
#include "services/server/errors.h"
#include "tests/support/temp_dir.h"

namespace rapport::server {

// Time that tests move by hand. Any thread.
class TestClock {
 public:
  // 2026-05-01T00:00:00Z
  static constexpr TimePoint kStart{std::chrono::seconds(1'777'593'600)};
  TimePoint now() const { return TimePoint(std::chrono::microseconds(micros_.load())); }
  void Advance(std::chrono::microseconds by) { micros_ += by.count(); }

 private:
  std::atomic<int64_t> micros_{kStart.time_since_epoch().count()};
};

class RunningServer {
 public:
  // Small, quiet, on free ports; `change` may set more.
  explicit RunningServer(void (*change)(Config&) = [](Config&) {});
  ~RunningServer() { Stop(); }

  void Start();
  void Stop();
  // Stops, and starts again on the same directory.
  void Restart();

  Application& app() { return *app_; }
  Config& config() { return config_; }
  TestClock& clock() { return clock_; }
  std::string path() const { return dir_.path(); }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Bytes in, bytes out.
  grpc::Status Raw(const std::string& method, const std::string& request,
                   std::string* reply = nullptr);
  // What Prometheus would scrape.
  std::string Scrape();
  // Trains and waits for the end.
  v1::Training Train();

  std::unique_ptr<v1::PurchaseService::Stub> purchases;
  std::unique_ptr<v1::CatalogService::Stub> catalog;
  std::unique_ptr<v1::RuleService::Stub> rules;
  std::unique_ptr<v1::RecommendationService::Stub> recommendations;
  std::unique_ptr<v1::ModelService::Stub> models;
  std::unique_ptr<v1::TalkService::Stub> talks;
  std::unique_ptr<v1::ClientelingService::Stub> clienteling;

 private:
  TempDir dir_;
  Config config_;
  TestClock clock_;
  std::unique_ptr<Application> app_;
  std::shared_ptr<grpc::Channel> channel_;
};

// One unary call with a deadline of ten seconds: Ask(*server.catalog, &Stub::GetItem, request,
// &reply).
template <class Stub, class Request, class Response>
grpc::Status Ask(Stub& stub,
                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  return (stub.*method)(&context, request, response);
}

// What a status carries.
std::vector<Violation> ViolationsOf(const grpc::Status& status);
std::vector<std::string> PathsOf(const grpc::Status& status);
std::string ReasonOf(const grpc::Status& status);
bool HasRetryInfo(const grpc::Status& status);

// A good line: `days` before the clock's start.
v1::Purchase MakePurchase(const std::string& event, const std::string& customer,
                          const std::string& item, int days = 1);
v1::Return MakeReturn(const std::string& event, const std::string& customer,
                      const std::string& purchase_event);

}  // namespace rapport::server
