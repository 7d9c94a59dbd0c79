// CompressedRows to bytes and back: where each row ends, the columns, the weights. Pure functions;
// any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "model/byte_archive.h"
#include "model/interactions.h"

namespace rapport {

void PutRows(ByteWriter& writer, const CompressedRows& rows);

// False unless the section, to its last byte, is what PutRows wrote of a square: so many rows, each
// with columns that ascend and are below that number, and finite weights.
bool LoadRows(std::string_view section, size_t size, CompressedRows* rows);

}  // namespace rapport
