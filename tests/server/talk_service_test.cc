#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/recommending_shop.h"

namespace rapport::server {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using Talks = v1::TalkService::Stub;

// A shop of two tastes, with titles: even customers buy teas, odd ones coffees.
// The shop of two tastes, tea and coffee, described and trained.
class TalkServiceTest : public RecommendingShop {
 protected:
  void FillShop() {
    v1::UpsertItemsRequest items;
    for (int number = 0; number < 16; ++number) {
      auto* item = items.add_items();
      item->set_item_id("i" + std::to_string(number));
      item->set_title((number < 8 ? "Tea " : "Coffee ") +
                      std::string(1, static_cast<char>('A' + number % 8)));
      item->add_category_path(number < 8 ? "Tea" : "Coffee");
    }
    v1::UpsertItemsResponse upserted;
    ASSERT_TRUE(
        Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertItems, items, &upserted).ok());
    RecommendingShop::FillShop();
    server_.Train();
  }
  static v1::GetTalkingPointsRequest About(const std::string& item) {
    v1::GetTalkingPointsRequest request;
    request.set_customer_id("c4");
    request.add_item_ids(item);
    return request;
  }
  grpc::Status Talk(const v1::GetTalkingPointsRequest& request,
                    v1::GetTalkingPointsResponse* response) {
    return Ask(*server_.talks, &Talks::GetTalkingPoints, request, response);
  }
  v1::GetTalkingPointsResponse Talk(const v1::GetTalkingPointsRequest& request) {
    v1::GetTalkingPointsResponse response;
    const grpc::Status status = Talk(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status Refusal(const v1::GetTalkingPointsRequest& request) {
    v1::GetTalkingPointsResponse response;
    return Talk(request, &response);
  }
};

TEST_F(TalkServiceTest, KeepsWhatMayBeSaidApartFromWhatIsForStaff) {
  FillShop();
  const auto talk = Talk(About("i1"));
  ASSERT_EQ(talk.points_size(), 1);
  const v1::TalkingPoint& point = talk.points(0);
  EXPECT_EQ(point.item().item_id(), "i1");
  ASSERT_GT(point.sayable_size(), 1);
  EXPECT_EQ(point.sayable().rbegin()->part(), v1::TALK_PART_QUESTION);
  for (const v1::SayableLine& line : point.sayable()) {
    EXPECT_FALSE(line.text().empty());
    EXPECT_FALSE(line.message_id().empty());
    EXPECT_LE(line.strength(), point.confidence());
  }
  ASSERT_TRUE(point.has_briefing());
  EXPECT_GT(point.briefing().facts_size(), 0);
  EXPECT_EQ(point.briefing().listen_for(0).outcome(), v1::OUTCOME_ACCEPTED);
  EXPECT_GT(talk.advice_size(), 0);
  EXPECT_EQ(talk.open_questions_size(), 2);
  EXPECT_FALSE(talk.reviewed());
  EXPECT_EQ(talk.locale(), "en-US");
}

TEST_F(TalkServiceTest, NamesThePurchasesBehindASentence) {
  FillShop();
  v1::SuggestForCustomerRequest list;
  list.set_customer_id("c4");
  const auto suggested = Suggest(list);
  const auto theirs =
      std::ranges::find(suggested.suggestions(), false, &v1::Suggestion::popularity_driven);
  ASSERT_NE(theirs, suggested.suggestions().end());
  const auto talk = Talk(About(theirs->item().item_id()));
  ASSERT_EQ(talk.points_size(), 1);
  const v1::SayableLine& observation = talk.points(0).sayable(0);
  ASSERT_EQ(observation.part(), v1::TALK_PART_OBSERVATION);
  ASSERT_GT(observation.evidence_ids_size(), 0);
  EXPECT_EQ(observation.evidence_ids(0).front(), 'e');
  EXPECT_EQ(observation.slots(0).name(), "item");
  EXPECT_EQ(observation.slots(0).item_ids_size(), 1);
}

TEST_F(TalkServiceTest, ShowsCustomersNothingThatIsForStaff) {
  FillShop();
  auto request = About("i1");
  for (const char* item : {"i4", "i5"}) request.add_item_ids(item);
  const auto staff = Talk(request);
  EXPECT_GT(staff.advice_size(), 0);
  EXPECT_GT(staff.withheld_size(), 0);
  request.set_role(v1::TALK_ROLE_CUSTOMER);
  const auto talk = Talk(request);
  ASSERT_EQ(talk.points_size(), 2);
  for (const v1::TalkingPoint& point : talk.points()) EXPECT_FALSE(point.has_briefing());
  EXPECT_EQ(talk.advice_size(), 0);
  EXPECT_EQ(talk.reasons_size(), 0);
  EXPECT_EQ(talk.withheld_size(), 0);
}

TEST_F(TalkServiceTest, SpeaksInTheRegisterThatWasAskedFor) {
  FillShop();
  auto request = About("i1");
  request.set_locale("de-DE");
  auto talk = Talk(request);
  EXPECT_EQ(talk.formality(), v1::FORMALITY_FORMAL);
  EXPECT_THAT(talk.points(0).sayable().rbegin()->text(), HasSubstr("Sie"));
  request.set_formality(v1::FORMALITY_INFORMAL);
  request.set_directness(v1::DIRECTNESS_INDIRECT);
  request.set_channel(v1::TALK_CHANNEL_WRITTEN);
  talk = Talk(request);
  EXPECT_EQ(talk.directness(), v1::DIRECTNESS_INDIRECT);
  EXPECT_THAT(talk.points(0).sayable().rbegin()->text(), HasSubstr("du"));
  EXPECT_THAT(talk.points(0).sayable(0).text(), HasSubstr("„"));
}

TEST_F(TalkServiceTest, AnUnknownLocaleFallsBackAndSaysSo) {
  auto request = About("i1");
  request.clear_item_ids();
  request.set_locale("sw-KE");
  const auto talk = Talk(request);
  EXPECT_EQ(talk.locale(), "en-US");
  EXPECT_EQ(talk.asked_locale(), "sw-KE");
  EXPECT_EQ(talk.mode(), v1::TALK_MODE_HAND_OVER);  // nothing is trained
  for (const v1::SayableLine& question : talk.open_questions())
    EXPECT_THAT(question.text(), EndsWith("?"));
}

TEST_F(TalkServiceTest, EachMistakeIsNamedByItsField) {
  const auto complaint = [this](const std::function<void(v1::GetTalkingPointsRequest&)>& change) {
    auto request = About("i1");
    change(request);
    const grpc::Status status = Refusal(request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    std::string violations;
    for (const Violation& violation : ViolationsOf(status))
      violations += violation.path + ": " + violation.description + "\n";
    return violations;
  };
  EXPECT_THAT(complaint([](auto& request) { request.set_locale("nl_NL"); }),
              AllOf(HasSubstr("locale"), HasSubstr("BCP 47")));
  EXPECT_THAT(complaint([](auto& request) { request.clear_customer_id(); }),
              HasSubstr("customer_id"));
  EXPECT_THAT(complaint([](auto& request) { request.set_token("forged"); }), HasSubstr("token"));
  EXPECT_THAT(complaint([](auto& request) { request.set_token(""); }), HasSubstr("token"));
  EXPECT_THAT(complaint([](auto& request) {
                for (const char* item : {"a", "b", "c"}) request.add_item_ids(item);
              }),
              HasSubstr("item_ids"));
  EXPECT_THAT(complaint([](auto& request) { request.set_item_ids(0, ""); }),
              HasSubstr("item_ids[0]"));
  EXPECT_THAT(
      complaint([](auto& request) { request.set_formality(static_cast<v1::Formality>(77)); }),
      HasSubstr("formality"));
}

TEST_F(TalkServiceTest, AnUnknownItemIsNotFound) {
  FillShop();
  EXPECT_EQ(Refusal(About("no-such-item")).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(TalkServiceTest, CountsTalksAndNoUngroundedText) {
  server_.config().metrics.listen = "127.0.0.1:0";
  server_.Restart();
  FillShop();
  Talk(About("i1"));
  const std::string metrics = server_.Scrape();
  EXPECT_THAT(metrics, HasSubstr("rapport_ungrounded_text_total 0"));
  EXPECT_THAT(metrics, HasSubstr("rapport_talking_points_total{result=\"given\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("rapport_talks_total{mode="));
}

// A directory of message files: one more locale, or a server that does not start.
class MessagesPath : public ::testing::Test {
 protected:
  MessagesPath() {
    std::filesystem::create_directories(dir_ / "en-IE");
    Write("en-IE/manners.txt", "REVIEWED: no\n");
  }
  void Write(const std::string& file, const std::string& text) {
    std::ofstream(dir_ / file) << text;
  }
  absl::StatusOr<std::unique_ptr<Application>> Open() {
    Config config;
    config.server.listen = config.metrics.listen = "127.0.0.1:0";
    config.health.listen = "";
    config.tls.insecure = true;
    config.storage.path = dir_ / "data";
    config.storage.free_space_floor_mib = 0;
    config.log.level = "off";
    config.talk.messages_path = dir_.path();
    return Application::Open(config, SystemNow);
  }
  TempDir dir_;
};

TEST_F(MessagesPath, AddsALocale) {
  Write("en-IE/sayable.txt", "REVIEWED: no\n[open.listen.first]\n*: What’s the craic?\n");
  const auto app = Open();
  EXPECT_TRUE(app.ok()) << app.status();
}

TEST_F(MessagesPath, IsRefusedAtStartWithFileAndKeyWhereItCannotBeUsed) {
  Write("en-IE/sayable.txt", "REVIEWED: no\n[open.listen.first]\n*: Hurry up?\n");
  const auto app = Open();
  ASSERT_FALSE(app.ok());
  EXPECT_THAT(std::string(app.status().message()),
              AllOf(HasSubstr("talk.messages_path: "), HasSubstr("en-IE/sayable.txt:3"),
                    HasSubstr("open.listen.first"), HasSubstr("\"hurry\" is banned")));
}

}  // namespace
}  // namespace rapport::server
