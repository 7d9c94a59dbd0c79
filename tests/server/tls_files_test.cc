// Files of certificates that cannot work are refused with setting, file, reason and advice.
#include "services/server/tls_files.h"

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"
#include "tests/support/temp_dir.h"

namespace rapport::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr TimePoint kNow = std::chrono::sys_days{std::chrono::May / 1 / 2026};
constexpr TestAuthority::Time kPast = std::chrono::sys_days{std::chrono::April / 1 / 2026};
constexpr TestAuthority::Time kFuture = std::chrono::sys_days{std::chrono::June / 1 / 2026};

class TlsFilesTest : public ::testing::Test {
 protected:
  TlsFilesTest() {
    files_.certificate_file = "/etc/tls.crt";
    files_.key_file = "/etc/tls.key";
    files_.client_ca_file = "/etc/ca.crt";
    const KeyPair pair = authority_.Issue("shop");
    pem_ = {pair.certificate, pair.key, authority_.certificate()};
  }

  std::string Why() const { return Why(pem_); }
  std::string Why(const TlsPem& pem) const {
    return std::string(CheckTlsPem(pem, files_, kNow).status().message());
  }

  TestAuthority authority_;
  Config::Tls files_;
  TlsPem pem_;
};

TEST_F(TlsFilesTest, GoodOnesEndWhenTheFirstOfTheChainDoes) {
  EXPECT_EQ(CheckTlsPem(pem_, files_, kNow).value().server, TimePoint(TestAuthority::kUntil));
  pem_.certificates += TestAuthority("between", TestAuthority::kFrom, kFuture).certificate();
  EXPECT_EQ(CheckTlsPem(pem_, files_, kNow).value().server, TimePoint(kFuture));
}

TEST_F(TlsFilesTest, ClientsComeInUntilTheLastAuthorityEnds) {
  const auto end = [this] { return CheckTlsPem(pem_, files_, kNow).value().clients; };
  EXPECT_EQ(end(), TimePoint(TestAuthority::kUntil));
  const std::string ends_soon = TestAuthority("soon", TestAuthority::kFrom, kFuture).certificate();
  const std::string retired = TestAuthority("retired", TestAuthority::kFrom, kPast).certificate();
  pem_.client_authorities = retired + ends_soon;
  EXPECT_EQ(end(), TimePoint(kFuture));
  pem_.client_authorities += pem_.certificates;  // lets nobody in, however long it holds
  EXPECT_EQ(end(), TimePoint(kFuture));
  pem_.client_authorities += authority_.certificate();
  EXPECT_EQ(end(), TimePoint(TestAuthority::kUntil));
  files_.client_ca_file.clear();
  EXPECT_EQ(end(), TimePoint::max());
}

TEST_F(TlsFilesTest, AreReadAsTheyAre) {
  const TempDir dir;
  WriteFile(dir / "crt", "one");
  WriteFile(dir / "key", "two");
  Config::Tls files;
  files.certificate_file = dir / "crt";
  files.key_file = dir / "key";
  EXPECT_EQ(ReadTlsFiles(files).value(), (TlsPem{"one", "two", ""}));
}

TEST_F(TlsFilesTest, AFileThatIsMissingIsNamedWithItsSetting) {
  const TempDir dir;
  WriteFile(dir / "crt", "one");
  Config::Tls files;
  files.certificate_file = dir / "crt";
  files.key_file = dir / "key";
  const absl::Status status = ReadTlsFiles(files).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              StartsWith("tls.key_file: " + files.key_file +
                         ": cannot be read: No such file or directory; name a file"));
  files.key_file = dir.path();
  EXPECT_THAT(std::string(ReadTlsFiles(files).status().message()), HasSubstr("Is a directory"));
}

TEST_F(TlsFilesTest, WhatIsNoCertificateIsRefused) {
  for (const std::string& text : {std::string(), std::string("garbage"), pem_.key}) {
    EXPECT_THAT(Why({text, pem_.key, pem_.client_authorities}),
                StartsWith("tls.certificate_file: /etc/tls.crt: there is no certificate in it; "
                           "expected PEM"));
  }
}

TEST_F(TlsFilesTest, HalfACertificateIsRefusedWhereverItEnds) {
  const std::string chain = pem_.certificates + authority_.certificate();
  for (size_t size = pem_.certificates.size() + 1; size < chain.size() - 1; ++size) {
    ASSERT_THAT(
        Why({chain.substr(0, size), pem_.key, pem_.client_authorities}),
        AllOf(StartsWith("tls.certificate_file: /etc/tls.crt: "), HasSubstr("write the file anew")))
        << size << " of " << chain.size();
  }
  for (size_t size = 0; size < pem_.certificates.size() - 1; ++size) {
    ASSERT_NE(Why({pem_.certificates.substr(0, size), pem_.key, pem_.client_authorities}), "")
        << size;
  }
}

TEST_F(TlsFilesTest, ACertificateWithAFlippedByteIsRefused) {
  const size_t middle = pem_.certificates.size() / 2;
  pem_.certificates[middle] = pem_.certificates[middle] == 'A' ? '!' : '*';
  EXPECT_THAT(Why(),
              StartsWith("tls.certificate_file: /etc/tls.crt: certificate 1 in it is broken"));
}

