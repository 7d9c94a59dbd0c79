#include "services/server/server_certificates.h"

#include <utility>

#include "google/protobuf/util/time_util.h"
#include "services/server/fields.h"
#include "spdlog/spdlog.h"

namespace rapport::server {

absl::StatusOr<std::unique_ptr<ServerCertificates>> ServerCertificates::Open(
    Config::Tls files, Clock clock, std::chrono::milliseconds period) {
  auto pem = ReadTlsFiles(files);
  if (!pem.ok()) return pem.status();
  const auto ends = CheckTlsPem(*pem, files, clock());
  if (!ends.ok()) return ends.status();
  std::unique_ptr<ServerCertificates> certificates(
      new ServerCertificates(std::move(files), std::move(clock), *std::move(pem), *ends));
  certificates->thread_ =
      std::jthread([&self = *certificates, period](const std::stop_token& stop) {
        self.LookAgain(stop, period);
      });
  return certificates;
}

ServerCertificates::ServerCertificates(Config::Tls files, Clock clock, TlsPem pem, TlsEnds ends)
    : files_(std::move(files)), clock_(std::move(clock)), shown_(std::move(pem)), ends_(ends) {}

// What was refused is checked each time: a certificate that does not hold yet will.
void ServerCertificates::Look() {
  auto pem = ReadTlsFiles(files_);
  const auto ends =
      pem.ok() ? CheckTlsPem(*pem, files_, clock_()) : absl::StatusOr<TlsEnds>(pem.status());
  const std::lock_guard lock(mutex_);
  if (pem.ok() && *pem == shown_) {
    refused_.reset();
    complaint_.clear();
    return;
  }
  if (ends.ok()) {
    shown_ = *std::move(pem);
    ends_ = *ends;
    ++version_;
    refused_.reset();
    complaint_.clear();
    spdlog::info("tls: new connections get the new certificate, which ends at {}",
                 google::protobuf::util::TimeUtil::ToString(ToProto(ends_.server)));
    return;
  }
  std::optional<TlsPem> contents;
  if (pem.ok()) contents = *std::move(pem);
  std::string complaint(ends.status().message());
  if (contents == refused_ && complaint == complaint_) return;
  refused_ = std::move(contents);
  complaint_ = std::move(complaint);
  ++failures_;
  spdlog::error("tls: the old certificate stays, which ends at {}: {}",
                google::protobuf::util::TimeUtil::ToString(ToProto(ends_.server)), complaint_);
}

std::optional<TlsPem> ServerCertificates::NewerThan(uint64_t* version) const {
  const std::lock_guard lock(mutex_);
  if (*version == version_) return std::nullopt;
  *version = version_;
  return shown_;
}

TimePoint ServerCertificates::ends_at() const {
  const std::lock_guard lock(mutex_);
  return ends_.server;
}

TimePoint ServerCertificates::clients_end_at() const {
  const std::lock_guard lock(mutex_);
  return ends_.clients;
}

uint64_t ServerCertificates::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

void ServerCertificates::LookAgain(const std::stop_token& stop, std::chrono::milliseconds period) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  while (!stopping_.wait_for(lock, stop, period, [&stop] { return stop.stop_requested(); })) Look();
}

}  // namespace rapport::server
