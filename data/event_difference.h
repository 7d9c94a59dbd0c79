// In what two events under one id differ: whether a client sends again what it sent before, or made
// a mistake. Pure; any thread.
#pragma once

#include <string>

#include "data/records.h"

namespace rapport {

// The first field that differs, by its name in the public proto; empty: the same content. Of
// reports the time is not compared: the server may have given it.
std::string Difference(const Event& a, const Event& b);

}  // namespace rapport
