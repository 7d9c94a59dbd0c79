#include "services/talk/phrasebook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rapport::talk {
namespace {

TEST(Phrasebook, IsWholeAsBuiltIn) {
  const auto book = Phrasebook::Load("");
  ASSERT_TRUE(book.ok()) << book.status();
}

}  // namespace
}  // namespace rapport::talk
