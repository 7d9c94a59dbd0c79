// BackupMetrics: how old, how large and how sound backups are, for Prometheus. Registered only
// where backups are made, so that no alert asks for one where none is due. Any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <chrono>

#include "data/backup.h"
#include "services/backup/backup_keeper.h"

namespace rapport::server {

class BackupMetrics {
 public:
  // The registry must outlive this. `interval` from one backup to the next; 0: when asked.
  BackupMetrics(prometheus::Registry& registry, std::chrono::seconds interval);

  // As BackupListener has them.
  void Listed(const BackupList& backups);
  void Made(const BackupReport& report);
  void Read(const absl::Status& status);

 private:
  prometheus::Gauge& last_success_;
  prometheus::Gauge& bytes_;
  prometheus::Gauge& seconds_;
  prometheus::Gauge& damaged_;
  prometheus::Counter& failures_;
  prometheus::Counter& verify_failures_;
};

}  // namespace rapport::server
