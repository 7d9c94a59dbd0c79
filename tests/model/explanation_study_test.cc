// Studies of explanations on small shops that are trained for it, with and without times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "model/explanation.h"
#include "model/faithfulness/explained_data.h"
#include "model/faithfulness/retraining.h"
#include "model/faithfulness/study.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

const Recipe kSmall{.als = {.factors = 8, .iterations = 4}};

// Customers of two tastes: of the odd items and of the even ones.
PairsSplit SplitOfTwoTastes() {
  std::mt19937_64 random(5);
  std::vector<std::vector<uint32_t>> own(90), later(90);
  std::vector<PairsOfCustomer> train, test;
  for (uint32_t customer = 0; customer < own.size(); ++customer) {
    for (uint32_t item = customer % 2; item < 80; item += 2) {
      const double chance = Uniform(random);
      if (chance < 0.3) own[customer].push_back(item);
      if (chance > 0.9) later[customer].push_back(item);
    }
    train.push_back({customer, own[customer]});
    test.push_back({customer, later[customer]});
  }
  return *MakePairsSplit(train, test);
}

std::vector<OrderMethod> Methods() {
  std::vector<OrderMethod> methods;
  for (size_t method = 0; method < kOrderMethods; ++method) methods.push_back(OrderMethod{method});
  return methods;
}

StudyOptions Options(int threads = 2) {
  return {.list_length = 5,
          .methods = Methods(),
          .sayable = [](const Evidence&, const Evidence::Entry&) { return true; },
          .threads = threads};
}

class Study : public testing::Test {
 protected:
  const PurchaseLog log_ = ShopWithTastes({.customers = 80, .items = 45, .orders = 7});
  const ExplainedPurchases purchases_{log_, Day(160), 28, 30};
  const PairsSplit split_ = SplitOfTwoTastes();
  const ExplainedPairs pairs_{split_, 25};
  const ModelSnapshot of_purchases_ = *purchases_.Train(kSmall, 2, {});
  const ModelSnapshot of_pairs_ = *pairs_.Train(kSmall, 2, {});
};

TEST_F(Study, AsksAboutSoManyCustomersEvenlyWhoCameAfterTheCut) {
  ASSERT_THAT(purchases_.customers(), SizeIs(30));
  for (const ExplainedCustomer& one : purchases_.customers()) {
    EXPECT_FALSE(one.evidence.empty());
    for (const OwnPurchase& purchase : one.purchases) EXPECT_LT(purchase.at, Day(160));
    const auto lines = log_.LinesOf(one.customer);
    EXPECT_TRUE(std::ranges::any_of(lines, [](const PurchaseLog::Line& line) {
      return line.at >= Day(160) && line.at < Day(188);
    }));
  }
  ASSERT_THAT(pairs_.customers(), SizeIs(25));
  EXPECT_EQ(pairs_.customers()[1].customer, CustomerIndex(1 * 90 / 25));
  EXPECT_EQ(pairs_.all_customers(), 90u);
}

TEST_F(Study, ExplainsASuggestionOfEachAndAllPlacesComeUp) {
  for (const auto& [data, model] :
       {std::pair<const ExplainedData&, const ModelSnapshot&>{purchases_, of_purchases_},
        {pairs_, of_pairs_}}) {
    const std::vector<ExplainedCase> cases = StudyExplanations(data, model, Options());
    ASSERT_EQ(cases.size(), data.customers().size());
    const ItemScan scan(model);
    for (size_t row = 0; row < cases.size(); ++row) {
      const ExplainedCase& one = cases[row];
      const ExplainedCustomer& customer = data.customers()[row];
      EXPECT_EQ(one.customer, row);
      EXPECT_EQ(one.place, 1 + row % 5);
      EXPECT_EQ(one.entries, customer.evidence.entries().size());
      const Scorer scorer(model, Pool::kNewToCustomer, customer.evidence);
      const auto list = scan.TopK(scorer, 5, data.EligibleFor(scan, customer));
      EXPECT_EQ(list[one.place - 1].item, one.item);
      EXPECT_EQ(customer.evidence.Find(one.item), nullptr);
    }
  }
}

