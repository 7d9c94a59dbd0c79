#include "services/server/application.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "grpcpp/completion_queue.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// grpc.health.v1: HealthCheckRequest has the service as field 1, HealthCheckResponse the status as
// field 1, SERVING = 1, NOT_SERVING = 2.
std::string HealthRequest(const std::string& service) {
  return service.empty() ? ""
                         : "\x0A" + std::string(1, static_cast<char>(service.size())) + service;
}
const std::string kServing = "\x08\x01";
const std::string kNotServing = "\x08\x02";

std::string Flat(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  EXPECT_TRUE(bytes.DumpToSingleSlice(&slice).ok());
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

// A stream of raw messages, one step at a time.
class RawStream {
 public:
  RawStream(RunningServer& server, const std::string& method) : stub_(server.channel()) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    stream_ = stub_.PrepareCall(&context_, method, &queue_);
    stream_->StartCall(nullptr);
    Wait();
  }
  bool Write(const std::string& bytes) {
    grpc::Slice slice(bytes);
    stream_->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    return Wait();
  }
  bool Read(std::string* bytes) {
    grpc::ByteBuffer buffer;
    stream_->Read(&buffer, nullptr);
    if (!Wait()) return false;
    *bytes = Flat(buffer);
    return true;
  }
  grpc::Status Finish() {
    grpc::Status status;
    stream_->Finish(&status, nullptr);
    Wait();
    return status;
  }

 private:
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
    return ok;
  }
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

absl::Status OpenError(const Config& config) {
  auto app = Application::Open(config);
  EXPECT_FALSE(app.ok());
  return app.status();
}

TEST(Application, BrokenUtf8IsInvalidArgumentWithThePathOfTheField) {
  RunningServer server;
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("e1", "c1", "good");
  *request.add_purchases() = MakePurchase("e2", "c1", "ca\xC3\xA9");
  std::string bytes = request.SerializeAsString();
  bytes[bytes.find("\xC3\xA9") + 1] = 'x';
  const grpc::Status status = server.Raw("/rapport.v1.PurchaseService/RecordPurchases", bytes);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(PathsOf(status), ElementsAre("purchases[1].item_id"));
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");

  const grpc::Status map = server.Raw("/rapport.v1.CatalogService/UpsertItems",
                                      "\x0A\x09\x32\x07\x0A\x01k\x12\x02\xC3x");
  EXPECT_THAT(PathsOf(map), ElementsAre("items[0].attributes[0].value"));
  EXPECT_THAT(PathsOf(server.Raw("/rapport.v1.CatalogService/GetItem", "\x0A\x01\xFF")),
              ElementsAre("item_id"));
}

TEST(Application, BytesThatAreNoMessageAreInvalidArgument) {
  RunningServer server;
  for (const char* method :
       {"/rapport.v1.PurchaseService/RecordPurchases", "/rapport.v1.CatalogService/GetItem",
        "/rapport.v1.RecommendationService/SuggestForCustomer",
        "/rapport.v1.ModelService/GetModel"}) {
    const grpc::Status status = server.Raw(method, "\x0A\x7Fx");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
    EXPECT_EQ(ReasonOf(status), "MALFORMED_MESSAGE") << method;
  }
}

