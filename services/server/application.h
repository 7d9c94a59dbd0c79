// Application: owns everything and is the only place where things are wired together. Open starts
// it: when it returns, calls are answered. Stop (or the destructor) ends it: health says so, no new
// calls, running ones get time to finish, the trainer stops, the store closes. Start and stop from
// one thread.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/store.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "prometheus/exposer.h"
#include "services/backup/backup_keeper.h"
#include "services/clienteling/customer_card.h"
#include "services/clienteling/feedback.h"
#include "services/clienteling/hand_off.h"
#include "services/clienteling/moment_desk.h"
#include "services/clienteling/moment_finder.h"
#include "services/clienteling/moment_mask.h"
#include "services/clienteling/shop_time.h"
#include "services/recommender/clock.h"
#include "services/recommender/explainer.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/shadow.h"
#include "services/recommender/suggester.h"
#include "services/recommender/trainer.h"
#include "services/server/admin_adapter.h"
#include "services/server/backup_metrics.h"
#include "services/server/call_policy.h"
#include "services/server/catalog_adapter.h"
#include "services/server/clienteling_adapter.h"
#include "services/server/config.h"
#include "services/server/health.h"
#include "services/server/metrics.h"
#include "services/server/model_adapter.h"
#include "services/server/moment_feed.h"
#include "services/server/purchase_adapter.h"
#include "services/server/recommendation_adapter.h"
#include "services/server/rule_adapter.h"
#include "services/server/runtime_metrics.h"
#include "services/server/server_certificates.h"
#include "services/server/talk_adapter.h"
#include "services/server/worker_pool.h"
#include "services/talk/moment_words.h"
#include "services/talk/phrasebook.h"
#include "services/talk/tact.h"
#include "services/talk/talker.h"

namespace rapport::server {

// The system's clock.
TimePoint SystemNow();

class Application {
 public:
  // One line that says what failed, where, and what to do: settings that do not go together, a
  // certificate that cannot be used, data directory in use or not writable, damaged data, an
  // address in use.
  static absl::StatusOr<std::unique_ptr<Application>> Open(Config config, Clock clock = SystemNow);
  ~Application() { Stop(); }
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // May be called again; the second time does nothing.
  void Stop();

  // "127.0.0.1:7411", with the port that was taken.
  const std::string& grpc_address() const { return grpc_address_; }
  // "http://127.0.0.1:7412/metrics"; empty if metrics are off.
  const std::string& metrics_url() const { return metrics_url_; }
  // "127.0.0.1:7413"; empty if there is no health port.
  const std::string& health_address() const { return health_->address(); }
  // For people: version, data, addresses, and how to talk to it.
  std::string Banner() const;

 private:
  Application(Config config, Clock clock);
  absl::Status OpenHealth();
  absl::Status OpenTls();
  absl::Status OpenStore();
  absl::Status OpenModels();
  absl::Status LoadMessages();
  absl::Status SetClock();
  void Wire();
  void WireBackups();
  absl::Status Listen();
  absl::Status ServeMetrics();
  absl::Status WriteEndpoint() const;
  std::string ModelsPath() const;
  std::string BackupWords() const;

  const Config config_;
  const Clock clock_;
  // In order of construction; destroyed from below.
  Metrics metrics_;
  std::unique_ptr<Health> health_;
  std::unique_ptr<ServerCertificates> certificates_;  // none: no TLS
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  MomentFeed moment_feed_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<ModelShelf> models_;
  std::unique_ptr<BackupMetrics> backup_metrics_;  // null, as is the next: none are made
  std::unique_ptr<BackupKeeper> backup_keeper_;
  std::unique_ptr<Suggester> suggester_;
  std::unique_ptr<Explainer> explainer_;
  std::unique_ptr<talk::Phrasebook> phrasebook_;
  std::unique_ptr<talk::Tact> tact_;
  std::unique_ptr<talk::Talker> talker_;
  std::unique_ptr<clienteling::ShopTime> shop_time_;
  clienteling::Discretion discretion_;
  std::unique_ptr<clienteling::CardMaker> cards_;
  std::unique_ptr<clienteling::HandOffMaker> hand_offs_;
  std::unique_ptr<clienteling::Feedback> feedback_;
  std::unique_ptr<clienteling::MomentFinder> moments_;
  std::unique_ptr<clienteling::MomentDesk> moment_desk_;
  std::unique_ptr<clienteling::MomentMask> moment_mask_;
  std::unique_ptr<talk::MomentSpeaker> moment_speaker_;
  std::unique_ptr<Trainer> trainer_;
  std::unique_ptr<Shadow> shadow_;
  std::unique_ptr<Limiters> limiters_;
  std::unique_ptr<WorkerPool> workers_;
  std::unique_ptr<WorkerPool> behind_;
  std::unique_ptr<CallPolicy> policy_;
  std::unique_ptr<PurchaseAdapter> purchases_;
  std::unique_ptr<CatalogAdapter> catalog_;
  std::unique_ptr<RuleAdapter> rules_;
  std::unique_ptr<RecommendationAdapter> recommendations_;
  std::unique_ptr<ModelAdapter> model_adapter_;
  std::unique_ptr<AdminAdapter> admin_;
  std::unique_ptr<TalkAdapter> talk_adapter_;
  std::unique_ptr<ClientelingAdapter> clienteling_;
  std::shared_ptr<RuntimeMetrics> runtime_metrics_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  std::string grpc_address_;
  std::string metrics_url_;
  bool stopped_ = false;
};

}  // namespace rapport::server
