// What the store answers when it may not, or cannot, write.
#include <fcntl.h>
#include <rocksdb/env.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <random>

#include "data/store.h"
#include "tests/data/faulty_disk.h"
#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::Bought;
using ::testing::ElementsAre;
using testing::EventIds;
using testing::FaultyDisk;
using ::testing::HasSubstr;
using testing::Id;
using testing::MustAppend;
using testing::MustRead;
using testing::OpenStore;
using testing::OptionsFor;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

TEST(StoreOpen, IsRefusedWhileAnotherProcessHoldsIt) {
  const TempDir dir;
  const std::string path = dir / "store";
  OpenStore(path);
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {  // holds the lock as RocksDB would
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    const int file = open((path + "/LOCK").c_str(), O_RDWR);
    const char answer = fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    if (write(ready[1], &answer, 1) == 1) pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  const absl::Status refused = Store::Open(OptionsFor(path)).status();
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_EQ(Message(refused), "open store at " + path +
                                  ": another process holds its lock; stop it or choose another "
                                  "directory");
  OpenStore(path);
}

TEST(StoreOpen, IsRefusedWhileThisProcessHasItOpen) {
  const TempDir dir;
  const auto store = OpenStore(dir / "store");
  const absl::Status refused = Store::Open(OptionsFor(dir / "store")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr("this process has it open already"));
}

TEST(StoreOpen, SaysThatTheParentDirectoryIsMissing) {
  const TempDir dir;
  const absl::Status refused = Store::Open(OptionsFor(dir / "no/store")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr("parent directory does not exist"));
}

TEST(StoreOpen, SaysThatTheDirectoryIsNotWritable) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "store");
  std::filesystem::permissions(
      dir / "store", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec |
                         std::filesystem::perms::others_read | std::filesystem::perms::others_exec);
  std::filesystem::permissions(dir.path(), std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  const uid_t user = geteuid();
  if (user == 0) {  // root may write anywhere
    ASSERT_EQ(seteuid(65534), 0);
  }
  const absl::Status refused = Store::Open(OptionsFor(dir / "store")).status();
  const absl::Status no_directory = Store::Open(OptionsFor(dir / "other")).status();
  if (user == 0) {
    ASSERT_EQ(seteuid(user), 0);
  }
  EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr(dir / "store"));
  EXPECT_EQ(absl::IsPermissionDenied(no_directory), user == 0) << no_directory;
}

TEST(StoreOpen, WorksInMemory) {
  const std::unique_ptr<rocksdb::Env> memory(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  StoreOptions options = OptionsFor("/store");
  options.env = memory.get();
  MustAppend(*OpenStore(options), {Bought("ada", "1", "tea")});
  EXPECT_THAT(EventIds(MustRead(*OpenStore(options), "ada")), ElementsAre("1"));
}

TEST(StoreSpace, RefusesWritesBelowTheFloorAndReadsOn) {
  const TempDir dir;
  std::atomic<uint64_t> free = uint64_t{600} << 20;
  StoreOptions options = OptionsFor(dir / "store");
  options.free_space_floor_bytes = uint64_t{512} << 20;
  options.free_bytes = [&] { return free.load(); };
  const auto store = OpenStore(options);
  MustAppend(*store, {Bought("ada", "1", "tea")});
  free = uint64_t{511} << 20;
  const absl::Status refused = store->AppendAndWait({Bought("ada", "2", "tea")}).status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr("511 MiB are free"));
  EXPECT_THAT(Message(refused), HasSubstr("below 512 MiB"));
  EXPECT_TRUE(absl::IsResourceExhausted(store->UpsertItemsAndWait({Item{}})));
  EXPECT_THAT(EventIds(MustRead(*store, "ada")), ElementsAre("1"));
  free = uint64_t{512} << 20;
  EXPECT_EQ(MustAppend(*store, {Bought("ada", "2", "tea")}).sequence, 2u);
}

TEST(StoreSpace, IsAskedOfTheFileSystemItself) {
  const TempDir dir;
  StoreOptions options = OptionsFor(dir / "store");
  options.free_space_floor_bytes = UINT64_MAX;
  const auto store = OpenStore(options);
  EXPECT_TRUE(
      absl::IsResourceExhausted(store->AppendAndWait({Bought("ada", "1", "tea")}).status()));
}

