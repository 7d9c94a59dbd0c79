#include "services/cli/moment_words.h"

#include <gtest/gtest.h>

namespace rapport::cli {
namespace {

v1::Moment FirstCoffee() {
  v1::Moment moment;
  moment.set_kind(v1::Moment::KIND_FIRST_IN_CATEGORY);
  moment.set_category("Coffee");
  moment.set_customer_id("sam");
  moment.set_event_id("e-1");
  moment.set_item_id("espresso");
  moment.mutable_purchased_at()->set_seconds(1'777'593'600);
  return moment;
}

std::string LineOf(const v1::Moment& moment) {
  return MomentLine(moment, moment.customer_id(), moment.item_id());
}

TEST(MomentLine, SaysWhenWhatWhoseAndWhatWasBought) {
  v1::Moment moment = FirstCoffee();
  EXPECT_EQ(LineOf(moment), "2026-05-01 00:00  first Coffee  sam  espresso");
  moment.set_kind(v1::Moment::KIND_FIRST_ORDER);
  moment.set_order_id("o-7");
  EXPECT_EQ(LineOf(moment), "2026-05-01 00:00  first order  sam  order o-7: espresso");
  moment.set_kind(v1::Moment::KIND_NTH_ORDER);
  moment.set_order_number(50);
  EXPECT_EQ(LineOf(moment), "2026-05-01 00:00  50th order  sam  order o-7: espresso");
}

TEST(MomentLine, SaysThatItMoved) {
  v1::Moment moment = FirstCoffee();
  moment.set_moved_from_event_id("e-2");
  EXPECT_EQ(LineOf(moment),
            "2026-05-01 00:00  first Coffee  sam  espresso  (and not e-2, as was said before)");
}

TEST(MomentLine, LetsNoTerminalBeCommanded) {
  v1::Moment moment = FirstCoffee();
  moment.set_category("\x1b[2J");
  EXPECT_EQ(LineOf(moment).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace rapport::cli
