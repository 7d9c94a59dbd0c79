#include "services/server/tls_files.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "services/server/fields.h"

namespace rapport::server {
namespace {

struct Release {
  void operator()(std::FILE* file) const { std::fclose(file); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

// A setting and its file, as errors name them.
struct Place {
  std::string_view setting;
  const std::string& file;

  absl::Status Refuse(const std::string& what) const {
    ERR_clear_error();
    return absl::InvalidArgumentError(std::string(setting) + ": " + file + ": " + what);
  }
};

absl::StatusOr<std::string> ReadAll(const Place& place) {
  std::string text;
  const Owned<std::FILE> file(std::fopen(place.file.c_str(), "rb"));
  if (file != nullptr) {
    std::array<char, 4096> part;
    while (const size_t size = std::fread(part.data(), 1, part.size(), file.get()))
      text.append(part.data(), size);
    if (std::ferror(file.get()) == 0) return text;
  }
  return absl::UnavailableError(std::string(place.setting) + ": " + place.file +
                                ": cannot be read: " + std::system_category().message(errno) +
                                "; name a file that the server may read");
}

// Nobody is there to type one: an encrypted key is an error, not a question.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*unused*/) { return -1; }

std::string WordOfOpenSsl() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "OpenSSL does not say why" : reason;
}

Owned<BIO> Reader(const std::string& text) {
  ERR_clear_error();
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Whether a line that begins a further block of PEM was cut short: nothing else begins so.
bool EndsInHalfALine(const std::string& text) {
  return text.find("\n-", text.rfind("-----END ")) != std::string::npos;
}

absl::StatusOr<std::vector<Owned<X509>>> ParseCertificates(const Place& place,
                                                           const std::string& text) {
  std::vector<Owned<X509>> certificates;
  const Owned<BIO> reader = Reader(text);
  while (X509* read = PEM_read_bio_X509(reader.get(), nullptr, NoPassphrase, nullptr))
    certificates.emplace_back(read);
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end) {
    return place.Refuse("certificate " + std::to_string(certificates.size() + 1) +
                        " in it is broken (" + WordOfOpenSsl() + "); write the file anew");
  }
  ERR_clear_error();
  if (certificates.empty()) {
    return place.Refuse(
        "there is no certificate in it; expected PEM, which begins with "
        "-----BEGIN CERTIFICATE-----");
  }
  if (EndsInHalfALine(text)) {
    return place.Refuse("it ends within a line, after certificate " +
                        std::to_string(certificates.size()) + "; write the file anew");
  }
  return certificates;
}

absl::StatusOr<Owned<EVP_PKEY>> ParseKey(const Place& place, const std::string& text) {
  const Owned<BIO> reader = Reader(text);
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassphrase, nullptr));
  if (key != nullptr) return key;
  if (text.find("ENCRYPTED") != std::string::npos) {
    return place.Refuse("the key is behind a passphrase; take it off with `openssl pkey -in " +
                        place.file + "`");
  }
  return place.Refuse(
      "there is no private key in it that can be read (" + WordOfOpenSsl() +
      "); expected the whole of a PEM, which begins with -----BEGIN PRIVATE KEY-----");
}

TimePoint TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return TimePoint::min();  // no time: it has ended
  return TimePoint(std::chrono::seconds(timegm(&parts)));
}

TimePoint EndOf(const X509& certificate) { return TimeOf(X509_get0_notAfter(&certificate)); }
TimePoint BeginOf(const X509& certificate) { return TimeOf(X509_get0_notBefore(&certificate)); }

std::string Date(TimePoint time) {
  return google::protobuf::util::TimeUtil::ToString(ToProto(time));
}

// "the certificate of CN=rapport"
std::string NameOf(const X509& certificate) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return "the certificate of " +
         (size > 0 ? std::string(text, static_cast<size_t>(size)) : "no name");
}

absl::Status CheckDates(const Place& place, const X509& certificate, TimePoint now) {
  if (EndOf(certificate) <= now) {
    return place.Refuse(NameOf(certificate) + " ended at " + Date(EndOf(certificate)) +
                        "; renew it");
  }
  if (BeginOf(certificate) > now) {
    return place.Refuse(NameOf(certificate) + " holds from " + Date(BeginOf(certificate)) +
                        "; look at this machine's clock, or wait");
  }
  return absl::OkStatus();
}

