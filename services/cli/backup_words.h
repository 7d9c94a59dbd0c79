// Backups as a table. Pure but for the stream.
#pragma once

#include <ostream>
#include <string>

#include "rapport/v1/admin_service.pb.h"

namespace rapport::cli {

void PrintBackups(const v1::ListBackupsResponse& backups, std::ostream& out);

// "all up to event 1,234,567, 412.0 MiB, 5 models".
std::string BackupContents(const v1::Backup& backup);

}  // namespace rapport::cli
