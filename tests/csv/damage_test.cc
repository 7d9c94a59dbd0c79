// What damage does to reading: never a crash, never an event that was not in the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "data/csv/text.h"
#include "tests/csv/bytes.h"

namespace rapport::csv {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// The last column is one that a cut turns into another that is good: 120 into 12.
std::string SmallFile() {
  std::string text =
      "event_id,item_id,purchased_at,title,customer_id,returns_event_id,unit_price,currency,"
      "quantity\r\n";
  for (int k = 0; k < 12; ++k) {
    const std::string n = std::to_string(k);
    text += Cat({"e", n, ",item", n, ",2026-05-01 09:30:0", std::to_string(k % 10),
                 ",\"Beans, \"\"b\xc3\xa9st\"\"\nof ", n, "\",ann,,1.", n, ",EUR,12", n, "\r\n"});
    if (k % 4 == 3) text += Cat({"r", n, ",,2026-05-02T09:30:00Z,,ann,e", n, ",,,11\r\n"});
  }
  return text;
}

bool IsStartOf(const std::vector<Event>& part, const std::vector<Event>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

TEST(Damage, CompressedFilesReadAsPlainOnes) {
  const std::string text = SmallFile();
  const std::vector<Event> plain = ReadEvents(text, Format::kPurchases).events;
  ASSERT_THAT(plain, SizeIs(15));
  EXPECT_EQ(ReadEvents(Gzip(text), Format::kPurchases).events, plain);
  EXPECT_EQ(ReadEvents(Zstd(text), Format::kPurchases).events, plain);
  const std::string_view head = std::string_view(text).substr(0, 300);
  const std::string_view tail = std::string_view(text).substr(300);
  EXPECT_EQ(ReadEvents(Gzip(head) + Gzip("") + Gzip(tail), Format::kPurchases).events, plain);
  EXPECT_EQ(ReadEvents(Zstd(head) + Zstd("") + Zstd(tail), Format::kPurchases).events, plain);
}

TEST(Damage, TruncatedPlainAnywhereGivesTheStartOfTheEvents) {
  const std::string text = SmallFile();
  const std::vector<Event> whole = ReadEvents(text, Format::kPurchases).events;
  for (size_t size = 0; size < text.size(); ++size) {
    const AllEvents all = ReadEvents(text.substr(0, size), Format::kPurchases);
    ASSERT_TRUE(IsStartOf(all.events, whole)) << size;
    ASSERT_EQ(Accounted(all.report), all.report.rows) << size;
  }
}

TEST(Damage, TruncatedCompressedAnywhereIsDataLossAfterTheStartOfTheEvents) {
  const std::string text = SmallFile();
  const std::vector<Event> whole = ReadEvents(text, Format::kPurchases).events;
  for (const std::string& bytes :
       {Gzip(text), Zstd(text), Gzip(text.substr(0, 400)) + Gzip(text.substr(400)),
        Zstd(text.substr(0, 400)) + Zstd(text.substr(400))}) {
    for (size_t size = 4; size < bytes.size(); ++size) {
      const AllEvents all = ReadEvents(bytes.substr(0, size), Format::kPurchases);
      ASSERT_TRUE(IsStartOf(all.events, whole)) << size;
      const bool between_members =
          size == Gzip(text.substr(0, 400)).size() || size == Zstd(text.substr(0, 400)).size();
      if (!between_members) {
        ASSERT_EQ(all.status.code(), absl::StatusCode::kDataLoss) << size << all.status;
      }
    }
  }
}

TEST(Damage, HandsOverWhatCameBeforeTheDamageFirst) {
  std::string text = "event_id,item_id,purchased_at,quantity\n";
  for (int k = 0; k < 20'000; ++k)
    text += Cat({"e", std::to_string(k * 7919), ",beans,2026-05-01 09:30:00,1\n"});
  for (std::string bytes : {Gzip(text), Zstd(text)}) {
    bytes.resize(bytes.size() - 20);
    std::istringstream in(bytes);
    const auto source = PurchaseSource::FromStream(in, "orders.csv", Format::kPurchases);
    ASSERT_TRUE(source.ok());
    std::vector<Event> events;
    const absl::StatusOr<bool> first = (*source)->Read(1'000'000, &events);
    ASSERT_TRUE(first.ok() && *first);
    EXPECT_GT(events.size(), 1000u);
    const size_t good = events.size();
    for (int again = 0; again < 2; ++again) {
      const absl::StatusOr<bool> second = (*source)->Read(1, &events);
      EXPECT_EQ(second.status().code(), absl::StatusCode::kDataLoss);
      EXPECT_THAT(second.status().ToString(), HasSubstr("orders.csv"));
    }
    EXPECT_EQ(events.size(), good);
  }
}

TEST(Damage, AFlippedByteInACompressedFileIsNeverAnEvent) {
  const std::string text = SmallFile();
  const std::vector<Event> whole = ReadEvents(text, Format::kPurchases).events;
  const std::string bytes = Gzip(text);
  // Behind the header, everything is under the checksum. The reader streams, so what came out
  // before the checksum may be wrong; but then the file ends in DATA_LOSS and never in peace.
  for (size_t at = 10; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    const AllEvents all = ReadEvents(flipped, Format::kPurchases);
    ASSERT_FALSE(all.status.ok()) << at;
  }
}

TEST(Damage, AStreamThatCannotBeReadIsDataLoss) {
  class Broken : public std::streambuf {
   protected:
    int_type underflow() override {
      if (!first_) throw std::runtime_error("the disk is gone");
      first_ = false;
      setg(start_.data(), start_.data(), start_.data() + start_.size());
      return traits_type::to_int_type(start_[0]);
    }
    bool first_ = true;
    std::string start_ = "event_id,item_id,purchased_at,quantity\ne1,beans,2026-05-01 09:30:00,1\n";
  } broken;
  std::istream in(&broken);
  const auto source = PurchaseSource::FromStream(in, "test", Format::kPurchases);
  EXPECT_EQ(source.status().code(), absl::StatusCode::kDataLoss) << source.status();
}

TEST(Damage, TenThousandMutationsNeverCrashAndEveryRowIsAccountedFor) {
  std::mt19937_64 random(42);
  const std::string purchases = SmallFile();
  const std::string retail =
      "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
      "489434,85048,\"15CM, BALL\",12,2009-12-01 07:45:00,6.95,13085,United Kingdom\n"
      "489435,85123a,LANTERN,3,2009-12-02 07:45:00,2.1,13085,France\n"
      "C489436,85048,\"15CM, BALL\",-4,2009-12-03 07:45:00,6.95,13085,United Kingdom\n"
      "489437,22423,nan,-4,2009-12-03 07:45:00,0,,United Kingdom\n";
  const std::string nasty("\"\"\",,\n\r\0\xff\xc3-0.NaC\xef\xbb\xbf", 19);
  for (int round = 0; round < 10'000; ++round) {
    const bool ours = round % 2 == 0;
    std::string text = ours ? purchases : retail;
    if (round % 8 >= 6) text = round % 16 >= 8 ? Gzip(text) : Zstd(text);
    const int edits = 1 + static_cast<int>(random() % 6);
    for (int edit = 0; edit < edits; ++edit) {
      const size_t at = random() % text.size();
      const char byte =
          random() % 2 == 0 ? nasty[random() % nasty.size()] : static_cast<char>(random());
      if (random() % 3 == 0) {
        text.erase(at, 1 + random() % 9);
        if (text.empty()) text = "x";
      } else if (random() % 2 == 0) {
        text.insert(at, 1, byte);
      } else {
        text[at] = byte;
      }
    }
    const AllEvents all = ReadEvents(text, ours ? Format::kPurchases : Format::kOnlineRetailII);
    ASSERT_EQ(Accounted(all.report), all.report.rows) << round;
    for (const Event& event : all.events) {
      if (const auto* purchase = std::get_if<Purchase>(&event)) {
        ASSERT_GE(purchase->quantity, 1);
        ASSERT_FALSE(purchase->event_id.empty() || purchase->item_id.empty());
      }
    }
  }
}

}  // namespace
}  // namespace rapport::csv
