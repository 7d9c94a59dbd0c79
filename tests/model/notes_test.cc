#include "model/notes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "Eigen/LU"
#include "model/scorer.h"
#include "model/top_k.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

constexpr size_t kItems = 90;

std::shared_ptr<const Notes> Told(const ModelSnapshot& model, std::vector<Note> notes) {
  return std::make_shared<const Notes>(model, std::move(notes));
}

// A customer's system in one taste, dense, with whatever is observed added to it. The factors are
// rounded, their spectrum and mean are not: those of the taste.
struct DenseSystem {
  const Taste& taste;
  Eigen::MatrixXd y, a;
  Eigen::VectorXd b;

  DenseSystem(const Taste& taste, const Evidence& evidence)
      : taste(taste),
        y(taste.factors.cast<double>()),
        a(taste.options.alpha0 * taste.spectrum.asDiagonal().toDenseMatrix()),
        b(Eigen::VectorXd::Zero(y.cols())) {
    a.diagonal().array() +=
        Regularization(taste.options, evidence.entries().size(), static_cast<size_t>(y.rows()));
    for (const Evidence::Entry& entry : evidence.entries())
      Observe(RowOf(entry.item), evidence.Weight(entry, taste.options.half_life_days), 1);
  }
  Eigen::VectorXd RowOf(ItemIndex item) const {
    return y.row(static_cast<Eigen::Index>(Row(item))).transpose();
  }
  void Observe(const Eigen::VectorXd& v, double weight, double target) {
    a += weight * v * v.transpose();
    b += weight * target * v;
  }
  Eigen::VectorXd Solved() const { return a.inverse() * b; }
  Eigen::VectorXd MeanOf(std::vector<ItemIndex> items) const {
    std::ranges::sort(items);
    items.erase(std::unique(items.begin(), items.end()), items.end());
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(y.cols());
    for (const ItemIndex item : items) mean += RowOf(item);
    return mean / static_cast<double>(std::max<size_t>(1, items.size()));
  }
  double DeviationOf(const Eigen::VectorXd& x) const {
    const double square = x.dot(taste.spectrum.asDiagonal() * x) / static_cast<double>(y.rows());
    return std::sqrt(square - taste.mean.dot(x) * taste.mean.dot(x));
  }
};

// What notes add to taste: every system made anew with all of them in it, and solved.
Eigen::VectorXd AddedByReferee(const Taste& taste, const Evidence& evidence,
                               const std::vector<Note>& notes) {
  const DenseSystem base(taste, evidence);
  DenseSystem noted = base;
  const Eigen::VectorXd x = base.Solved();
  for (const Note& note : notes) {
    const Eigen::VectorXd v = base.MeanOf(note.items);
    if (note.wanted ? v.dot(x) >= 1 : v.dot(x) <= taste.mean.dot(x)) continue;
    if (note.items.empty()) continue;
    const auto* gap = std::get_if<GapLeft>(&note.strength);
    const double weight = gap != nullptr ? (1 / gap->rho - 1) / v.dot(base.a.inverse() * v)
                                         : std::get<AsPurchases>(note.strength).weight;
    noted.Observe(v, weight, note.wanted ? 1 : 0);
  }
  const Eigen::VectorXd added = noted.Solved() - x;
  const double scale = base.DeviationOf(evidence.empty() ? added : x);
  return (base.y * added).array() / scale - taste.mean.dot(added) / scale;
}

// Of all items: the whole notes' term.
std::vector<double> TermsByReferee(const Scorer& plain, const std::vector<Note>& notes) {
  std::vector<double> terms(plain.model().items.size());
  Eigen::VectorXd added = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(terms.size()));
  for (const WeightedTaste& taste : plain.tastes())
    added += taste.weight * AddedByReferee(taste.folded->taste(), plain.evidence(), notes);
  for (size_t row = 0; row < terms.size(); ++row) {
    const ScoreTerms base = plain.Terms(ItemIndex(row));
    const double score = base.Sum() - base.rules;
    terms[row] = added[static_cast<Eigen::Index>(row)];
    for (const Note& note : notes) {
      if (note.wanted || std::ranges::find(note.items, ItemIndex(row)) == note.items.end())
        continue;
      const double most = std::min(note.keep * score, score) - 3 * (1 - note.keep);
      if (note.keep < 1) terms[row] = std::min(terms[row], most - score);
    }
  }
  return terms;
}

