// Page tokens: where the next page begins, opaque to callers and bound to the call that gave it.
// Base64url of the cursor and a checksum over the call, what it was asked, and the cursor. They
// hold no secret and grant nothing. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/records.h"

namespace rapport::server {

// `call` names the method; `subject` is what the list is of (a customer id), empty if there is but
// one.
std::string MakePageToken(std::string_view call, std::string_view subject, std::string_view cursor);

// The cursor, or none if this is not a token of that call and subject.
std::optional<std::string> ReadPageToken(std::string_view call, std::string_view subject,
                                         std::string_view token);

// A place in a customer's purchases, which are listed latest first by (time, event id).
struct PurchaseCursor {
  TimePoint purchased_at;
  std::string event_id;
};
std::string EncodeCursor(const PurchaseCursor& cursor);
std::optional<PurchaseCursor> DecodeCursor(std::string_view bytes);

}  // namespace rapport::server
