#include "services/server/rule_adapter.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "services/server/lists.h"

namespace rapport::server {
namespace {

constexpr std::string_view kListRules = "ListRules";

}  // namespace

RuleAdapter::RuleAdapter(Store& store, CallPolicy& policy)
    : store_(store),
      policy_(policy),
      upsert_rules_(policy.metrics().Method("RuleService/UpsertRules")),
      list_rules_(policy.metrics().Method("RuleService/ListRules")),
      delete_rule_(policy.metrics().Method("RuleService/DeleteRule")) {}

grpc::ServerUnaryReactor* RuleAdapter::UpsertRules(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Start<v1::UpsertRulesRequest, v1::UpsertRulesResponse>(
      upsert_rules_, context, in, out, [this](auto* call) {
        Violations violations;
        auto rules = ReadBatch<Rule>(call->request().rules(), "rules", violations);
        if (!violations.empty()) return call->Reply(InvalidArgument(violations));
        call->response().set_upserted(call->request().rules_size());
        store_.UpsertRules(std::move(rules), [call](const absl::Status& done) {
          call->Reply(ToGrpc(done, absl::IsFailedPrecondition(done) ? "TOO_MANY_RULES" : ""));
        });
      });
}

grpc::ServerUnaryReactor* RuleAdapter::ListRules(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::ListRulesRequest, v1::ListRulesResponse>(
      list_rules_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        const Page page = ReadPage(request, kListRules, violations);
        if (!violations.empty()) return InvalidArgument(violations);
        auto rules = store_.ListRules();
        if (!rules.ok()) return ToGrpc(rules.status());
        const auto first = std::ranges::upper_bound(*rules, page.after, {}, &Rule::rule_id);
        rules->erase(rules->begin(), page.after.empty() ? rules->begin() : first);
        WritePage(
            *rules, page.size, kListRules, [response] { return response->add_rules(); },
            [](const Rule& rule) { return rule.rule_id; }, *response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* RuleAdapter::DeleteRule(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Start<v1::DeleteRuleRequest, v1::DeleteRuleResponse>(
      delete_rule_, context, in, out, [this](auto* call) {
        Violations violations;
        FieldChecker(violations).RequiredId("rule_id", call->request().rule_id());
        if (!violations.empty()) return call->Reply(InvalidArgument(violations));
        store_.DeleteRule(call->request().rule_id(), [call](const absl::Status& done) {
          call->Reply(ToGrpc(done, absl::IsNotFound(done) ? "RULE_UNKNOWN" : ""));
        });
      });
}

}  // namespace rapport::server