TEST(Notes, AreAsObservationsInTheCustomersOwnSystem) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const ModelSnapshot model = RandomModel(kItems, 3 + static_cast<int>(seed % 20), seed);
    const Evidence evidence = RandomEvidence(kItems, 1 + seed % 30, seed);
    const std::vector<Note> notes = RandomNotes(kItems, 1 + seed % 14, seed);
    const Pool pool = kPools[seed % kPools.size()];
    const Scorer plain(model, pool, evidence);
    const Scorer noted(model, pool, evidence, nullptr, Told(model, notes));
    const std::vector<double> expected = TermsByReferee(plain, notes);
    for (size_t row = 0; row < kItems; ++row)
      EXPECT_NEAR(noted.Terms(ItemIndex(row)).notes, expected[row], 1e-9) << seed << " " << row;
  }
}

// v . x in the first taste, before the scale.
double Predicted(const Scorer& scorer, const Eigen::VectorXd& v) {
  const WeightedTaste& taste = scorer.tastes().front();
  double predicted = v.dot(taste.folded->vector());
  if (taste.noted != nullptr) predicted += v.dot(taste.noted->vector());
  return predicted * taste.folded->scale();
}

TEST(Notes, OneAloneLeavesItsPartOfTheGap) {
  const ModelSnapshot model = RandomModel(kItems, 12, 3);
  const Evidence evidence = RandomEvidence(kItems, 9, 3);
  const Scorer plain(model, Pool::kAny, evidence);
  const DenseSystem system(model.tastes[0], evidence);
  size_t tried = 0;
  for (size_t row = 0; row < kItems; ++row) {
    const std::vector<ItemIndex> items = {ItemIndex(row), ItemIndex((row + 7) % kItems)};
    const Eigen::VectorXd v = system.MeanOf(items);
    const double before = Predicted(plain, v);
    for (const double rho : {0.05, 0.5, 0.99}) {
      const Scorer liked = plain.WithNotes(Told(model, {Liked(items, rho)}));
      EXPECT_NEAR(1 - Predicted(liked, v), before < 1 ? rho * (1 - before) : 1 - before, 1e-10);
      const Scorer unwanted = plain.WithNotes(Told(model, {Unwanted(items, rho, 1)}));
      const bool beyond_average = before > model.tastes[0].mean.dot(system.Solved());
      EXPECT_NEAR(Predicted(unwanted, v), beyond_average ? rho * before : before, 1e-10);
      tried += beyond_average ? 1 : 0;
    }
  }
  EXPECT_GT(tried, 60u);
}

TEST(Notes, OneThatIsOwnedElsewhereIsAPurchaseThatCountsOnce) {
  const ModelSnapshot model = RandomModel(kItems, 12, 5);
  const Evidence evidence = RandomEvidence(kItems, 9, 5);
  const Scorer noted(model, Pool::kAny, evidence, nullptr,
                     Told(model, {OwnedElsewhere(ItemIndex(4))}));
  ASSERT_EQ(evidence.Find(ItemIndex(4)), nullptr);
  DenseSystem system(model.tastes[0], evidence);
  system.Observe(system.RowOf(ItemIndex(4)), 1, 1);
  const Eigen::VectorXd v = system.RowOf(ItemIndex(20));
  EXPECT_NEAR(Predicted(noted, v), v.dot(system.Solved()), 1e-10);
}

TEST(Notes, LinesSumToTheirTermAndThatIsPartOfTheScore) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const ModelSnapshot model = RandomModel(kItems, 12, seed);
    const Evidence evidence = RandomEvidence(kItems, seed % 15, seed);
    const std::vector<Note> notes = RandomNotes(kItems, 1 + seed % 12, seed);
    const Scorer scorer(model, kPools[seed % kPools.size()], evidence, nullptr, Told(model, notes));
    for (size_t row = 0; row < kItems; ++row) {
      const std::vector<double> lines = scorer.NoteShares(ItemIndex(row));
      ASSERT_EQ(lines.size(), notes.size());
      const ScoreTerms terms = scorer.Terms(ItemIndex(row));
      EXPECT_NEAR(std::accumulate(lines.begin(), lines.end(), 0.0), terms.notes,
                  1e-12 * std::max(1.0, std::abs(terms.notes)));
      EXPECT_EQ(terms.Sum(), terms.taste + terms.repeat + terms.popularity + terms.notes);
      for (size_t note = 0; note < notes.size(); ++note) {
        if (notes[note].items.empty()) {
          EXPECT_EQ(lines[note], 0);
        }
      }
    }
  }
}

