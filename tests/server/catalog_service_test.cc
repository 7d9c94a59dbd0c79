#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Stub = v1::CatalogService::Stub;

class CatalogServiceTest : public ::testing::Test {
 protected:
  grpc::Status Upsert(const v1::UpsertItemsRequest& request) {
    v1::UpsertItemsResponse response;
    return Ask(*server_.catalog, &Stub::UpsertItems, request, &response);
  }
  grpc::Status Upsert(const v1::UpsertCustomersRequest& request) {
    v1::UpsertCustomersResponse response;
    return Ask(*server_.catalog, &Stub::UpsertCustomers, request, &response);
  }
  grpc::Status Get(const std::string& item_id, v1::Item* item) {
    v1::GetItemRequest request;
    request.set_item_id(item_id);
    return Ask(*server_.catalog, &Stub::GetItem, request, item);
  }
  grpc::Status Get(const std::string& customer_id, v1::Customer* customer) {
    v1::GetCustomerRequest request;
    request.set_customer_id(customer_id);
    return Ask(*server_.catalog, &Stub::GetCustomer, request, customer);
  }
  void Buy(const std::string& customer, const std::string& item) {
    v1::RecordPurchasesRequest request;
    *request.add_purchases() = MakePurchase("e-" + item, customer, item);
    v1::RecordPurchasesResponse response;
    EXPECT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
  }

  RunningServer server_;
};

TEST_F(CatalogServiceTest, ItemsComeBackAsTheyWereSentAlsoAfterARestart) {
  v1::UpsertItemsRequest request;
  v1::Item& item = *request.add_items();
  item.set_item_id("kenya");
  item.set_title("Kenya AA");
  item.add_category_path("Coffee");
  (*item.mutable_attributes())["roast"] = "dark";
  item.set_available(true);
  ASSERT_TRUE(Upsert(request).ok());
  server_.Restart();
  v1::Item found;
  ASSERT_TRUE(Get("kenya", &found).ok());
  EXPECT_EQ(found.SerializeAsString(), item.SerializeAsString());
}

TEST_F(CatalogServiceTest, AnItemThatWasOnlyBoughtHasItsIdAndOthersAreNotFound) {
  Buy("c1", "coffee");
  v1::Item item;
  ASSERT_TRUE(Get("coffee", &item).ok());
  EXPECT_EQ(item.item_id(), "coffee");
  EXPECT_EQ(item.title(), "");
  const grpc::Status unknown = Get("tea", &item);
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(unknown), "ITEM_UNKNOWN");
}

TEST_F(CatalogServiceTest, AvailabilityChangesAndUnknownItemsAreNotFound) {
  Buy("c1", "coffee");
  v1::SetAvailabilityRequest request;
  v1::SetAvailabilityResponse response;
  request.set_item_id("coffee");
  ASSERT_TRUE(Ask(*server_.catalog, &Stub::SetAvailability, request, &response).ok());
  v1::Item item;
  ASSERT_TRUE(Get("coffee", &item).ok());
  EXPECT_FALSE(item.available());
  request.set_item_id("tea");
  const grpc::Status unknown = Ask(*server_.catalog, &Stub::SetAvailability, request, &response);
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(unknown), "ITEM_UNKNOWN");
}

