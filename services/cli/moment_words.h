// Moments in words for people. Pure functions; any thread.
#pragma once

#include <string>

#include "rapport/v1/types.pb.h"

namespace rapport::cli {

// "first order", "first Coffee", "10th order".
std::string MomentWords(const v1::Moment& moment);
// "2026-05-01 14:03  first order  sam  order o-7: espresso-beans"; one that moved says so.
std::string MomentLine(const v1::Moment& moment);

}  // namespace rapport::cli
