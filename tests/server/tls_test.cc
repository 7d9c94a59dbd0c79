// TLS of a running server: who gets in, and new files while calls run.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "services/server/server_certificates.h"
#include "services/server/tls_credentials.h"
#include "tests/server/running_server.h"
#include "tests/support/certificates.h"

namespace rapport::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kNeverByItself = std::chrono::hours(1000);

// A channel with a connection of its own; `shown` may be empty.
std::shared_ptr<grpc::Channel> Connect(const std::string& address, const TestAuthority& trusted,
                                       const KeyPair& shown) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = trusted.certificate();
  options.pem_cert_chain = shown.certificate;
  options.pem_private_key = shown.key;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

grpc::Status GetModel(const std::shared_ptr<grpc::Channel>& channel) {
  v1::ModelService::Stub stub(channel);
  v1::Model model;
  return Ask(stub, &v1::ModelService::Stub::GetModel, {}, &model);
}

std::string Why(const Config& config) {
  return std::string(Application::Open(config).status().message());
}

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    files_.certificate_file = dir_ / "tls.crt";
    files_.key_file = dir_ / "tls.key";
    files_.client_ca_file = dir_ / "ca.crt";
    Show(authority_.Issue("first"));
    WriteFile(files_.client_ca_file, authority_.certificate());
  }

  void Show(const KeyPair& pair) {
    WriteFile(files_.certificate_file, pair.certificate);
    WriteFile(files_.key_file, pair.key);
  }
  std::unique_ptr<ServerCertificates> Open(std::chrono::milliseconds period = kNeverByItself) {
    auto opened = ServerCertificates::Open(
        files_, [this] { return clock_.now(); }, period);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }

  TempDir dir_;
  TestClock clock_;
  Config::Tls files_;
  const TestAuthority authority_;
  const KeyPair client_ = authority_.Issue("client");
};

TEST_F(TlsTest, FilesThatCannotWorkKeepTheServerFromStarting) {
  WriteFile(files_.key_file, "garbage");
  const auto opened = ServerCertificates::Open(files_, [this] { return clock_.now(); });
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("tls.key_file"));
}

TEST_F(TlsTest, NewContentsAreShownOnceTheyAreWhole) {
  const auto certificates = Open();
  uint64_t version = 0;
  ASSERT_TRUE(certificates->NewerThan(&version).has_value());
  EXPECT_EQ(certificates->NewerThan(&version), std::nullopt);
  const KeyPair second = authority_.Issue("second", TestAuthority::kFrom,
                                          std::chrono::sys_days{std::chrono::June / 1 / 2026});
  WriteFile(files_.certificate_file, second.certificate);
  certificates->Look();  // between the two files
  EXPECT_EQ(certificates->NewerThan(&version), std::nullopt);
  WriteFile(files_.key_file, second.key);
  certificates->Look();
  const auto shown = certificates->NewerThan(&version);
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ(shown->certificates, second.certificate);
  EXPECT_EQ(shown->key, second.key);
  EXPECT_EQ(certificates->ends_at(),
            TimePoint(std::chrono::sys_days{std::chrono::June / 1 / 2026}));
}

TEST_F(TlsTest, BadContentsKeepTheOldAndAreCountedOnceAChange) {
  const auto certificates = Open();
  uint64_t version = 0;
  certificates->NewerThan(&version);
  const KeyPair next = authority_.Issue("next");
  const KeyPair ended = authority_.Issue("ended", TestAuthority::kFrom,
                                         std::chrono::sys_days{std::chrono::April / 1 / 2026});
  uint64_t counted = 0;
  for (const KeyPair& bad :
       {KeyPair{"garbage", "garbage"},
        KeyPair{next.certificate.substr(0, next.certificate.size() / 2), next.key},
        KeyPair{next.certificate, client_.key}, ended}) {
    Show(bad);
    for (int look = 0; look < 3; ++look) certificates->Look();
    EXPECT_EQ(certificates->failures(), ++counted);
    EXPECT_EQ(certificates->NewerThan(&version), std::nullopt);
  }
  std::filesystem::remove(files_.client_ca_file);
  for (int look = 0; look < 3; ++look) certificates->Look();
  EXPECT_EQ(certificates->failures(), ++counted);
  EXPECT_EQ(certificates->ends_at(), TimePoint(TestAuthority::kUntil));
}

