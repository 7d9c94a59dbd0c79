// Damaged, cut and deleted files: repaired, or refused and said; never a silent loss, never a wrong
// answer.
#include "data/store.h"
#include "tests/data/faulty_disk.h"
#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::Back;
using testing::Bought;
using testing::EventIds;
using testing::FaultyDisk;
using ::testing::HasSubstr;
using testing::Id;
using testing::MustAppend;
using testing::MustRead;
using testing::OpenStore;
using testing::OptionsFor;
using testing::SameView;

namespace fs = std::filesystem;

std::vector<std::string> FilesLike(const std::string& directory, const std::string& begin,
                                   const std::string& end) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    const bool like = name.starts_with(begin) && name.ends_with(end);
    if (like && entry.file_size() > 0) files.push_back(name);
  }
  std::ranges::sort(files);
  return files;
}

class Damage : public ::testing::Test {
 protected:
  static constexpr int kEvents = 30;

  // A store with its events in the log alone, or in tables too after it was opened again.
  void SetUp() override {
    const auto store = OpenStore(original_);
    for (int n = 0; n < kEvents - 2; ++n) {
      MustAppend(*store, {Bought("ada", Id("e", n), Id("i", n % 7), n)});
    }
    MustAppend(*store, {Bought("bob", "e", "i", 3)});
    ASSERT_TRUE(store->MergeCustomersAndWait("bob", "ada").ok());
    for (const char* customer : {"ada", "eve"}) {
      const MomentClaim claim{.customer_id = customer, .moment_id = "m", .staff_id = "sam"};
      ASSERT_TRUE(store->ClaimMomentAndWait(claim, std::chrono::minutes(30)).ok());
    }
    whole_ = MustRead(*store, "ada");
    ASSERT_EQ(whole_.lines.size(), size_t{kEvents - 1});
    claims_ = store->Claims("bob").value();
    ASSERT_EQ(claims_.size(), 1u);
  }

  // A fresh copy to be damaged.
  std::string Copy() {
    fs::remove_all(copy_);
    fs::copy(original_, copy_);
    return copy_;
  }

  // What is promised of every damage. Returns the refusal, or OK if everything was there.
  absl::Status RefusedOrWhole() {
    const auto store = Store::Open(OptionsFor(copy_));
    absl::Status refused = store.status();
    if (refused.ok()) {
      for (const char* id : {"ada", "bob"}) {
        const auto view = (*store)->History(id);
        refused.Update(view.status());
        EXPECT_TRUE(!view.ok() || SameView(*view, whole_)) << view->lines.size() << " lines";
        const auto claims = (*store)->Claims(id);
        refused.Update(claims.status());
        EXPECT_TRUE(!claims.ok() || *claims == claims_) << claims->size() << " claims";
      }
    }
    if (!refused.ok()) {
      EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
      EXPECT_THAT(std::string(refused.message()), HasSubstr("restore a backup"));
    }
    return refused;
  }

  void Flip(const std::string& file, size_t bit) {
    std::string bytes = ReadFile(file);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    WriteFile(file, bytes);
  }

  // Flips 12 bits and cuts at 12 lengths, spread evenly, then deletes. Returns how often it was
  // refused.
  int DamageEveryWay(const std::string& begin, const std::string& end) {
    int refusals = 0;
    const auto names = FilesLike(original_, begin, end);
    EXPECT_FALSE(names.empty());
    for (const std::string& name : names) {
      const size_t size = fs::file_size(original_ + "/" + name);
      for (size_t step = 0; step < 12; ++step) {
        SCOPED_TRACE(name + " " + std::to_string(step));
        Flip(Copy() + "/" + name, (size * 8 - 1) * step / 11);
        refusals += RefusedOrWhole().ok() ? 0 : 1;
        fs::resize_file(Copy() + "/" + name, size * step / 12);
        refusals += RefusedOrWhole().ok() ? 0 : 1;
      }
      fs::remove(Copy() + "/" + name);
      refusals += RefusedOrWhole().ok() ? 0 : 1;
    }
    return refusals;
  }

  const TempDir dir_;
  const std::string original_ = dir_ / "store";
  const std::string copy_ = dir_ / "copy";
  HistoryView whole_;
  std::vector<MomentClaim> claims_;  // of who was merged
};