TEST_F(CatalogServiceTest, OneBadItemKeepsOutAllAndEveryOffendingFieldIsNamed) {
  v1::UpsertItemsRequest request;
  request.add_items()->set_item_id("good");
  v1::Item& bad = *request.add_items();
  bad.set_title(std::string(513, 't'));
  bad.set_brand(std::string(257, 'b'));
  for (int entry = 0; entry < 9; ++entry) bad.add_category_path("c");
  bad.set_category_path(8, std::string(257, 'c'));
  for (int entry = 0; entry < 65; ++entry) {
    bad.add_tags("t");
    (*bad.mutable_attributes())["k" + std::to_string(entry)] = "v";
  }
  (*bad.mutable_attributes())["long"] = std::string(257, 'v');
  bad.mutable_price()->set_currency_code("Euro");
  const grpc::Status status = Upsert(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      PathsOf(status),
      ElementsAre("items[1].item_id", "items[1].title", "items[1].brand", "items[1].category_path",
                  "items[1].category_path[8]", "items[1].tags", "items[1].attributes",
                  "items[1].price.currency_code", "items[1].attributes[\"long\"]"));
  EXPECT_THAT(ViolationsOf(status)[1].description, HasSubstr("given 513 bytes"));
  v1::Item item;
  EXPECT_EQ(Get("good", &item).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(CatalogServiceTest, ManyViolationsAreCutAtFifty) {
  v1::UpsertItemsRequest request;
  for (int item = 0; item < 200; ++item) request.add_items();
  EXPECT_EQ(ViolationsOf(Upsert(request)).size(), 50U);
}

TEST_F(CatalogServiceTest, EmptyAndOversizedBatchesAreRefused) {
  EXPECT_THAT(PathsOf(Upsert(v1::UpsertItemsRequest())), ElementsAre("items"));
  EXPECT_THAT(PathsOf(Upsert(v1::UpsertCustomersRequest())), ElementsAre("customers"));
  v1::UpsertCustomersRequest request;
  for (int customer = 0; customer < 1'001; ++customer) {
    request.add_customers()->set_customer_id("c" + std::to_string(customer));
  }
  EXPECT_THAT(PathsOf(Upsert(request)), ElementsAre("customers"));
}

TEST_F(CatalogServiceTest, CustomersComeBackAndBadOnesAreNamed) {
  v1::UpsertCustomersRequest request;
  v1::Customer& customer = *request.add_customers();
  customer.set_customer_id("c1");
  customer.set_name("Ada Okafor");
  customer.mutable_consent()->set_mention(false);
  ASSERT_TRUE(Upsert(request).ok());
  v1::Customer found;
  ASSERT_TRUE(Get("c1", &found).ok());
  EXPECT_EQ(found.SerializeAsString(), customer.SerializeAsString());

  customer.set_customer_id("c\x01");
  customer.set_locale(std::string(257, 'l'));
  customer.set_form_of_address(std::string(257, 'f'));
  customer.set_store(std::string(257, 's'));
  customer.set_name(std::string(513, 'n'));
  EXPECT_THAT(PathsOf(Upsert(request)),
              ElementsAre("customers[0].customer_id", "customers[0].name", "customers[0].locale",
                          "customers[0].form_of_address", "customers[0].store"));
}

TEST_F(CatalogServiceTest, GetNeedsAnIdAndUnknownCustomersAreNotFound) {
  v1::Customer customer;
  v1::Item item;
  EXPECT_THAT(PathsOf(Get("", &customer)), ElementsAre("customer_id"));
  EXPECT_THAT(PathsOf(Get("", &item)), ElementsAre("item_id"));
  const grpc::Status unknown = Get("nobody", &customer);
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(unknown), "CUSTOMER_UNKNOWN");
}

TEST_F(CatalogServiceTest, ListsArePagedInOrderOfIdAndMissNothing) {
  v1::UpsertItemsRequest items;
  v1::UpsertCustomersRequest customers;
  for (const char* id : {"e", "a", "c", "b", "d"}) {
    items.add_items()->set_item_id(id);
    customers.add_customers()->set_customer_id(id);
  }
  ASSERT_TRUE(Upsert(items).ok());
  ASSERT_TRUE(Upsert(customers).ok());
  std::string listed;
  v1::ListItemsRequest request;
  request.set_page_size(2);
  v1::ListItemsResponse page;
  do {
    ASSERT_TRUE(Ask(*server_.catalog, &Stub::ListItems, request, &page).ok());
    for (const v1::Item& item : page.items()) listed += item.item_id();
    listed += ' ';
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(listed, "ab cd e ");

  v1::ListCustomersRequest ask_customers;
  ask_customers.set_page_size(4);
  v1::ListCustomersResponse some;
  ASSERT_TRUE(Ask(*server_.catalog, &Stub::ListCustomers, ask_customers, &some).ok());
  ASSERT_EQ(some.customers_size(), 4);
  ask_customers.set_page_token(some.next_page_token());
  ASSERT_TRUE(Ask(*server_.catalog, &Stub::ListCustomers, ask_customers, &some).ok());
  ASSERT_EQ(some.customers_size(), 1);
  EXPECT_EQ(some.customers(0).customer_id(), "e");
  EXPECT_EQ(some.next_page_token(), "");

  request.set_page_token(ask_customers.page_token());  // of the other list
  EXPECT_THAT(PathsOf(Ask(*server_.catalog, &Stub::ListItems, request, &page)),
              ElementsAre("page_token"));
  request.Clear();
  request.set_page_size(1'001);
  EXPECT_THAT(PathsOf(Ask(*server_.catalog, &Stub::ListItems, request, &page)),
              ElementsAre("page_size"));
}

TEST_F(CatalogServiceTest, APageOfLargeItemsEndsEarlyRatherThanGrowPastWhatClientsTake) {
  constexpr int kItems = 300;
  for (int first = 0; first < kItems; first += 100) {
    v1::UpsertItemsRequest request;
    for (int item = first; item < first + 100; ++item) {
      v1::Item& large = *request.add_items();
      large.set_item_id("item" + std::to_string(item));
      for (int entry = 0; entry < 64; ++entry) {
        (*large.mutable_attributes())["key" + std::to_string(entry)] = std::string(256, 'v');
      }
    }
    ASSERT_TRUE(Upsert(request).ok());
  }
  v1::ListItemsRequest request;
  request.set_page_size(1'000);
  v1::ListItemsResponse page;
  int listed = 0;
  int pages = 0;
  do {
    const grpc::Status status = Ask(*server_.catalog, &Stub::ListItems, request, &page);
    ASSERT_TRUE(status.ok()) << status.error_message();
    listed += page.items_size();
    ++pages;
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(listed, kItems);
  EXPECT_GT(pages, 1);
}

}  // namespace
}  // namespace rapport::server
