// BackupMetrics: how old and how large the newest backup is, for Prometheus. Registered only where
// backups are made, so that no alert asks for one where none is due. Any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "data/backup.h"
#include "services/backup/backup_keeper.h"

namespace rapport::server {

class BackupMetrics {
 public:
  // The registry must outlive this.
  explicit BackupMetrics(prometheus::Registry& registry);

  // One that was made, or was there at start.
  void Made(const Backup& backup);
  void Finished(const BackupReport& report);

 private:
  prometheus::Gauge& last_success_;
  prometheus::Gauge& bytes_;
  prometheus::Gauge& seconds_;
  prometheus::Counter& failures_;
};

}  // namespace rapport::server
