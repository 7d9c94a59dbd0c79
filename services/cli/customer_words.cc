#include "services/cli/customer_words.h"

#include "rapport/v1/catalog_service.grpc.pb.h"
#include "services/cli/table.h"

namespace rapport::cli {

std::string CustomerWords(Context& context, const std::string& customer_id) {
  v1::GetCustomerRequest request;
  request.set_customer_id(customer_id);
  const auto customer =
      context.Call(&v1::CatalogService::Stub::GetCustomer, request, "look the customer up");
  if (!customer.ok() || customer->name().empty()) return Harmless(customer_id);
  return Harmless(customer->name()) + " (" + Harmless(customer_id) + ")";
}

}  // namespace rapport::cli
