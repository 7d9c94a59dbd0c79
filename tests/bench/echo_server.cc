#include "tests/bench/echo_server.h"

#include <grpcpp/grpcpp.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "rapport/v1/recommendation_service.grpc.pb.h"

namespace rapport {
namespace {

class Echo final : public v1::RecommendationService::CallbackService {
 public:
  explicit Echo(const v1::SuggestForCustomerResponse& reply) : reply_(reply) {}

  grpc::ServerUnaryReactor* SuggestForCustomer(grpc::CallbackServerContext* context,
                                               const v1::SuggestForCustomerRequest* /*request*/,
                                               v1::SuggestForCustomerResponse* response) override {
    *response = reply_;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const v1::SuggestForCustomerResponse& reply_;
};

}  // namespace

int ServeEcho(const std::string& reply, const std::string& endpoint) {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // in the threads to come, too

  v1::SuggestForCustomerResponse response;
  std::ifstream file(reply, std::ios::binary);
  if (!response.ParseFromIstream(&file)) {
    std::cerr << "no reply in " << reply << "\n";
    return 1;
  }
  Echo echo(response);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::ofstream(endpoint + ".new") << "127.0.0.1:" << port << "\n";
  std::filesystem::rename(endpoint + ".new", endpoint);
  int signal = 0;
  sigwait(&ending, &signal);
  server->Shutdown();
  return 0;
}

}  // namespace rapport
