#include "model/feedback_study.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/learn.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

// A shop of three tastes: kinds are what items of one taste are.
class FeedbackStudyTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const PurchaseLog log = ShopWithTastes({.customers = 150, .items = 90, .loyalty = 0.9});
    LearnOptions options;
    for (AlsOptions& taste : options.tastes) taste.factors = 8;
    trial_ = new Trial(*TrialAt(log, Day(150), options, nullptr, {}));
    ids_ = new std::vector<std::string>(log.items().ids());
  }
  static void TearDownTestSuite() {
    delete trial_;
    delete ids_;
  }
  // Of the item's number.
  static size_t TasteOfItem(ItemIndex item) { return std::stoul((*ids_)[Row(item)].substr(5)) % 3; }
  static Categories ByTaste() {
    std::vector<CategoryPath> paths;
    for (size_t row = 0; row < ids_->size(); ++row)
      paths.push_back({"taste " + std::to_string(TasteOfItem(ItemIndex(row))), "narrow"});
    return Categories(paths);
  }
  static FeedbackStudy Study(const FeedbackOptions& options) {
    const Categories categories = ByTaste();
    return StudyFeedback(trial_->model, trial_->held_out, categories,
                         KindsByCategory(categories, ids_->size()), options);
  }

  static inline Trial* trial_ = nullptr;
  static inline std::vector<std::string>* ids_ = nullptr;
};

TEST_F(FeedbackStudyTest, GiftsThatAreMarkedDoNoHarm) {
  const GiftReplay gifts = Study({.gifts = 6}).gifts;
  EXPECT_GT(gifts.customers, 50u);
  EXPECT_GT(gifts.loss.mean, 0);
  EXPECT_NEAR(gifts.loss.mean, gifts.ndcg - gifts.ndcg_unmarked, 1e-12);
  EXPECT_EQ(gifts.recovered, 1);
  EXPECT_EQ(gifts.ndcg_marked, gifts.ndcg);
  EXPECT_EQ(gifts.difference, 0);
}

TEST_F(FeedbackStudyTest, WhatIsDeclinedLeavesAndTheRestStays) {
  const DeclineReplay declines = Study({}).declines;
  EXPECT_EQ(declines.declines, 10 * trial_->held_out.customers.size());
  EXPECT_GT(declines.left_list, 0.9);
  EXPECT_GT(declines.unrelated, 0u);
  EXPECT_GE(declines.most_movement, declines.mean_movement);
  // What a note has no effect on does not move, and nothing leaves.
  const DeclineReplay nothing = Study({.spill = 1, .keep = 1}).declines;
  EXPECT_EQ(nothing.left_list, 0);
  EXPECT_EQ(nothing.most_movement, 0);
  EXPECT_EQ(nothing.barely_moved, 1);
  EXPECT_EQ(nothing.unrelated, declines.unrelated);
  // What is not capped moves only by what spills over.
  EXPECT_GT(Study({.spill = 0.9}).declines.mean_movement, 5 * declines.mean_movement);
}

TEST_F(FeedbackStudyTest, WhatIsOfOneBroadCategoryIsRelated) {
  std::vector<CategoryPath> paths;
  for (const std::string& id : *ids_) paths.push_back({"all", id});
  const FeedbackStudy study =
      StudyFeedback(trial_->model, trial_->held_out, Categories(paths), {}, {.customers = 10});
  EXPECT_EQ(study.declines.declines, 100u);
  EXPECT_EQ(study.declines.unrelated, 0u);
  EXPECT_EQ(study.declines.barely_moved, 0);
}

TEST_F(FeedbackStudyTest, ALikedKindHelps) {
  const LikeReplay likes = Study({.few_orders = 100, .liked_gap_left = 0.8}).likes;
  EXPECT_GT(likes.customers, 50u);
  EXPECT_GT(likes.ndcg_after, likes.ndcg_before);
  EXPECT_NEAR(likes.gain.mean, likes.ndcg_after - likes.ndcg_before, 1e-12);
  const LikeReplay nothing = Study({.few_orders = 100, .liked_gap_left = 1}).likes;
  EXPECT_EQ(nothing.ndcg_after, likes.ndcg_before);
  EXPECT_EQ(Study({.few_orders = 0}).likes.customers, 0u);
}

TEST_F(FeedbackStudyTest, WhatIsTakenBackIsGone) {
  const UndoReplay undo = Study({}).undo;
  EXPECT_EQ(undo.customers, trial_->held_out.customers.size());
  EXPECT_LE(undo.difference, 1e-9);
}

TEST_F(FeedbackStudyTest, AsksAsManyAsItIsToldAndThreadsDoNotMatter) {
  const FeedbackStudy one = Study({.customers = 20});
  const FeedbackStudy three = Study({.customers = 20, .threads = 3});
  EXPECT_EQ(one.undo.customers, 20u);
  EXPECT_LE(one.gifts.customers, 20u);
  EXPECT_EQ(one.gifts.loss.low, three.gifts.loss.low);
  EXPECT_EQ(one.declines.mean_movement, three.declines.mean_movement);
  EXPECT_EQ(one.likes.gain.high, three.likes.gain.high);
}

TEST_F(FeedbackStudyTest, WithoutCategoriesUnlikeItemsAreUnrelated) {
  const std::vector<ItemKind> kinds = KindsByCategory(ByTaste(), ids_->size());
  const FeedbackStudy study = StudyFeedback(trial_->model, trial_->held_out, {}, kinds, {});
  EXPECT_GT(study.declines.unrelated, 0u);
  EXPECT_NE(study.declines.unrelated, Study({}).declines.unrelated);
  const LikeReplay likes = ReplayLikes(trial_->model, trial_->held_out, kinds, {});
  EXPECT_EQ(likes.ndcg_after, study.likes.ndcg_after);
  const FeedbackStudy unkind = StudyFeedback(trial_->model, trial_->held_out, {}, {}, {});
  EXPECT_EQ(unkind.likes.customers, 0u);
  EXPECT_EQ(unkind.likes.gain.mean, 0);
}

TEST(ItemKinds, AreTheBroadestCategories) {
  const Categories categories(
      std::vector<CategoryPath>{{"b", "x"}, {"a"}, {}, {"b", "y", "z"}, {"b"}});
  EXPECT_EQ(KindsByCategory(categories, 5),
            (std::vector<ItemKind>{{ItemIndex(1)}, {ItemIndex(0), ItemIndex(3), ItemIndex(4)}}));
  EXPECT_EQ(BroadestOf(categories, ItemIndex(3)), BroadestOf(categories, ItemIndex(0)));
  EXPECT_EQ(BroadestOf(categories, ItemIndex(2)), std::nullopt);
}

TEST(ItemKinds, AreWordsThatSomeTitlesShare) {
  const std::vector<std::string> titles = {"Red MUG", "mug-mug of 12 reds", "RED box", "", "Red"};
  EXPECT_EQ(KindsByTitle(titles, 2, 4),
            (std::vector<ItemKind>{{ItemIndex(0), ItemIndex(1)},
                                   {ItemIndex(0), ItemIndex(2), ItemIndex(4)}}));
  EXPECT_EQ(KindsByTitle(titles, 2, 2), (std::vector<ItemKind>{{ItemIndex(0), ItemIndex(1)}}));
  EXPECT_EQ(KindsByTitle(titles, 0, 1).size(), 2u);  // "box", "reds"
}

}  // namespace
}  // namespace rapport
