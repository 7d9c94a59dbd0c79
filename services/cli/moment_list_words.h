// The moments of a day in words, as staff read them on a terminal. Pure; any thread.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "rapport/v1/moments.pb.h"

namespace rapport::cli {

// "first-order", …: in the order of Occasion, from 1; of MomentFate; of ContactChannel.
const std::vector<std::string>& OccasionNames();
const std::vector<std::string>& FateNames();
const std::vector<std::string>& ContactChannelNames();

// "first Coffee", "due again: House Blend", "2 years since the first order". Made harmless.
std::string OccasionWords(const v1::CustomerMoment& moment);
// "contacted lately".
std::string SuppressionWords(v1::Suppression by);
// "sam has it until 2026-05-01 14:30 UTC", "done by sam: contacted by phone".
std::string ClaimWords(const v1::MomentClaim& claim);

// A block for each customer: who, what and why now, what to say, until when, the id; then what is
// kept back, by reason, or each of them. No line is wider than `width` columns.
void PrintMoments(std::ostream& out, const v1::ListMomentsResponse& list, size_t width);

}  // namespace rapport::cli
