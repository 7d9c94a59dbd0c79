// The envelope of a model file: a mark, a format version and a table of sections, each with its
// checksum (XXH3, 64 bits). Knows nothing of what sections mean. Byte layout in model/README.md.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rapport {

// DATA_LOSS, "model file is damaged: <what>".
absl::Status Damaged(std::string_view what);

// Sections by their ids, which ascend in the file.
std::string JoinSections(uint32_t version, const std::map<uint32_t, std::string>& sections);

// DATA_LOSS if it does not begin as a model file does.
absl::StatusOr<uint32_t> FormatVersionOf(std::string_view bytes);

// Views into `bytes`. DATA_LOSS, saying where, unless the file is what JoinSections wrote to the
// last byte.
absl::StatusOr<std::map<uint32_t, std::string_view>> SplitSections(std::string_view bytes);

}  // namespace rapport
