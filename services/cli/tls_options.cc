#include "services/cli/tls_options.h"

#include <grpc/support/log.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace rapport::cli {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::Status ReadInto(std::string& text, const char* option, const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    return absl::UnavailableError(std::string(option) + ": " + path +
                                  " cannot be read; name a PEM file");
  }
  text.assign(std::istreambuf_iterator<char>(file), {});
  return absl::OkStatus();
}

}  // namespace

TlsOptions TlsFromEnvironment() {
  return {Environment("RAPPORT_TLS_CA_FILE"), Environment("RAPPORT_TLS_CERTIFICATE_FILE"),
          Environment("RAPPORT_TLS_KEY_FILE")};
}

void AddTlsOptions(CLI::App& app, TlsOptions& tls) {
  const auto add = [&app](const char* name, std::string& file, const std::string& what) {
    app.add_option(name, file, what)->option_text("FILE");
  };
  add("--tls-ca", tls.ca, "Speak TLS: who signed the server's certificate; RAPPORT_TLS_CA_FILE");
  add("--tls-certificate", tls.certificate,
      "What the server is shown; also from RAPPORT_TLS_CERTIFICATE_FILE");
  add("--tls-key", tls.key, "The key to it; also from RAPPORT_TLS_KEY_FILE");
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const TlsOptions& tls) {
  if (tls.certificate.empty() != tls.key.empty()) {
    return absl::InvalidArgumentError(
        "--tls-certificate and --tls-key belong together; give both, or neither");
  }
  if (tls.ca.empty() && !tls.certificate.empty()) {
    return absl::InvalidArgumentError("--tls-certificate is of use with --tls-ca only; give both");
  }
  if (tls.ca.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  absl::Status status = ReadInto(options.pem_root_certs, "--tls-ca", tls.ca);
  if (status.ok()) status = ReadInto(options.pem_cert_chain, "--tls-certificate", tls.certificate);
  if (status.ok()) status = ReadInto(options.pem_private_key, "--tls-key", tls.key);
  if (!status.ok()) return status;
  // A handshake that fails is told once, in words, by rpc_error.
  gpr_set_log_function([](gpr_log_func_args* /*line*/) {});
  return grpc::SslCredentials(options);
}

}  // namespace rapport::cli
