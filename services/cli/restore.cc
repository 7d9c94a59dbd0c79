// rapport restore: puts a backup in the place of a stopped server's data. Asks no server.
#include "data/restore.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "data/watched_files.h"
#include "rapport/v1/admin_service.pb.h"
#include "services/cli/backup_words.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/progress.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string backup_path;
  std::string storage_path;
  std::string model_path;
  uint32_t id = 0;
  bool list = false;
  bool without_models = false;
};

v1::Backup ToProto(const Backup& backup) {
  v1::Backup proto;
  proto.set_backup_id(backup.id);
  *proto.mutable_made_at() = ToTimestamp(backup.made_at);
  proto.set_sequence(static_cast<int64_t>(backup.mark.sequence));
  proto.set_bytes(static_cast<int64_t>(backup.bytes));
  proto.set_made_by(backup.made_by);
  for (const std::string& version : ModelVersions(backup)) proto.add_model_versions(version);
  return proto;
}

absl::Status List(const Context& context, const Options& options) {
  const auto backups = ListBackups(options.backup_path);
  if (!backups.ok()) return backups.status();
  v1::ListBackupsResponse all;
  for (const Backup& backup : backups->whole) *all.add_backups() = ToProto(backup);
  for (const uint32_t id : backups->damaged) all.add_damaged_backup_ids(id);
  if (context.json()) {
    PrintJson(all);
  } else {
    PrintBackups(all, std::cout);
  }
  return absl::OkStatus();
}

// How much there is to copy; 0: not known.
uint64_t BytesOf(const Options& options) {
  const auto backups = ListBackups(options.backup_path);
  if (!backups.ok()) return 0;  // RestoreBackup says why
  const auto found = std::ranges::find(backups->whole, options.id, &Backup::id);
  return found == backups->whole.end() ? 0 : found->bytes;
}

absl::StatusOr<Restored> CopyAndCheck(const Options& options) {
  const auto watch = std::make_shared<FileWatch>();
  const uint64_t bytes = BytesOf(options);
  const ProgressWatch shown(
      [&] { return BackupStanding("copying and checking", watch->bytes_read, bytes); });
  return RestoreBackup({.backup_path = options.backup_path,
                        .id = options.id,
                        .store_path = options.storage_path + "/db",
                        .models_path = options.model_path.empty() ? options.storage_path + "/models"
                                                                  : options.model_path,
                        .now = Now(),
                        .without_models = options.without_models,
                        .watch = watch,
                        .env = nullptr});
}

absl::Status Restore(const Context& context, const Options& options) {
  if (options.id == 0 || options.storage_path.empty()) {
    return absl::InvalidArgumentError(
        "restore needs --id (which backup is a decision; --list shows them) and --storage.path");
  }
  const auto restored = CopyAndCheck(options);
  if (!restored.ok()) return restored.status();
  const v1::Backup backup = ToProto(restored->backup);
  if (context.json()) {
    nlohmann::ordered_json json;
    json["backup"] = ToJson(backup);
    json["sequence"] = restored->sequence;
    json["set_aside"] = restored->set_aside;
    PrintJson(json);
    return absl::OkStatus();
  }
  std::cout << "  Restored backup " << backup.backup_id() << " of " << FormatTime(backup.made_at())
            << " UTC to " << options.storage_path << ": " << BackupContents(backup) << ".\n";
  if (static_cast<int64_t>(restored->sequence) > backup.sequence()) {
    std::cout << "  It holds a little more than it promises: up to event "
              << FormatCount(static_cast<int64_t>(restored->sequence)) << ".\n";
  }
  for (const std::string& path : restored->set_aside)
    std::cout << "  What was there is now " << path << "; remove it when you are content.\n";
  return absl::OkStatus();
}

}  // namespace

void AddRestore(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("restore", "Put a backup in the place of a stopped server's data");
  command->footer(
      "Copies beside the data, checks every byte and that no acknowledged event is missing, and\n"
      "only then takes the place. What was there is set aside, not written over, and stays until\n"
      "you remove it: there must be space for both.");
  command->add_option("--backup.path", options->backup_path, "The server's backup.path")
      ->type_name("DIR")
      ->required();
  auto* list = command->add_flag("--list", options->list, "Those that there are, newest first");
  command->add_option("--id", options->id, "Which backup")
      ->type_name("ID")
      ->excludes(list)
      ->check(IsIn({1, 4'294'967'295}));
  command->add_option("--storage.path", options->storage_path, "The server's storage.path")
      ->type_name("DIR")
      ->excludes(list);
  command->add_option("--model.path", options->model_path, "The server's model.path, if it has one")
      ->type_name("DIR")
      ->excludes(list);
  command
      ->add_flag("--without-models", options->without_models,
                 "The store alone: the server learns a model anew")
      ->excludes(list);
  context.SetAction(*command, [&context, options] {
    return options->list ? List(context, *options) : Restore(context, *options);
  });
}

}  // namespace rapport::cli
