// Explanations in words, for a terminal. Pure; any thread.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "rapport/v1/recommendation_service.pb.h"

namespace rapport::cli {

// "1st", "22nd", "1,113th".
std::string FormatOrdinal(int64_t number);
// "A, B and C", made harmless.
std::string ItemNames(const google::protobuf::RepeatedPtrField<v1::Item>& items);
// "4.2 % likely to be bought within 28 days (2.9 to 6.1 %; 1,200 suggestions like it), where lists
// usually have 2.2 %: strong".
std::string ChanceWords(const v1::Chance& chance);
// "Without A and B it would be 14th, and C would take the last place.", and what else may be said
// of the smallest removal.
std::string RemovalWords(const v1::ExplainSuggestionResponse& response);
// The differences of two items: a table, and their sum.
void PrintContrast(std::ostream& out, const std::string& one, const v1::Contrast& contrast,
                   size_t width);

}  // namespace rapport::cli
