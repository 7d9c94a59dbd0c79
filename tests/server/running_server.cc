#include "tests/server/running_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "services/server/fields.h"

namespace rapport::server {
namespace {

template <class Detail>
std::vector<Detail> DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  std::vector<Detail> found;
  for (const auto& any : details.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) found.push_back(detail);
  }
  return found;
}

}  // namespace

RunningServer::RunningServer(void (*change)(Config&)) {
  config_.server.listen = "127.0.0.1:0";
  config_.server.drain_seconds = 5;
  config_.metrics.listen = "";
  config_.health.listen = "";
  config_.tls.insecure = true;
  config_.storage.path = dir_.path() + "/data";
  config_.storage.block_cache_mib = 8;
  config_.storage.free_space_floor_mib = 0;
  config_.model.factors = 8;
  config_.model.iterations = 4;
  config_.training.threads = 1;
  config_.training.interval = 0;
  config_.training.after_purchases = 0;
  change(config_);
  Start();
}

void RunningServer::Start() {
  auto app = Application::Open(config_, [this] { return clock_.now(); });
  ASSERT_TRUE(app.ok()) << app.status();
  app_ = *std::move(app);
  channel_ = grpc::CreateChannel(app_->grpc_address(), grpc::InsecureChannelCredentials());
  purchases = v1::PurchaseService::NewStub(channel_);
  catalog = v1::CatalogService::NewStub(channel_);
  rules = v1::RuleService::NewStub(channel_);
  recommendations = v1::RecommendationService::NewStub(channel_);
  talks = v1::TalkService::NewStub(channel_);
  clienteling = v1::ClientelingService::NewStub(channel_);
  models = v1::ModelService::NewStub(channel_);
}

void RunningServer::Stop() {
  if (app_ != nullptr) app_->Stop();
  app_.reset();
}

void RunningServer::Restart() {
  Stop();
  Start();
}

grpc::Status RunningServer::Raw(const std::string& method, const std::string& request,
                                std::string* reply) {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  grpc::CompletionQueue queue;
  grpc::Slice slice(request);
  const grpc::ByteBuffer in(&slice, 1);
  grpc::ByteBuffer out;
  grpc::Status status;
  auto call = stub.PrepareUnaryCall(&context, method, in, &queue);
  call->StartCall();
  call->Finish(&out, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (status.ok() && reply != nullptr) {
    grpc::Slice flat;
    EXPECT_TRUE(out.DumpToSingleSlice(&flat).ok());
    reply->assign(reinterpret_cast<const char*>(flat.begin()), flat.size());
  }
  return status;
}

std::string RunningServer::Scrape() {
  const std::string& url = app_->metrics_url();
  const size_t colon = url.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::stoi(url.substr(colon + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
  EXPECT_EQ(send(connection, request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  std::string text;
  std::vector<char> buffer(1 << 16);
  for (ssize_t got = 0; (got = recv(connection, buffer.data(), buffer.size(), 0)) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(got));
  }
  close(connection);
  const size_t body = text.find("\r\n\r\n");
  EXPECT_NE(body, std::string::npos);
  return body == std::string::npos ? "" : text.substr(body + 4);
}

v1::Training RunningServer::Train() {
  v1::Training training;
  EXPECT_TRUE(Ask(*models, &v1::ModelService::Stub::TrainModel, {}, &training).ok());
  v1::GetTrainingRequest request;
  request.set_training_id(training.training_id());
  while (training.state() == v1::Training::STATE_RUNNING) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const grpc::Status status =
        Ask(*models, &v1::ModelService::Stub::GetTraining, request, &training);
    if (!status.ok()) {
      ADD_FAILURE() << status.error_message();
      break;
    }
  }
  return training;
}

std::vector<Violation> ViolationsOf(const grpc::Status& status) {
  std::vector<Violation> violations;
  for (const auto& detail : DetailsOf<google::rpc::BadRequest>(status)) {
    for (const auto& field : detail.field_violations()) {
      violations.push_back({field.field(), field.description()});
    }
  }
  return violations;
}

std::vector<std::string> PathsOf(const grpc::Status& status) {
  std::vector<std::string> paths;
  for (const Violation& violation : ViolationsOf(status)) paths.push_back(violation.path);
  return paths;
}

std::string ReasonOf(const grpc::Status& status) {
  const auto infos = DetailsOf<google::rpc::ErrorInfo>(status);
  if (infos.size() != 1) return "";
  EXPECT_EQ(infos[0].domain(), kErrorDomain);
  return infos[0].reason();
}

bool HasRetryInfo(const grpc::Status& status) {
  return DetailsOf<google::rpc::RetryInfo>(status).size() == 1;
}

v1::Purchase MakePurchase(const std::string& event, const std::string& customer,
                          const std::string& item, int days) {
  v1::Purchase purchase;
  purchase.set_event_id(event);
  purchase.set_customer_id(customer);
  purchase.set_item_id(item);
  *purchase.mutable_purchased_at() = ToProto(TestClock::kStart - std::chrono::days(days));
  purchase.set_quantity(1);
  return purchase;
}

v1::Return MakeReturn(const std::string& event, const std::string& customer,
                      const std::string& purchase_event) {
  v1::Return returned;
  returned.set_event_id(event);
  returned.set_customer_id(customer);
  returned.set_purchase_event_id(purchase_event);
  *returned.mutable_returned_at() = ToProto(TestClock::kStart);
  return returned;
}

}  // namespace rapport::server