TEST(Notes, CapAnItemWhereverItsScoreLies) {
  const ModelSnapshot model = RandomModel(kItems, 12, 6);
  const Evidence evidence = RandomEvidence(kItems, 9, 6);
  auto rules = std::make_shared<Adjustments>(kItems, 0.5);
  bool negative = false, great = false;
  for (const Evidence* of : std::initializer_list<const Evidence*>{&evidence, nullptr}) {
    const Evidence none;
    const Scorer plain(model, Pool::kAny, of != nullptr ? *of : none, rules);
    for (size_t row = 0; row < kItems; ++row) {
      const Scorer declined = plain.WithNotes(Told(model, {Unwanted({ItemIndex(row)}, 0.9, 0.1)}));
      const ScoreTerms before = plain.Terms(ItemIndex(row)), after = declined.Terms(ItemIndex(row));
      const double score = before.Sum() - before.rules;
      EXPECT_LE(after.Sum() - after.rules, std::min(0.1 * score, score) - 2.7 + 1e-12);
      EXPECT_EQ(after.rules, before.rules);
      EXPECT_EQ(after.taste, before.taste);
      negative = negative || score < 0;
      great = great || score > 1;
    }
  }
  EXPECT_TRUE(great);
  EXPECT_TRUE(negative);
}

TEST(Notes, TheStrongestCapCountsAndItsLineCarriesIt) {
  const ModelSnapshot model = RandomModel(kItems, 12, 6);
  const Evidence none;
  const ItemIndex item{8};
  const Scorer scorer(
      model, Pool::kAny, none, nullptr,
      Told(model, {Unwanted({item}, 0.9, 0.7), Unwanted({item, ItemIndex(9)}, 0.9, 0.2)}));
  const std::vector<double> lines = scorer.NoteShares(item);
  EXPECT_EQ(lines[0], 0);
  EXPECT_LT(lines[1], 0);
  EXPECT_NEAR(lines[1], scorer.Terms(item).notes, 1e-12);
  ASSERT_NE(scorer.notes()->CapOf(item), nullptr);
  EXPECT_EQ(scorer.notes()->CapOf(item)->keep, 0.2);
  EXPECT_EQ(scorer.notes()->CapOf(ItemIndex(7)), nullptr);
}

TEST(Notes, TheirOrderDoesNotMatter) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const ModelSnapshot model = RandomModel(kItems, 12, seed);
    const Evidence evidence = RandomEvidence(kItems, seed % 9, seed);
    std::vector<Note> notes = RandomNotes(kItems, 9, seed);
    const Scorer one(model, Pool::kAny, evidence, nullptr, Told(model, notes));
    std::ranges::reverse(notes);
    std::swap(notes[2], notes[5]);
    const Scorer other = one.WithNotes(Told(model, notes));
    for (size_t row = 0; row < kItems; ++row)
      EXPECT_NEAR(one.Score(ItemIndex(row)), other.Score(ItemIndex(row)), 1e-12);
  }
}

TEST(Notes, NoneAndThoseThatSayNothingLeaveTheSameBits) {
  const ModelSnapshot model = RandomModel(kItems, 12, 2);
  const Evidence evidence = RandomEvidence(kItems, 9, 2), none;
  for (const Pool pool : kPools) {
    for (const Evidence* of : {&evidence, &none}) {
      const Scorer plain(model, pool, *of);
      for (const std::vector<Note>& notes :
           {std::vector<Note>{}, std::vector<Note>{Disliked({}), Liked({}, 0.3)},
            std::vector<Note>{Liked({ItemIndex(3)}, 1), Unwanted({ItemIndex(3)}, 1, 1)}}) {
        const Scorer scorer(model, pool, *of, nullptr, Told(model, notes));
        EXPECT_EQ(scorer.personal(), plain.personal());
        for (size_t row = 0; row < kItems; ++row) {
          EXPECT_EQ(scorer.Score(ItemIndex(row)), plain.Score(ItemIndex(row)));
          EXPECT_EQ(scorer.NoteShares(ItemIndex(row)), std::vector<double>(notes.size(), 0.0));
        }
      }
    }
  }
}

TEST(Notes, TakenAwayAgainLeaveTheSameBits) {
  const ModelSnapshot model = RandomModel(kItems, 12, 2);
  const Evidence evidence = RandomEvidence(kItems, 9, 2);
  const Scorer plain(model, Pool::kAny, evidence);
  std::vector<Note> notes = RandomNotes(kItems, 6, 2);
  const Scorer noted = plain.WithNotes(Told(model, notes));
  notes.push_back(Declined(ItemIndex(1)));
  const Scorer again = noted.WithNotes(Told(model, notes)).WithNotes(noted.notes());
  const Scorer without = noted.WithNotes(nullptr);
  for (size_t row = 0; row < kItems; ++row) {
    EXPECT_EQ(again.Score(ItemIndex(row)), noted.Score(ItemIndex(row)));
    EXPECT_EQ(without.Score(ItemIndex(row)), plain.Score(ItemIndex(row)));
  }
}

