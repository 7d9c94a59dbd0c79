// AdminAdapter: AdminService over the keeper of backups. Decides nothing. gRPC's threads call it.
#pragma once

#include "rapport/v1/admin_service.grpc.pb.h"
#include "services/backup/backup_keeper.h"
#include "services/server/call_policy.h"

namespace rapport::server {

using RawAdminService = v1::AdminService::WithRawCallbackMethod_CreateBackup<
    v1::AdminService::WithRawCallbackMethod_ListBackups<
        v1::AdminService::WithRawCallbackMethod_VerifyBackup<v1::AdminService::Service>>>;

class AdminAdapter final : public RawAdminService {
 public:
  // `backups`: null if the server makes none. Both must outlive every call.
  AdminAdapter(BackupKeeper* backups, CallPolicy& policy);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;
  grpc::ServerUnaryReactor* CreateBackup(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListBackups(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* VerifyBackup(Context*, const Bytes* in, Bytes* out) override;

 private:
  grpc::Status List(const v1::ListBackupsRequest& request, v1::ListBackupsResponse* response) const;

  BackupKeeper* const backups_;
  CallPolicy& policy_;
  MethodMetrics& create_backup_;
  MethodMetrics& list_backups_;
  MethodMetrics& verify_backup_;
};

}  // namespace rapport::server
