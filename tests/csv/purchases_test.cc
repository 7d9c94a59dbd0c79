#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "data/csv/purchase_writer.h"
#include "data/csv/text.h"
#include "tests/csv/bytes.h"

namespace rapport::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

AllEvents Read(const std::string& text) { return ReadEvents(text, Format::kPurchases); }

constexpr std::string_view kFullHeader =
    "event_id,item_id,purchased_at,quantity,customer_id,order_id,unit_price,currency,channel,staff_"
    "id,gift,title,"
    "category,brand,returns_event_id\n";

std::string OnlyReason(const std::string& row) {
  const AllEvents all = Read(std::string(kFullHeader) + row + "\n");
  EXPECT_THAT(all.events, IsEmpty());
  EXPECT_THAT(all.report.skipped, SizeIs(1)) << row;
  return all.report.skipped.empty() ? "" : all.report.skipped.begin()->first;
}

TEST(Purchases, NeedsFourColumnsInAnyOrder) {
  const AllEvents all =
      Read("quantity,purchased_at,item_id,event_id\n2,2026-05-01 09:30:00,beans,e1\n");
  ASSERT_TRUE(all.status.ok()) << all.status;
  ASSERT_THAT(all.events, SizeIs(1));
  const auto& purchase = std::get<Purchase>(all.events[0]);
  EXPECT_EQ(purchase.event_id, "e1");
  EXPECT_EQ(purchase.item_id, "beans");
  EXPECT_EQ(purchase.quantity, 2);
  EXPECT_EQ(purchase.unit_price, std::nullopt);
  EXPECT_EQ(purchase.channel, Channel::kUnspecified);
  EXPECT_EQ(all.report.guests, 1);
}

TEST(Purchases, ReadsEveryColumn) {
  const AllEvents all =
      Read(std::string(kFullHeader.substr(0, kFullHeader.size() - 1)) +
           ",store\n"
           "e1,beans,2026-05-01T11:30:00+02:00,2,ann,o1,12.50,EUR,store,kim,true,Yirgacheffe,"
           "Coffee > Whole bean,Moor,,Harbour\n");
  ASSERT_THAT(all.events, SizeIs(1));
  Purchase expected;
  expected.event_id = "e1";
  expected.customer_id = "ann";
  expected.item_id = "beans";
  expected.order_id = "o1";
  expected.purchased_at = TimePoint(std::chrono::microseconds(1'777'627'800'000'000));
  expected.quantity = 2;
  expected.unit_price = Money{"EUR", 12, 500'000'000};
  expected.channel = Channel::kStore;
  expected.staff_id = "kim";
  expected.gift = true;
  expected.store = "Harbour";
  EXPECT_EQ(std::get<Purchase>(all.events[0]), expected);
  ASSERT_THAT(all.items, SizeIs(1));
  EXPECT_EQ(all.items[0].title, "Yirgacheffe");
  EXPECT_THAT(all.items[0].category_path, ElementsAre("Coffee", "Whole bean"));
  EXPECT_EQ(all.items[0].brand, "Moor");
  EXPECT_EQ(all.items[0].price, expected.unit_price);
}

TEST(Purchases, ReturnsWhatARowNames) {
  const AllEvents all = Read(
      "event_id,item_id,purchased_at,quantity,customer_id,returns_event_id\n"
      "e1,beans,2026-05-01 09:00:00,3,ann,\n"
      "r1,beans,2026-05-02 09:00:00,1,ann,e1\n"
      "r2,,2026-05-03 09:00:00,,ann,e1\n"
      "r3,,2026-05-03 09:00:00,,bob,e1\n");
  ASSERT_THAT(all.events, SizeIs(4))
      << "an unmatched return is kept too: the store may know its purchase";
  EXPECT_EQ(std::get<Return>(all.events[1]).quantity, 1);
  EXPECT_EQ(std::get<Return>(all.events[2]).quantity, std::nullopt);
  EXPECT_EQ(std::get<Return>(all.events[2]).purchase_event_id, "e1");
  EXPECT_EQ(all.report.returns_matched, 2);
  EXPECT_EQ(all.report.returns_unmatched, 1);
}

TEST(Purchases, NamesTheColumnThatItDoesNotKnow) {
  const AllEvents unknown = Read("event_id,item_id,purchased_at,quantity,colour\n");
  EXPECT_EQ(unknown.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(unknown.status.ToString(),
              HasSubstr("unknown column \"colour\"; known are event_id, item_id"));
  EXPECT_THAT(Read("event_id,item_id,quantity\n").status.ToString(),
              HasSubstr("column purchased_at is missing"));
  EXPECT_THAT(Read("event_id,item_id,event_id\n").status.ToString(),
              HasSubstr("column event_id stands twice"));
}

TEST(Purchases, SaysWhatIsWrongWithARow) {
  EXPECT_EQ(OnlyReason(",i,2026-05-01 09:30:00,1,,,,,,,,,,,"), "an id is missing");
  EXPECT_EQ(OnlyReason("e,,2026-05-01 09:30:00,1,,,,,,,,,,,"), "an id is missing");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,,,,,,,,,,,,"), "quantity is not a whole number");
  EXPECT_THAT(OnlyReason("e,i,2026-05-01 09:30:00,-1,,,,,,,,,,,"),
              HasSubstr("quantity is negative"));
  EXPECT_EQ(OnlyReason("e,i,yesterday,1,,,,,,,,,,,"), "date and time cannot be read");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,1,,,5,,,,,,,,"),
            "price without a currency of three capital letters");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,1,,,x,EUR,,,,,,,"),
            "price is not a decimal number");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,1,,,,,shop,,,,,,"),
            "channel is not store, online, phone or other");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,1,,,,,,,yes,,,,"), "gift is not true or false");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,1,,,,,,,,,A >  > B,,"),
            "category with an empty level");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,1,,,,,,,,,1 > 2 > 3 > 4 > 5 > 6 > 7 > 8 > 9,,"),
            "category with more than 8 levels");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,1,,,,,,,," + std::string(513, 't') + ",,,"),
            "title longer than 512 bytes");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,0,,,,,,,,,,,e0"), "quantity is 0");
  EXPECT_EQ(OnlyReason("e,i,2026-05-01 09:30:00,1"), "too few fields");
}

