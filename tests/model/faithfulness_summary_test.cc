// What studies come to, by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/faithfulness/profile.h"
#include "model/faithfulness/summary.h"

namespace rapport {
namespace {

using testing::DoubleEq;
using testing::Optional;

ExplainedCase CaseOf(size_t customer, double pos, std::optional<double> smallest = {}) {
  ExplainedCase one;
  one.customer = customer;
  Of(one.measures[0], Measure::kPos) = pos;
  one.smallest_removal = smallest;
  return one;
}

std::optional<double> PosOf(const ExplainedCase& one) { return Of(one.measures[0], Measure::kPos); }

TEST(Summary, EveryCustomerCountsOnceOverTheirCasesAndTrainings) {
  const std::vector<ExplainedCase> first = {CaseOf(0, 0.2), CaseOf(0, 0.4), CaseOf(2, 1)};
  const std::vector<ExplainedCase> second = {CaseOf(0, 0.7), CaseOf(2, 0.8)};
  const std::vector<PerCustomer> trainings = {CustomerMeans(first, 3, PosOf),
                                              CustomerMeans(second, 3, PosOf)};
  EXPECT_THAT(trainings[0][0], Optional(DoubleEq(0.3)));
  EXPECT_FALSE(trainings[0][1].has_value());
  const MeanOverCustomers summary = Summarized(trainings);
  EXPECT_EQ(summary.customers, 2u);
  EXPECT_DOUBLE_EQ(summary.mean.mean, (0.5 + 0.9) / 2);
  EXPECT_DOUBLE_EQ(summary.least, 0.65);
  EXPECT_DOUBLE_EQ(summary.greatest, 0.75);
  EXPECT_LE(summary.mean.low, summary.mean.mean);
  EXPECT_EQ(Summarized(std::vector<PerCustomer>{PerCustomer(3)}).customers, 0u);
}

TEST(Summary, RatiosAreOfThoseWhoHaveBoth) {
  const PerCustomer above = {1.0, 2.0, std::nullopt, 9.0}, below = {4.0, 4.0, 5.0, std::nullopt};
  EXPECT_DOUBLE_EQ(RatioOfMeans(above, below).mean, 3.0 / 8);
  EXPECT_DOUBLE_EQ(RatioOfMeans(above, below).low, 1.0 / 4);
  EXPECT_DOUBLE_EQ(RatioOfMeans(above, below).high, 1.0 / 2);
  EXPECT_EQ(RatioOfMeans({}, {}).mean, 0);
}

TEST(Summary, SharedEvidenceIsAPartOfTheLonger) {
  EXPECT_DOUBLE_EQ(SharedEvidence(std::vector<size_t>{1, 2, 3}, std::vector<size_t>{3, 9, 1}),
                   2.0 / 3);
  EXPECT_DOUBLE_EQ(SharedEvidence(std::vector<size_t>{1}, std::vector<size_t>{1, 2}), 0.5);
  EXPECT_DOUBLE_EQ(SharedEvidence({}, {}), 1);
}

TEST(Summary, AgreementCountsListsAndDirectionsAndWhatChanceGives) {
  const auto answer = [](size_t customer, bool folded, bool retrained, double change) {
    return RetrainedCase{.customer = customer,
                         .folded_listed = folded,
                         .retrained_listed = retrained,
                         .folded_change = -1,
                         .retrained_change = change};
  };
  const std::vector<std::vector<RetrainedCase>> trainings = {
      {answer(0, true, true, -2), answer(1, false, false, -1)},
      {answer(0, false, true, 1), answer(1, false, false, -1)}};
  const AgreementSummary summary = SummarizedAgreement(trainings, 2);
  EXPECT_EQ(summary.cases, 4u);
  EXPECT_DOUBLE_EQ(summary.same_list.mean.mean, 0.75);
  EXPECT_DOUBLE_EQ(summary.same_direction.mean.mean, 0.75);
  EXPECT_DOUBLE_EQ(summary.folded_left, 0.75);
  EXPECT_DOUBLE_EQ(summary.retrained_left, 0.5);
  EXPECT_DOUBLE_EQ(summary.kappa, 0.5);  // (.75 - .5) / (1 - .5)
  EXPECT_EQ(SummarizedAgreement({}, 2).cases, 0u);
}

TEST(Profile, PartsCasesByPlaceAndEvidence) {
  std::vector<ExplainedCase> cases = {CaseOf(0, 0.2, 1), CaseOf(1, 0.4), CaseOf(2, 0.9, 4)};
  const size_t places[] = {1, 5, 6}, entries[] = {10, 11, 400};
  for (size_t row = 0; row < 3; ++row) {
    cases[row].place = places[row];
    cases[row].entries = entries[row];
  }
  const std::vector<ProfileRow> rows = ProfileOf(cases);
  ASSERT_EQ(rows.size(), 7u) << "nobody has 26 to 60 items";
  EXPECT_EQ(rows[0].cases, 3u);
  EXPECT_DOUBLE_EQ(rows[0].pos_additive, 0.5);
  EXPECT_THAT(rows[0].ce_smallest, Optional(DoubleEq(2.5)));
  EXPECT_EQ(rows[2].of, "places 2-5");
  EXPECT_DOUBLE_EQ(rows[2].pos_additive, 0.4);
  EXPECT_FALSE(rows[2].ce_smallest.has_value());
  EXPECT_DOUBLE_EQ(rows[3].pos_additive, 0.9);
  EXPECT_EQ(rows[6].of, "61 items or more");
}

}  // namespace
}  // namespace rapport
