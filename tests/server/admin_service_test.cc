#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapport/v1/admin_service.grpc.pb.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Admin = v1::AdminService::Stub;

class AdminServiceTest : public ::testing::Test {
 protected:
  AdminServiceTest() {
    server_.config().metrics.listen = "127.0.0.1:0";
    server_.config().backup.path = server_.path() + "/backups";
    server_.config().backup.interval = 0;
    Restart();
  }
  void Restart() {
    server_.Restart();
    admin_ = v1::AdminService::NewStub(server_.channel());
  }
  void Record(const std::string& event) {
    v1::RecordPurchasesRequest request;
    *request.add_purchases() = MakePurchase(event, "sam", "tea");
    v1::RecordPurchasesResponse response;
    ASSERT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
  }
  grpc::Status Create(v1::Backup* backup) {
    return Ask(*admin_, &Admin::CreateBackup, v1::CreateBackupRequest(), backup);
  }
  grpc::Status Verify(std::optional<int64_t> id, v1::Backup* backup) {
    v1::VerifyBackupRequest request;
    if (id) request.set_backup_id(*id);
    return Ask(*admin_, &Admin::VerifyBackup, request, backup);
  }
  v1::ListBackupsResponse List(int page_size = 0, const std::string& token = "") {
    v1::ListBackupsRequest request;
    request.set_page_size(page_size);
    request.set_page_token(token);
    v1::ListBackupsResponse response;
    const auto status = Ask(*admin_, &Admin::ListBackups, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  RunningServer server_;
  std::unique_ptr<Admin> admin_;
};

TEST_F(AdminServiceTest, MakesListsAndReadsBack) {
  v1::Backup none;
  EXPECT_EQ(Verify(std::nullopt, &none).error_code(), grpc::StatusCode::NOT_FOUND);
  Record("e1");
  v1::Backup made;
  ASSERT_TRUE(Create(&made).ok());
  EXPECT_EQ(made.backup_id(), 1);
  EXPECT_EQ(made.sequence(), 1);
  EXPECT_EQ(made.made_at().seconds(),
            std::chrono::duration_cast<std::chrono::seconds>(TestClock::kStart.time_since_epoch())
                .count());
  EXPECT_GT(made.bytes(), 0);
  Record("e2");
  ASSERT_TRUE(Create(&made).ok());
  EXPECT_EQ(made.sequence(), 2);

  const auto first = List(1);
  ASSERT_EQ(first.backups_size(), 1);
  EXPECT_EQ(first.backups(0).backup_id(), 2);
  const auto second = List(1, first.next_page_token());
  ASSERT_EQ(second.backups_size(), 1);
  EXPECT_EQ(second.backups(0).backup_id(), 1);
  EXPECT_EQ(second.next_page_token(), "");

  v1::Backup read;
  EXPECT_TRUE(Verify(std::nullopt, &read).ok());
  EXPECT_EQ(read.backup_id(), 2);
  EXPECT_TRUE(Verify(1, &read).ok());
  const auto missing = Verify(7, &read);
  EXPECT_EQ(missing.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(missing.error_message(), HasSubstr("there are 2, 1"));
}

TEST_F(AdminServiceTest, NamesTheFieldThatIsWrong) {
  v1::Backup read;
  EXPECT_THAT(PathsOf(Verify(0, &read)), ElementsAre("backup_id"));
  EXPECT_THAT(PathsOf(Verify(1LL << 40, &read)), ElementsAre("backup_id"));
  v1::ListBackupsRequest request;
  request.set_page_size(-1);
  request.set_page_token("nonsense");
  v1::ListBackupsResponse response;
  EXPECT_THAT(PathsOf(Ask(*admin_, &Admin::ListBackups, request, &response)),
              ElementsAre("page_size", "page_token"));
}

TEST_F(AdminServiceTest, SaysThatBackupsAreOff) {
  server_.config().backup.path = "";
  Restart();
  v1::Backup backup;
  for (const auto& status : {Create(&backup), Verify(1, &backup)}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ReasonOf(status), "BACKUPS_OFF");
    EXPECT_THAT(status.error_message(), HasSubstr("backup.path"));
  }
  // No alert asks for one where none is due.
  EXPECT_THAT(server_.Scrape(), Not(HasSubstr("rapport_backup_")));
}

TEST_F(AdminServiceTest, TellsPrometheusHowOldTheNewestIs) {
  EXPECT_THAT(server_.Scrape(), HasSubstr("rapport_backup_last_success_timestamp_seconds 0\n"));
  v1::Backup made;
  ASSERT_TRUE(Create(&made).ok());
  const std::string expected = "rapport_backup_last_success_timestamp_seconds 1777593600\n";
  EXPECT_THAT(server_.Scrape(), HasSubstr(expected));
  EXPECT_THAT(server_.Scrape(), HasSubstr("rapport_backup_failures_total 0\n"));
  server_.clock().Advance(std::chrono::hours(1));
  Restart();
  EXPECT_THAT(server_.Scrape(), HasSubstr(expected));
  EXPECT_THAT(server_.Scrape(), HasSubstr("rapport_storage_free_floor_bytes"));
}

TEST_F(AdminServiceTest, ServesWithoutBackupsWhereTheirDirectoryIsAnothers) {
  Record("e1");
  const std::string data = server_.config().storage.path;
  server_.config().storage.path = server_.path() + "/other";
  Restart();
  Record("e1");
  v1::Backup backup;
  v1::ListBackupsResponse list;
  for (const auto& status : {Create(&backup), Verify(std::nullopt, &backup),
                             Ask(*admin_, &Admin::ListBackups, v1::ListBackupsRequest(), &list)}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_THAT(status.error_message(), HasSubstr("of another store"));
  }
  EXPECT_THAT(server_.Scrape(), HasSubstr("rapport_backup_failures_total 2\n"));  // one at start
  EXPECT_THAT(server_.app().Banner(), HasSubstr("backups  NONE are made: "));
  server_.config().storage.path = data;
  Restart();
  EXPECT_TRUE(Create(&backup).ok());
}

TEST_F(AdminServiceTest, TellsPrometheusOfOneThatCannotBeReadBack) {
  v1::Backup backup;
  ASSERT_TRUE(Create(&backup).ok());
  EXPECT_THAT(server_.Scrape(), HasSubstr("rapport_backup_verify_failures_total 0\n"));
  std::filesystem::remove_all(server_.config().backup.path + "/store/private/1");
  EXPECT_EQ(Verify(1, &backup).error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_THAT(server_.Scrape(), HasSubstr("rapport_backup_verify_failures_total 1\n"));
  Restart();
  EXPECT_THAT(server_.Scrape(), HasSubstr("rapport_backup_damaged 1\n"));
  EXPECT_THAT(server_.Scrape(), HasSubstr("rapport_backup_interval_seconds 0\n"));
}

}  // namespace
}  // namespace rapport::server
