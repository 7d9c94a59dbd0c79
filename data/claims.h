// Claims of one customer, read from the store: who deals with which of their moments. They lie
// under the id that they came with; a customer has those of everybody who was merged into them.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/database.h"
#include "data/records.h"

namespace rapport {

// In order of moment_id, of whoever the customer is now. Codes: those of Store's reads.
absl::StatusOr<std::vector<MomentClaim>> ReadClaims(const Database& database,
                                                    std::string_view customer_id);

}  // namespace rapport
