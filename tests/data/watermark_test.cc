#include "data/watermark.h"

#include <rocksdb/file_system.h>

#include "tests/data/support.h"

namespace rapport {
namespace {

class WatermarkTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::optional<Mark>> Read() { return Watermark::Read(files_, path_); }
  std::unique_ptr<Watermark> Open(Mark mark) {
    auto watermark = Watermark::Open(files_, path_, mark);
    EXPECT_TRUE(watermark.ok()) << watermark.status();
    return *std::move(watermark);
  }

  const TempDir dir_;
  const std::string path_ = dir_ / "WATERMARK";
  const std::shared_ptr<rocksdb::FileSystem> files_ = rocksdb::FileSystem::Default();
};

TEST_F(WatermarkTest, IsNoneBeforeItIsWritten) { EXPECT_EQ(Read().value(), std::nullopt); }

TEST_F(WatermarkTest, BeginsWhereItIsTold) {
  Open({7, 3});
  EXPECT_EQ(Read().value(), (Mark{7, 3}));
}

TEST_F(WatermarkTest, HoldsTheLastMarkAtEveryMoment) {
  const auto watermark = Open({0, 0});
  for (uint64_t n = 1; n < 600; ++n) {
    ASSERT_TRUE(watermark->Raise({10 * n, n}).ok());
    ASSERT_EQ(Read().value(), (Mark{10 * n, n}));
  }
}

TEST_F(WatermarkTest, FallsBackByOneMarkWhenTheLastSlotIsDamaged) {
  Open({5, 1});
  {
    const auto watermark = Open({5, 1});
    ASSERT_TRUE(watermark->Raise({6, 2}).ok());
    ASSERT_TRUE(watermark->Raise({7, 3}).ok());
  }
  const std::string bytes = ReadFile(path_);
  ASSERT_EQ(bytes.size(), 4096u + 32);
  for (size_t bit = 0; bit < 32 * 8; ++bit) {
    for (const size_t slot : {0, 4096}) {
      std::string damaged = bytes;
      damaged[slot + bit / 8] = static_cast<char>(damaged[slot + bit / 8] ^ (1 << bit % 8));
      WriteFile(path_, damaged);
      ASSERT_EQ(Read().value(), slot == 4096 ? (Mark{6, 2}) : (Mark{7, 3}));
    }
  }
}

TEST_F(WatermarkTest, RefusesAFileWithoutAGoodSlot) {
  Open({5, 1});
  for (const std::string& bytes : {std::string(), std::string(4096 + 32, '\0'), std::string(9, 'x'),
                                   ReadFile(path_).substr(0, 31)}) {
    WriteFile(path_, bytes);
    EXPECT_TRUE(absl::IsDataLoss(Read().status()));
    EXPECT_THAT(std::string(Read().status().message()), ::testing::HasSubstr(path_));
  }
}

TEST_F(WatermarkTest, MakesBothSlotsGoodWhenOpened) {
  Open({5, 1});
  WriteFile(path_, ReadFile(path_).substr(0, 100));  // the second slot is gone
  Open({6, 2});
  std::string bytes = ReadFile(path_);
  bytes[0] = 'x';
  WriteFile(path_, bytes);
  EXPECT_EQ(Read().value(), (Mark{6, 2}));
}

}  // namespace
}  // namespace rapport
