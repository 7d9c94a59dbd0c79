// ServerCertificates: what the server shows in TLS handshakes, kept as its files are. A thread of
// its own looks at their contents (not their times: Kubernetes swaps links); what can be used takes
// the place of the old, what cannot is said once and the old stays. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "services/recommender/clock.h"
#include "services/server/config.h"
#include "services/server/tls_files.h"

namespace rapport::server {

class ServerCertificates {
 public:
  // How often the thread looks.
  static constexpr std::chrono::milliseconds kPeriod = std::chrono::seconds(10);

  // See ReadTlsFiles and CheckTlsPem for the errors.
  static absl::StatusOr<std::unique_ptr<ServerCertificates>> Open(
      Config::Tls files, Clock clock, std::chrono::milliseconds period = kPeriod);

  // What the thread does each time.
  void Look();

  // What is shown now, if it is another than that of `*version`, which becomes that of the answer.
  // Versions begin with 1.
  std::optional<TlsPem> NewerThan(uint64_t* version) const;

  // Whether clients must show a certificate, of one of tls.client_ca_file.
  bool asks_clients() const { return !files_.client_ca_file.empty(); }
  // The first end among the certificates that are shown.
  TimePoint ends_at() const;
  // The last end among the authorities of clients; no client comes in after it. Requires:
  // asks_clients.
  TimePoint clients_end_at() const;
  // Contents that were not taken.
  uint64_t failures() const;

 private:
  ServerCertificates(Config::Tls files, Clock clock, TlsPem pem, TlsEnds ends);
  void LookAgain(const std::stop_token& stop, std::chrono::milliseconds period);

  const Config::Tls files_;
  const Clock clock_;
  mutable std::mutex mutex_;
  TlsPem shown_;  // guarded by mutex_, like all that follows
  TlsEnds ends_;
  uint64_t version_ = 1;  // of shown_
  uint64_t failures_ = 0;
  std::optional<TlsPem>
      refused_;            // the latest contents that were not taken; none: could not be read
  std::string complaint_;  // what was said of them; empty: the files are those shown
  std::condition_variable_any stopping_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace rapport::server
