#include "services/backup/backup_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "data/store.h"
#include "tests/support/temp_dir.h"

namespace rapport {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::chrono::seconds kQuarter{900};
constexpr TimePoint kStart{std::chrono::seconds(1'777'593'600)};

// Tells of each file that is opened to be read from end to end; `false`: that fails.
class SpiedFiles : public rocksdb::FileSystemWrapper {
 public:
  explicit SpiedFiles(std::function<bool()> on_open)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), on_open_(std::move(on_open)) {}
  const char* Name() const override { return "SpiedFiles"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    if (!on_open_()) return rocksdb::IOStatus::IOError("the disk does not answer");
    return FileSystemWrapper::NewSequentialFile(path, options, file, debug);
  }

 private:
  const std::function<bool()> on_open_;
};

// A store, backups of it, and time that is moved by hand.
class BackupKeeperTest : public ::testing::Test {
 protected:
  BackupKeeperTest() {
    StoreOptions options;
    options.path = dir_ / "db";
    options.free_space_floor_bytes = 0;
    options.now = [] { return kStart; };
    store_ = *Store::Open(options);
    directory_.path = dir_ / "backups";
    directory_.store_id = store_->Id();
  }

  std::unique_ptr<BackupKeeper> Keep(BackupKeeperOptions options) {
    options.models_path = dir_ / "models";
    options.poll = std::chrono::milliseconds(1);
    return std::make_unique<BackupKeeper>(
        *store_, directory_, options,
        [this] { return TimePoint(std::chrono::microseconds(now_.load())); },
        BackupListener{
            .on_listed =
                [this](const BackupList& list) {
                  listed_ = {list.whole.size(), list.damaged.size()};
                },
            .on_made =
                [this](const BackupReport& report) { (report.backup.ok() ? made_ : failed_) += 1; },
            .on_read =
                [this](const absl::Status& status) { (status.ok() ? read_ : unread_) += 1; }});
  }
  void Advance(std::chrono::microseconds by) { now_ += by.count(); }

  // Long enough for a keeper that looks each millisecond to have looked.
  static void LookAround() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

  static absl::StatusOr<Backup> Wait(const std::function<void(BackupKeeper::Done)>& ask) {
    std::promise<absl::StatusOr<Backup>> answer;
    ask([&](absl::StatusOr<Backup> backup) { answer.set_value(std::move(backup)); });
    return answer.get_future().get();
  }
  static absl::StatusOr<Backup> Create(BackupKeeper& keeper) {
    return Wait([&](const BackupKeeper::Done& done) { keeper.Create(done); });
  }
  static absl::StatusOr<Backup> Verify(BackupKeeper& keeper, std::optional<uint32_t> id) {
    return Wait([&](const BackupKeeper::Done& done) { keeper.Verify(id, done); });
  }

  const TempDir dir_;
  std::unique_ptr<Store> store_;
  BackupsOptions directory_;
  std::pair<size_t, size_t> listed_;  // good and damaged ones; looked at while the keeper waits
  std::atomic<int64_t> now_ = kStart.time_since_epoch().count();
  std::atomic<int> made_ = 0;
  std::atomic<int> failed_ = 0;
  std::atomic<int> read_ = 0;
  std::atomic<int> unread_ = 0;
};

TEST_F(BackupKeeperTest, MakesOneWhenAsked) {
  const auto keeper = Keep({});
  EXPECT_THAT(keeper->List()->whole, IsEmpty());
  EXPECT_TRUE(absl::IsNotFound(Verify(*keeper, std::nullopt).status()));
  const auto backup = Create(*keeper);
  ASSERT_TRUE(backup.ok()) << backup.status();
  EXPECT_EQ(backup->made_at, kStart);
  EXPECT_THAT(keeper->List()->whole, SizeIs(1));
  EXPECT_EQ(Verify(*keeper, std::nullopt)->id, backup->id);
  EXPECT_EQ(Verify(*keeper, backup->id)->id, backup->id);
  EXPECT_TRUE(absl::IsNotFound(Verify(*keeper, 9).status()));
  EXPECT_EQ(made_, 1);
}

TEST_F(BackupKeeperTest, MakesOneEachIntervalAlsoOverARestart) {
  auto keeper = Keep({.interval = kQuarter, .keep = 2});
  while (made_ < 1) std::this_thread::yield();  // there was none: it is due at once
  LookAround();
  EXPECT_EQ(made_, 1);
  Advance(kQuarter - std::chrono::seconds(1));
  keeper.reset();
  keeper = Keep({.interval = kQuarter, .keep = 2});
  LookAround();
  EXPECT_EQ(made_, 1);
  for (int more = 2; more <= 4; ++more) {
    Advance(kQuarter);
    while (made_ < more) std::this_thread::yield();
  }
  LookAround();
  EXPECT_EQ(made_, 4);
  EXPECT_THAT(keeper->List()->whole, SizeIs(2));
  Advance(kQuarter - std::chrono::seconds(1));  // since the newest, not the oldest
  LookAround();
  EXPECT_EQ(made_, 4);
}

TEST_F(BackupKeeperTest, AClockThatIsSetBackPostponesNothing) {
  const auto keeper = Keep({.interval = kQuarter});
  while (made_ < 1) std::this_thread::yield();
  Advance(-std::chrono::hours(24 * 365));
  while (made_ < 2) std::this_thread::yield();
  LookAround();
  EXPECT_EQ(made_, 2);
}

TEST_F(BackupKeeperTest, TriesAgainAMinuteAfterAFailure) {
  directory_.free_space_floor_bytes = UINT64_MAX;
  const auto keeper = Keep({.interval = kQuarter});
  while (failed_ < 1) std::this_thread::yield();
  Advance(std::chrono::seconds(59));
  LookAround();
  EXPECT_EQ(failed_, 1);
  Advance(std::chrono::seconds(1));
  while (failed_ < 2) std::this_thread::yield();
  EXPECT_TRUE(absl::IsResourceExhausted(Create(*keeper).status()));
  EXPECT_EQ(made_, 0);
}

TEST_F(BackupKeeperTest, TellsHowFarItIs) {
  std::mutex mutex;
  std::vector<BackupWork> seen;
  BackupKeeper* kept = nullptr;  // guarded by mutex
  const auto files = std::make_shared<SpiedFiles>([&] {
    const std::lock_guard lock(mutex);
    const auto running = kept != nullptr ? kept->Running() : std::nullopt;
    if (running) seen.push_back(*running);
    return true;
  });
  const auto env = rocksdb::NewCompositeEnv(files);
  directory_.env = env.get();
  auto keeper = Keep({});
  {
    const std::lock_guard lock(mutex);
    kept = keeper.get();
  }
  const auto made = Create(*keeper);
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_FALSE(seen.empty());
  EXPECT_FALSE(seen.front().reading);
  EXPECT_EQ(seen.front().since, kStart);
  EXPECT_FALSE(keeper->Running());

  seen.clear();
  ASSERT_TRUE(Verify(*keeper, made->id).ok());
  ASSERT_GE(seen.size(), 2u);
  EXPECT_EQ(seen.front().reading->id, made->id);
  EXPECT_EQ(seen.front().bytes_read, 0u);  // counted from the beginning of each
  EXPECT_GT(seen.back().bytes_read, 0u);
  EXPECT_EQ(seen.back().reading->bytes, made->bytes);
  EXPECT_LE(seen.back().bytes_read, made->bytes);
  EXPECT_FALSE(keeper->Running());
  keeper.reset();  // before its files
}

TEST_F(BackupKeeperTest, SellsWithoutBackupsAndTriesAgain) {
  directory_.store_id = std::string(store_->Id().size(), '0');
  Keep({}).reset();  // the directory is another store's now
  directory_.store_id = store_->Id();
  const auto keeper = Keep({.interval = kQuarter});
  while (failed_ < 1) std::this_thread::yield();
  EXPECT_TRUE(absl::IsFailedPrecondition(keeper->List().status())) << keeper->List().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(Verify(*keeper, std::nullopt).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Create(*keeper).status()));
  EXPECT_EQ(failed_, 2);
  std::filesystem::remove_all(directory_.path);
  LookAround();
  EXPECT_EQ(made_, 0);
  Advance(std::chrono::minutes(1));
  while (made_ < 1) std::this_thread::yield();
  LookAround();
  EXPECT_THAT(keeper->List()->whole, SizeIs(1));
}

TEST_F(BackupKeeperTest, BeginsAnewWhereTheDirectoryWasChangedForAnother) {
  const auto keeper = Keep({});
  ASSERT_TRUE(Create(*keeper).ok());
  std::filesystem::rename(directory_.path, dir_ / "away");
  ASSERT_TRUE(Create(*keeper).ok());
  EXPECT_EQ(keeper->List()->whole.front().id, 1u);
  EXPECT_TRUE(Verify(*keeper, 1).ok());
}

TEST_F(BackupKeeperTest, ADiskThatDoesNotAnswerHoldsNobodyUp) {
  const std::string store_file = directory_.path + "/STORE";
  std::filesystem::create_directories(directory_.path);
  ASSERT_EQ(mkfifo(store_file.c_str(), 0600), 0);  // whoever reads it waits
  auto keeper = Keep({.interval = kQuarter, .patience = std::chrono::milliseconds(1)});
  EXPECT_TRUE(absl::IsUnavailable(keeper->List().status())) << keeper->List().status();
  {
    std::ofstream answer(store_file);  // to who waits; the next one finds a file
    std::ofstream(dir_ / "file") << store_->Id() << "\n";
    std::filesystem::rename(dir_ / "file", store_file);
    answer << store_->Id() << "\n";
  }
  while (made_ < 1) std::this_thread::yield();
  EXPECT_THAT(keeper->List()->whole, SizeIs(1));
}

TEST_F(BackupKeeperTest, MakesRoomBeforeTheNextOne) {
  auto keeper = Keep({.keep = 3});
  for (int number = 0; number < 3; ++number) ASSERT_TRUE(Create(*keeper).ok());
  keeper.reset();
  directory_.free_space_floor_bytes = UINT64_MAX;
  keeper = Keep({.keep = 1});
  EXPECT_TRUE(absl::IsResourceExhausted(Create(*keeper).status()));
  EXPECT_THAT(keeper->List()->whole, SizeIs(1));
}

TEST_F(BackupKeeperTest, TellsOfOneThatCannotBeReadBackUntilTheNextMendsIt) {
  const auto keeper = Keep({});
  const auto made = Create(*keeper);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(Verify(*keeper, made->id).ok());
  EXPECT_EQ(read_, 1);
  const std::filesystem::path files(directory_.path + "/store/private/1");
  for (const auto& entry : std::filesystem::directory_iterator(files)) {
    if (!entry.path().filename().string().starts_with("MANIFEST")) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out);
    file.put('?');
  }
  EXPECT_TRUE(absl::IsDataLoss(Verify(*keeper, std::nullopt).status()));
  EXPECT_EQ(unread_, 1);
  EXPECT_EQ(listed_, std::pair(size_t{0}, size_t{1}));
  EXPECT_THAT(keeper->List()->whole, IsEmpty());
  const auto damaged = Verify(*keeper, made->id).status();  // is told from one that never was
  EXPECT_TRUE(absl::IsDataLoss(damaged)) << damaged;
  ASSERT_TRUE(Create(*keeper).ok());  // with keep = 1 the damaged one is not needed any more
  EXPECT_EQ(listed_, std::pair(size_t{1}, size_t{0}));
}