TEST(StoreDisk, AcknowledgesNothingWhenASyncFails) {
  const TempDir dir;
  const auto disk = std::make_shared<FaultyDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  StoreOptions options = OptionsFor(dir / "store");
  options.env = env.get();
  {
    const auto store = OpenStore(options);
    MustAppend(*store, {Bought("ada", "1", "tea")});
    disk->FailWhen([](const std::string& call, const std::string& file) {
      return call == "sync" && file.ends_with(".log");
    });
    const absl::Status failed = store->AppendAndWait({Bought("ada", "2", "mug")}).status();
    EXPECT_TRUE(absl::IsUnavailable(failed)) << failed;
    EXPECT_THAT(Message(failed), HasSubstr("the disk broke at sync"));
    EXPECT_EQ(store->LastSequence(), 1u);
    EXPECT_THAT(EventIds(MustRead(*store, "ada")), ElementsAre("1"));
    EXPECT_EQ(store->GetItem("mug").value(), std::nullopt);

    // The disk is well again, but nobody knows what the log holds until it is read.
    disk->FailWhen(nullptr);
    const absl::Status still = store->AppendAndWait({Bought("ada", "3", "tea")}).status();
    EXPECT_TRUE(absl::IsUnavailable(still)) << still;
    EXPECT_THAT(Message(still), HasSubstr("the disk broke at sync"));
    EXPECT_THAT(EventIds(MustRead(*store, "ada")), ElementsAre("1"));
  }
  const auto store = OpenStore(options);
  EXPECT_THAT(EventIds(MustRead(*store, "ada")), ::testing::Contains("1"));
  MustAppend(*store, {Bought("ada", "2", "mug"), Bought("ada", "3", "tea")});
  EXPECT_EQ(store->LastSequence(), 3u);
  EXPECT_THAT(EventIds(MustRead(*store, "ada")), ElementsAre("1", "2", "3"));
}

TEST(StoreDisk, GoesOnWhenTheWatermarkCannotBeWritten) {
  const TempDir dir;
  const auto disk = std::make_shared<FaultyDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  StoreOptions options = OptionsFor(dir / "store");
  options.env = env.get();
  {
    const auto store = OpenStore(options);
    disk->FailWhen([](const std::string& call, const std::string&) { return call == "overwrite"; });
    MustAppend(*store, {Bought("ada", "1", "tea")});
    disk->FailWhen(nullptr);
  }
  EXPECT_EQ(OpenStore(options)->LastSequence(), 1u);
}

// Ten calls of two events; the ids of those that were acknowledged.
std::vector<std::string> AppendSome(Store& store) {
  std::vector<std::string> acknowledged;
  for (int n = 0; n < 10; ++n) {
    const auto result = store.AppendAndWait(
        {Bought("ada", Id("a", n), Id("i", n)), Bought("ada", Id("b", n), Id("i", n))});
    if (!result.ok()) continue;
    acknowledged.push_back(Id("a", n));
    acknowledged.push_back(Id("b", n));
  }
  return acknowledged;
}

// Whole calls, numbered without gaps, the acknowledged ones among them.
void ExpectSound(const Store& store, const std::vector<std::string>& acknowledged) {
  const HistoryView view = MustRead(store, "ada");
  EXPECT_THAT(EventIds(view), ::testing::IsSupersetOf(acknowledged));
  EXPECT_EQ(view.lines.size(), store.LastSequence());
  EXPECT_EQ(view.lines.size() % 2, 0u);
  for (const HistoryLine& line : view.lines) {
    EXPECT_NE(store.GetItem(line.purchase.item_id).value(), std::nullopt);
  }
}

TEST(StoreDisk, LosesNothingAcknowledgedWhicheverWriteFails) {
  for (int failing = 1; failing <= 100; ++failing) {
    SCOPED_TRACE(failing);
    const TempDir dir;
    const auto disk = std::make_shared<FaultyDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    StoreOptions options = OptionsFor(dir / "store");
    options.env = env.get();
    std::vector<std::string> acknowledged;
    disk->FailWhen([call = 0, failing](const std::string&, const std::string&) mutable {
      return ++call == failing;
    });
    if (auto store = Store::Open(options); store.ok()) acknowledged = AppendSome(**store);
    disk->FailWhen(nullptr);
    const auto store = OpenStore(options);
    ASSERT_NE(store, nullptr);
    ExpectSound(*store, acknowledged);
  }
}

