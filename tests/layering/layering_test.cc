// The layers of the house, held by a test: an include that points the wrong way fails here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <string>
#include <vector>

namespace rapport {
namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file;  // from the root: "model/als.cc"
  size_t line = 0;
  std::string target;  // as written between the quotes or brackets
};

bool StartsWithAny(const std::string& text, const std::vector<std::string>& prefixes) {
  return std::ranges::any_of(prefixes,
                             [&](const auto& prefix) { return text.starts_with(prefix); });
}

std::vector<Include> IncludesOf(std::istream& in, const std::string& file) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*["<]([^">]+)[">])");
  std::vector<Include> includes;
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (std::smatch match; std::regex_search(line, match, kInclude)) {
      includes.push_back({file, number, match[1]});
    }
  }
  return includes;
}

// Every include of every source below `folders`.
std::vector<Include> IncludesBelow(const std::vector<std::string>& folders) {
  const fs::path root = RAPPORT_SOURCE_DIR;
  std::vector<Include> all;
  for (const std::string& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cc" && extension != ".h" && extension != ".inc") continue;
      std::ifstream in(entry.path());
      const auto includes = IncludesOf(in, fs::relative(entry.path(), root).string());
      all.insert(all.end(), includes.begin(), includes.end());
    }
  }
  return all;
}

// Those that `wrong` complains of, as "file:line: why".
std::vector<std::string> Wrong(const std::vector<Include>& includes,
                               const std::function<bool(const Include&)>& wrong) {
  std::vector<std::string> complaints;
  for (const Include& include : includes) {
    if (wrong(include)) {
      complaints.push_back(include.file + ":" + std::to_string(include.line) + " includes " +
                           include.target);
    }
  }
  return complaints;
}

bool IsOurs(const std::string& target) {
  return StartsWithAny(target, {"model/", "data/", "services/", "tests/", "rapport/"});
}

// The C++ and C library, and what the platform gives.
bool IsSystem(const std::string& target) {
  static const std::regex kSystem(
      R"([a-z_0-9]+|[a-z_0-9]+\.h|(sys|linux|net|netinet|arpa)/[a-z_0-9/]+\.h)");
  return std::regex_match(target, kSystem);
}

const std::vector<std::string> kGrpc = {"grpc/", "grpcpp/", "google/rpc/"};

bool IsPublicApi(const std::string& target) {
  return target.starts_with("rapport/v1/") || target.ends_with(".grpc.pb.h");
}

TEST(Layering, ModelKnowsNothingButMathematics) {
  EXPECT_THAT(Wrong(IncludesBelow({"model"}),
                    [](const Include& include) {
                      return !StartsWithAny(include.target,
                                            {"model/", "Eigen/", "absl/", "xxhash.h"}) &&
                             !IsSystem(include.target);
                    }),
              testing::IsEmpty());
}

TEST(Layering, DataKnowsOfOursOnlyDataAndItsStoredMessages) {
  EXPECT_THAT(Wrong(IncludesBelow({"data"}),
                    [](const Include& include) {
                      return IsOurs(include.target) &&
                             !StartsWithAny(include.target, {"data/", "rapport/store/"});
                    }),
              testing::IsEmpty());
}

TEST(Layering, RocksDbStandsOnlyInSourceFilesOfData) {
  EXPECT_THAT(Wrong(IncludesBelow({"model", "data", "services"}),
                    [](const Include& include) {
                      const bool allowed =
                          include.file.starts_with("data/") && include.file.ends_with(".cc");
                      return include.target.starts_with("rocksdb/") && !allowed;
                    }),
              testing::IsEmpty());
}

TEST(Layering, OpenSslStandsOnlyWhereCertificatesAreChecked) {
  EXPECT_THAT(Wrong(IncludesBelow({"model", "data", "services"}),
                    [](const Include& include) {
                      return include.target.starts_with("openssl/") &&
                             include.file != "services/server/tls_files.cc";
                    }),
              testing::IsEmpty());
}

TEST(Layering, StoredMessagesStandOnlyInData) {
  EXPECT_THAT(
      Wrong(IncludesBelow({"model", "services"}),
            [](const Include& include) { return include.target.starts_with("rapport/store/"); }),
      testing::IsEmpty());
}

TEST(Layering, GrpcAndPublicMessagesStandOnlyAtTheEdges) {
  EXPECT_THAT(
      Wrong(IncludesBelow({"model", "data", "services"}),
            [](const Include& include) {
              const bool edge = StartsWithAny(include.file, {"services/server/", "services/cli/"});
              return !edge && (StartsWithAny(include.target, kGrpc) || IsPublicApi(include.target));
            }),
      testing::IsEmpty());
}

TEST(Layering, PrometheusStandsOnlyInTheServer) {
  EXPECT_THAT(Wrong(IncludesBelow({"model", "data", "services"}),
                    [](const Include& include) {
                      return include.target.starts_with("prometheus/") &&
                             !include.file.starts_with("services/server/");
                    }),
              testing::IsEmpty());
}

TEST(Layering, ServicesLookDownAndNeverSideways) {
  EXPECT_THAT(Wrong(IncludesBelow({"services"}),
                    [](const Include& include) {
                      const std::string own = include.file.substr(0, include.file.find('/', 9) + 1);
                      return include.target.starts_with("services/") &&
                             !include.target.starts_with(own) &&
                             StartsWithAny(include.target, {"services/server/", "services/cli/"});
                    }),
              testing::IsEmpty());
}

// Talk puts in words what clienteling finds, and not the other way round.
TEST(Layering, RecommenderAndClientelingDoNotKnowOfTalk) {
  EXPECT_THAT(Wrong(IncludesBelow({"services/recommender", "services/clienteling"}),
                    [](const Include& include) {
                      return include.target.starts_with("services/talk/") ||
                             (include.file.starts_with("services/recommender/") &&
                              include.target.starts_with("services/clienteling/"));
                    }),
              testing::IsEmpty());
}

TEST(Layering, IncludesAreWrittenFromTheRoot) {
  EXPECT_THAT(Wrong(IncludesBelow({"model", "data", "services", "tests"}),
                    [](const Include& include) { return include.target.starts_with("."); }),
              testing::IsEmpty());
}

TEST(Layering, ShippedCodeIncludesNoTests) {
  EXPECT_THAT(Wrong(IncludesBelow({"model", "data", "services"}),
                    [](const Include& include) { return include.target.starts_with("tests/"); }),
              testing::IsEmpty());
}

TEST(Layering, SourcesAreFoundAtAll) {
  EXPECT_GT(IncludesBelow({"model"}).size(), 10u);
  EXPECT_GT(IncludesBelow({"data"}).size(), 10u);
  EXPECT_GT(IncludesBelow({"services"}).size(), 10u);
}

}  // namespace
}  // namespace rapport