TEST_F(Study, FindsAdditiveContributionsAndTrueRanks) {
  for (const ExplainedCase& one : StudyExplanations(purchases_, of_purchases_, Options())) {
    EXPECT_LE(one.additivity_error, kResidualLimit);
    EXPECT_EQ(one.statements.true_ones(), one.statements.made());
    EXPECT_GE(one.statements.made(), 1 + std::min<size_t>(5, one.entries));
  }
}

TEST_F(Study, SmallestRemovalsMakeTheItemLeaveAndNoOrderNeedsFewer) {
  size_t found = 0;
  const std::vector<ExplainedCase> cases = StudyExplanations(pairs_, of_pairs_, Options());
  const ItemScan scan(of_pairs_);
  for (const ExplainedCase& one : cases) {
    if (one.removed.empty()) continue;
    ++found;
    const ExplainedCustomer& customer = pairs_.customers()[one.customer];
    const ItemScan::Filter eligible = pairs_.EligibleFor(scan, customer);
    const PlainRefold refold(scan, Pool::kNewToCustomer, customer.purchases, eligible, one.item, 5);
    std::vector<size_t> kept(refold.size());
    std::iota(kept.begin(), kept.end(), 0);
    std::erase_if(kept, [&](size_t entry) {
      return std::ranges::find(one.removed, entry) != one.removed.end();
    });
    EXPECT_FALSE(refold.With(kept).listed);
    EXPECT_EQ(one.smallest_removal, static_cast<double>(one.removed.size()));
    // One alone is found wherever there is one.
    for (const Measures& measures : one.measures) {
      if (Of(measures, Measure::kCe) == 1.0) {
        EXPECT_EQ(one.removed.size(), 1u);
      }
    }
  }
  EXPECT_GT(found, cases.size() / 2);
}

TEST_F(Study, DoesNotDependOnTheNumberOfThreads) {
  const auto one = StudyExplanations(purchases_, of_purchases_, Options(1));
  const auto many = StudyExplanations(purchases_, of_purchases_, Options(7));
  ASSERT_EQ(one.size(), many.size());
  for (size_t row = 0; row < one.size(); ++row) {
    EXPECT_EQ(one[row].measures, many[row].measures);
    EXPECT_EQ(one[row].removed, many[row].removed);
    EXPECT_EQ(one[row].additivity_error, many[row].additivity_error);
  }
}

TEST_F(Study, IsCoveredWhereSayableLinesCarryEnough) {
  StudyOptions options = Options();
  options.methods = {};
  const auto covered = [&] {
    const auto cases = StudyExplanations(purchases_, of_purchases_, options);
    return std::ranges::count_if(cases, &ExplainedCase::covered);
  };
  options.sayable_share = 0;
  EXPECT_EQ(covered(), 30);
  options.sayable_share = 0.5;
  const auto by_three = covered();
  options.sayable_lines = 1;
  EXPECT_LT(covered(), by_three);
  options.sayable_lines = 100;
  EXPECT_GT(covered(), by_three);
  options.sayable_share = 1.01;  // what speaks against and popularity weigh too
  EXPECT_EQ(covered(), 0);
  options.sayable_share = 0;
  options.sayable = [](const Evidence&, const Evidence::Entry&) { return false; };
  EXPECT_EQ(covered(), 0);
}

