#include "tests/talk/scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "services/talk/verify.h"
#include "tests/talk/voices.h"

namespace rapport::talk {

const TimePoint Scene::kNow =
    std::chrono::sys_days(std::chrono::year_month_day(
        std::chrono::year(2026), std::chrono::November, std::chrono::day(26))) +
    std::chrono::hours(12);

namespace {

std::string TitleOf(const std::string& id) {
  std::string title;
  bool capital = true;
  for (const char letter : id) {
    title += letter == '-' ? ' ' : capital ? static_cast<char>(std::toupper(letter)) : letter;
    capital = letter == '-';
  }
  return title;
}

TimePoint DaysAgo(double days) {
  return Scene::kNow - std::chrono::microseconds(static_cast<int64_t>(days * 86'400e6));
}

}  // namespace

Scene::Scene(TactOptions options) : tact(std::move(options)) {
  explanation.item = Describe("kayanza");
  explanation.item.title = catalogue_["kayanza"].title = "Kayanza Washed";
  explanation.terms = {.taste = 2, .popularity = 0.5};
  explanation.score = 2.5;
  explanation.rank = 3;
  explanation.list_length = 10;
  explanation.personal = true;
  explanation.window_days = 28;
  explanation.as_of = kNow;
  Sure(Confidence::kFair);
}

Item& Scene::Describe(const std::string& id, const std::string& category) {
  Item& item = catalogue_[id];
  item.item_id = id;
  if (item.title.empty()) item.title = TitleOf(id);
  item.category_path = {category};
  return item;
}

std::string Scene::Buys(const std::string& id, double days_ago, bool gift) {
  if (!catalogue_.contains(id)) Describe(id, "Category of " + id);
  const std::string number = std::to_string(history_.size());
  history_.push_back({.purchase = {.event_id = "event-" + number,
                                   .item_id = id,
                                   .order_id = "order-" + number,
                                   .purchased_at = DaysAgo(days_ago),
                                   .gift = gift}});
  return "event-" + number;
}

void Scene::Returns(const std::string& event_id) {
  for (HistoryLine& line : history_) {
    if (line.purchase.event_id == event_id)
      line.returns.push_back({.event_id = "return-" + event_id, .purchase_event_id = event_id});
  }
}

EvidenceLine& Scene::Rests(const std::string& id, double share) {
  EvidenceLine line{.item = catalogue_.at(id), .contribution = share * 3, .share = share};
  explanation.evidence.push_back(line);
  return explanation.evidence.back();
}

EvidenceLine& Scene::RestsOnBasket(const std::string& id, double share) {
  if (!catalogue_.contains(id)) Describe(id, "Category of " + id);
  EvidenceLine& line = Rests(id, share);
  line.kind = EvidenceKind::kBasket;
  return line;
}

void Scene::Likes(const std::string& id, const std::vector<double>& days_ago, double share) {
  for (const double days : days_ago) Buys(id, days);
  Rests(id, share);
}

void Scene::Sure(Confidence level) {
  explanation.chance = PurchaseChance{.probability = 0.12, .base_rate = 0.04, .confidence = level};
}

PointFacts Scene::Facts() const {
  std::vector<HistoryLine> lines = history_;
  std::ranges::stable_sort(lines, {},
                           [](const HistoryLine& line) { return line.purchase.purchased_at; });
  const ItemLookup lookup = [this](const std::string& id) -> std::shared_ptr<const Item> {
    const auto item = catalogue_.find(id);
    return item == catalogue_.end() ? nullptr : std::make_shared<const Item>(item->second);
  };
  return {.explanation = explanation,
          .customer = FactsOf(lines, lookup, kNow),
          .together = together,
          .buyers = buyers,
          .basket_is_here = true};
}

std::vector<Part> Scene::Parts(const Voice& voice) const {
  const PointFacts facts = Facts();
  auto parts = ComposeParts(facts, tact, voice);
  EXPECT_TRUE(parts.ok()) << parts.status();
  if (!parts.ok()) return {};
  const absl::Status verified = VerifyParts(*parts, facts, tact, voice);
  EXPECT_TRUE(verified.ok()) << verified << "\n" << SentencesOf(*parts);
  const Briefing briefing = ComposeBriefing(facts, tact, voice, *parts);
  const absl::Status briefed = VerifyBriefing(briefing, facts, tact, voice);
  EXPECT_TRUE(briefed.ok()) << briefed;
  return *std::move(parts);
}

std::string Scene::Says() const { return Says(American()); }
std::string Scene::Says(const Voice& voice) const { return SentencesOf(Parts(voice)); }

std::string Scene::SaysAndTells(const Voice& voice) const {
  const std::vector<Part> parts = Parts(voice);
  const Briefing briefing = ComposeBriefing(Facts(), tact, voice, parts);
  std::string all = SentencesOf(parts);
  for (const Line& line : briefing.facts) all += "\n" + line.text;
  all += "\n" + briefing.confidence.text;
  return all;
}

Voice American() {
  return VoiceOf("en-US", {Formality::kInformal, Directness::kDirect, Medium::kSpoken});
}

std::string SentencesOf(const std::vector<Part>& parts) {
  std::string sentences;
  for (const Part& part : parts) sentences += (sentences.empty() ? "" : " ") + part.line.text;
  return sentences;
}

bool HasMessage(const std::vector<Part>& parts, MessageId message) {
  return std::ranges::any_of(parts,
                             [message](const Part& part) { return part.line.message == message; });
}

}  // namespace rapport::talk
