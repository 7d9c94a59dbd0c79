#include "services/cli/rpc_error.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/cli/format.h"

namespace rapport::cli {
namespace {

// The first detail of type T, if the status carries one.
template <typename T>
std::optional<T> Detail(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return std::nullopt;
  for (const auto& any : details.details()) {
    if (T detail; any.Is<T>() && any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

std::string NoServer(const std::string& server) {
  return "no server at " + server + "; start one with `make run`, or name another with --server";
}

// Why there is no connection although somebody listens; empty: nobody does, or it is not known.
// gRPC tells it in words only.
std::string NoHandshake(const std::string& why, const FailedCall& call) {
  const auto says = [&why](const char* words) { return why.find(words) != std::string::npos; };
  const bool closed = says("Socket closed") || says("Connection reset") || says("Broken pipe");
  if (!call.tls) {
    if (!closed) return "";
    return call.server +
           " takes no plain connection; if it speaks TLS, name who signed its certificate with "
           "--tls-ca";
  }
  if (says("empty address list"))
    return "the files of --tls-ca, --tls-certificate and --tls-key cannot be used; give PEM, and a "
           "key that belongs to the certificate";
  if (says("wrong version number"))
    return call.server + " speaks no TLS; leave out --tls-ca, or start it with a certificate";
  if (says("certificate verify failed"))
    return call.server +
           " shows a certificate that the authority of --tls-ca did not sign, or that has ended; "
           "look at its tls.certificate_file";
  if (says("is not in peer certificate"))
    return call.server +
           " is not a name in the server's certificate; call it by one that is, with --server";
  if (!closed) return "";
  if (!call.shows_certificate)
    return call.server +
           " ended the connection; it asks for a certificate: --tls-certificate and --tls-key";
  return call.server +
         " does not take the certificate of --tls-certificate; give one that holds, of an "
         "authority in its tls.client_ca_file";
}

std::string NotReached(const std::string& why, const FailedCall& call) {
  const std::string handshake = NoHandshake(why, call);
  return handshake.empty() ? NoServer(call.server) : handshake;
}

}  // namespace

absl::Status DescribeFailure(const grpc::Status& status, const FailedCall& call) {
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && !call.reached) {
    return {code, NotReached(status.error_message(), call)};
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    if (!call.reached) return {code, NoServer(call.server)};
    return {code, "cannot " + call.doing + ": " + call.server + " did not answer within " +
                      FormatSeconds(call.timeout_seconds) + "; give it longer with --timeout"};
  }
  std::string message = "cannot " + call.doing + ": " + status.error_message();
  const auto bad = Detail<google::rpc::BadRequest>(status);
  const auto told = [&](const google::rpc::BadRequest::FieldViolation& violation) {
    return status.error_message() == violation.field() + ": " + violation.description();
  };
  // Of one field that is wrong the message says all.
  if (bad && !(bad->field_violations_size() == 1 && told(bad->field_violations(0)))) {
    for (const auto& violation : bad->field_violations()) {
      message += "\n  " + violation.field() + ": " + violation.description();
    }
  }
  if (const auto delay = RetryDelaySeconds(status)) {
    message += "\n  try again in " + FormatSeconds(*delay);
  }
  return {code, message};
}

std::optional<double> RetryDelaySeconds(const grpc::Status& status) {
  const auto retry = Detail<google::rpc::RetryInfo>(status);
  if (!retry) return std::nullopt;
  return static_cast<double>(retry->retry_delay().seconds()) + retry->retry_delay().nanos() / 1e9;
}

}  // namespace rapport::cli
