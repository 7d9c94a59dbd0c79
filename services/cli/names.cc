#include "services/cli/names.h"

#include "rapport/v1/catalog_service.grpc.pb.h"
#include "services/cli/customer_words.h"

namespace rapport::cli {

const std::string& Names::OfItem(const std::string& item_id) {
  const auto [name, unknown] = items_.try_emplace(item_id, item_id);
  if (unknown) {
    v1::GetItemRequest request;
    request.set_item_id(item_id);
    const auto item = context_.Call(&v1::CatalogService::Stub::GetItem, request, "get the item");
    if (item.ok() && !item->title().empty()) name->second = item->title();
  }
  return name->second;
}

const std::string& Names::OfCustomer(const std::string& customer_id) {
  const auto [name, unknown] = customers_.try_emplace(customer_id);
  if (unknown) name->second = CustomerWords(context_, customer_id);
  return name->second;
}

void Names::PutInto(google::protobuf::RepeatedPtrField<v1::RecordedInsight>* insights) {
  for (v1::RecordedInsight& insight : *insights) {
    if (insight.subject().has_item_id())
      insight.mutable_subject()->set_item_id(OfItem(insight.subject().item_id()));
  }
}

}  // namespace rapport::cli
