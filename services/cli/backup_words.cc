#include "services/cli/backup_words.h"

#include <string>

#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {

void PrintBackups(const v1::ListBackupsResponse& backups, std::ostream& out) {
  if (!backups.damaged_backup_ids().empty()) {
    std::string ids;
    for (const int64_t id : backups.damaged_backup_ids())
      ids += (ids.empty() ? "" : ", ") + std::to_string(id);
    out << "  Damaged: " << ids << ". Files of theirs are missing; if only models are,\n"
        << "  `rapport restore --without-models` brings back the rest.\n";
  }
  if (backups.backups().empty()) {
    out << "  There is no whole backup yet; `rapport backup` makes one.\n";
    return;
  }
  Table table({{"ID", true},
               {"MADE (UTC)"},
               {"UP TO EVENT", true},
               {"SIZE", true},
               {"MODELS", true},
               {"BY"}});
  for (const v1::Backup& backup : backups.backups()) {
    table.AddRow({std::to_string(backup.backup_id()), FormatTime(backup.made_at()),
                  FormatCount(backup.sequence()), FormatBytes(backup.bytes()),
                  FormatCount(backup.model_versions_size()), backup.made_by()});
  }
  table.Print(out, OutputWidth());
}

std::string BackupContents(const v1::Backup& backup) {
  return "all up to event " + FormatCount(backup.sequence()) + ", " + FormatBytes(backup.bytes()) +
         ", " + FormatPlural(backup.model_versions_size(), "model", "models");
}

Standing BackupStanding(const std::string& what, uint64_t bytes_read,
                        std::optional<uint64_t> bytes) {
  Standing standing{.what = what,
                    .fraction = std::nullopt,
                    .details = FormatBytes(static_cast<int64_t>(bytes_read))};
  if (bytes.value_or(0) == 0) return standing;
  standing.fraction = static_cast<double>(bytes_read) / static_cast<double>(*bytes);
  standing.details += " of " + FormatBytes(static_cast<int64_t>(*bytes));
  return standing;
}

}  // namespace rapport::cli
