// How often customers are contacted at most, as the shop wants it. A value.
#pragma once

namespace rapport::clienteling {

struct ContactOptions {
  int most_contacts = 2;   // in contact_days, that of today included
  int contact_days = 30;   // days of the shop
  int days_between = 7;    // from one contact to the next
  int declined_days = 30;  // an item that was declined for now is not spoken of
};

}  // namespace rapport::clienteling
