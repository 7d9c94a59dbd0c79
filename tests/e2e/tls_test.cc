// What the command line says of TLS that does not come about, and that it does with the right
// files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/server_process.h"
#include "tests/support/certificates.h"

namespace rapport::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class CommandLineTls : public ::testing::Test {
 protected:
  CommandLineTls() {
    Write("server", authority_.Issue("server"));
    Write("client", authority_.Issue("client"));
    Write("stranger", TestAuthority("stranger").Issue("client"));
    WriteFile(scratch_ / "ca.crt", authority_.certificate());
    WriteFile(scratch_ / "other-ca.crt", TestAuthority("other").certificate());
  }
  void Write(const std::string& name, const KeyPair& pair) {
    WriteFile(scratch_ / (name + ".crt"), pair.certificate);
    WriteFile(scratch_ / (name + ".key"), pair.key);
  }
  std::vector<std::string> Show(const std::string& name) const {
    return {"status",
            "--tls-ca",
            scratch_ / "ca.crt",
            "--tls-certificate",
            scratch_ / (name + ".crt"),
            "--tls-key",
            scratch_ / (name + ".key")};
  }
  std::string ErrorOf(const ServerProcess& server, const std::vector<std::string>& arguments) {
    const Finished done = RunCli(server, arguments);
    EXPECT_EQ(done.exit_code, 1) << done.out;
    return done.err;
  }

  const TempDir scratch_;
  const TestAuthority authority_;
};

TEST_F(CommandLineTls, ReachesAServerOrSaysWhatToDo) {
  ServerProcess server(scratch_, scratch_ / "data",
                       {{"--tls.certificate_file", scratch_ / "server.crt"},
                        {"--tls.key_file", scratch_ / "server.key"},
                        {"--tls.client_ca_file", scratch_ / "ca.crt"}});
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  const Finished good = RunCli(server, Show("client"));
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_THAT(good.out, HasSubstr("serving"));

  EXPECT_THAT(ErrorOf(server, {"status"}),
              AllOf(HasSubstr("takes no plain connection"), HasSubstr("--tls-ca")));
  EXPECT_THAT(ErrorOf(server, {"status", "--tls-ca", scratch_ / "ca.crt"}),
              HasSubstr("asks for a certificate: --tls-certificate and --tls-key"));
  EXPECT_THAT(ErrorOf(server, Show("stranger")),
              HasSubstr("does not take the certificate of --tls-certificate"));
  EXPECT_THAT(ErrorOf(server, {"status", "--tls-ca", scratch_ / "other-ca.crt"}),
              HasSubstr("the authority of --tls-ca did not sign"));
  EXPECT_THAT(ErrorOf(server, {"status", "--tls-ca", scratch_ / "server.key"}),
              HasSubstr("cannot be used; give PEM"));
  EXPECT_THAT(ErrorOf(server, {"status", "--tls-ca", scratch_ / "none"}),
              HasSubstr("--tls-ca: " + (scratch_ / "none") + " cannot be read"));
  EXPECT_THAT(ErrorOf(server, {"status", "--tls-key", scratch_ / "client.key"}),
              HasSubstr("give both, or neither"));
  EXPECT_EQ(server.Stop(), 0) << server.Log();
}

TEST_F(CommandLineTls, SaysThatAServerSpeaksNone) {
  ServerProcess server(scratch_, scratch_ / "data");
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  EXPECT_THAT(server.Log(), HasSubstr("tls.insecure: calls are NOT encrypted"));
  EXPECT_THAT(ErrorOf(server, Show("client")), HasSubstr("speaks no TLS; leave out --tls-ca"));
}

}  // namespace
}  // namespace rapport::e2e