TEST_F(Study, StatementsThatAreNotTrueAreCounted) {
  const ItemScan scan(of_pairs_);
  const ExplainedCustomer& customer = pairs_.customers()[2];
  const ItemScan::Filter eligible = pairs_.EligibleFor(scan, customer);
  const Scorer scorer(of_pairs_, Pool::kNewToCustomer, customer.evidence);
  const ItemIndex item = scan.TopK(scorer, 3, eligible)[2].item;
  const PlainRefold refold(scan, Pool::kNewToCustomer, customer.purchases, eligible, item, 3);
  const std::vector<size_t> gone = {0, 2};
  const size_t rank = refold.RankWith(AllBut(refold, gone));
  Statements statements;
  statements.Check(refold, gone, rank);
  statements.Check(refold, gone, rank + 1);
  statements.Check(refold, {}, 3);
  EXPECT_EQ(statements.made(), 3u);
  EXPECT_EQ(statements.true_ones(), 2u);

  Removal removal = FindSmallestRemoval(Counterfactual(scan, scorer, eligible), item, 3);
  ASSERT_FALSE(removal.entries.empty());
  statements.Check(refold, removal);
  EXPECT_EQ(statements.true_ones(), 4u);
  Removal wrong_rank = removal, wrong_successor = removal, stays = removal;
  ++wrong_rank.place.rank;
  wrong_successor.takes_place = item;
  stays.entries = {};
  stays.place.rank = 3;
  for (const Removal& wrong : {wrong_rank, wrong_successor}) statements.Check(refold, wrong);
  EXPECT_EQ(statements.made(), 9u);
  EXPECT_EQ(statements.true_ones(), 6u) << "one half of each is wrong";
  const size_t before = statements.true_ones();
  statements.Check(refold, stays);
  EXPECT_EQ(statements.true_ones(), before) << "it stays, and the last is another";
}

TEST(Sayable, IsWhatWasLastBoughtWithinTheMonths) {
  const Evidence evidence(
      {{ItemIndex(1), 0, Day(0)}, {ItemIndex(2), 1, Day(0)}, {ItemIndex(2), 2, Day(60)}});
  const Sayable sayable = BoughtWithinMonths(Day(100), 2);
  EXPECT_FALSE(sayable(evidence, evidence.entries()[0]));
  EXPECT_TRUE(sayable(evidence, evidence.entries()[1]));
}

TEST_F(Study, TopEvidenceIsThatOfTheGreatestContributions) {
  const auto cases = StudyExplanations(purchases_, of_purchases_, Options());
  const auto top = TopEvidence(purchases_, of_purchases_, cases, 3, 2);
  ASSERT_EQ(top.size(), cases.size());
  for (size_t row = 0; row < cases.size(); ++row) {
    const Evidence& evidence = purchases_.customers()[cases[row].customer].evidence;
    const Scorer scorer(of_purchases_, Pool::kNewToCustomer, evidence);
    Explanation explanation = Explain(scorer, cases[row].item);
    std::ranges::stable_sort(explanation.contributions, std::greater<>(),
                             &Contribution::contribution);
    ASSERT_EQ(top[row].size(), std::min<size_t>(3, evidence.entries().size()));
    for (size_t line = 0; line < top[row].size(); ++line)
      EXPECT_EQ(&evidence.entries()[top[row][line]], explanation.contributions[line].entry);
  }
}

void ExpectSameFactors(const ModelSnapshot& a, const ModelSnapshot& b) {
  ASSERT_EQ(a.tastes.size(), b.tastes.size());
  for (size_t taste = 0; taste < a.tastes.size(); ++taste)
    EXPECT_EQ(a.tastes[taste].factors, b.tastes[taste].factors);
}

TEST_F(Study, TrainingAgainWithoutGiftsIsTheSameModel) {
  const ModelSnapshot purchases = *purchases_.Retrain(of_purchases_, {}, 2, {});
  ExpectSameFactors(purchases, of_purchases_);
  EXPECT_EQ(purchases.WeightsOf(Pool::kNewToCustomer).tastes,
            of_purchases_.WeightsOf(Pool::kNewToCustomer).tastes);
  const ModelSnapshot pairs = *pairs_.Retrain(of_pairs_, {}, 2, {});
  ExpectSameFactors(pairs, of_pairs_);
  EXPECT_EQ(pairs.items.size(), 80u);
}

