#include "services/server/backup_metrics.h"

#include <string>

namespace rapport::server {
namespace {

prometheus::Gauge& OneGauge(prometheus::Registry& registry, const std::string& name,
                            const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Counter& OneCounter(prometheus::Registry& registry, const std::string& name,
                                const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

BackupMetrics::BackupMetrics(prometheus::Registry& registry, std::chrono::seconds interval)
    : last_success_(OneGauge(registry, "rapport_backup_last_success_timestamp_seconds",
                             "When the newest backup was made; 0: there is none.")),
      bytes_(OneGauge(registry, "rapport_backup_bytes",
                      "Size of the newest backup, with what it shares with others.")),
      seconds_(OneGauge(registry, "rapport_backup_duration_seconds",
                        "Time that the latest backup took, since the server started.")),
      damaged_(OneGauge(registry, "rapport_backup_damaged",
                        "Backups whose files are missing; while there are any, none is removed.")),
      failures_(
          OneCounter(registry, "rapport_backup_failures_total", "Backups that could not be made.")),
      verify_failures_(OneCounter(registry, "rapport_backup_verify_failures_total",
                                  "Backups that could not be read back.")) {
  OneGauge(registry, "rapport_backup_interval_seconds",
           "From one backup to the next; 0: only when asked.")
      .Set(static_cast<double>(interval.count()));
}

void BackupMetrics::Listed(const BackupList& backups) {
  damaged_.Set(static_cast<double>(backups.damaged.size()));
  const Backup newest = backups.whole.empty() ? Backup() : backups.whole.front();
  last_success_.Set(static_cast<double>(newest.made_at.time_since_epoch().count()) / 1e6);
  bytes_.Set(static_cast<double>(newest.bytes));
}

void BackupMetrics::Made(const BackupReport& report) {
  if (!report.backup.ok()) return failures_.Increment();
  seconds_.Set(report.seconds);
}

void BackupMetrics::Read(const absl::Status& status) {
  if (!status.ok()) verify_failures_.Increment();
}

}  // namespace rapport::server
