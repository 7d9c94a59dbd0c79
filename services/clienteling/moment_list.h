// MomentList: the moments of many customers in the order of their worth, as many customers as
// there is time for, and what is not for now, with the reason. Values and pure functions; any
// thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/clienteling/contact_rules.h"
#include "services/clienteling/customer_moment.h"

namespace rapport::clienteling {

// A customer is spoken to of no more at once.
inline constexpr int kMostOfACustomer = 2;

struct ListedMoment {
  CustomerMoment moment;
  std::shared_ptr<const Customer> customer;  // not null
  std::vector<ContactChannel> channels;      // by which they may be contacted; never empty
  std::optional<MomentClaim> claim;          // of who asks; none: it is free
};

struct SuppressedMoment {
  SuppressedBy by = SuppressedBy::kOptedOut;
  std::shared_ptr<const Customer> customer;  // not null
  std::optional<CustomerMoment> moment;      // none: kOptedOut
  std::string held_by;                       // kClaimed, kDone, kAnothers: who
};

struct MomentList {
  std::vector<ListedMoment> listed;          // those of a customer stand together
  std::vector<SuppressedMoment> suppressed;  // by reason, then as listed ones
};

// Whether it is worth more: firsts and round orders before all others, as they are soon over; then
// by chance x value, then what ends sooner, then by customer and id.
bool IsBefore(const CustomerMoment& a, const CustomerMoment& b);

// Puts what may be told into order, customers by their best moment: those of the first `capacity`
// customers are listed, the rest goes to `suppressed`. The order of what is given does not matter.
MomentList Ranked(std::vector<ListedMoment> free, std::vector<SuppressedMoment> suppressed,
                  int capacity);

}  // namespace rapport::clienteling
