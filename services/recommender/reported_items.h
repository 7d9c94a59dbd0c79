// Which items reports of a customer are about. Pure functions; any thread.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "data/history_view.h"
#include "data/records.h"

namespace rapport {

// Whether it keeps items out of every list whatever else the customer wants: a decline for ever, or
// an allergy.
bool IsConstraint(const Reported& reported);

// The items that a subject names, in the language of services/filter. Empty: it names none.
std::string FilterTextOf(const Subject& subject);

using ItemTest = std::function<bool(const Item&)>;

// Whether reports that hold at that time keep an item out of every list: declined for ever, had
// already, of an allergy. Null: there are none.
ItemTest ForbiddenItems(std::span<const Reported> reports, TimePoint at);
// Whether it is not to be spoken of: it made the customer uncomfortable, or is of a topic to avoid.
// Null: there is none.
ItemTest UnspokenItems(std::span<const Reported> reports, TimePoint at);

// Whether it is not to be offered of one's own accord: all of both above, what they dislike, and
// what they declined for now within so many days, unless they accepted or bought it since. Null:
// there is nothing.
ItemTest UnwantedItems(const HistoryView& history, TimePoint at, int declined_days);

}  // namespace rapport
