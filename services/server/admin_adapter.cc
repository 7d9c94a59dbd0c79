#include "services/server/admin_adapter.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/page_token.h"

namespace rapport::server {
namespace {

constexpr std::string_view kListCall = "ListBackups";

void Write(const Backup& backup, v1::Backup* proto) {
  proto->set_backup_id(backup.id);
  *proto->mutable_made_at() = ToProto(backup.made_at);
  proto->set_sequence(static_cast<int64_t>(backup.mark.sequence));
  proto->set_bytes(static_cast<int64_t>(backup.bytes));
  proto->set_made_by(backup.made_by);
  for (const std::string& version : ModelVersions(backup)) proto->add_model_versions(version);
}

void Write(const BackupWork& work, v1::BackupWork* proto) {
  *proto->mutable_started_at() = ToProto(work.since);
  proto->set_bytes_read(static_cast<int64_t>(work.bytes_read));
  if (!work.reading) return;
  proto->set_verifying_backup_id(work.reading->id);
  proto->set_bytes(static_cast<int64_t>(work.reading->bytes));
}

grpc::Status Off() {
  return ToGrpc(absl::FailedPreconditionError("this server makes no backups: its config has no "
                                              "backup.path"),
                "BACKUPS_OFF");
}

// Ends the call with what became of a backup.
template <class Call>
BackupKeeper::Done ReplyTo(Call* call) {
  return [call](absl::StatusOr<Backup> backup) {
    if (!backup.ok()) return call->Reply(ToGrpc(backup.status()));
    Write(*backup, &call->response());
    call->Reply(grpc::Status::OK);
  };
}

}  // namespace

AdminAdapter::AdminAdapter(BackupKeeper* backups, CallPolicy& policy)
    : backups_(backups),
      policy_(policy),
      create_backup_(policy.metrics().Method("AdminService/CreateBackup")),
      list_backups_(policy.metrics().Method("AdminService/ListBackups")),
      verify_backup_(policy.metrics().Method("AdminService/VerifyBackup")) {}

grpc::ServerUnaryReactor* AdminAdapter::CreateBackup(Context* context, const Bytes* in,
                                                     Bytes* out) {
  return policy_.StartBehind<v1::CreateBackupRequest, v1::Backup>(create_backup_, context, in, out,
                                                                  [this](auto* call) {
                                                                    if (backups_ == nullptr)
                                                                      return call->Reply(Off());
                                                                    backups_->Create(ReplyTo(call));
                                                                  });
}

grpc::ServerUnaryReactor* AdminAdapter::VerifyBackup(Context* context, const Bytes* in,
                                                     Bytes* out) {
  return policy_.StartBehind<v1::VerifyBackupRequest, v1::Backup>(
      verify_backup_, context, in, out, [this](auto* call) {
        if (backups_ == nullptr) return call->Reply(Off());
        const v1::VerifyBackupRequest& request = call->request();
        std::optional<uint32_t> id;
        if (request.has_backup_id()) {
          const bool possible = request.backup_id() >= 1 &&
                                request.backup_id() <= std::numeric_limits<uint32_t>::max();
          if (!possible) {
            Violations violations;
            FieldChecker(violations).Fail("backup_id", "expected an id of ListBackups, 1 or more");
            return call->Reply(InvalidArgument(violations));
          }
          id = static_cast<uint32_t>(request.backup_id());
        }
        backups_->Verify(id, ReplyTo(call));
      });
}

grpc::ServerUnaryReactor* AdminAdapter::ListBackups(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::ListBackupsRequest, v1::ListBackupsResponse>(
      list_backups_, context, in, out,
      [this](const auto& request, auto* response) { return List(request, response); });
}

grpc::Status AdminAdapter::List(const v1::ListBackupsRequest& request,
                                v1::ListBackupsResponse* response) const {
  if (backups_ == nullptr) return Off();
  Violations violations;
  FieldChecker check(violations);
  const int page_size = check.Count("page_size", request.page_size(), 100, 1'000);
  uint32_t before = std::numeric_limits<uint32_t>::max();  // the id of the page before's last
  if (!request.page_token().empty()) {
    const auto last = ReadPageToken(kListCall, "", request.page_token());
    if (!last ||
        std::from_chars(last->data(), last->data() + last->size(), before).ec != std::errc())
      check.Fail("page_token", "expected a next_page_token of this call");
  }
  if (!violations.empty()) return InvalidArgument(violations);
  if (const auto running = backups_->Running()) Write(*running, response->mutable_running());
  const auto backups = backups_->List();
  if (!backups.ok()) return ToGrpc(backups.status());
  for (const uint32_t id : backups->damaged) response->add_damaged_backup_ids(id);
  for (const Backup& backup : backups->whole) {
    if (backup.id >= before) continue;
    if (response->backups_size() == page_size) {
      const int64_t last = response->backups(page_size - 1).backup_id();
      response->set_next_page_token(MakePageToken(kListCall, "", std::to_string(last)));
      break;
    }
    Write(backup, response->add_backups());
  }
  return grpc::Status::OK;
}

}  // namespace rapport::server
