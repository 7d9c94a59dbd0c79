// What people report of a customer: kept as events of the same log, with the same promises.
#include <random>

#include "data/codec.h"
#include "tests/data/support.h"

namespace rapport::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Outcome Told(OutcomeKind kind, std::string event, int at, std::vector<std::string> lines = {}) {
  return {.event_id = std::move(event),
          .customer_id = "ada",
          .kind = kind,
          .item_id = "mug",
          .purchase_event_ids = std::move(lines),
          .at = At(at),
          .staff_id = "sam"};
}

Insight Likes(std::string event, int at) {
  return {.event_id = std::move(event),
          .customer_id = "ada",
          .kind = InsightKind::kLikes,
          .subject = {SubjectKind::kCategory, "", "Coffee"},
          .at = At(at),
          .staff_id = "sam"};
}

Retraction Undo(std::string event, std::string retracted, int at) {
  return {std::move(event), "ada", std::move(retracted), At(at), "sam"};
}

std::vector<SetAside> SetAsides(const HistoryView& view) {
  std::vector<SetAside> each;
  for (const HistoryLine& line : view.lines) each.push_back(line.set_aside);
  return each;
}

std::vector<std::string> ReportIds(const HistoryView& view) {
  std::vector<std::string> ids;
  for (const Reported& reported : view.reports) ids.push_back(EventIdOf(reported));
  return ids;
}

class ReportsTest : public ::testing::Test {
 protected:
  const TempDir dir_;
  std::unique_ptr<Store> store_ = OpenStore(dir_.path() + "/db");
};

TEST_F(ReportsTest, AreReadOldestFirstAndSurviveOpening) {
  MustAppend(*store_,
             {Likes("i2", 9), Told(OutcomeKind::kAccepted, "o1", 3), Bought("ada", "p", "mug", 1),
              Contact{"c1", "ada", ContactChannel::kPhone, At(9), "sam", "m"}});
  const HistoryView before = MustRead(*store_, "ada");
  store_.reset();
  store_ = OpenStore(dir_.path() + "/db");
  const HistoryView view = MustRead(*store_, "ada");
  EXPECT_THAT(ReportIds(view), ElementsAre("o1", "c1", "i2"));
  EXPECT_EQ(std::get<Insight>(view.reports[2].report), Likes("i2", 9));
  EXPECT_EQ(view.sequence, 4);
  EXPECT_EQ(view.latest, At(9));
  EXPECT_EQ(view.lines.size(), 1);
  EXPECT_EQ(ReportIds(before), ReportIds(view));
}

TEST_F(ReportsTest, AgainIsADuplicateAndOtherwiseAConflict) {
  MustAppend(*store_, {Told(OutcomeKind::kRelayed, "o1", 3)});
  const auto again = MustAppend(*store_, {Told(OutcomeKind::kRelayed, "o1", 5)});
  EXPECT_EQ(again.events.at(0).outcome, AppendOutcome::kDuplicate);  // the server gave the time
  const auto other = MustAppend(*store_, {Told(OutcomeKind::kAccepted, "o1", 3)});
  EXPECT_EQ(other.events.at(0).conflicting_field, "kind");
  const auto purchase = MustAppend(*store_, {Bought("ada", "o1", "mug", 1)});
  EXPECT_EQ(purchase.events.at(0).conflicting_field, "event_id");
  EXPECT_EQ(store_->LastSequence(), 1);
}

TEST_F(ReportsTest, SetLinesAsideUntilTakenBack) {
  MustAppend(*store_, {Bought("ada", "p1", "mug", 1), Bought("ada", "p2", "tea", 2)});
  MustAppend(*store_, {Told(OutcomeKind::kBoughtAsGift, "o1", 3, {"p1", "nothing"})});
  const HistoryView struck = MustRead(*store_, "ada");
  EXPECT_THAT(SetAsides(struck), ElementsAre(SetAside::kGift, SetAside::kNo));
  EXPECT_TRUE(struck.lines[0].Gift());
  MustAppend(*store_, {Told(OutcomeKind::kWrongFact, "o2", 4, {"p1", "p2"})});
  EXPECT_THAT(SetAsides(MustRead(*store_, "ada")),
              ElementsAre(SetAside::kWrongFact, SetAside::kWrongFact));
  MustAppend(*store_, {Undo("u2", "o2", 5)});
  EXPECT_THAT(SetAsides(MustRead(*store_, "ada")), ElementsAre(SetAside::kGift, SetAside::kNo));
  MustAppend(*store_, {Undo("u1", "o1", 6)});
  EXPECT_THAT(SetAsides(MustRead(*store_, "ada")), ElementsAre(SetAside::kNo, SetAside::kNo));
}

