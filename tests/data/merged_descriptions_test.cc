// What is known of two customers who turn out to be one: what either left open is filled in, and
// nobody who refused anything is asked again because of it.
#include <array>

#include "tests/data/support.h"

namespace rapport::testing {
namespace {

constexpr std::array kAsked = {ContactChannel::kPhone, ContactChannel::kEmail};

std::vector<Customer> EveryAnswer(const std::string& customer_id) {
  const std::optional<bool> answers[] = {std::nullopt, true, false};
  std::vector<Customer> all;
  for (const auto& contact : answers) {
    for (const auto& phone : answers) {
      for (const auto& email : answers) {
        Customer& customer = all.emplace_back();
        customer.customer_id = customer_id;
        customer.consent_contact = contact;
        if (phone) customer.contact_by_channel[kAsked[0]] = *phone;
        if (email) customer.contact_by_channel[kAsked[1]] = *email;
      }
    }
  }
  return all;
}

class MergedDescriptionsTest : public ::testing::Test {
 protected:
  const TempDir dir_;
  std::unique_ptr<Store> store_ = OpenStore(dir_ / "store");
};

TEST_F(MergedDescriptionsTest, DescriptionsBecomeOneAndTheStricterConsentHolds) {
  const Customer into{.customer_id = "new",
                      .name = "Maya",
                      .consent_personalization = true,
                      .consent_mention = true};
  const Customer from{.customer_id = "old",
                      .name = "M. Okafor",
                      .locale = "nl-NL",
                      .store = "Oude Gracht",
                      .consent_personalization = false,
                      .consent_contact = true};
  ASSERT_TRUE(store_->UpsertCustomersAndWait({into, from}).ok());
  MustAppend(*store_, {Bought("old", "1", "tea", 1)});
  ASSERT_TRUE(store_->MergeCustomersAndWait("old", "new").ok());
  Customer both = into;
  both.locale = "nl-NL";
  both.store = "Oude Gracht";
  both.consent_personalization = false;
  both.consent_contact = true;
  EXPECT_EQ(store_->GetCustomer("new").value(), both);
  EXPECT_EQ(store_->GetCustomer("old").value(), both);
  EXPECT_EQ(store_->ListCustomers("", 9)->size(), 1u);
  EXPECT_EQ((*store_->View("old", {.sequence = 1}))->described, both);  // whatever it is as of

  // What is said of the old id later fills in what is empty.
  Customer late = from;
  late.form_of_address = "Ms Okafor";
  late.consent_mention = false;
  ASSERT_TRUE(store_->UpsertCustomersAndWait({late}).ok());
  both.form_of_address = "Ms Okafor";
  both.consent_mention = false;
  EXPECT_EQ((*store_->View("new"))->described, both);
  // Of the new one it replaces, as ever; the calls before and behind it in one batch count.
  Customer anew{.customer_id = "new", .locale = "nl-BE"};
  ASSERT_TRUE(store_->UpsertCustomersAndWait({late, anew, late}).ok());
  anew = WithOld(anew, late);
  EXPECT_EQ(store_->GetCustomer("new").value(), anew);
  EXPECT_EQ(anew.name, "M. Okafor");
  EXPECT_EQ(anew.locale, "nl-BE");
}

// By each channel they may be contacted if both said so, or left it open.
TEST_F(MergedDescriptionsTest, NobodyIsContactedWhomEitherRefused) {
  for (const Customer& into : EveryAnswer("new")) {
    for (const Customer& from : EveryAnswer("old")) {
      const Customer both = WithOld(into, from);
      for (int each = 1; each <= kContactChannels; ++each) {
        const auto channel = static_cast<ContactChannel>(each);
        ASSERT_EQ(both.MayContact(channel), into.MayContact(channel) && from.MayContact(channel));
      }
      EXPECT_EQ(WithOld(both, from), both);
      EXPECT_EQ(both.consent_contact.has_value(), into.consent_contact || from.consent_contact);
    }
  }
}

TEST_F(MergedDescriptionsTest, ARefusalOfContactOutlivesTheMergeAndWhatTheOldIdSaysLater) {
  const Customer refused{.customer_id = "refused", .consent_contact = false};
  Customer asked{.customer_id = "asked"};
  asked.contact_by_channel[ContactChannel::kEmail] = true;
  const auto may_be_mailed = [this](const std::string& id) {
    return store_->GetCustomer(id).value()->MayContact(ContactChannel::kEmail);
  };
  ASSERT_TRUE(store_->UpsertCustomersAndWait({refused, asked}).ok());
  ASSERT_TRUE(store_->MergeCustomersAndWait("asked", "refused").ok());
  EXPECT_FALSE(may_be_mailed("refused"));
  ASSERT_TRUE(store_->UpsertCustomersAndWait({asked}).ok());
  EXPECT_FALSE(may_be_mailed("refused"));

  // And the other way round.
  Customer mirror = asked;
  mirror.customer_id = "stays";
  Customer gone = refused;
  gone.customer_id = "goes";
  ASSERT_TRUE(store_->UpsertCustomersAndWait({mirror, gone}).ok());
  ASSERT_TRUE(store_->MergeCustomersAndWait("goes", "stays").ok());
  EXPECT_FALSE(may_be_mailed("stays"));
  ASSERT_TRUE(store_->UpsertCustomersAndWait({mirror}).ok());  // of the new id it replaces
  EXPECT_TRUE(may_be_mailed("stays"));
  ASSERT_TRUE(store_->UpsertCustomersAndWait({gone}).ok());
  EXPECT_FALSE(may_be_mailed("stays"));
}

}  // namespace
}  // namespace rapport::testing
