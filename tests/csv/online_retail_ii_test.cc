#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/csv/bytes.h"
#include "tests/support/temp_dir.h"

namespace rapport::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kHeader =
    "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n";

AllEvents Read(const std::string& rows) {
  return ReadEvents(std::string(kHeader) + rows, Format::kOnlineRetailII);
}

// A line of 2010 with the fields that the rules look at.
std::string Line(const std::string& invoice, const std::string& code, const std::string& quantity,
                 const std::string& day = "01-04", const std::string& price = "2.55",
                 const std::string& customer = "13085",
                 const std::string& title = "WHITE LANTERN") {
  return invoice + "," + code + "," + title + "," + quantity + ",2010-" + day + " 10:00:00," +
         price + "," + customer + ",United Kingdom\n";
}

std::string OnlyReason(const AllEvents& all) {
  EXPECT_THAT(all.events, IsEmpty());
  EXPECT_THAT(all.report.skipped, SizeIs(1));
  return all.report.skipped.empty() ? "" : all.report.skipped.begin()->first;
}

std::vector<std::string> EventIds(const AllEvents& all) {
  std::vector<std::string> ids;
  for (const Event& event : all.events) {
    std::visit([&](const auto& one) { ids.push_back(one.event_id); }, event);
  }
  return ids;
}

TEST(OnlineRetailII, MakesAPurchaseOfALine) {
  const AllEvents all =
      Read("489434,85048,\"15CM, GLASS BALL\",12,2009-12-01 07:45:00,6.95,13085,United Kingdom\n");
  ASSERT_TRUE(all.status.ok()) << all.status;
  ASSERT_THAT(all.events, SizeIs(1));
  Purchase expected;
  expected.event_id = "489434-1";
  expected.customer_id = "13085";
  expected.item_id = "85048";
  expected.order_id = "489434";
  expected.purchased_at =
      std::chrono::sys_days(std::chrono::December / 1 / 2009) + std::chrono::minutes(7 * 60 + 45);
  expected.quantity = 12;
  expected.unit_price = Money{"GBP", 6, 950'000'000};
  expected.channel = Channel::kOnline;
  EXPECT_EQ(std::get<Purchase>(all.events[0]), expected);
  ASSERT_THAT(all.items, SizeIs(1));
  EXPECT_EQ(all.items[0].title, "15CM, GLASS BALL");
  EXPECT_EQ(all.items[0].price, expected.unit_price);
}

TEST(OnlineRetailII, NumbersTheLinesOfAnInvoiceWhereverTheyStandAndWhateverBecomesOfThem) {
  const AllEvents all = Read(Line("500001", "85048", "1") + Line("500002", "85048", "1") +
                             Line("500001", "POST", "1") + Line("500001", "85048", "1"));
  EXPECT_THAT(EventIds(all), ElementsAre("500001-1", "500002-1", "500001-3"));
}

TEST(OnlineRetailII, TrimsAndUpperCasesProductCodes) {
  const AllEvents all = Read(Line("500001", "85123a", "1") + Line("500001", "47503J ", "1") +
                             Line("500001", "15056BL", "1"));
  ASSERT_THAT(all.items, SizeIs(3));
  EXPECT_EQ(all.items[0].item_id, "15056BL");
  EXPECT_EQ(all.items[1].item_id, "47503J");
  EXPECT_EQ(all.items[2].item_id, "85123A");
}

TEST(OnlineRetailII, LeavesOutWhatIsNoProduct) {
  for (const char* code :
       {"POST", "DOT", "M", "m", "D", "C2", "gift_0001_20", "DCGS0058", "PADS", "TEST001", "SP1002",
        "BANK CHARGES", "1234", "123456", "12345ABC", "23444", "22016", ""}) {
    EXPECT_EQ(OnlyReason(Read(Line("500001", code, "1"))),
              "not a product (postage, fees, vouchers, tests)")
        << code;
  }
}

TEST(OnlineRetailII, KeepsTheSameItemTwiceInAnInvoiceAsTwoLines) {
  EXPECT_THAT(Read(Line("500001", "85048", "2") + Line("500001", "85048", "2")).events, SizeIs(2));
}

TEST(OnlineRetailII, CountsGuestsAndKeepsThemWithoutACustomer) {
  const AllEvents all = Read(Line("500001", "85048", "2", "01-04", "2.55", ""));
  ASSERT_THAT(all.events, SizeIs(1));
  EXPECT_EQ(std::get<Purchase>(all.events[0]).customer_id, "");
  EXPECT_EQ(all.report.guests, 1);
}