TEST_F(Damage, OfTheLogIsRefused) { EXPECT_GT(DamageEveryWay("", ".log"), 20); }

TEST_F(Damage, OfATableIsRefusedAtOpeningOrWhenItIsRead) {
  OpenStore(original_);  // moves the log's events to tables
  EXPECT_GT(DamageEveryWay("", ".sst"), 20);
}

TEST_F(Damage, OfTheManifestIsRefused) {
  OpenStore(original_);
  EXPECT_GT(DamageEveryWay("MANIFEST", ""), 12);
}

TEST_F(Damage, OfTheFileCurrentIsRefused) { EXPECT_GT(DamageEveryWay("CURRENT", ""), 12); }

TEST_F(Damage, OfADeletedCurrentTouchesNoOtherFile) {
  OpenStore(original_);
  const std::string current = ReadFile(Copy() + "/CURRENT");
  fs::remove(copy_ + "/CURRENT");
  const auto left = FilesLike(copy_, "", "");
  EXPECT_TRUE(absl::IsDataLoss(RefusedOrWhole()));
  EXPECT_EQ(FilesLike(copy_, "", ""), left);
  WriteFile(copy_ + "/CURRENT", current);
  EXPECT_TRUE(RefusedOrWhole().ok());
}

TEST_F(Damage, OfTheWatermarkIsRepairedOrRefused) {
  const std::string file = Copy() + "/WATERMARK";
  const size_t size = fs::file_size(file);
  for (const size_t byte : {size_t{0}, size_t{9}, size - 1}) {
    Flip(Copy() + "/WATERMARK", byte * 8);
    EXPECT_TRUE(RefusedOrWhole().ok());
  }
  fs::resize_file(Copy() + "/WATERMARK", 10);
  EXPECT_FALSE(RefusedOrWhole().ok());
  fs::remove(Copy() + "/WATERMARK");
  EXPECT_TRUE(RefusedOrWhole().ok());
}

TEST_F(Damage, OfADeletedLogSaysWhatIsMissingAndHowToGoOn) {
  for (const std::string& name : FilesLike(original_, "", ".log")) fs::remove(Copy() + "/" + name);
  const std::string message(Store::Open(OptionsFor(copy_)).status().message());
  EXPECT_THAT(message, HasSubstr(Id("", kEvents) + " events"));
  EXPECT_THAT(message, HasSubstr("delete " + copy_ + "/WATERMARK"));
  fs::remove(copy_ + "/WATERMARK");
  const auto store = OpenStore(copy_);
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(store->LastSequence(), 0u);
  EXPECT_EQ(MustAppend(*store, {Bought("ada", "e0", "tea")}).sequence, 1u);
}

TEST_F(Damage, OfItemsThatWereWrittenLastIsNotSilentEither) {
  {
    const auto store = OpenStore(original_);
    Item mug;
    mug.item_id = "mug";
    ASSERT_TRUE(store->UpsertItemsAndWait({mug}).ok());
  }
  for (const std::string& name : FilesLike(original_, "", ".log")) fs::remove(Copy() + "/" + name);
  EXPECT_TRUE(absl::IsDataLoss(RefusedOrWhole()));
}

TEST(DamageOfTwoLogs, IsNoticedWhenTheOlderIsMissing) {
  const TempDir dir;
  const auto disk = std::make_shared<FaultyDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  StoreOptions options = OptionsFor(dir / "store");
  options.env = env.get();
  options.memtable_bytes = 64 << 10;
  {
    const auto store = OpenStore(options);
    disk->HoldTables(true);  // so that the log before the present one stays needed
    std::vector<std::string> logs;
    for (int n = 0; logs.size() < 2; ++n) {
      MustAppend(*store, {Bought("ada", Id("e", n), std::string(1000, 'x'))});
      logs = FilesLike(dir / "store", "", ".log");
    }
    fs::copy(dir / "store", dir / "copy");
    fs::remove((dir / "copy/") + logs[0]);
    disk->HoldTables(false);
  }
  options = OptionsFor(dir / "copy");
  const absl::Status refused = Store::Open(options).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("are missing among"));
}

}  // namespace
}  // namespace rapport