TEST_F(TlsFilesTest, WhatIsNoKeyIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("garbage"), pem_.key.substr(0, pem_.key.size() / 2)}) {
    EXPECT_THAT(Why({pem_.certificates, text, pem_.client_authorities}),
                StartsWith("tls.key_file: /etc/tls.key: there is no private key in it"));
  }
}

TEST_F(TlsFilesTest, AKeyBehindAPassphraseIsRefusedAndNobodyIsAskedForIt) {
  pem_.key = Encrypted(pem_.key);
  EXPECT_THAT(Why(), AllOf(StartsWith("tls.key_file: /etc/tls.key: the key is behind a passphrase"),
                           HasSubstr("openssl pkey -in /etc/tls.key")));
}

TEST_F(TlsFilesTest, AKeyOfAnotherCertificateIsRefused) {
  pem_.key = authority_.Issue("shop").key;
  EXPECT_THAT(Why(), AllOf(StartsWith("tls.key_file: /etc/tls.key: the key is not that"),
                           HasSubstr("/etc/tls.crt"), HasSubstr("give both of one pair")));
}

TEST_F(TlsFilesTest, ACertificateThatHasEndedIsRefusedWithItsNameAndDate) {
  const KeyPair ended = authority_.Issue("shop", TestAuthority::kFrom, kPast);
  EXPECT_EQ(Why({ended.certificate, ended.key, pem_.client_authorities}),
            "tls.certificate_file: /etc/tls.crt: the certificate of CN=shop ended at "
            "2026-04-01T00:00:00Z; renew it");
  pem_.certificates += TestAuthority("between", TestAuthority::kFrom, kPast).certificate();
  EXPECT_THAT(Why(), HasSubstr("CN=between ended at 2026-04-01"));
}

TEST_F(TlsFilesTest, ACertificateThatDoesNotHoldYetIsRefused) {
  const KeyPair early = authority_.Issue("shop", kFuture, TestAuthority::kUntil);
  EXPECT_EQ(Why({early.certificate, early.key, pem_.client_authorities}),
            "tls.certificate_file: /etc/tls.crt: the certificate of CN=shop holds from "
            "2026-06-01T00:00:00Z; look at this machine's clock, or wait");
}

TEST_F(TlsFilesTest, ACertificateThatOpenSslFindsTooWeakIsRefused) {
  const KeyPair weak = WeakPair();
  EXPECT_THAT(Why({weak.certificate, weak.key, pem_.client_authorities}),
              AllOf(HasSubstr("OpenSSL does not take the certificate of CN=weak"),
                    HasSubstr("key too small"), HasSubstr("P-256")));
}

TEST_F(TlsFilesTest, ACertificateForClientsOnlyIsNoServers) {
  const KeyPair clients = authority_.IssueFor("clientAuth", "shop");
  EXPECT_THAT(Why({clients.certificate, clients.key, pem_.client_authorities}),
              AllOf(StartsWith("tls.certificate_file: /etc/tls.crt: the certificate of CN=shop is "
                               "not for servers"),
                    HasSubstr("serverAuth")));
  for (const char* usage : {"serverAuth", "serverAuth,clientAuth"}) {
    const KeyPair servers = authority_.IssueFor(usage, "shop");
    EXPECT_EQ(Why({servers.certificate, servers.key, pem_.client_authorities}), "") << usage;
  }
}

TEST_F(TlsFilesTest, WhatSignsNoClientIsNoAuthority) {
  for (const std::string& leaf : {pem_.certificates, authority_.Issue("client").certificate}) {
    pem_.client_authorities = leaf;
    EXPECT_THAT(Why(), AllOf(StartsWith("tls.client_ca_file: /etc/ca.crt: the certificate of CN="),
                             HasSubstr("is no authority of clients"), HasSubstr("give the")));
  }
  pem_.client_authorities += authority_.certificate();
  EXPECT_EQ(Why(), "");
}

// Such a client comes in: see TlsTest.
TEST_F(TlsFilesTest, AClientsOwnCertificateIsItsAuthorityIfItSignedItself) {
  pem_.client_authorities = SelfSigned("client").certificate;
  EXPECT_EQ(Why(), "");
}

TEST_F(TlsFilesTest, AuthoritiesMustHoldButOneMayBeRetired) {
  pem_.client_authorities = "garbage";
  EXPECT_THAT(Why(), StartsWith("tls.client_ca_file: /etc/ca.crt: there is no certificate in it"));
  pem_.client_authorities = TestAuthority("retired", TestAuthority::kFrom, kPast).certificate();
  EXPECT_THAT(Why(), StartsWith("tls.client_ca_file: /etc/ca.crt: the certificate of CN=retired "
                                "ended at 2026-04-01"));
  pem_.client_authorities += authority_.certificate();
  EXPECT_EQ(Why(), "");
}

TEST_F(TlsFilesTest, WithoutAuthoritiesNoneAreLookedAt) {
  files_.client_ca_file.clear();
  pem_.client_authorities.clear();
  EXPECT_EQ(Why(), "");
}

}  // namespace
}  // namespace rapport::server