// Asks what OpenSSL asks of each certificate of a client's chain: one that may sign those of
// clients, by basicConstraints, keyUsage and extendedKeyUsage; or a client's own, signed by itself,
// which lets that one in.
absl::Status CheckIsAuthority(const Place& place, X509& certificate) {
  const bool signs = X509_check_purpose(&certificate, X509_PURPOSE_SSL_CLIENT, 1) > 0;
  const bool is_its_own = (X509_get_extension_flags(&certificate) & EXFLAG_SS) != 0 &&
                          X509_check_purpose(&certificate, X509_PURPOSE_SSL_CLIENT, 0) > 0;
  if (signs || is_its_own) return absl::OkStatus();
  return place.Refuse(NameOf(certificate) +
                      " is no authority of clients, so that none could come in; give the "
                      "certificate that theirs are signed with, for which `openssl x509 -noout "
                      "-purpose` says \"SSL client CA : Yes\"");
}

// The last end among the authorities. One must hold now; a retired one, or a certificate that is
// none, may lie beside it.
absl::StatusOr<TimePoint> CheckAuthorities(const Place& place, const std::string& text,
                                           TimePoint now) {
  const auto certificates = ParseCertificates(place, text);
  if (!certificates.ok()) return certificates.status();
  absl::Status first;
  bool one_holds = false;
  TimePoint end = TimePoint::min();
  for (const auto& certificate : *certificates) {
    absl::Status status = CheckIsAuthority(place, *certificate);
    if (status.ok()) {
      end = std::max(end, EndOf(*certificate));
      status = CheckDates(place, *certificate, now);
    }
    one_holds = one_holds || status.ok();
    if (first.ok()) first = status;
  }
  if (!one_holds) return first;
  return end;
}

// Weak keys and signatures, by the rules of the library that gRPC runs on.
absl::Status CheckStrength(const Place& place, X509& certificate) {
  ERR_clear_error();
  const Owned<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate(context.get(), &certificate) == 1) return absl::OkStatus();
  return place.Refuse("OpenSSL does not take " + NameOf(certificate) + " (" + WordOfOpenSsl() +
                      "); issue one with a P-256 or RSA 2048 key");
}

// Clients refuse a certificate that its issuer did not give for servers.
absl::Status CheckIsForServers(const Place& place, X509& certificate) {
  if (X509_check_purpose(&certificate, X509_PURPOSE_SSL_SERVER, 0) > 0) return absl::OkStatus();
  return place.Refuse(NameOf(certificate) +
                      " is not for servers, so that no client would take it; issue one whose "
                      "extendedKeyUsage has serverAuth, or that has none");
}

}  // namespace

absl::StatusOr<TlsPem> ReadTlsFiles(const Config::Tls& files) {
  TlsPem pem;
  const auto read = [](std::string_view setting, const std::string& file, std::string& text) {
    if (file.empty()) return absl::OkStatus();
    auto all = ReadAll({setting, file});
    if (!all.ok()) return all.status();
    text = *std::move(all);
    return absl::OkStatus();
  };
  absl::Status status = read("tls.certificate_file", files.certificate_file, pem.certificates);
  if (status.ok()) status = read("tls.key_file", files.key_file, pem.key);
  if (status.ok())
    status = read("tls.client_ca_file", files.client_ca_file, pem.client_authorities);
  if (!status.ok()) return status;
  return pem;
}

absl::StatusOr<TlsEnds> CheckTlsPem(const TlsPem& pem, const Config::Tls& files, TimePoint now) {
  const Place place{"tls.certificate_file", files.certificate_file};
  const Place key_place{"tls.key_file", files.key_file};
  const auto chain = ParseCertificates(place, pem.certificates);
  if (!chain.ok()) return chain.status();
  const auto key = ParseKey(key_place, pem.key);
  if (!key.ok()) return key.status();
  if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
    return key_place.Refuse(
        "the key is not that of the first certificate in tls.certificate_file, " +
        files.certificate_file + "; give both of one pair");
  }
  TlsEnds ends{TimePoint::max(), TimePoint::max()};
  for (const auto& certificate : *chain) {
    const absl::Status holds = CheckDates(place, *certificate, now);
    if (!holds.ok()) return holds;
    ends.server = std::min(ends.server, EndOf(*certificate));
  }
  absl::Status status = CheckStrength(place, *chain->front());
  if (status.ok()) status = CheckIsForServers(place, *chain->front());
  if (!status.ok()) return status;
  if (files.client_ca_file.empty()) return ends;
  const auto clients =
      CheckAuthorities({"tls.client_ca_file", files.client_ca_file}, pem.client_authorities, now);
  if (!clients.ok()) return clients.status();
  ends.clients = *clients;
  return ends;
}

}  // namespace rapport::server