TEST_F(TlsTest, ALeafInPlaceOfTheAuthorityIsRefusedWhenItComes) {
  const auto certificates = Open();
  uint64_t version = 0;
  certificates->NewerThan(&version);
  WriteFile(files_.client_ca_file, client_.certificate);
  certificates->Look();
  EXPECT_EQ(certificates->failures(), 1U);
  EXPECT_EQ(certificates->NewerThan(&version), std::nullopt);
  const TestAuthority::Time june = std::chrono::sys_days{std::chrono::June / 1 / 2026};
  WriteFile(files_.client_ca_file, TestAuthority("next", TestAuthority::kFrom, june).certificate());
  certificates->Look();
  EXPECT_TRUE(certificates->NewerThan(&version).has_value());
  EXPECT_EQ(certificates->clients_end_at(), TimePoint(june));
}

TEST_F(TlsTest, ACertificateThatComesEarlyIsTakenWhenItHolds) {
  const auto certificates = Open();
  uint64_t version = 0;
  certificates->NewerThan(&version);
  const auto tomorrow =
      std::chrono::floor<std::chrono::seconds>(TestClock::kStart) + std::chrono::days(1);
  Show(authority_.Issue("early", tomorrow, TestAuthority::kUntil));
  certificates->Look();
  EXPECT_EQ(certificates->NewerThan(&version), std::nullopt);
  clock_.Advance(std::chrono::days(2));
  certificates->Look();
  EXPECT_TRUE(certificates->NewerThan(&version).has_value());
}

// Kubernetes swaps a link to the folder; the time of the files may stay as it was.
TEST_F(TlsTest, ContentsCountAndNotTimes) {
  const auto certificates = Open();
  const auto time = std::filesystem::last_write_time(files_.certificate_file);
  Show(authority_.Issue("second"));
  for (const std::string& file : {files_.certificate_file, files_.key_file})
    std::filesystem::last_write_time(file, time);
  certificates->Look();
  uint64_t version = 1;
  EXPECT_TRUE(certificates->NewerThan(&version).has_value());
}

TEST_F(TlsTest, TheThreadLooksByItself) {
  const auto certificates = Open(std::chrono::milliseconds(1));
  Show(authority_.Issue("second"));
  uint64_t version = 1;
  while (!certificates->NewerThan(&version)) std::this_thread::yield();
}

TEST_F(TlsTest, OnlyClientsOfTheAuthorityGetIn) {
  static Config::Tls files;
  files = files_;
  RunningServer server([](Config& config) { config.tls = files; });
  const std::string& address = server.app().grpc_address();
  EXPECT_TRUE(GetModel(Connect(address, authority_, client_)).ok());
  EXPECT_FALSE(GetModel(Connect(address, authority_, {})).ok());
  const TestAuthority stranger("authority");  // of the same name
  EXPECT_FALSE(GetModel(Connect(address, authority_, stranger.Issue("client"))).ok());
  EXPECT_FALSE(GetModel(Connect(address, stranger, client_)).ok());
  EXPECT_FALSE(GetModel(server.channel()).ok());  // plain
  EXPECT_THAT(server.app().Banner(), HasSubstr("clients show a certificate; the server's ends at"));
  EXPECT_THAT(server.app().Banner(), HasSubstr("--tls-ca FILE --tls-certificate FILE"));
}

TEST_F(TlsTest, AClientWhoSignedTheirOwnCertificateGetsInByIt) {
  static Config::Tls files;
  files = files_;
  const KeyPair own = SelfSigned("client");
  WriteFile(files.client_ca_file, own.certificate);
  RunningServer server([](Config& config) { config.tls = files; });
  EXPECT_TRUE(GetModel(Connect(server.app().grpc_address(), authority_, own)).ok());
  EXPECT_FALSE(GetModel(Connect(server.app().grpc_address(), authority_, client_)).ok());
}

TEST_F(TlsTest, WithoutAClientAuthorityEverybodyGetsInAndTheBannerSaysSo) {
  static Config::Tls files;
  files = files_;
  files.client_ca_file.clear();
  RunningServer server([](Config& config) { config.tls = files; });
  EXPECT_TRUE(GetModel(Connect(server.app().grpc_address(), authority_, {})).ok());
  EXPECT_THAT(server.app().Banner(), HasSubstr("clients show NO certificate (tls.client_ca_file)"));
}

TEST_F(TlsTest, EndsAndWhatWasNotTakenAreExposed) {
  static Config::Tls files;
  files = files_;
  WriteFile(files.client_ca_file, TestAuthority("clients", TestAuthority::kFrom,
                                                std::chrono::sys_days{std::chrono::June / 1 / 2026})
                                      .certificate());
  RunningServer server([](Config& config) {
    config.tls = files;
    config.metrics.listen = "127.0.0.1:0";
  });
  std::string scrape = server.Scrape();
  EXPECT_THAT(scrape, HasSubstr("\nrapport_tls_client_ca_expiry_timestamp_seconds 1780272000\n"));
  EXPECT_THAT(scrape, HasSubstr("\nrapport_tls_certificate_expiry_timestamp_seconds 2493072000\n"));
  EXPECT_THAT(scrape, HasSubstr("\nrapport_tls_reload_failures_total 0\n"));
  server.config().tls.client_ca_file.clear();  // no clients are asked, so nothing of theirs ends
  server.Restart();
  scrape = server.Scrape();
  EXPECT_THAT(scrape, HasSubstr("\nrapport_tls_certificate_expiry_timestamp_seconds "));
  EXPECT_THAT(scrape, Not(HasSubstr("rapport_tls_client_ca")));
}

