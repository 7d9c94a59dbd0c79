// The bytes of a model file: magic, version, a table of sections, each with its checksum. Byte
// layout in model/README.md. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "model/model_snapshot.h"

namespace rapport {

std::string SerializeModel(const ModelSnapshot& model);

// DATA_LOSS: not a model file, cut short, or damaged (says where); FAILED_PRECONDITION: of a newer
// format version. What parses is whole: sizes agree, every number is finite, ids are sorted.
absl::StatusOr<ModelSnapshot> ParseModel(std::string_view bytes);

}  // namespace rapport