TEST_F(ReportsTest, ArePartOfTheHistoryAsOfAnyMoment) {
  MustAppend(*store_, {Bought("ada", "p1", "mug", 1)});
  MustAppend(*store_, {Told(OutcomeKind::kNotRepresentative, "o1", 3, {"p1"})});
  MustAppend(*store_, {Undo("u1", "o1", 6)});
  EXPECT_THAT(SetAsides(MustRead(*store_, "ada", {.sequence = 1})), ElementsAre(SetAside::kNo));
  EXPECT_THAT(SetAsides(MustRead(*store_, "ada", {.sequence = 2})),
              ElementsAre(SetAside::kNotRepresentative));
  EXPECT_THAT(SetAsides(MustRead(*store_, "ada", {.time = At(2)})), ElementsAre(SetAside::kNo));
  EXPECT_THAT(SetAsides(MustRead(*store_, "ada", {.time = At(5)})),
              ElementsAre(SetAside::kNotRepresentative));
  const HistoryView now = MustRead(*store_, "ada");
  EXPECT_THAT(SetAsides(now), ElementsAre(SetAside::kNo));
  EXPECT_EQ(now.sequence, 3);
  EXPECT_EQ(now.reports.at(0).retracted, Undo("u1", "o1", 6));
}

TEST_F(ReportsTest, OnlyAReportCanBeTakenBack) {
  MustAppend(*store_, {Bought("ada", "p1", "mug", 1), Undo("u0", "o1", 9)});
  EXPECT_TRUE(MustAppend(*store_, {Undo("u1", "p1", 2)}).events.at(0).unmatched);
  EXPECT_TRUE(MustAppend(*store_, {Undo("u2", "none", 2)}).events.at(0).unmatched);
  EXPECT_TRUE(MustAppend(*store_, {Undo("u3", "u1", 2)}).events.at(0).unmatched);
  EXPECT_EQ(MustRead(*store_, "ada").lines.size(), 1);
  // One that came before its report takes it back all the same.
  const auto result = MustAppend(*store_, {Likes("o1", 4), Undo("u4", "o1", 12)});
  EXPECT_FALSE(result.events.at(1).unmatched);
  EXPECT_EQ(MustRead(*store_, "ada").reports.at(0).retracted->event_id, "u0");
}

TEST_F(ReportsTest, AnInsightHoldsUntilItExpires) {
  Insight insight = Likes("i", 3);
  insight.expires_at = At(10);
  MustAppend(*store_, {insight});
  const Reported reported = MustRead(*store_, "ada").reports.at(0);
  EXPECT_NE(reported.InsightAt(At(9)), nullptr);
  EXPECT_EQ(reported.InsightAt(At(10)), nullptr);
  EXPECT_EQ(reported.OutcomeAt(At(9)), nullptr);
}

TEST_F(ReportsTest, AreForgottenByTheCacheAtOnce) {
  MustAppend(*store_, {Bought("ada", "p1", "mug", 1)});
  ASSERT_TRUE(store_->View("ada").ok());
  MustAppend(*store_, {Told(OutcomeKind::kBoughtAsGift, "o1", 3, {"p1"})});
  const auto view = store_->View("ada");
  ASSERT_TRUE(view.ok());
  EXPECT_THAT(SetAsides((*view)->history), ElementsAre(SetAside::kGift));
}

