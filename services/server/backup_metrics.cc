#include "services/server/backup_metrics.h"

#include <string>

namespace rapport::server {
namespace {

prometheus::Gauge& OneGauge(prometheus::Registry& registry, const std::string& name,
                            const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

BackupMetrics::BackupMetrics(prometheus::Registry& registry)
    : last_success_(OneGauge(registry, "rapport_backup_last_success_timestamp_seconds",
                             "When the newest backup was made; 0: there is none.")),
      bytes_(OneGauge(registry, "rapport_backup_bytes",
                      "Size of the newest backup, with what it shares with others.")),
      seconds_(OneGauge(registry, "rapport_backup_duration_seconds",
                        "Time that the latest backup took, since the server started.")),
      failures_(prometheus::BuildCounter()
                    .Name("rapport_backup_failures_total")
                    .Help("Backups that could not be made.")
                    .Register(registry)
                    .Add({})) {}

void BackupMetrics::Made(const Backup& backup) {
  last_success_.Set(static_cast<double>(backup.made_at.time_since_epoch().count()) / 1e6);
  bytes_.Set(static_cast<double>(backup.bytes));
}

void BackupMetrics::Finished(const BackupReport& report) {
  if (!report.backup.ok()) return failures_.Increment();
  Made(*report.backup);
  seconds_.Set(report.seconds);
}

}  // namespace rapport::server
