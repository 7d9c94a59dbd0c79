// Backups as a table, and how far one is. Pure but for the stream.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "rapport/v1/admin_service.pb.h"
#include "services/cli/progress.h"

namespace rapport::cli {

void PrintBackups(const v1::ListBackupsResponse& backups, std::ostream& out);

// "all up to event 1,234,567, 412.0 MiB, 5 models".
std::string BackupContents(const v1::Backup& backup);

// "reading back 7", .4, "128.0 MiB of 320.0 MiB"; of `bytes` none: not known.
Standing BackupStanding(const std::string& what, uint64_t bytes_read,
                        std::optional<uint64_t> bytes);

}  // namespace rapport::cli
