#include "services/server/catalog_adapter.h"

#include <string>
#include <utility>
#include <vector>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/lists.h"

namespace rapport::server {
namespace {

constexpr std::string_view kListItems = "ListItems";
constexpr std::string_view kListCustomers = "ListCustomers";

}  // namespace

CatalogAdapter::CatalogAdapter(Store& store, CallPolicy& policy)
    : store_(store),
      policy_(policy),
      upsert_items_(policy.metrics().Method("CatalogService/UpsertItems")),
      get_item_(policy.metrics().Method("CatalogService/GetItem")),
      list_items_(policy.metrics().Method("CatalogService/ListItems")),
      set_availability_(policy.metrics().Method("CatalogService/SetAvailability")),
      upsert_customers_(policy.metrics().Method("CatalogService/UpsertCustomers")),
      get_customer_(policy.metrics().Method("CatalogService/GetCustomer")),
      list_customers_(policy.metrics().Method("CatalogService/ListCustomers")) {}

grpc::ServerUnaryReactor* CatalogAdapter::UpsertItems(Context* context, const Bytes* in,
                                                      Bytes* out) {
  return policy_.Start<v1::UpsertItemsRequest, v1::UpsertItemsResponse>(
      upsert_items_, context, in, out, [this](auto* call) {
        Violations violations;
        auto items = ReadBatch<Item>(call->request().items(), "items", violations);
        if (!violations.empty()) return call->Reply(InvalidArgument(violations));
        call->response().set_upserted(call->request().items_size());
        store_.UpsertItems(std::move(items),
                           [call](const absl::Status& done) { call->Reply(ToGrpc(done)); });
      });
}

grpc::ServerUnaryReactor* CatalogAdapter::GetItem(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::GetItemRequest, v1::Item>(
      get_item_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        FieldChecker(violations).RequiredId("item_id", request.item_id());
        if (!violations.empty()) return InvalidArgument(violations);
        const auto item = store_.GetItem(request.item_id());
        if (!item.ok()) return ToGrpc(item.status());
        if (!*item) {
          return ToGrpc(absl::NotFoundError("the item was neither described nor bought"),
                        "ITEM_UNKNOWN");
        }
        ToProto(**item, response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* CatalogAdapter::ListItems(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::ListItemsRequest, v1::ListItemsResponse>(
      list_items_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        const Page page = ReadPage(request, kListItems, violations);
        if (!violations.empty()) return InvalidArgument(violations);
        const auto found = store_.ListItems(page.after, page.size + 1);
        if (!found.ok()) return ToGrpc(found.status());
        WritePage(
            *found, page.size, kListItems, [response] { return response->add_items(); },
            [](const Item& item) { return item.item_id; }, *response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* CatalogAdapter::SetAvailability(Context* context, const Bytes* in,
                                                          Bytes* out) {
  return policy_.Start<v1::SetAvailabilityRequest, v1::SetAvailabilityResponse>(
      set_availability_, context, in, out, [this](auto* call) {
        Violations violations;
        FieldChecker(violations).RequiredId("item_id", call->request().item_id());
        if (!violations.empty()) return call->Reply(InvalidArgument(violations));
        store_.SetAvailability(call->request().item_id(), call->request().available(),
                               [call](const absl::Status& done) {
                                 const bool unknown = absl::IsNotFound(done);
                                 call->Reply(ToGrpc(done, unknown ? "ITEM_UNKNOWN" : ""));
                               });
      });
}

grpc::ServerUnaryReactor* CatalogAdapter::UpsertCustomers(Context* context, const Bytes* in,
                                                          Bytes* out) {
  return policy_.Start<v1::UpsertCustomersRequest, v1::UpsertCustomersResponse>(
      upsert_customers_, context, in, out, [this](auto* call) {
        Violations violations;
        auto customers = ReadBatch<Customer>(call->request().customers(), "customers", violations);
        if (!violations.empty()) return call->Reply(InvalidArgument(violations));
        call->response().set_upserted(call->request().customers_size());
        store_.UpsertCustomers(std::move(customers),
                               [call](const absl::Status& done) { call->Reply(ToGrpc(done)); });
      });
}

grpc::ServerUnaryReactor* CatalogAdapter::GetCustomer(Context* context, const Bytes* in,
                                                      Bytes* out) {
  return policy_.Run<v1::GetCustomerRequest, v1::Customer>(
      get_customer_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        FieldChecker(violations).RequiredId("customer_id", request.customer_id());
        if (!violations.empty()) return InvalidArgument(violations);
        const auto customer = store_.GetCustomer(request.customer_id());
        if (!customer.ok()) return ToGrpc(customer.status());
        if (!*customer) {
          return ToGrpc(absl::NotFoundError("nothing is known of this customer"),
                        "CUSTOMER_UNKNOWN");
        }
        ToProto(**customer, response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* CatalogAdapter::ListCustomers(Context* context, const Bytes* in,
                                                        Bytes* out) {
  return policy_.Run<v1::ListCustomersRequest, v1::ListCustomersResponse>(
      list_customers_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        const Page page = ReadPage(request, kListCustomers, violations);
        if (!violations.empty()) return InvalidArgument(violations);
        const auto found = store_.ListCustomers(page.after, page.size + 1);
        if (!found.ok()) return ToGrpc(found.status());
        WritePage(
            *found, page.size, kListCustomers, [response] { return response->add_customers(); },
            [](const Customer& customer) { return customer.customer_id; }, *response);
        return grpc::Status::OK;
      });
}

}  // namespace rapport::server
