#include "services/server/logging.h"

#include <grpc/support/log.h>

#include <chrono>
#include <cstdint>
#include <mutex>

#include "google/protobuf/stubs/logging.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace rapport::server {
namespace {

void FromGrpc(gpr_log_func_args* line) { spdlog::debug("grpc: {}", line->message); }

void FromProtobuf(google::protobuf::LogLevel /*level*/, const char* /*file*/, int /*line*/,
                  const std::string& message) {
  spdlog::debug("protobuf: {}", message);
}

}  // namespace

void SetUpLogging(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("rapport",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
  gpr_set_log_function(FromGrpc);
  google::protobuf::SetLogHandler(FromProtobuf);
}

void LogFault(std::string_view method, std::string_view code, std::string_view what) {
  using Steady = std::chrono::steady_clock;
  static std::mutex mutex;
  static Steady::time_point next{};
  static uint64_t untold = 0;
  const std::lock_guard lock(mutex);
  const Steady::time_point now = Steady::now();
  if (now < next) {
    ++untold;
    return;
  }
  next = now + std::chrono::seconds(1);
  spdlog::error("{} failed: {}: {}{}", method, code, what,
                untold > 0 ? " (and " + std::to_string(untold) + " more)" : "");
  untold = 0;
}

}  // namespace rapport::server
