#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using Rules = v1::RuleService::Stub;

class RuleServiceTest : public ::testing::Test {
 protected:
  grpc::Status Upsert(const v1::UpsertRulesRequest& request) {
    v1::UpsertRulesResponse response;
    return Ask(*server_.rules, &Rules::UpsertRules, request, &response);
  }
  v1::ListRulesResponse List(int page_size = 0, const std::string& token = "") {
    v1::ListRulesRequest request;
    request.set_page_size(page_size);
    request.set_page_token(token);
    v1::ListRulesResponse response;
    EXPECT_TRUE(Ask(*server_.rules, &Rules::ListRules, request, &response).ok());
    return response;
  }

  RunningServer server_;
};

v1::Rule Full() {
  v1::Rule rule;
  rule.set_rule_id("spring");
  rule.set_filter("tags:spring");
  rule.set_effect(v1::RULE_EFFECT_BOOST);
  rule.set_amount(-0.7);
  rule.mutable_valid_from()->set_seconds(10);
  rule.mutable_valid_until()->set_seconds(20);
  rule.add_stores("Harbour");
  rule.set_commercial(true);
  rule.set_description("for the season");
  return rule;
}

TEST_F(RuleServiceTest, KeepsAllOfARuleAlsoOverARestart) {
  v1::UpsertRulesRequest request;
  *request.add_rules() = Full();
  ASSERT_TRUE(Upsert(request).ok());
  server_.Restart();
  const auto listed = List();
  ASSERT_EQ(listed.rules_size(), 1);
  EXPECT_EQ(listed.rules(0).SerializeAsString(), Full().SerializeAsString());
}

TEST_F(RuleServiceTest, ListsInPagesAndDeletes) {
  v1::UpsertRulesRequest request;
  for (const char* id : {"c", "a", "d", "b", "e"}) {
    auto* rule = request.add_rules();
    rule->set_rule_id(id);
    rule->set_effect(v1::RULE_EFFECT_EXCLUDE);
  }
  ASSERT_TRUE(Upsert(request).ok());
  std::string ids, token;
  do {
    const auto page = List(2, token);
    for (const auto& rule : page.rules()) ids += rule.rule_id();
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(ids, "abcde");
  v1::DeleteRuleRequest erase;
  erase.set_rule_id("c");
  v1::DeleteRuleResponse erased;
  EXPECT_TRUE(Ask(*server_.rules, &Rules::DeleteRule, erase, &erased).ok());
  EXPECT_EQ(List().rules_size(), 4);
  const grpc::Status again = Ask(*server_.rules, &Rules::DeleteRule, erase, &erased);
  EXPECT_EQ(again.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(again), "RULE_UNKNOWN");
}

TEST_F(RuleServiceTest, BadRulesNameEveryField) {
  v1::UpsertRulesRequest request;
  auto* unset = request.add_rules();
  unset->set_amount(1);
  unset->set_position(1);
  auto* boost = request.add_rules();
  *boost = Full();
  boost->set_filter("price <");
  boost->set_amount(101);
  boost->mutable_valid_until()->set_seconds(10);
  auto* pin = request.add_rules();
  pin->set_rule_id("pin");
  pin->set_effect(v1::RULE_EFFECT_PIN);
  pin->set_position(101);
  EXPECT_THAT(PathsOf(Upsert(request)),
              ElementsAre("rules[0].rule_id", "rules[0].amount", "rules[0].position",
                          "rules[0].effect", "rules[1].filter", "rules[1].amount",
                          "rules[1].valid_until", "rules[2].position"));
  EXPECT_EQ(List().rules_size(), 0);
}

}  // namespace
}  // namespace rapport::server
