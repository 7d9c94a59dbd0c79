#include "model/snapshot_format.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <random>
#include <sstream>

#include "tests/model/scene.h"

namespace rapport {
namespace {

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

// A model whose numbers are exact in every representation, so that its bytes are the same
// everywhere.
ModelSnapshot GoldenModel() {
  ModelSnapshot model = RandomModel(3, 2, 1);
  for (Taste& taste : model.tastes) {
    taste.options = {.factors = 2,
                     .alpha0 = 0.25,
                     .regularization = 0.5,
                     .nu = 1,
                     .iterations = 8,
                     .half_life_days = taste.options.half_life_days,
                     .seed = 1,
                     .neighbour_weight = taste.options.neighbour_weight};
    taste.factors << 0.5F, -0.25F, 1.0F, 2.0F, 0.0F, 0.125F;
    taste.spectrum << 1.25, 4.078125;
    taste.mean << 0.5, 0.625;
    taste.average.vector << 0.75, -1.5;
  }
  model.tastes[1].average.neighbourhood << 0.5F, 0.0F, 0.25F;
  model.tastes[1].neighbours.offsets = {0, 2, 3, 3};
  model.tastes[1].neighbours.columns = {1, 2, 0};
  model.tastes[1].neighbours.weights = {0.5F, 0.25F, 0.125F};
  model.together = {.orders = 30, .orders_of = {9, 8, 7}};
  model.together.support.offsets = {0, 1, 2, 2};
  model.together.support.columns = {1, 0};
  model.together.support.weights = {6, 6};
  model.timing.items.gaps = {
      .all = {0.5F, 3, 1, 0, 9, 4},
      .of = {{0.25F, 2.5F, 0.75F, -0.25F, 5, 2}, {0.5F, 3.5F, 1.25F, 0.5F, 4, 2}, {0.5F, 3, 1}}};
  model.timing.items.weights = {-3, {0.5, 0.25, 1, 2, 3, 4, 5, 6, 7}};
  model.timing.categories = {.gaps = {.all = {0.5F, 2, 1, 0, 9, 4}, .of = {{0.5F, 2, 1, 0, 9, 4}}}};
  model.timing.category_of = {PurchaseTiming::kNoCategory, 0, 0};
  model.timing.lapse = {.constant = 0.5, .weights = {1, 2, 3}, .customers = 77};
  model.popularity << 0, 0.5, 1, 1.5, 4, 2, 2.5, 3, 3.5, 4.5, 0.25, 0.75, 1.25, 1.75, 5;
  return model;
}

TEST(SnapshotFormat, ReadsBackWhatItWrote) {
  const ModelSnapshot model = RandomModel(40, 8, 2);
  const std::string bytes = SerializeModel(model);
  const auto back = ParseModel(bytes);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(SerializeModel(*back), bytes);
  ASSERT_EQ(back->tastes.size(), 2u);
  EXPECT_EQ(back->tastes[1].options, model.tastes[1].options);
  EXPECT_EQ(back->tastes[1].factors, model.tastes[1].factors);
  EXPECT_EQ(back->tastes[1].spectrum, model.tastes[1].spectrum);
  EXPECT_EQ(back->tastes[1].mean, model.tastes[1].mean);
  EXPECT_EQ(back->tastes[1].neighbours.columns, model.tastes[1].neighbours.columns);
  EXPECT_EQ(back->tastes[1].neighbours.weights, model.tastes[1].neighbours.weights);
  EXPECT_EQ(back->tastes[1].average.customers, 10);
  EXPECT_EQ(back->tastes[1].average.vector, model.tastes[1].average.vector);
  EXPECT_EQ(back->tastes[1].average.neighbourhood, model.tastes[1].average.neighbourhood);
  EXPECT_EQ(back->items.ids(), model.items.ids());
  EXPECT_EQ(back->version, model.version);
  EXPECT_EQ(back->prior.weight, 3);
  EXPECT_EQ(back->prior.purchases, 41);
  EXPECT_EQ(back->prior.gain.low, 0.125);
  EXPECT_EQ(back->evaluation.rows[0].method, "rapport");
  EXPECT_EQ(back->evaluation.comparisons[0].ndcg.high, 0.3);
  EXPECT_EQ(back->evaluation.calibration[static_cast<size_t>(Pool::kAny)].ece, 0.25);
  EXPECT_EQ(back->calibration.ChanceOf(Pool::kAny, 5, HistoryDepth::kFew, false).probability,
            model.calibration.ChanceOf(Pool::kAny, 5, HistoryDepth::kFew, false).probability);
}

TEST(SnapshotFormat, ReadsTheGoldenFileAndWritesItAgain) {
  const std::string path = RAPPORT_SOURCE_DIR "/tests/golden/model-v6.model";
  const std::string bytes = Read(path);
  if (std::getenv("RAPPORT_WRITE_GOLDEN") != nullptr)
    std::ofstream(path, std::ios::binary) << SerializeModel(GoldenModel());
  ASSERT_FALSE(bytes.empty()) << "run once with RAPPORT_WRITE_GOLDEN=1";
  const auto model = ParseModel(bytes);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->tastes[0].factors, GoldenModel().tastes[0].factors);
  EXPECT_EQ(SerializeModel(GoldenModel()), bytes);
}

TEST(SnapshotFormat, ReadsTheFormatsBefore) {
  for (const std::string version : {"3", "4", "5"}) {
    const auto model =
        ParseModel(Read(RAPPORT_SOURCE_DIR "/tests/golden/model-v" + version + ".model"));
    ASSERT_TRUE(model.ok()) << model.status();
    EXPECT_EQ(model->tastes[0].factors, GoldenModel().tastes[0].factors);
    EXPECT_EQ(model->tastes[1].neighbours.columns, GoldenModel().tastes[1].neighbours.columns);
    EXPECT_EQ(model->together.empty(), version == "3");
    EXPECT_EQ(model->tastes[1].average.customers, version == "5" ? 10 : 0);
    EXPECT_TRUE(model->timing.empty());
  }
}

TEST(SnapshotFormat, RefusesAveragesThatAreNone) {
  const auto refused = [](const std::function<void(AverageCustomer&)>& spoil) {
    ModelSnapshot model = GoldenModel();
    spoil(model.tastes[1].average);
    return absl::IsDataLoss(ParseModel(SerializeModel(model)).status());
  };
  EXPECT_FALSE(refused([](AverageCustomer&) {}));
  EXPECT_FALSE(refused([](AverageCustomer& average) { average = {}; }));  // then nobody's are kept
  EXPECT_TRUE(refused([](AverageCustomer& average) { average.vector[1] = NAN; }));
  EXPECT_TRUE(refused([](AverageCustomer& average) { average.neighbourhood[2] = NAN; }));
  EXPECT_TRUE(refused([](AverageCustomer& average) { average.neighbourhood.resize(2); }));
  EXPECT_TRUE(refused([](AverageCustomer& average) { average.vector.resize(3); }));
}

TEST(SnapshotFormat, RefusesWhatWasBoughtTogetherByNobody) {
  const auto refused = [](const std::function<void(BoughtTogether&)>& spoil) {
    ModelSnapshot model = GoldenModel();
    spoil(model.together);
    return absl::IsDataLoss(ParseModel(SerializeModel(model)).status());
  };
  EXPECT_FALSE(refused([](BoughtTogether&) {}));
  EXPECT_TRUE(refused([](BoughtTogether& together) { together.orders_of = {9, 0, 7}; }));
  EXPECT_TRUE(refused([](BoughtTogether& together) { together.orders_of = {9, 8}; }));
  EXPECT_TRUE(refused([](BoughtTogether& together) { together.support.columns = {1, 3}; }));
  EXPECT_TRUE(refused([](BoughtTogether& together) { together.support.columns = {1}; }));
}

TEST(SnapshotFormat, RefusesTimingThatIsNone) {
  const auto refused = [](const std::function<void(PurchaseTiming&)>& spoil) {
    ModelSnapshot model = GoldenModel();
    spoil(model.timing);
    return absl::IsDataLoss(ParseModel(SerializeModel(model)).status());
  };
  EXPECT_FALSE(refused([](PurchaseTiming&) {}));
  EXPECT_FALSE(refused([](PurchaseTiming& timing) { timing = {}; }));  // then none is kept
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.items.gaps.of.pop_back(); }));
  EXPECT_TRUE(refused([](PurchaseTiming& timing) { timing.lapse.constant = NAN; }));
}