TEST(Purchases, WrittenAndReadAgainAreTheSame) {
  const TimePoint at{std::chrono::microseconds(1'777'627'800'250'001)};
  std::vector<Event> events;
  const Money prices[] = {{"EUR", 12, 500'000'000}, {"JPY", 700, 0}, {"GBP", 0, 1}, {"EUR", 0, 0}};
  int k = 0;
  for (const Channel channel : {Channel::kUnspecified, Channel::kStore, Channel::kOnline,
                                Channel::kPhone, Channel::kOther}) {
    Purchase purchase{"e," + std::to_string(k),
                      "ann \"the\" cook",
                      "item-" + std::to_string(k % 3),
                      "",
                      at,
                      1 + k,
                      {},
                      channel,
                      "kim",
                      k % 2 == 0};
    if (k < 4) purchase.unit_price = prices[k];
    if (k == 1) purchase.customer_id = " 田中様 ";
    if (k == 2) purchase.order_id = "o2";
    if (k == 3) purchase.store = "Harbour, \"the old\" one";
    if (k == 4) purchase.customer_id.clear();
    events.push_back(purchase);
    ++k;
  }
  events.push_back(Return{"r1", " 田中様 ", "e,1", 2, at, "kim"});
  events.push_back(Return{"r2", "", "e,4", std::nullopt, at + std::chrono::seconds(1), ""});
  std::vector<Item> items(2);
  items[0].item_id = "item-0";
  items[0].title = "Beans, \"best\"\nof all";
  items[0].category_path = {"Coffee", "Whole bean"};
  items[0].brand = "Moor";
  items[1].item_id = "item-1";

  std::ostringstream out;
  ASSERT_TRUE(WritePurchases(out, events, items).ok());
  const AllEvents all = Read(out.str());
  ASSERT_TRUE(all.status.ok()) << all.status;
  EXPECT_EQ(all.events, events);
  ASSERT_THAT(all.items, SizeIs(3));
  EXPECT_EQ(all.items[0].title, items[0].title);
  EXPECT_EQ(all.items[0].category_path, items[0].category_path);
  EXPECT_EQ(all.items[0].brand, "Moor");
}

TEST(Purchases, SaysThatTheOutputTakesNoMore) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(WritePurchases(out, {}, {}).code(), absl::StatusCode::kUnavailable);
}

TEST(PurchaseSource, OpensFilesAndSaysWhyItCannot) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("rapport-csv-test-" + std::to_string(getpid()) + ".csv.gz");
  const std::string bytes =
      Gzip("event_id,item_id,purchased_at,quantity\ne1,beans,2026-05-01 09:30:00,2\n");
  std::ofstream(path, std::ios::binary) << bytes;
  const auto source = PurchaseSource::Open(path.string(), Format::kPurchases);
  ASSERT_TRUE(source.ok()) << source.status();
  std::vector<Event> events;
  EXPECT_TRUE(*(*source)->Read(1, &events));
  EXPECT_FALSE(*(*source)->Read(1, &events));
  EXPECT_THAT(events, SizeIs(1));
  EXPECT_EQ((*source)->bytes_total(), static_cast<int64_t>(bytes.size()));
  EXPECT_EQ((*source)->bytes_read(), static_cast<int64_t>(bytes.size()));
  std::filesystem::remove(path);
  EXPECT_EQ(PurchaseSource::Open(path.string(), Format::kPurchases).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(PurchaseSource::Open("/", Format::kPurchases).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(PurchaseSource, KnowsItsFormatsByName) {
  EXPECT_EQ(*ParseFormat("purchases"), Format::kPurchases);
  EXPECT_EQ(*ParseFormat("online-retail-ii"), Format::kOnlineRetailII);
  EXPECT_THAT(ParseFormat("xml").status().ToString(), HasSubstr("purchases and online-retail-ii"));
}

TEST(PurchaseSource, GivesTheSameHoweverMuchIsAskedFor) {
  std::string text = "event_id,item_id,purchased_at,quantity\n";
  for (int k = 0; k < 100; ++k) {
    text += Cat({"e", std::to_string(k), ",beans,2026-05-01 09:30:00,1\n"});
  }
  const std::vector<Event> all = ReadEvents(text, Format::kPurchases, 1000).events;
  EXPECT_THAT(all, SizeIs(100));
  for (const size_t at_least : {0, 1, 3, 99, 100, 101}) {
    EXPECT_EQ(ReadEvents(text, Format::kPurchases, at_least).events, all);
  }
}

}  // namespace
}  // namespace rapport::csv
