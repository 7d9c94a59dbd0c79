// Certificates for tests: an authority, and what it signs. P-256, made anew by each call. Any
// thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace rapport {

// PEM.
struct KeyPair {
  std::string certificate;
  std::string key;
};

class TestAuthority {
 public:
  using Time = std::chrono::sys_seconds;
  // Long before and after whatever clock a test goes by.
  static constexpr Time kFrom = std::chrono::sys_days{std::chrono::January / 1 / 2020};
  static constexpr Time kUntil = std::chrono::sys_days{std::chrono::January / 1 / 2049};

  explicit TestAuthority(const std::string& name = "authority", Time from = kFrom,
                         Time until = kUntil);
  ~TestAuthority();

  const std::string& certificate() const { return certificate_; }
  // For CN=`name`, also called rapport, localhost and 127.0.0.1.
  KeyPair Issue(const std::string& name, Time from = kFrom, Time until = kUntil) const;
  // With an extendedKeyUsage: "serverAuth", "clientAuth".
  KeyPair IssueFor(const std::string& usage, const std::string& name) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::string certificate_;
};

// A key behind the passphrase "secret", and a certificate of 1024 bits that OpenSSL does not take.
std::string Encrypted(const std::string& key);
KeyPair WeakPair();
// One that signed itself and may sign nothing else.
KeyPair SelfSigned(const std::string& name);

}  // namespace rapport
