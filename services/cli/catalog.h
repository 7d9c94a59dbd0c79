// Items and customers at the server, in bulk: whole lists, and upserts in messages of 1,000. Main
// thread only.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rapport/v1/catalog_service.pb.h"
#include "services/cli/context.h"

namespace rapport::cli {

// At most `count`, in order of id, page by page; next_page_token tells whether there are more.
absl::StatusOr<v1::ListItemsResponse> ListItems(Context& context, int64_t count);
absl::StatusOr<v1::ListCustomersResponse> ListCustomers(Context& context, int64_t count);

// Creates or replaces; stops at the first message of 1,000 that is refused. How many there are now.
absl::StatusOr<v1::UpsertItemsResponse> UpsertItems(Context& context,
                                                    const std::vector<v1::Item>& items);
absl::StatusOr<v1::UpsertCustomersResponse> UpsertCustomers(
    Context& context, const std::vector<v1::Customer>& customers);

}  // namespace rapport::cli