// A claim, a merge and what ends the claim after it; how many of the three were acknowledged.
int MergeAndClaim(Store& store) {
  MomentClaim claim{.customer_id = "old", .moment_id = "m", .staff_id = "sam"};
  if (!store.AppendAndWait({Bought("old", "1", "tea"), Bought("new", "2", "mug")}).ok()) return 0;
  if (!store.ClaimMomentAndWait(claim, std::chrono::minutes(30)).ok()) return 0;
  if (!store.MergeCustomersAndWait("old", "new").ok()) return 1;
  claim.fate = MomentFate::kContacted;
  claim.channel = ContactChannel::kPhone;
  return store.CompleteMomentAndWait(claim).ok() ? 3 : 2;
}

void ExpectMergedAndClaimed(const Store& store, int acknowledged) {
  const auto claims = store.Claims("old");
  ASSERT_TRUE(claims.ok()) << claims.status();
  if (acknowledged >= 1) {
    EXPECT_EQ(claims->size(), 1u);
  }
  const HistoryView view = MustRead(store, "old");
  if (acknowledged >= 2) {
    EXPECT_THAT(EventIds(view), ElementsAre("1", "2"));
    EXPECT_EQ(store.GetCustomer("old").value()->customer_id, "new");
    EXPECT_EQ(store.Claims("new").value(), *claims);
  }
  if (acknowledged == 3) {
    EXPECT_TRUE(claims->at(0).fate);
  }
  // How it ended and the contact are one write.
  EXPECT_EQ(view.reports.size(), !claims->empty() && claims->at(0).fate ? 1u : 0u);
}

TEST(StoreDisk, LosesNoMergeAndNoClaimWhicheverWriteFailsOrWhenThePowerFails) {
  std::array<int, 4> often{};
  for (int failing = 1; often[3] == 0 && failing < 50; ++failing) {
    SCOPED_TRACE(failing);
    const TempDir dir;
    const auto disk = std::make_shared<FaultyDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    StoreOptions options = OptionsFor(dir / "store");
    options.env = env.get();
    int acknowledged = 0;
    {
      const auto store = OpenStore(options);
      disk->FailWhen([call = 0, failing](const std::string&, const std::string& file) mutable {
        return file.ends_with(".log") && ++call == failing;
      });
      acknowledged = MergeAndClaim(*store);
      disk->FailWhen(nullptr);
      disk->CopyAfterPowerLoss(dir / "store", dir / "after");
    }
    ++often[static_cast<size_t>(acknowledged)];
    ExpectMergedAndClaimed(*OpenStore(options), acknowledged);
    options.path = dir / "after";
    ExpectMergedAndClaimed(*OpenStore(options), acknowledged);
  }
  for (const int times : often) EXPECT_GT(times, 0);  // each of the writes failed once, then none
}

TEST(StoreDisk, LosesNothingAcknowledgedWhenThePowerFails) {
  for (int round = 0; round < 10; ++round) {
    const TempDir dir;
    const auto disk = std::make_shared<FaultyDisk>();
    const auto env = rocksdb::NewCompositeEnv(disk);
    StoreOptions options = OptionsFor(dir / "store");
    options.env = env.get();
    options.memtable_bytes = 64 << 10;
    std::vector<std::string> acknowledged;
    {
      const auto store = OpenStore(options);
      acknowledged = AppendSome(*store);
      if (round % 2 == 1) {  // enough for a flush
        for (int n = 0; n < 20 * round; ++n) {
          MustAppend(*store, {Bought("bob", Id("e", n), std::string(1000, 'x'))});
        }
      }
      disk->CopyAfterPowerLoss(dir / "store", dir / "after");
    }
    options.path = dir / "after";
    const auto store = OpenStore(options);
    ASSERT_NE(store, nullptr);
    EXPECT_THAT(EventIds(MustRead(*store, "ada")),
                ::testing::UnorderedElementsAreArray(acknowledged));
    EXPECT_EQ(MustRead(*store, "bob").lines.size(), round % 2 == 1 ? 20u * round : 0u);
  }
}

}  // namespace
}  // namespace rapport