TEST(OnlineRetailII, TakesACancellationFromTheLatestPurchasesFirst) {
  const AllEvents all =
      Read(Line("500001", "85048", "10", "01-04") + Line("500002", "85048", "5", "02-04") +
           Line("C500003", "85048", "-8", "03-04") + Line("C500004", "85048", "-7", "04-04"));
  ASSERT_THAT(EventIds(all),
              ElementsAre("500001-1", "500002-1", "C500003-1", "C500003-1:2", "C500004-1"));
  const auto back = [&](size_t k) { return std::get<Return>(all.events[k]); };
  EXPECT_EQ(back(2).purchase_event_id, "500002-1");
  EXPECT_EQ(back(2).quantity, 5);
  EXPECT_EQ(back(3).purchase_event_id, "500001-1");
  EXPECT_EQ(back(3).quantity, 3);
  EXPECT_EQ(back(4).purchase_event_id, "500001-1");
  EXPECT_EQ(back(4).quantity, 7);
  EXPECT_EQ(all.report.returns_matched, 2);
  EXPECT_EQ(all.report.returns_unmatched, 0);
}

TEST(OnlineRetailII, MatchesACancellationInPartAndCountsItAsMatched) {
  const AllEvents all =
      Read(Line("500001", "85048", "3") + Line("C500002", "85048", "-8", "03-04") +
           Line("C500003", "85048", "-1", "03-05"));
  ASSERT_THAT(all.events, SizeIs(2));
  EXPECT_EQ(std::get<Return>(all.events[1]).quantity, 3);
  EXPECT_EQ(all.report.returns_matched, 1);
  EXPECT_EQ(all.report.returns_unmatched, 1);
}

TEST(OnlineRetailII, MatchesNeitherOtherCustomersNorOtherItemsNorLaterPurchases) {
  const AllEvents all =
      Read(Line("500001", "85048", "9", "01-04", "2.55", "99999") + Line("500002", "85049", "9") +
           Line("500003", "85048", "9", "06-01") + Line("C500004", "85048", "-1", "02-01"));
  EXPECT_THAT(all.events, SizeIs(3));
  EXPECT_EQ(all.report.returns_unmatched, 1);
}

TEST(OnlineRetailII, LeavesOutWhatIsNoSale) {
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "-5", "01-04", "0", "", "damaged"))),
            "stock adjustment (negative quantity without a cancellation)");
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "5", "01-04", "0.0", "", "found"))),
            "stock adjustment (price 0 and no customer)");
  EXPECT_EQ(OnlyReason(Read(Line("A500001", "B", "1", "01-04", "-53594.36", ""))),
            "accounting adjustment (an A invoice)");
  EXPECT_EQ(OnlyReason(Read(Line("C500001", "85048", "1"))),
            "cancellation with a positive quantity");
  EXPECT_EQ(OnlyReason(Read(Line("C500001", "85048", "-1", "01-04", "2.55", ""))),
            "cancellation without a customer (nobody to match it with)");
  EXPECT_EQ(OnlyReason(Read(Line("X500001", "85048", "1"))), "invoice number of an unknown kind");
  EXPECT_EQ(OnlyReason(Read(Line("", "85048", "1"))), "an id is missing");
}

TEST(OnlineRetailII, KeepsWhatACustomerGotForNothingAndDoesNotCallThatThePrice) {
  const AllEvents all =
      Read(Line("500001", "85048", "1", "01-04", "0") + Line("500002", "85048", "1"));
  ASSERT_THAT(all.events, SizeIs(2));
  EXPECT_EQ(std::get<Purchase>(all.events[0]).unit_price, (Money{"GBP", 0, 0}));
  EXPECT_EQ(all.items[0].price, (Money{"GBP", 2, 550'000'000}));
}

TEST(OnlineRetailII, SaysWhatIsWrongWithARow) {
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "0"))), "quantity is 0");
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "1.5"))), "quantity is not a whole number");
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "9999999999"))),
            "quantity out of range (more than 10,000,000)");
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "1", "02-31"))),
            "no such date or time in the calendar");
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "1", "01-04", "NaN"))),
            "price is not a decimal number");
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "1", "01-04", "-1"))), "price is negative");
  EXPECT_EQ(OnlyReason(Read(Line("500001", "85048", "1", "01-04", "1", std::string(129, '1')))),
            "an id longer than 128 bytes");
  EXPECT_EQ(
      OnlyReason(Read(Line("500001", "85048", "1", "01-04", "1", "1", std::string(513, 'X')))),
      "title longer than 512 bytes");
  EXPECT_EQ(OnlyReason(Read("500001,85048\n")), "too few fields");
  EXPECT_EQ(OnlyReason(Read("1,2,3,4,5,6,7,8,9\n")), "too many fields");
}