TEST(Notes, SomebodyWithNothingButALikeHasATaste) {
  const ModelSnapshot model = RandomModel(kItems, 12, 2);
  const Evidence none;
  const Scorer guest(model, Pool::kNewToCustomer, none);
  const Scorer liked = guest.WithNotes(Told(model, {Liked({ItemIndex(5), ItemIndex(6)})}));
  EXPECT_TRUE(liked.personal());
  EXPECT_GT(liked.Terms(ItemIndex(5)).notes, 0);
  EXPECT_EQ(liked.Terms(ItemIndex(5)).taste, 0);
  EXPECT_FALSE(liked.WithNotes(nullptr).personal());
  // The scale is that of what the note says: no note's strength, but their number, counts.
  double square = 0, sum = 0;
  for (size_t row = 0; row < kItems; ++row) {
    const double of_item = liked.tastes()[0].noted->Of(ItemIndex(row));
    sum += of_item;
    square += of_item * of_item;
  }
  EXPECT_NEAR(sum, 0, 1e-6);
  EXPECT_NEAR(square / static_cast<double>(kItems), 1, 1e-6);
  // What a guest does not want caps that and leaves the rest as popular as it is.
  const Scorer declined = guest.WithNotes(Told(model, {Declined(ItemIndex(5))}));
  EXPECT_FALSE(declined.personal());
  for (size_t row = 0; row < kItems; ++row) {
    const double before = guest.Score(ItemIndex(row)), after = declined.Score(ItemIndex(row));
    if (row == 5) {
      EXPECT_LE(after, before - 0.9);
    } else {
      EXPECT_EQ(after, before);
    }
  }
}

TEST(Notes, GoWithAScorerWhereverItGoes) {
  const ModelSnapshot model = RandomModel(kItems, 12, 4);
  const Evidence evidence = RandomEvidence(kItems, 9, 4), other = RandomEvidence(kItems, 6, 5),
                 none;
  const auto notes = Told(model, RandomNotes(kItems, 7, 4));
  const auto rules = std::make_shared<const Adjustments>(kItems, 0.25);
  const Scorer first(model, Pool::kAny, evidence, nullptr, notes);
  for (const Pool pool : kPools) {
    for (const Evidence* of : {&evidence, &other, &none}) {
      const Scorer anew(model, pool, *of, rules, notes);
      const Scorer gone =
          of == &evidence ? first.For(pool).With(rules) : first.Of(*of).With(rules).For(pool);
      for (size_t row = 0; row < kItems; ++row)
        EXPECT_EQ(gone.Score(ItemIndex(row)), anew.Score(ItemIndex(row)));
    }
  }
}

TEST(Notes, SayWhatTheyAreMadeFor) {
  const Note declined = Declined(ItemIndex(2)), disliked = Disliked({ItemIndex(2), ItemIndex(3)});
  EXPECT_FALSE(declined.wanted);
  EXPECT_GT(std::get<GapLeft>(declined.strength).rho, std::get<GapLeft>(disliked.strength).rho);
  EXPECT_EQ(declined.keep, kUnwantedKeep);
  EXPECT_EQ(disliked.items.size(), 2u);
  EXPECT_EQ(Liked({ItemIndex(2)}).keep, 1);
  EXPECT_TRUE(Liked({ItemIndex(2)}).wanted);
  EXPECT_EQ(std::get<AsPurchases>(OwnedElsewhere(ItemIndex(2)).strength).weight, 1);
}

TEST(Notes, NameEachItemOnceHoweverOftenItIsGiven) {
  const ModelSnapshot model = RandomModel(kItems, 12, 2);
  const Notes once(model, {Unwanted({ItemIndex(3), ItemIndex(9)}, 0.5)});
  const Notes often(model, {Unwanted({ItemIndex(9), ItemIndex(3), ItemIndex(9)}, 0.5)});
  EXPECT_EQ(often.PseudoItems(0), once.PseudoItems(0));
  EXPECT_EQ(often.caps().size(), 2u);
}

TEST(Notes, FadeByHalves) {
  EXPECT_DOUBLE_EQ(Faded(0.1, 0, 30), 0.1);
  EXPECT_DOUBLE_EQ(Faded(0.1, 30, 30), 0.55);
  EXPECT_DOUBLE_EQ(Faded(0.1, 60, 30), 0.775);
  EXPECT_DOUBLE_EQ(Faded(1, 5, 30), 1);
}

}  // namespace
}  // namespace rapport
