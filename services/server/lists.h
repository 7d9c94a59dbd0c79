// What lists in requests and replies have in common: batches that are checked one by one, pages
// that go on after an id. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/page_token.h"

namespace rapport::server {

// A page ends early rather than grow past what a client takes by default (4 MiB).
inline constexpr size_t kMaxPageBytes = size_t{3} << 20;

// Checks a batch and converts it; empty beside violations.
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

}  // namespace rapport::server
