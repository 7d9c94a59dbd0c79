// Explanations in words, for a terminal. Pure; any thread.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "rapport/v1/recommendation_service.pb.h"

namespace rapport::cli {

// "A, B and C", made harmless.
std::string ItemNames(const google::protobuf::RepeatedPtrField<v1::Item>& items);
// "4.2 % likely to be bought within 28 days (2.9 to 6.1 %; 1,200 suggestions like it), where lists
// usually have 2.2 %: strong".
std::string ChanceWords(const v1::Chance& chance);
// "Without A and B it would be 14th; C would take its place.", and what else may be said of the
// smallest removal.
std::string RemovalWords(const v1::ExplainSuggestionResponse& response);
// "3rd in that list; 7th by score, of a list of 10." Empty: not ranked.
std::string PlaceWords(const v1::ExplainSuggestionResponse& response);
// What comes next, and what most keeps it below.
std::string NextWords(const v1::ExplainSuggestionResponse& response);
// "No more to their taste than to others'..."; empty: not known, or nothing personal is in the
// score.
std::string AverageWords(const v1::ExplainSuggestionResponse& response);
// "Speaks against it: A (-0.457) and B (-0.345)."; empty: nothing that is listed.
std::string AgainstWords(const v1::ExplainSuggestionResponse& response);
// " (in the basket)", " (supposed)", or nothing: it was bought.
std::string NotBoughtWords(const v1::Evidence& evidence);
// "Note of 2026-05-01, sam: likes the category Coffee: +0.412."
std::string NoteWords(const v1::Note& note);
// Lines of at most `width`, two columns in, each with its end.
std::string Indented(std::string_view text, size_t width);
// The differences of two items: a table, and their sum.
void PrintContrast(std::ostream& out, const std::string& one, const v1::Contrast& contrast,
                   size_t width);

}  // namespace rapport::cli