TEST(SnapshotFormat, RefusesEveryTruncation) {
  const std::string bytes = SerializeModel(GoldenModel());
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(ParseModel(std::string_view(bytes).substr(0, length)).ok()) << length;
  }
}

TEST(SnapshotFormat, RefusesEveryFlippedBit) {
  std::string bytes = SerializeModel(GoldenModel());
  std::mt19937_64 random(9);
  for (int trial = 0; trial < 10'000; ++trial) {
    const size_t bit = random() % (bytes.size() * 8);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(ParseModel(bytes).ok()) << "bit " << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  }
  EXPECT_TRUE(ParseModel(bytes).ok());
}

TEST(SnapshotFormat, RefusesNumbersThatAreNotFinite) {
  ModelSnapshot model = RandomModel(5, 4, 2);
  model.tastes[1].factors(2, 1) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(absl::IsDataLoss(ParseModel(SerializeModel(model)).status()));
  model = RandomModel(5, 4, 2);
  model.weights[1].tastes[0] = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(absl::IsDataLoss(ParseModel(SerializeModel(model)).status()));
}

TEST(SnapshotFormat, RefusesMatricesOfTheWrongSize) {
  ModelSnapshot model = RandomModel(5, 4, 2);
  model.tastes[0].options.factors = 3;
  EXPECT_TRUE(absl::IsDataLoss(ParseModel(SerializeModel(model)).status()));
  model = RandomModel(5, 4, 2);
  model.popularity.conservativeResize(4, Eigen::NoChange);
  EXPECT_TRUE(absl::IsDataLoss(ParseModel(SerializeModel(model)).status()));
}

