// The files of the server's TLS: its certificate, the key to it, and the authorities of its
// clients. They are checked whole before a handshake needs them, because gRPC takes files that
// cannot work and then fails every handshake. No state; any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "services/server/config.h"

namespace rapport::server {

// What the files say, in PEM.
struct TlsPem {
  std::string certificates;  // the server's, then those that signed it
  std::string key;
  std::string client_authorities;  // empty: clients show no certificate

  friend bool operator==(const TlsPem&, const TlsPem&) = default;
};

// UNAVAILABLE, with setting, file and the system's word, if one cannot be read. Requires: a
// certificate and a key are set.
absl::StatusOr<TlsPem> ReadTlsFiles(const Config::Tls& files);

// Until when they work.
struct TlsEnds {
  TimePoint server;   // the first end among the server's certificates
  TimePoint clients;  // the last among the authorities of clients; none: TimePoint::max()
};

// INVALID_ARGUMENT with setting, file, what is wrong and what to do: no PEM, or half of it; a key
// of another certificate, or behind a passphrase; a certificate that has ended, does not hold yet,
// is too weak for OpenSSL, or is not for servers; no authority for clients that holds now. `files`
// are for the words only.
absl::StatusOr<TlsEnds> CheckTlsPem(const TlsPem& pem, const Config::Tls& files, TimePoint now);

}  // namespace rapport::server
