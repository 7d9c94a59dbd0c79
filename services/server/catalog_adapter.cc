#include "services/server/catalog_adapter.h"

#include <string>
#include <utility>
#include <vector>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/page_token.h"

namespace rapport::server {
namespace {

constexpr std::string_view kListItems = "ListItems";
constexpr std::string_view kListCustomers = "ListCustomers";
// A page ends early rather than grow past what a client takes by default (4 MiB).
constexpr size_t kMaxPageBytes = size_t{3} << 20;

// Checks a batch of items or customers and converts it; empty beside violations.
template <class Value, class Protos>
std::vector<Value> ReadBatch(const Protos& protos, const std::string& field,
                             Violations& violations) {
  std::vector<Value> values;
  if (protos.empty() || protos.size() > kMaxBatch) {
    violations.Add(field, "given " + Grouped(protos.size()) + "; expected 1 to 1,000");
    return values;
  }
  values.reserve(static_cast<size_t>(protos.size()));
  for (int index = 0; index < protos.size() && !violations.full(); ++index) {
    FieldChecker check(violations, field + "[" + std::to_string(index) + "].");
    values.push_back(FromProto(protos[index], check));
  }
  return values;
}

struct Page {
  size_t size = 0;
  std::string after;  // the id before the first of the page
};

template <class Request>
Page ReadPage(const Request& request, std::string_view call, Violations& violations) {
  FieldChecker check(violations);
  Page page;
  page.size = static_cast<size_t>(check.Count("page_size", request.page_size(), 100, kMaxBatch));
  if (!request.page_token().empty()) {
    if (auto cursor = ReadPageToken(call, "", request.page_token())) {
      page.after = *std::move(cursor);
    } else {
      check.Fail("page_token", "expected a next_page_token of this call");
    }
  }
  return page;
}

// Writes one page of `found`, which holds one more than the page if there is more. `id` names a
// value's id.
template <class Value, class Add, class Id, class Response>
void WritePage(const std::vector<Value>& found, size_t page_size, std::string_view call, Add add,
               Id id, Response& response) {
  size_t bytes = 0;
  size_t written = 0;
  while (written < found.size() && written < page_size && bytes < kMaxPageBytes) {
    auto* proto = add();
    ToProto(found[written], proto);
    bytes += proto->ByteSizeLong();
    ++written;
  }
  if (written < found.size()) {
    response.set_next_page_token(MakePageToken(call, "", id(found[written - 1])));
  }
}

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
