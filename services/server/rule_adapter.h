// RuleAdapter: RuleService over the store. Decides nothing. gRPC's threads call it.
#pragma once

#include "data/store.h"
#include "rapport/v1/rule_service.grpc.pb.h"
#include "services/server/call_policy.h"

namespace rapport::server {

using RawRuleService = v1::RuleService::WithRawCallbackMethod_UpsertRules<
    v1::RuleService::WithRawCallbackMethod_ListRules<
        v1::RuleService::WithRawCallbackMethod_DeleteRule<v1::RuleService::Service>>>;

class RuleAdapter final : public RawRuleService {
 public:
  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  // Both must outlive every call.
  RuleAdapter(Store& store, CallPolicy& policy);

  grpc::ServerUnaryReactor* UpsertRules(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListRules(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* DeleteRule(Context* context, const Bytes* in, Bytes* out) override;

 private:
  Store& store_;
  CallPolicy& policy_;
  MethodMetrics& upsert_rules_;
  MethodMetrics& list_rules_;
  MethodMetrics& delete_rule_;
};

}  // namespace rapport::server
