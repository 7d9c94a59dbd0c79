// What keeps the server from starting is said in one clear line, with exit code 1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Startup, PortInUseIsNamed) {
  const TempDir scratch;
  ServerProcess first(scratch, scratch / "a");
  ASSERT_FALSE(first.endpoint().empty()) << first.Log();
  ServerProcess second(scratch, scratch / "b", {{"--server.listen", first.endpoint()}});
  EXPECT_EQ(second.process().Wait(), 1);
  EXPECT_THAT(second.Log(), AllOf(HasSubstr(first.endpoint()), HasSubstr("in use")));
}

TEST(Startup, DataDirectoryOfAnotherServerIsRefused) {
  const TempDir scratch;
  ServerProcess first(scratch, scratch / "data");
  ASSERT_FALSE(first.endpoint().empty()) << first.Log();
  ServerProcess second(scratch, scratch / "data");
  EXPECT_EQ(second.process().Wait(), 1);
  EXPECT_THAT(second.Log(), AllOf(HasSubstr(scratch / "data"), HasSubstr("another process")));
  EXPECT_EQ(first.Stop(), 0) << first.Log();
}

TEST(Startup, DirectoryThatCannotBeMadeIsNamed) {
  const TempDir scratch;
  WriteFile(scratch / "file", "no directory");
  ServerProcess server(scratch, scratch / "file/data");
  EXPECT_EQ(server.process().Wait(), 1);
  EXPECT_THAT(server.Log(), HasSubstr(scratch / "file/data"));
}

TEST(Startup, UnknownKeyOfTheConfigFileIsNamedWithItsLine) {
  const TempDir scratch;
  WriteFile(scratch / "rapport.toml",
            "[server]\nreflection = true\nlisten_adress = \"127.0.0.1:0\"\n");
  ServerProcess server(scratch, scratch / "data", {{"--config", scratch / "rapport.toml"}});
  EXPECT_EQ(server.process().Wait(), 1);
  EXPECT_THAT(server.Log(),
              AllOf(HasSubstr("rapport.toml"), HasSubstr("3"), HasSubstr("listen_adress")));
  EXPECT_FALSE(std::filesystem::exists(scratch / "data"));
}

}  // namespace
}  // namespace rapport::e2e
