// Format versions, and accepting a loss.
#include "data/completeness.h"

#include <rocksdb/db.h>

#include "data/codec.h"
#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::Bought;
using ::testing::ElementsAre;
using testing::EventIds;
using ::testing::HasSubstr;
using testing::Id;
using testing::MustAppend;
using testing::MustRead;
using testing::OpenStore;
using testing::OptionsFor;

// Does something to the database itself.
void Tamper(const std::string& path, const std::function<void(const Database&)>& change) {
  auto database = Database::Open(OptionsFor(path));
  ASSERT_TRUE(database.ok()) << database.status();
  change(**database);
}

TEST(StoreFormat, RefusesAVersionThatIsTooNew) {
  const TempDir dir;
  OpenStore(dir / "store");
  Tamper(dir / "store", [](const Database& database) {
    ASSERT_TRUE(database.db()
                    .Put({}, database.meta(), "store", codec::EncodeStoreState({2, 0, 1, 0}))
                    .ok());
  });
  const absl::Status refused = Store::Open(OptionsFor(dir / "store")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("version 2"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("up to 1"));
}

TEST(StoreFormat, RefusesAColumnFamilyThatItDoesNotKnow) {
  const TempDir dir;
  OpenStore(dir / "store");
  Tamper(dir / "store", [](const Database& database) {
    rocksdb::ColumnFamilyHandle* family = nullptr;
    ASSERT_TRUE(database.db().CreateColumnFamily({}, "insights", &family).ok());
    ASSERT_TRUE(database.db().DestroyColumnFamilyHandle(family).ok());
  });
  const absl::Status refused = Store::Open(OptionsFor(dir / "store")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("insights"));
}

TEST(StoreCompleteness, SaysHowManyEventsAreMissingInTheMiddle) {
  const TempDir dir;
  {
    const auto store = OpenStore(dir / "store");
    for (int n = 0; n < 5; ++n) MustAppend(*store, {Bought("ada", Id("e", n), "tea")});
  }
  Tamper(dir / "store", [](const Database& database) {
    // As if a file had gone: the first three records are not there, and nothing says so.
    const std::string end = "ada" + std::string(2, '\0') + "e3";
    ASSERT_TRUE(database.db().Flush(rocksdb::FlushOptions(), database.purchases()).ok());
    ASSERT_TRUE(database.db().DeleteRange({}, database.purchases(), "ada", end).ok());
    ASSERT_TRUE(database.db().CompactRange({}, database.purchases(), nullptr, nullptr).ok());
  });
  const absl::Status refused = Store::Open(OptionsFor(dir / "store")).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("3 events"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(dir / "store/WATERMARK"));

  // The operator accepts the loss, once.
  std::filesystem::remove(dir / "store/WATERMARK");
  for (int opening = 0; opening < 2; ++opening) {
    const auto store = OpenStore(dir / "store");
    ASSERT_NE(store, nullptr);
    EXPECT_THAT(EventIds(MustRead(*store, "ada")), ElementsAre("e3", "e4"));
    EXPECT_EQ(store->LastSequence(), 5u);
  }
  EXPECT_EQ(MustAppend(*OpenStore(dir / "store"), {Bought("ada", "e5", "tea")}).sequence, 6u);
}

TEST(StoreCompleteness, MakesAWatermarkAnewForAStoreThatHasNone) {
  const TempDir dir;
  MustAppend(*OpenStore(dir / "store"), {Bought("ada", "1", "tea")});
  std::filesystem::remove(dir / "store/WATERMARK");
  EXPECT_EQ(OpenStore(dir / "store")->LastSequence(), 1u);
  EXPECT_TRUE(std::filesystem::exists(dir / "store/WATERMARK"));
}

}  // namespace
}  // namespace rapport