TEST(SnapshotFormat, RefusesNeighboursThatAreNone) {
  const auto refused = [](const std::function<void(CompressedRows&)>& spoil) {
    ModelSnapshot model = GoldenModel();
    spoil(model.tastes[1].neighbours);
    return absl::IsDataLoss(ParseModel(SerializeModel(model)).status());
  };
  EXPECT_FALSE(refused([](CompressedRows&) {}));
  EXPECT_TRUE(refused([](CompressedRows& rows) { rows.columns = {2, 1, 0}; }));
  EXPECT_TRUE(refused([](CompressedRows& rows) { rows.columns = {1, 3, 0}; }));
  EXPECT_TRUE(refused([](CompressedRows& rows) { rows.weights[0] = NAN; }));
  EXPECT_TRUE(refused([](CompressedRows& rows) { rows.offsets = {0, 3, 2, 3}; }));
  EXPECT_TRUE(refused([](CompressedRows& rows) { rows.offsets = {0, 2, 3, size_t{1} << 60}; }));
}

TEST(SnapshotFormat, RefusesACurveThatIsNone) {
  const auto refused = [](const CalibrationCurve& curve) {
    ModelSnapshot model = RandomModel(5, 4, 2);
    model.calibration.pools[0].curves[0][0] = curve;
    return absl::IsDataLoss(ParseModel(SerializeModel(model)).status());
  };
  EXPECT_FALSE(refused({{0, 0.5, 10}, {1, 0.6, 10}}));
  EXPECT_TRUE(refused({{1, 0.5, 10}, {0, 0.6, 10}}));
  EXPECT_TRUE(refused({{0, 1.5, 10}}));
  EXPECT_TRUE(refused({{0, 0.5, 0}}));
}

TEST(SnapshotFormat, RefusesANewerVersionAndSaysSo) {
  std::string bytes = SerializeModel(RandomModel(5, 4, 2));
  bytes[8] = 7;  // the format version, just after the mark
  const absl::Status status = ParseModel(bytes).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_NE(status.message().find("version 7"), std::string::npos);
}

TEST(SnapshotFormat, RefusesEarlierVersionsWhoseScoresWereOthers) {
  std::string bytes = SerializeModel(RandomModel(5, 4, 2));
  bytes[8] = 1;
  EXPECT_TRUE(absl::IsFailedPrecondition(ParseModel(bytes).status()));
}

TEST(SnapshotFormat, AModelOfPopularityHasNoTastesAndATrainedOneHas) {
  ModelSnapshot model = RandomModel(5, 4, 2);
  model.kind = ModelKind::kPopularity;
  EXPECT_TRUE(absl::IsDataLoss(ParseModel(SerializeModel(model)).status()));
  model.tastes.clear();
  for (PoolWeights& weights : model.weights) weights.tastes.clear();
  EXPECT_TRUE(ParseModel(SerializeModel(model)).ok());
  model.kind = ModelKind::kTrained;
  EXPECT_TRUE(absl::IsDataLoss(ParseModel(SerializeModel(model)).status()));
}

TEST(SnapshotFormat, RefusesOtherFilesAndTrailingBytes) {
  EXPECT_TRUE(absl::IsDataLoss(ParseModel("").status()));
  EXPECT_TRUE(absl::IsDataLoss(ParseModel("PK\x03\x04 a zip file, say").status()));
  EXPECT_TRUE(absl::IsDataLoss(ParseModel(SerializeModel(RandomModel(5, 4, 2)) + "x").status()));
}

}  // namespace
}  // namespace rapport
