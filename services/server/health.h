// Health: what is told to those who ask grpc.health.v1, on the port of the services and, for
// kubelets, which show no certificate, on a plain one of its own. That one answers for three
// services: `live` as long as the process does, whatever its data; `startup` once calls were
// answered; `ready` while they are. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/server.h"

namespace rapport::server {

class Health {
 public:
  // Listens at `address`; empty: nowhere. `live` is SERVING from now on, the others not.
  // UNAVAILABLE: the address is in use, with what to do.
  static absl::StatusOr<std::unique_ptr<Health>> Listen(const std::string& address);

  // Ends the port, within a second or so, whoever watches or stays connected.
  ~Health();

  // All is loaded and calls are answered. `services`: of their port; used until Drain.
  void Serve(grpc::HealthCheckServiceInterface& services);
  // Nothing more is recorded. Reads go on, so `ready` and the whole stay as they are: only the
  // services that write are NOT_SERVING.
  void RefuseWrites();
  // Calls should go elsewhere.
  void Drain();

  // "127.0.0.1:7413", with the port that was taken; empty: none.
  const std::string& address() const { return address_; }

 private:
  Health() = default;
  void Tell();  // requires mutex_

  std::string address_;
  grpc::CallbackGenericService nothing_else_;  // gRPC starts no server without a service
  std::unique_ptr<grpc::Server> server_;       // none: no address
  std::mutex mutex_;
  grpc::HealthCheckServiceInterface* services_ = nullptr;  // guarded by mutex_, like what follows
  bool serving_ = false;
  bool writes_ = true;
};

}  // namespace rapport::server
