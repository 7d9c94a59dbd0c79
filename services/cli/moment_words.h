// Moments in words for people. Pure functions; any thread.
#pragma once

#include <string>

#include "rapport/v1/types.pb.h"

namespace rapport::cli {

// "first order", "first Coffee", "10th order".
std::string MomentWords(const v1::Moment& moment);
// "2026-05-01 14:03  first order  Sam Lee (c1)  order o-7: Espresso Beans", with the names that are
// given; one that moved says so.
std::string MomentLine(const v1::Moment& moment, const std::string& customer,
                       const std::string& item);

}  // namespace rapport::cli