TEST(OnlineRetailII, TellsTheFirstLinesOfEachReason) {
  std::string rows;
  for (int k = 0; k < 7; ++k) rows += Line("500001", "POST", "1") + Line("500001", "85048", "1");
  const AllEvents all = Read(rows);
  const Skipped& skipped = all.report.skipped.begin()->second;
  EXPECT_EQ(skipped.rows, 7);
  EXPECT_THAT(skipped.first_lines, ElementsAre(2, 4, 6, 8, 10));
  EXPECT_EQ(all.report.rows, 14);
  EXPECT_EQ(Accounted(all.report), 14);
}

TEST(OnlineRetailII, CallsAnItemByItsMostUsedDescriptionThatIsOne) {
  const auto sold = [](const std::string& title) {
    return Line("500001", "85048", "1", "01-04", "2.55", "1", title);
  };
  const AllEvents all =
      Read(sold("damaged") + sold("damaged") + sold("Given away") + sold("?") + sold("nan") +
           sold("RED  CUP ") + sold("RED CUP") + sold("CUP RED") + sold("Thrown away-rusty"));
  ASSERT_THAT(all.items, SizeIs(1));
  EXPECT_EQ(all.items[0].title, "RED CUP");
  EXPECT_EQ(Read(sold("BAG 250g SWIRLY MARBLES")).items[0].title, "BAG 250g SWIRLY MARBLES");
  EXPECT_EQ(Read(sold("Hypochondriac Pill Stress Ball")).items[0].title,
            "Hypochondriac Pill Stress Ball");
  EXPECT_EQ(Read(sold("check")).items[0].title, "");
}

TEST(OnlineRetailII, GivesThePriceSeenMostOften) {
  const AllEvents all =
      Read(Line("500001", "85048", "1", "01-04", "9") + Line("500001", "85048", "1", "01-04", "3") +
           Line("500001", "85048", "1", "01-04", "3.00"));
  EXPECT_EQ(all.items[0].price, (Money{"GBP", 3, 0}));
  EXPECT_THAT(all.items[0].category_path, IsEmpty());
}

TEST(OnlineRetailII, RefusesAnotherHeaderAndShowsBoth) {
  const AllEvents all = ReadEvents("event_id,item_id\n", Format::kOnlineRetailII);
  EXPECT_EQ(all.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(all.status.ToString(), HasSubstr("event_id,item_id"));
  EXPECT_THAT(all.status.ToString(), HasSubstr("Customer ID,Country"));
  EXPECT_EQ(ReadEvents("", Format::kOnlineRetailII).status.code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(OnlineRetailII, FindsInAnEarlierFileWhatALaterOneBringsBack) {
  const TempDir scratch;
  const std::string first = scratch / "first.csv";
  const std::string second = scratch / "second.csv";
  std::ofstream(first) << kHeader << Line("500001", "85048", "4");
  std::ofstream(second) << kHeader << Line("C500002", "85048", "-4", "02-04");
  auto source = *PurchaseSource::OpenAll({first, second}, Format::kOnlineRetailII);
  std::vector<Event> events;
  while (*source->Read(1, &events)) {
  }
  EXPECT_EQ(source->report().returns_matched, 1);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(std::get<Return>(events[1]).purchase_event_id, "500001-1");
  EXPECT_EQ(source->bytes_read(), source->bytes_total());
}

TEST(Purchases, ReadEachFileByItsOwnHeader) {
  const TempDir scratch;
  const std::string first = scratch / "first.csv";
  const std::string second = scratch / "second.csv";
  std::ofstream(first) << "event_id,item_id,purchased_at,quantity\ne1,tea,2026-05-01T09:30:00Z,1\n";
  std::ofstream(second)
      << "quantity,purchased_at,item_id,event_id\n2,2026-05-02T09:30:00Z,pot,e2\n";
  auto source = *PurchaseSource::OpenAll({first, second}, Format::kPurchases);
  std::vector<Event> events;
  while (*source->Read(100, &events)) {
  }
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(std::get<Purchase>(events[1]).item_id, "pot");
  EXPECT_EQ(
      PurchaseSource::OpenAll({first, scratch / "none.csv"}, Format::kPurchases).status().code(),
      absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace rapport::csv
