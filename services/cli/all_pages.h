// Every page of a paged call, as one answer. For the thread of the context.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "services/cli/context.h"

namespace rapport::cli {

// `request` is without a page token. Codes as Context::Call.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> AllPages(Context& context,
                                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                                  Request request, std::string_view doing) {
  Response all;
  do {
    const auto page = context.Call(method, request, doing);
    if (!page.ok()) return page.status();
    all.MergeFrom(*page);
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  all.clear_next_page_token();
  return all;
}

}  // namespace rapport::cli
