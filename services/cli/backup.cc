// rapport backup: makes, reads back and lists the backups of a running server.
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "rapport/v1/admin_service.grpc.pb.h"
#include "services/cli/backup_words.h"
#include "services/cli/commands.h"
#include "services/cli/option_types.h"
#include "services/cli/progress.h"

namespace rapport::cli {
namespace {

using Stub = v1::AdminService::Stub;

struct Options {
  bool list = false;
  bool verify = false;
  int64_t id = 0;
};

absl::Status ShowList(Context& context) {
  v1::ListBackupsResponse all;
  v1::ListBackupsRequest request;
  request.set_page_size(1'000);
  do {
    const auto page = context.Call(&Stub::ListBackups, request, "list backups");
    if (!page.ok()) return page.status();
    all.mutable_backups()->MergeFrom(page->backups());
    *all.mutable_damaged_backup_ids() = page->damaged_backup_ids();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (context.json()) {
    PrintJson(all);
  } else {
    PrintBackups(all, std::cout);
  }
  return absl::OkStatus();
}

// How far the server is. None: it does not say, or makes and reads none now.
std::optional<Standing> LookAtWork(const Context& context, Stub& stub) {
  grpc::ClientContext call;
  context.SetDeadline(call);
  v1::ListBackupsRequest request;
  request.set_page_size(1);
  v1::ListBackupsResponse response;
  if (!stub.ListBackups(&call, request, &response).ok() || !response.has_running())
    return std::nullopt;
  const v1::BackupWork& work = response.running();
  const auto read = static_cast<uint64_t>(work.bytes_read());
  if (!work.has_verifying_backup_id()) return BackupStanding("copying", read, std::nullopt);
  return BackupStanding("reading back " + std::to_string(work.verifying_backup_id()), read,
                        static_cast<uint64_t>(work.bytes()));
}

absl::StatusOr<v1::Backup> Make(Context& context) {
  return context.CallPatiently(&Stub::CreateBackup, v1::CreateBackupRequest(), "make a backup");
}

absl::StatusOr<v1::Backup> Verify(Context& context, int64_t id) {
  v1::VerifyBackupRequest request;
  request.set_backup_id(id);
  return context.CallPatiently(&Stub::VerifyBackup, request, "verify backup " + std::to_string(id));
}

absl::Status Run(Context& context, const Options& options) {
  if (options.list) return ShowList(context);
  absl::StatusOr<v1::Backup> backup;
  {
    Stub stub(context.channel());
    const ProgressWatch watch([&] { return LookAtWork(context, stub); });
    backup = options.id > 0 ? Verify(context, options.id) : Make(context);
    if (backup.ok() && options.id == 0 && options.verify)
      backup = Verify(context, backup->backup_id());
  }
  if (!backup.ok()) return backup.status();
  if (context.json()) {
    PrintJson(*backup);
    return absl::OkStatus();
  }
  const bool read = options.verify || options.id > 0;
  std::cout << "  Backup " << backup->backup_id() << (read ? " can be restored: " : ": ")
            << BackupContents(*backup) << ".\n";
  return absl::OkStatus();
}

}  // namespace

void AddBackup(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("backup", "Make a backup of a running server's data, or read one back");
  command->footer(
      "The server copies what is new since the backup before to its backup.path; with\n"
      "backup.interval it does so by itself. `rapport restore` puts one back, offline. Waits as\n"
      "long as it takes, unless --timeout is given; the server goes on all the same.");
  auto* list = command->add_flag("--list", options->list, "Those that there are, newest first");
  auto* verify =
      command->add_flag("--verify", options->verify, "Read every byte of it back, and compare")
          ->excludes(list);
  command->add_option("--id", options->id, "Read this one back, and make none")
      ->type_name("ID")
      ->needs(verify)
      ->check(IsIn({1, 4'294'967'295}));
  context.SetAction(*command, [&context, options] { return Run(context, *options); });
}

}  // namespace rapport::cli