TEST_F(ReportsTest, ReachTheScanOfAllHistories) {
  MustAppend(*store_,
             {Bought("ada", "p1", "mug", 1), Told(OutcomeKind::kBoughtAsGift, "o1", 3, {"p1"}),
              Insight{.event_id = "i", .customer_id = "bo", .at = At(1)}});
  std::vector<std::string> visited;
  const auto scanned =
      store_->ScanHistories([&](std::string_view customer, const HistoryView& history) {
        visited.emplace_back(customer);
        EXPECT_TRUE(history.lines.front().Gift());
        return absl::OkStatus();
      });
  ASSERT_TRUE(scanned.ok());
  EXPECT_THAT(visited, ElementsAre("ada"));
  const auto customers = store_->ListCustomers("", 10);
  ASSERT_TRUE(customers.ok());
  EXPECT_EQ(customers->size(), 1);  // of bo nothing was bought
}

// In whatever order reports and retractions arrive, the history is the same.
TEST_F(ReportsTest, TheOrderOfArrivalDoesNotMatter) {
  std::vector<Event> events = {Bought("ada", "p1", "mug", 1),
                               Bought("ada", "p2", "tea", 2),
                               Told(OutcomeKind::kBoughtAsGift, "o1", 3, {"p1", "p2"}),
                               Told(OutcomeKind::kNotRepresentative, "o2", 4, {"p2"}),
                               Told(OutcomeKind::kWrongFact, "o3", 5, {"p1"}),
                               Undo("u3", "o3", 6),
                               Undo("u4", "o3", 7),
                               Likes("i1", 4)};
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::ranges::shuffle(events, random);
    const TempDir dir;
    const auto store = OpenStore(dir.path() + "/db");
    for (const Event& event : events) MustAppend(*store, {event});
    const HistoryView view = MustRead(*store, "ada");
    EXPECT_THAT(SetAsides(view), ElementsAre(SetAside::kGift, SetAside::kNotRepresentative));
    EXPECT_THAT(ReportIds(view), ElementsAre("o1", "i1", "o2", "o3"));
    EXPECT_EQ(view.reports[3].retracted->event_id, "u3");
    EXPECT_EQ(view.latest, At(6));
  }
}

// What the first version of reports wrote, byte for byte.
TEST(ReportsGolden, AreReadAndRewritten) {
  Outcome outcome = Told(OutcomeKind::kWrongFact, "e-1", 3, {"p1", "p2"});
  outcome.claim = "BOUGHT_BEFORE";
  outcome.confidence = StatedConfidence::kStrong;
  outcome.remark = "it was her sister";
  Insight insight = Likes("e-1", 3);
  insight.subject = {SubjectKind::kAttribute, "roast", "dark"};
  insight.text = "for the weekend";
  insight.expires_at = At(99);
  const Contact contact{"e-1", "ada", ContactChannel::kEmail, At(3), "sam", "m-1"};
  const Event events[] = {outcome, insight, contact, Undo("e-1", "e-0", 3)};
  const char* const names[] = {"outcome", "insight", "contact", "retraction"};
  for (size_t each = 0; each < 4; ++each) {
    const std::string path =
        std::string(RAPPORT_SOURCE_DIR) + "/tests/golden/store-v1-" + names[each] + ".bin";
    const std::string bytes = codec::EncodeEvent(events[each], {7, At(4)});
    if (std::getenv("RAPPORT_WRITE_GOLDEN") != nullptr) WriteFile(path, bytes);
    EXPECT_EQ(ReadFile(path), bytes) << names[each];
    const auto stored = codec::DecodeEvent("ada", "e-1", bytes);
    ASSERT_TRUE(stored.ok()) << stored.status();
    EXPECT_EQ(stored->event, events[each]);
  }
}

TEST(ReportsGolden, UnknownKindsAreDamage) {
  for (const Event& event :
       {Event(Told(OutcomeKind{11}, "e", 1)), Event(Told(OutcomeKind{0}, "e", 1)),
        Event(Insight{.event_id = "e", .customer_id = "ada", .kind = InsightKind{9}}),
        Event(Contact{"e", "ada", ContactChannel{6}, At(1), "", ""})}) {
    EXPECT_EQ(codec::DecodeEvent("ada", "e", codec::EncodeEvent(event, {7, At(4)})).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace rapport::testing
