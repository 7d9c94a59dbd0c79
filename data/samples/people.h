// Who comes to the sample store: names that suit a locale, and how to address who bears them. Any
// thread.
#pragma once

#include <string_view>

#include "data/records.h"
#include "data/samples/chance.h"

namespace rapport::samples {

inline constexpr std::string_view kStores[] = {"Harbour Street", "Market Square"};

// A customer with name, locale, form of address, store and consents; the id is the name in plain
// letters, "c-amara-okafor", and may not be unique.
Customer MakePerson(Chance& chance);

// The two who are good to show.
Customer Regular();
Customer Newcomer();

}  // namespace rapport::samples
