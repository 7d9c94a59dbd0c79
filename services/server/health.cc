#include "services/server/health.h"

#include <chrono>

#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "rapport/v1/admin_service.grpc.pb.h"
#include "rapport/v1/catalog_service.grpc.pb.h"
#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "rapport/v1/model_service.grpc.pb.h"
#include "rapport/v1/purchase_service.grpc.pb.h"
#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "rapport/v1/rule_service.grpc.pb.h"
#include "rapport/v1/talk_service.grpc.pb.h"
#include "services/server/addresses.h"

namespace rapport::server {
namespace {

constexpr char kWhole[] = "";  // the server, not one of its services
// For those who ask at the very end. gRPC's own end without a deadline waits for whoever watches,
// which may be for ever, and 20 s for a connection that says nothing.
constexpr std::chrono::seconds kLastAnswers{1};

}  // namespace

absl::StatusOr<std::unique_ptr<Health>> Health::Listen(const std::string& address) {
  grpc::EnableDefaultHealthCheckService(true);
  std::unique_ptr<Health> health(new Health());
  if (address.empty()) return health;
  grpc::ServerBuilder builder;
  int port = 0;
  ListenAt(address, grpc::InsecureServerCredentials(), builder, &port);
  builder.RegisterCallbackGenericService(&health->nothing_else_);
  health->server_ = builder.BuildAndStart();
  if (health->server_ == nullptr || port == 0) {
    return absl::UnavailableError("health.listen: cannot listen at " + address + ": " +
                                  WhyNotListen(address, "gRPC does not say why") +
                                  "; choose another address, port 0, or \"\" for no health port");
  }
  health->address_ = WithPort(address, port);
  const std::lock_guard lock(health->mutex_);
  health->server_->GetHealthCheckService()->SetServingStatus("startup", false);
  health->server_->GetHealthCheckService()->SetServingStatus("live", true);
  health->Tell();
  return health;
}

Health::~Health() {
  if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now() + kLastAnswers);
}

void Health::Serve(grpc::HealthCheckServiceInterface& services) {
  const std::lock_guard lock(mutex_);
  services_ = &services;
  serving_ = true;
  Tell();
  if (server_ != nullptr) server_->GetHealthCheckService()->SetServingStatus("startup", true);
}

void Health::RefuseWrites() {
  const std::lock_guard lock(mutex_);
  writes_ = false;
  Tell();
}

void Health::Drain() {
  const std::lock_guard lock(mutex_);
  serving_ = false;
  Tell();
  services_ = nullptr;
}

void Health::Tell() {
  if (server_ != nullptr) {
    for (const char* name : {kWhole, "ready"})
      server_->GetHealthCheckService()->SetServingStatus(name, serving_);
  }
  if (services_ == nullptr) return;
  for (const char* name :
       {v1::RecommendationService::service_full_name(), v1::ModelService::service_full_name(),
        v1::AdminService::service_full_name(), v1::TalkService::service_full_name(), kWhole}) {
    services_->SetServingStatus(name, serving_);
  }
  for (const char* name :
       {v1::PurchaseService::service_full_name(), v1::CatalogService::service_full_name(),
        v1::RuleService::service_full_name(), v1::ClientelingService::service_full_name()}) {
    services_->SetServingStatus(name, serving_ && writes_);
  }
}

}  // namespace rapport::server
