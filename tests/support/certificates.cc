#include "tests/support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace rapport {
namespace {

struct Release {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

// Nothing of this fails but for want of memory.
void Must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL makes no certificate");
}

template <class Write>
std::string Pem(Write write) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  Must(write(out.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<size_t>(size)};
}

std::string CertificatePem(X509* certificate) {
  return Pem([certificate](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string KeyPem(EVP_PKEY* key) {
  return Pem([key](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

void Extend(X509* certificate, int kind, const char* value) {
  const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
  Must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// `issuer` null: it signs itself.
Owned<X509> Make(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                 bool authority, TestAuthority::Time from, TestAuthority::Time until,
                 const std::string& usage = "") {
  Owned<X509> made(X509_new());
  X509_set_version(made.get(), 2);  // counted from 0
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()),
                          static_cast<uint64_t>(reinterpret_cast<uintptr_t>(key)));
  ASN1_TIME_set(X509_getm_notBefore(made.get()), from.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(made.get()), until.time_since_epoch().count());
  X509_set_pubkey(made.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer == nullptr ? made.get() : issuer));
  Extend(made.get(), NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!authority)
    Extend(made.get(), NID_subject_alt_name, "DNS:rapport,DNS:localhost,IP:127.0.0.1");
  if (!usage.empty()) Extend(made.get(), NID_ext_key_usage, usage.c_str());
  Must(X509_sign(made.get(), issuer_key, EVP_sha256()) > 0);
  return made;
}

}  // namespace

struct TestAuthority::Parts {
  Owned<EVP_PKEY> key{EVP_EC_gen("P-256")};
  Owned<X509> certificate;
};

TestAuthority::TestAuthority(const std::string& name, Time from, Time until)
    : parts_(std::make_unique<Parts>()) {
  EVP_PKEY* key = parts_->key.get();
  parts_->certificate = Make(name, key, nullptr, key, true, from, until);
  certificate_ = CertificatePem(parts_->certificate.get());
}

TestAuthority::~TestAuthority() = default;

KeyPair TestAuthority::Issue(const std::string& name, Time from, Time until) const {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> issued =
      Make(name, key.get(), parts_->certificate.get(), parts_->key.get(), false, from, until);
  return {CertificatePem(issued.get()), KeyPem(key.get())};
}

KeyPair TestAuthority::IssueFor(const std::string& usage, const std::string& name) const {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> issued = Make(name, key.get(), parts_->certificate.get(), parts_->key.get(),
                                  false, kFrom, kUntil, usage);
  return {CertificatePem(issued.get()), KeyPem(key.get())};
}

std::string Encrypted(const std::string& key) {
  const Owned<BIO> in(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
  const Owned<EVP_PKEY> read(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  return Pem([&read](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, read.get(), EVP_aes_256_cbc(), "secret", 6, nullptr,
                                         nullptr);
  });
}

KeyPair WeakPair() {
  const Owned<EVP_PKEY> key(EVP_RSA_gen(1024));
  const Owned<X509> made = Make("weak", key.get(), nullptr, key.get(), false, TestAuthority::kFrom,
                                TestAuthority::kUntil);
  return {CertificatePem(made.get()), KeyPem(key.get())};
}

KeyPair SelfSigned(const std::string& name) {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> made =
      Make(name, key.get(), nullptr, key.get(), false, TestAuthority::kFrom, TestAuthority::kUntil);
  return {CertificatePem(made.get()), KeyPem(key.get())};
}

}  // namespace rapport
