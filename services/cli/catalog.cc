#include "services/cli/catalog.h"

#include <algorithm>
#include <string>

#include "rapport/v1/catalog_service.grpc.pb.h"

namespace rapport::cli {
namespace {

using Stub = v1::CatalogService::Stub;
constexpr int64_t kPage = 1000;

template <typename Request, typename Response>
absl::StatusOr<Response> ListAll(Context& context, int64_t count, auto method, auto entries,
                                 const char* doing) {
  Response whole;
  Request request;
  do {
    request.set_page_size(static_cast<int32_t>(std::min(kPage, count - (whole.*entries)().size())));
    const absl::StatusOr<Response> page = context.Call(method, request, doing);
    if (!page.ok()) return page.status();
    whole.MergeFrom(*page);
    whole.set_next_page_token(page->next_page_token());
    request.set_page_token(page->next_page_token());
  } while (!whole.next_page_token().empty() && (whole.*entries)().size() < count);
  return whole;
}

// Sends `all` in messages that `add` fills one by one.
template <typename Request, typename Response, typename Entry>
absl::StatusOr<Response> UpsertAll(Context& context, const std::vector<Entry>& all, auto method,
                                   auto add, const std::string& what) {
  Response total;
  for (size_t begin = 0; begin < all.size(); begin += kPage) {
    const size_t end = std::min(all.size(), begin + kPage);
    Request request;
    for (size_t at = begin; at < end; ++at) *(request.*add)() = all[at];
    const absl::StatusOr<Response> reply = context.Call(
        method, request,
        "upsert " + what + " " + std::to_string(begin + 1) + " to " + std::to_string(end));
    if (!reply.ok()) return reply.status();
    total.set_upserted(total.upserted() + reply->upserted());
  }
  return total;
}

}  // namespace

absl::StatusOr<v1::ListItemsResponse> ListItems(Context& context, int64_t count) {
  using Response = v1::ListItemsResponse;
  using Entries = const google::protobuf::RepeatedPtrField<v1::Item>& (Response::*)() const;
  return ListAll<v1::ListItemsRequest, Response>(
      context, count, &Stub::ListItems, static_cast<Entries>(&Response::items), "list the items");
}

absl::StatusOr<v1::ListCustomersResponse> ListCustomers(Context& context, int64_t count) {
  using Response = v1::ListCustomersResponse;
  using Entries = const google::protobuf::RepeatedPtrField<v1::Customer>& (Response::*)() const;
  return ListAll<v1::ListCustomersRequest, Response>(context, count, &Stub::ListCustomers,
                                                     static_cast<Entries>(&Response::customers),
                                                     "list the customers");
}

absl::StatusOr<v1::UpsertItemsResponse> UpsertItems(Context& context,
                                                    const std::vector<v1::Item>& items) {
  return UpsertAll<v1::UpsertItemsRequest, v1::UpsertItemsResponse>(
      context, items, &Stub::UpsertItems, &v1::UpsertItemsRequest::add_items, "items");
}

absl::StatusOr<v1::UpsertCustomersResponse> UpsertCustomers(
    Context& context, const std::vector<v1::Customer>& customers) {
  return UpsertAll<v1::UpsertCustomersRequest, v1::UpsertCustomersResponse>(
      context, customers, &Stub::UpsertCustomers, &v1::UpsertCustomersRequest::add_customers,
      "customers");
}

}  // namespace rapport::cli
