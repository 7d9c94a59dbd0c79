// Why items are in no list, in words. Pure; any thread.
#pragma once

#include <string>

#include "rapport/v1/recommendation_service.pb.h"

namespace rapport::cli {

// "cannot be sold now", "excluded by rule spring".
std::string LeftOutWords(const v1::LeftOut& left_out);

}  // namespace rapport::cli