TEST_F(BackupKeeperTest, ADiskThatDoesNotAnswerBreaksNothing) {
  std::atomic<bool> answers = true;
  const auto env =
      rocksdb::NewCompositeEnv(std::make_shared<SpiedFiles>([&] { return answers.load(); }));
  directory_.env = env.get();
  auto keeper = Keep({});
  ASSERT_TRUE(Create(*keeper).ok());
  answers = false;
  const auto unread = Verify(*keeper, std::nullopt).status();
  EXPECT_TRUE(absl::IsUnavailable(unread)) << unread;
  answers = true;
  EXPECT_TRUE(Verify(*keeper, std::nullopt).ok());
  EXPECT_EQ(listed_, std::pair(size_t{1}, size_t{0}));
  keeper.reset();  // before its files
}

TEST_F(BackupKeeperTest, StopsAndAnswersWhoWaits) {
  const auto keeper = Keep({});
  std::vector<std::future<absl::StatusOr<Backup>>> answers;
  for (int call = 0; call < 30; ++call) {
    auto answer = std::make_shared<std::promise<absl::StatusOr<Backup>>>();
    answers.push_back(answer->get_future());
    keeper->Create(
        [answer](absl::StatusOr<Backup> backup) { answer->set_value(std::move(backup)); });
  }
  keeper->Stop();
  int refused = 0;
  for (auto& answer : answers) {
    const auto backup = answer.get();
    refused += absl::IsResourceExhausted(backup.status());
    EXPECT_TRUE(backup.ok() || absl::IsCancelled(backup.status()) ||
                absl::IsResourceExhausted(backup.status()))
        << backup.status();
  }
  EXPECT_GE(refused, 1);  // ten may wait
  EXPECT_TRUE(absl::IsCancelled(Create(*keeper).status()));
}

}  // namespace
}  // namespace rapport