TEST_F(Study, TrainingAgainUnlearnsTheGifts) {
  const ExplainedCustomer& of_log = purchases_.customers()[3];
  const std::vector<PurchaseLog::Gifts> gift = {
      {of_log.customer, {of_log.evidence.entries()[0].item}}};
  EXPECT_NE(purchases_.Retrain(of_purchases_, gift, 2, {})->tastes[0].factors,
            of_purchases_.tastes[0].factors);

  // The same split without that pair, trained from its beginning.
  const ExplainedCustomer& customer = pairs_.customers()[4];
  const uint32_t row = static_cast<uint32_t>(customer.customer);
  const ItemIndex item = customer.evidence.entries()[1].item;
  std::vector<std::vector<uint32_t>> own;
  std::vector<PairsOfCustomer> train;
  for (size_t other = 0; other < split_.customers(); ++other) {
    const auto items = split_.train.by_customer.ColumnsOf(other);
    own.emplace_back(items.begin(), items.end());
  }
  std::erase(own[row], static_cast<uint32_t>(item));
  for (uint32_t other = 0; other < own.size(); ++other) train.push_back({other, own[other]});
  const PairsSplit rest = *MakePairsSplit(train, {});
  ASSERT_EQ(rest.items(), split_.items());
  const ModelSnapshot expected = *TrainOnPairs(rest, of_pairs_.tastes[0].options, 2, nullptr);
  const std::vector<PurchaseLog::Gifts> gone = {{customer.customer, {item}}};
  ExpectSameFactors(*pairs_.Retrain(of_pairs_, gone, 2, {}), expected);
}

// By a fold-in into the old factors, and into those that have unlearnt it.
TEST_F(Study, AgreementComparesBothWaysOfTakingAway) {
  const auto cases = StudyExplanations(pairs_, of_pairs_, Options());
  const RetrainingOptions options{.cases = 8, .at_once = 1, .list_length = 5, .threads = 2};
  const RetrainingAgreement agreement = *AgreementWithRetraining(pairs_, of_pairs_, cases, options);
  ASSERT_THAT(agreement.top_entry, SizeIs(8));
  const ItemScan scan(of_pairs_);
  for (size_t place = 0; place < 8; ++place) {
    const RetrainedCase& answer = agreement.top_entry[place];
    const ExplainedCase& one = cases[place * cases.size() / 8];
    const ExplainedCustomer& customer = pairs_.customers()[one.customer];
    EXPECT_EQ(answer.customer, one.customer);
    const size_t top = TopEvidence(pairs_, of_pairs_, {one}, 1, 1)[0][0];
    std::vector<size_t> all(one.entries), kept;
    std::iota(all.begin(), all.end(), 0);
    std::ranges::remove_copy(all, std::back_inserter(kept), top);
    const std::vector<PurchaseLog::Gifts> gift = {
        {customer.customer, {customer.evidence.entries()[top].item}}};
    const ModelSnapshot again = *pairs_.Retrain(of_pairs_, gift, 2, {});
    const ItemScan scan_again(again);
    const auto standing = [&](const ItemScan& of, const std::vector<size_t>& with) {
      const ItemScan::Filter eligible = pairs_.EligibleFor(of, customer);
      return PlainRefold(of, Pool::kNewToCustomer, customer.purchases, eligible, one.item, 5)
          .With(with);
    };
    const double before = standing(scan, all).score;
    EXPECT_EQ(answer.folded_listed, standing(scan, kept).listed);
    EXPECT_EQ(answer.folded_change, standing(scan, kept).score - before);
    EXPECT_EQ(answer.retrained_listed, standing(scan_again, kept).listed);
    EXPECT_EQ(answer.retrained_change, standing(scan_again, kept).score - before);
    EXPECT_NE(answer.retrained_change, answer.folded_change);
  }
  for (const RetrainedCase& answer : agreement.smallest) EXPECT_FALSE(answer.folded_listed);
}

TEST_F(Study, AccuracyIsThatOfTheEvaluations) {
  const EvaluationRow purchases = *purchases_.Accuracy(of_purchases_, 2);
  const HeldOut held_out(log_, Day(160), Day(188));
  EXPECT_EQ(
      purchases.ndcg,
      Evaluate("", held_out, Pool::kNewToCustomer, ServedRanker(of_purchases_, held_out), 1).ndcg);
  EXPECT_EQ(pairs_.Accuracy(of_pairs_, 2)->recall,
            MeanOf(EvaluatePairs(split_, of_pairs_, 1, nullptr)).recall);
  PairsSplit untested = split_;
  for (std::vector<ItemIndex>& items : untested.test) items.clear();
  EXPECT_FALSE(ExplainedPairs(untested, 5).Accuracy(of_pairs_, 1).has_value());
}

}  // namespace
}  // namespace rapport