TEST(Application, AMessageOfTenMegabytesIsRefusedAndTheServerGoesOn) {
  RunningServer server;
  v1::GetItemRequest request;
  request.set_item_id(std::string(10 << 20, 'x'));
  v1::Item item;
  EXPECT_EQ(Ask(*server.catalog, &v1::CatalogService::Stub::GetItem, request, &item).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  request.set_item_id(std::string(3 << 20, 'x'));
  EXPECT_THAT(PathsOf(Ask(*server.catalog, &v1::CatalogService::Stub::GetItem, request, &item)),
              ElementsAre("item_id"));
}

TEST(Application, AnExpiredDeadlineIsDeadlineExceeded) {
  RunningServer server;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() - std::chrono::seconds(1));
  v1::Item item;
  EXPECT_EQ(server.catalog->GetItem(&context, {}, &item).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST(Application, MetadataPastTheLimitIsRefused) {
  RunningServer server;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  context.AddMetadata("x-large", std::string(32 << 10, 'x'));
  v1::Item item;
  EXPECT_EQ(server.catalog->GetItem(&context, {}, &item).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(Application, ReflectionListsTheServicesUnlessItIsOff) {
  constexpr char kMethod[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  constexpr char kListServices[] = "\x3A\x01*";  // field 7
  RunningServer server;
  RawStream stream(server, kMethod);
  ASSERT_TRUE(stream.Write(kListServices));
  std::string reply;
  ASSERT_TRUE(stream.Read(&reply));
  EXPECT_THAT(
      reply,
      AllOf(HasSubstr("rapport.v1.PurchaseService"), HasSubstr("rapport.v1.CatalogService"),
            HasSubstr("rapport.v1.RecommendationService"), HasSubstr("rapport.v1.ModelService")));
}

TEST(Application, HealthIsServingForTheServerAndEachService) {
  RunningServer server;
  for (const char* service : {"", "rapport.v1.PurchaseService", "rapport.v1.CatalogService",
                              "rapport.v1.RecommendationService", "rapport.v1.ModelService",
                              "rapport.v1.TalkService", "rapport.v1.ClientelingService"}) {
    std::string reply;
    ASSERT_TRUE(server.Raw("/grpc.health.v1.Health/Check", HealthRequest(service), &reply).ok());
    EXPECT_EQ(reply, kServing) << service;
  }
}

TEST(Application, ShutdownSaysNotServingBeforeItDrains) {
  RunningServer server;
  RawStream watch(server, "/grpc.health.v1.Health/Watch");
  ASSERT_TRUE(watch.Write(HealthRequest("rapport.v1.PurchaseService")));
  std::string status;
  ASSERT_TRUE(watch.Read(&status));
  EXPECT_EQ(status, kServing);
  std::jthread stopping([&server] { server.app().Stop(); });
  ASSERT_TRUE(watch.Read(&status));
  EXPECT_EQ(status, kNotServing);
}

TEST(Application, ACallThatRunsIsFinishedBeforeTheServerStops) {
  RunningServer server;
  grpc::ClientContext context;
  const auto stream = server.purchases->ImportPurchases(&context);
  v1::ImportPurchasesRequest message;
  *message.add_purchases() = MakePurchase("e1", "c1", "coffee");
  ASSERT_TRUE(stream->Write(message));
  v1::ImportPurchasesResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  std::jthread stopping([&server] { server.app().Stop(); });
  message.mutable_purchases(0)->set_event_id("e2");
  ASSERT_TRUE(stream->Write(message));
  stream->WritesDone();
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.accepted(), 2);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(Application, ACallThatNeverEndsIsCutAfterTheDrain) {
  RunningServer server([](Config& config) { config.server.drain_seconds = 0; });
  grpc::ClientContext context;
  const auto stream = server.purchases->ImportPurchases(&context);
  v1::ImportPurchasesRequest message;
  *message.add_purchases() = MakePurchase("e1", "c1", "coffee");
  ASSERT_TRUE(stream->Write(message));
  v1::ImportPurchasesResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  server.Stop();
  EXPECT_FALSE(stream->Finish().ok());
}

TEST(Application, AGrpcPortInUseIsToldInOneLine) {
  RunningServer server;
  const TempDir dir;
  Config config = server.config();
  config.storage.path = dir.path();
  config.server.listen = server.app().grpc_address();
  const absl::Status status = OpenError(config);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("server.listen: cannot listen at " + config.server.listen),
                    HasSubstr("Address already in use"), HasSubstr("choose another"),
                    Not(HasSubstr("\n"))));
}

TEST(Application, AMetricsPortInUseIsToldInOneLine) {
  RunningServer server;
  const TempDir dir;
  Config config = server.config();
  config.storage.path = dir.path();
  config.metrics.listen = server.app().grpc_address();
  EXPECT_THAT(std::string(OpenError(config).message()),
              AllOf(HasSubstr("metrics.listen: cannot listen at " + config.metrics.listen),
                    HasSubstr("Address already in use"), Not(HasSubstr("\n"))));
}

TEST(Application, ADataDirectoryInUseIsToldInOneLine) {
  RunningServer server;
  const absl::Status status = OpenError(server.config());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("storage.path"), HasSubstr(server.config().storage.path),
                    Not(HasSubstr("\n"))));
}

TEST(Application, ADataDirectoryThatCannotBeMadeIsToldInOneLine) {
  const TempDir dir;
  const std::string file = dir.path() + "/file";
  std::ofstream(file) << "not a directory";
  Config config;
  config.health.listen = "";
  config.tls.insecure = true;
  config.storage.path = file + "/data";
  EXPECT_THAT(std::string(OpenError(config).message()),
              AllOf(HasSubstr("storage.path: make directory " + config.storage.path),
                    HasSubstr("choose a directory"), Not(HasSubstr("\n"))));
}

TEST(Application, TheEndpointFileNamesTheAddress) {
  const TempDir dir;
  static std::string file;
  file = dir.path() + "/endpoint";
  RunningServer server([](Config& config) { config.server.endpoint_file = file; });
  std::string line;
  std::getline(std::ifstream(file), line);
  EXPECT_EQ(line, server.app().grpc_address());
}

TEST(Application, TheBannerSaysWhatRunsWhereAndHowToTalkToIt) {
  RunningServer server;
  EXPECT_THAT(
      server.app().Banner(),
      AllOf(HasSubstr("rapport-server "), HasSubstr(server.config().storage.path),
            HasSubstr("0 purchases and returns; no model yet"), HasSubstr("metrics  off"),
            HasSubstr("rapport --server " + server.app().grpc_address() + " suggest CUSTOMER")));
}

class MetricsTest : public ::testing::Test {
 protected:
  // The value of a line of the scrape; none: -1.
  static double Value(const std::string& scrape, const std::string& series) {
    const size_t at = scrape.find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::stod(scrape.substr(at + series.size() + 2));
  }

  RunningServer server_{[](Config& config) { config.metrics.listen = "127.0.0.1:0"; }};
};

TEST_F(MetricsTest, CountWhatHappenedAndNameNobody) {
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("e1", "customer-7", "item-7");
  *request.add_purchases() = MakePurchase("e2", "customer-7", "item-8");
  request.mutable_purchases(1)->set_quantity(0);
  *request.add_returns() = MakeReturn("r1", "customer-7", "e1");
  v1::RecordPurchasesResponse response;
  ASSERT_TRUE(
      Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
          .ok());
  v1::SuggestForCustomerRequest ask;
  ask.set_customer_id("customer-7");
  v1::SuggestForCustomerResponse suggested;
  ASSERT_TRUE(Ask(*server_.recommendations, &v1::RecommendationService::Stub::SuggestForCustomer,
                  ask, &suggested)
                  .ok());
  server_.Train();
  const std::string scrape = server_.Scrape();
  EXPECT_EQ(Value(scrape, "rapport_purchases_total{result=\"accepted\"}"), 1);
  EXPECT_EQ(Value(scrape, "rapport_purchases_total{result=\"rejected\"}"), 1);
  EXPECT_EQ(Value(scrape, "rapport_returns_total{result=\"accepted\"}"), 1);
  EXPECT_EQ(Value(scrape,
                  "rapport_grpc_requests_total{code=\"OK\",method=\"PurchaseService/"
                  "RecordPurchases\"}"),
            1);
  EXPECT_EQ(Value(scrape, "rapport_purchase_visible_seconds_count"), 1);
  EXPECT_EQ(Value(scrape, "rapport_commit_sync_seconds_count"), 1);
  EXPECT_EQ(Value(scrape, "rapport_history_lines_count"), 1);
  EXPECT_EQ(Value(scrape, "rapport_store_sequence"), 2);
  EXPECT_EQ(Value(scrape, "rapport_training_seconds_count"), 1);
  EXPECT_EQ(Value(scrape, "rapport_admission_limit{class=\"read\"}"), 64);
  EXPECT_EQ(Value(scrape, "rapport_admission_in_flight{class=\"write\"}"), 0);
  EXPECT_EQ(
      Value(scrape, "rapport_admission_refused_total{class=\"read\",criticality=\"sheddable\"}"),
      0);
  EXPECT_GT(Value(scrape, "rapport_store_block_cache_capacity_bytes"), 0);
  EXPECT_GT(Value(scrape, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(Value(scrape, "process_open_fds"), 3);
  EXPECT_GT(Value(scrape, "process_start_time_seconds"), 1e9);
  EXPECT_THAT(scrape, HasSubstr("rapport_build_info{version="));
  EXPECT_THAT(scrape, AllOf(Not(HasSubstr("customer-7")), Not(HasSubstr("item-7"))));
}

TEST(Application, ALimitThatIsLeastAboveItsMostIsRefusedByName) {
  Config config;
  config.server.min_calls_at_once = 50;
  config.server.max_calls_at_once = 40;
  EXPECT_THAT(OpenError(config).message(), AllOf(HasSubstr("server.min_calls_at_once: given 50"),
                                                 HasSubstr("server.max_calls_at_once, 40")));
}

TEST_F(MetricsTest, OnlyTheModelThatServesIsExposed) {
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("e1", "c1", "coffee");
  v1::RecordPurchasesResponse response;
  ASSERT_TRUE(
      Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
          .ok());
  std::string version;
  for (int training = 0; training < 2; ++training) {
    server_.clock().Advance(std::chrono::hours(1));
    request.mutable_purchases(0)->set_event_id("again" + std::to_string(training));
    ASSERT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
    const v1::Training done = server_.Train();
    version = done.model_version();  // of popularity, if that is all that so little gives
    ASSERT_NE(version, "") << done.message();
  }
  server_.clock().Advance(std::chrono::hours(2));
  const std::string scrape = server_.Scrape();
  const std::regex series("\nrapport_model_info\\{");
  EXPECT_EQ(std::distance(std::sregex_iterator(scrape.begin(), scrape.end(), series), {}), 1);
  EXPECT_THAT(scrape, HasSubstr("version=\"" + version + "\""));
  EXPECT_EQ(Value(scrape, "rapport_model_items"), 1);
  EXPECT_NEAR(Value(scrape, "rapport_model_age_seconds"), 7'200, 1);
}

TEST_F(MetricsTest, PassPromtool) {
  if (std::system("promtool --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not installed (package prometheus)";
  }
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("e1", "c1", "coffee");
  v1::RecordPurchasesResponse response;
  ASSERT_TRUE(
      Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
          .ok());
  server_.Scrape();  // so that the exposer's own figures are there, too
  const TempDir dir;
  const std::string file = dir.path() + "/metrics";
  std::ofstream(file) << server_.Scrape();
  EXPECT_EQ(std::system(("promtool check metrics < " + file).c_str()), 0);
}

}  // namespace
}  // namespace rapport::server
