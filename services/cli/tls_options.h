// How the command line speaks TLS: files that options or the environment name. Plain where there is
// no authority. Main thread only.
#pragma once

#include <grpcpp/security/credentials.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace rapport::cli {

struct TlsOptions {
  std::string ca;           // who signed the server's certificate
  std::string certificate;  // what the server is shown
  std::string key;
};

// From RAPPORT_TLS_CA_FILE, RAPPORT_TLS_CERTIFICATE_FILE and RAPPORT_TLS_KEY_FILE.
TlsOptions TlsFromEnvironment();
// --tls-ca, --tls-certificate, --tls-key.
void AddTlsOptions(CLI::App& app, TlsOptions& tls);
// INVALID_ARGUMENT: some of them without the others; UNAVAILABLE: a file that cannot be read.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const TlsOptions& tls);

}  // namespace rapport::cli