// Every call of some makes a connection of its own, others keep theirs, while the files change:
// whole ones, and those that cannot work.
TEST_F(TlsTest, NoCallFailsWhileFilesChange) {
  const auto certificates = Open();
  const auto credentials = std::make_shared<TlsCredentials>(*certificates);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::CallbackGenericService nothing_else;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", credentials, &port);
  builder.RegisterCallbackGenericService(&nothing_else);
  const auto server = builder.BuildAndStart();
  ASSERT_NE(server, nullptr);
  const std::string address = "127.0.0.1:" + std::to_string(port);
  const auto call = [](const std::shared_ptr<grpc::Channel>& channel) {
    const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(10);
    grpc::ClientContext context;
    context.set_deadline(deadline);
    grpc::GenericStub stub(channel);
    grpc::CompletionQueue queue;
    grpc::Slice nothing("");
    const grpc::ByteBuffer in(&nothing, 1);
    grpc::ByteBuffer out;
    grpc::Status status;
    auto reader = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", in, &queue);
    reader->StartCall();
    reader->Finish(&out, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return status;
  };

  std::atomic<bool> stop = false;
  std::atomic<int> kept = 0;
  std::atomic<int> anew = 0;
  std::atomic<int> failed = 0;
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&, keeps = caller % 2 == 0] {
      auto channel = Connect(address, authority_, client_);
      while (!stop) {
        if (!keeps) channel = Connect(address, authority_, client_);
        const grpc::Status status = call(channel);
        if (!status.ok()) ADD_FAILURE() << status.error_message();
        ++(status.ok() ? keeps ? kept : anew : failed);
      }
    });
  }
  for (int change = 0; change < 20; ++change) {
    const int before = anew;
    if (change % 2 == 0) {
      Show(authority_.Issue("change " + std::to_string(change)));
    } else {
      Show({"garbage", authority_.Issue("half of a pair").key});
    }
    certificates->Look();
    while (anew < before + 4 && failed == 0) std::this_thread::yield();
  }
  stop = true;
  callers.clear();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(kept, 0);
  EXPECT_EQ(certificates->failures(), 10U);

  // What is shown at the end: the server of another authority is another.
  const TestAuthority successor("successor");
  const KeyPair next = successor.Issue("next");
  Show(next);
  WriteFile(files_.client_ca_file, successor.certificate());
  certificates->Look();
  EXPECT_TRUE(call(Connect(address, successor, successor.Issue("client"))).ok());
  EXPECT_FALSE(call(Connect(address, authority_, client_)).ok());
  EXPECT_FALSE(call(Connect(address, successor, client_)).ok());
  server->Shutdown(std::chrono::system_clock::now());
}

TEST(TlsSettings, GoTogetherOrAreNoneAndThenThatIsSaid) {
  Config config;
  EXPECT_THAT(Why(config),
              AllOf(HasSubstr("tls.certificate_file: not given, nor tls.key_file"),
                    HasSubstr("whoever reaches 127.0.0.1:7411 can read and write customers"),
                    HasSubstr("--tls.insecure=true"), Not(HasSubstr("\n"))));
  config.tls.certificate_file = "a.crt";
  EXPECT_THAT(Why(config), HasSubstr("tls.certificate_file: given without tls.key_file"));
  config.tls.insecure = true;
  EXPECT_THAT(Why(config), HasSubstr("tls.insecure: given true, and tls.certificate_file too"));
  config.tls = {.key_file = "a.key"};
  EXPECT_THAT(Why(config), HasSubstr("tls.key_file: given without tls.certificate_file"));
  config.tls = {.client_ca_file = "ca.crt"};
  EXPECT_THAT(Why(config),
              HasSubstr("tls.client_ca_file: given without tls.certificate_file and tls.key_file"));
}

TEST(TlsSettings, NoneAreLoudInTheBanner) {
  RunningServer server;
  EXPECT_THAT(server.app().Banner(),
              AllOf(HasSubstr("TLS      none: calls are NOT encrypted; whoever reaches " +
                              server.app().grpc_address() + " can read and write customers"),
                    HasSubstr("health   off")));
}

}  // namespace
}  // namespace rapport::server
