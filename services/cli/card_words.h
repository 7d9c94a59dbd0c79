// The customer card in words, as staff read it on a terminal. Pure; any thread.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

#include "rapport/v1/customer_card.pb.h"

namespace rapport::cli {

// "on weekday mornings at Harbour Street, online", "all visits".
std::string ContextWords(const v1::VisitContext& context);
// "2 × Flat White and Croissant", "none: …; closest: …". Made harmless.
std::string UsualWords(const v1::UsualOrder& order);
// "every 3.5 days; was due on 2026-05-01, 2 days late".
std::string RhythmWords(const v1::Rhythm& rhythm);
// "Croissant: none left; offer Pain au Chocolat (Pastry; filling: butter)".
std::string SubstituteWords(const v1::UsualItem& item);
// "no past purchases: they don't want that", "Mug: a gift".
std::string DoNotSayWords(const v1::DoNotSay& flag);

// No line is wider than `width` columns; dates and times are UTC.
void PrintCard(std::ostream& out, const v1::CustomerCard& card, size_t width);

}  // namespace rapport::cli
