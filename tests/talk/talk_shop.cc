#include "tests/talk/talk_shop.h"

#include <utility>

#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

std::vector<Item> Catalogue() {
  std::vector<Item> items;
  for (int number = 0; number < 15; ++number) {
    const std::string letter(1, static_cast<char>('A' + number));
    items.push_back({testing::Id("coffee-", number), "Coffee " + letter, {"Drinks", "Coffee"}});
    items.push_back({testing::Id("tea-", number), "Tea " + letter, {"Drinks", "Tea"}});
    items.push_back({testing::Id("book-", number), "Book " + letter, {"Books"}});
  }
  return items;
}

}  // namespace

TalkShop::TalkShop(TactOptions tact) : tact_(std::move(tact)) {
  shop.FillWithTastes();
  EXPECT_TRUE(shop.store->UpsertItemsAndWait(Catalogue()).ok());
}

void TalkShop::Plant(const std::string& item_id, const std::string& category) {
  EXPECT_TRUE(
      shop.store
          ->UpsertItemsAndWait(
              {{.item_id = item_id, .title = "Planted " + item_id, .category_path = {category}}})
          .ok());
}

void TalkShop::Open() { shop.Train(); }

void TalkShop::Describe(const Customer& customer) {
  EXPECT_TRUE(shop.store->UpsertCustomersAndWait({customer}).ok());
}

absl::StatusOr<Talk> TalkShop::Ask(const TalkQuery& query) const {
  const Suggester suggester = shop.suggester();
  const Explainer explainer = shop.explainer();
  const Talker talker(*shop.store, *shop.shelf, suggester, explainer, BuiltIn(), tact_, shop.clock,
                      "en-US", [](const absl::Status& why) { ADD_FAILURE() << why; });
  return talker.TalkingPoints(query);
}

Talk TalkShop::About(const std::string& customer, const std::vector<std::string>& items) const {
  auto talk = Ask({.customer_id = customer, .item_ids = items, .locale = "en-US"});
  EXPECT_TRUE(talk.ok()) << talk.status();
  return talk.ok() ? *std::move(talk) : Talk{};
}

std::string SayableOf(const Talk& talk) {
  std::string text;
  for (const TalkingPoint& point : talk.points) {
    for (const Part& part : point.parts) text += part.line.text + "\n";
  }
  for (const Line& line : talk.questions) text += line.text + "\n";
  return text;
}

std::string TextOf(const Talk& talk) {
  std::string text = SayableOf(talk) + talk.advice.text + "\n";
  for (const Line& line : talk.because) text += line.text + "\n";
  for (const TalkingPoint& point : talk.points) {
    const Briefing& briefing = point.briefing;
    for (const Line& line : briefing.facts) text += line.text + "\n";
    text += briefing.confidence.text + "\n" + briefing.if_declined.text + "\n";
    for (const Answer& answer : briefing.listen_for) text += answer.line.text + "\n";
    for (const Line& line : briefing.avoid) text += line.text + "\n";
  }
  return text;
}

}  // namespace rapport::talk
