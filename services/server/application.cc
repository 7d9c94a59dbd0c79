#include "services/server/application.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "services/recommender/low_priority.h"
#include "services/server/addresses.h"
#include "services/server/banner.h"
#include "services/server/tls_credentials.h"
#include "services/server/use_case_options.h"
#include "spdlog/spdlog.h"

namespace rapport::server {
namespace {

constexpr int kMaxRequestBytes = 4 << 20;
constexpr int kMaxMetadataBytes = 16 << 10;
constexpr size_t kMostBehind = 100;  // of an operator's calls that wait for each other

size_t Mebibytes(int64_t count) { return static_cast<size_t>(count) << 20; }

absl::Status WithPlace(const std::string& place, const absl::Status& status) {
  return {status.code(), place + ": " + std::string(status.message())};
}

void LogBackup(const BackupReport& report) {
  if (!report.backup.ok())
    return spdlog::error("no backup was made: {}", std::string(report.backup.status().message()));
  const Backup& backup = *report.backup;
  spdlog::info("backup {}: up to event {}, {} MiB, in {:.1f} s", backup.id, backup.mark.sequence,
               backup.bytes >> 20, report.seconds);
  if (!report.removal.ok())
    spdlog::warn("old backups stay: {}", std::string(report.removal.message()));
}

void LogDamaged(const std::vector<uint32_t>& damaged, const std::string& path) {
  for (const uint32_t id : damaged)
    spdlog::error("backup {} in {} is damaged and cannot be restored", id, path);
}

void LogTraining(const TrainingStatus& training) {
  switch (training.state) {
    case TrainingState::kSucceeded:
      return spdlog::info("training {}: model {} of {} purchases in {:.1f} s{}{}",
                          training.training_id, training.model_version, training.rows,
                          training.elapsed_seconds, training.message.empty() ? "" : "; ",
                          training.message);
    case TrainingState::kTooLittle:
      return spdlog::info("training {}: {}", training.training_id, training.message);
    case TrainingState::kRejected:
      return spdlog::warn("training {}: model {} does not serve; {}", training.training_id,
                          training.model_version, training.message);
    default:
      return spdlog::warn("training {} did not finish: {}", training.training_id, training.message);
  }
}

}  // namespace

TimePoint SystemNow() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Application::Application(Config config, Clock clock)
    : config_(std::move(config)), clock_(std::move(clock)), metrics_(RAPPORT_VERSION) {}

absl::StatusOr<std::unique_ptr<Application>> Application::Open(Config config, Clock clock) {
  absl::Status status = Check(config);
  if (!status.ok()) return status;
  std::unique_ptr<Application> app(new Application(std::move(config), std::move(clock)));
  status = app->OpenHealth();
  if (status.ok()) status = app->OpenTls();
  if (status.ok()) status = app->OpenStore();
  if (status.ok()) status = app->OpenModels();
  if (status.ok()) status = app->LoadMessages();
  if (status.ok()) status = app->SetClock();
  if (!status.ok()) return status;
  app->Wire();
  status = app->ServeMetrics();
  if (status.ok()) status = app->Listen();
  if (!status.ok()) return status;
  app->trainer_->Start();
  app->health_->Serve(*app->server_->GetHealthCheckService());
  status = app->WriteEndpoint();
  if (!status.ok()) return status;
  return app;
}

// First, so that kubelets hear that the process lives however long the rest takes.
absl::Status Application::OpenHealth() {
  auto health = Health::Listen(config_.health.listen);
  if (!health.ok()) return health.status();
  health_ = *std::move(health);
  return absl::OkStatus();
}

absl::Status Application::OpenTls() {
  if (config_.tls.insecure) {
    spdlog::warn("tls.insecure: {}", NoTlsWords(config_.server.listen));
    credentials_ = grpc::InsecureServerCredentials();
    return absl::OkStatus();
  }
  auto certificates = ServerCertificates::Open(config_.tls, clock_);
  if (!certificates.ok()) return certificates.status();
  certificates_ = *std::move(certificates);
  credentials_ = std::make_shared<TlsCredentials>(*certificates_);
  return absl::OkStatus();
}

absl::Status Application::OpenStore() {
  std::error_code failed;
  std::filesystem::create_directories(config_.storage.path, failed);
  if (failed) {
    return absl::PermissionDeniedError("storage.path: make directory " + config_.storage.path +
                                       ": " + failed.message() +
                                       "; choose a directory that can be written");
  }
  StoreOptions options;
  options.path = config_.storage.path + "/db";
  options.block_cache_bytes = Mebibytes(config_.storage.block_cache_mib);
  options.customer_cache_bytes = Mebibytes(config_.storage.customer_cache_mib);
  options.memtable_bytes = Mebibytes(config_.storage.memtable_mib);
  options.free_space_floor_bytes = Mebibytes(config_.storage.free_space_floor_mib);
  options.max_waiting_events = static_cast<size_t>(config_.storage.max_waiting_events);
  options.now = clock_;
  options.milestones = ReadMilestones(config_.moments.milestones).value_or(options.milestones);
  options.on_moments = [this](std::span<const Moment> moments) {
    metrics_.Told(moments);
    moment_feed_.Announce();
  };
  options.on_commit = [this](const CommitReport& report) { metrics_.Committed(report); };
  options.on_items = [this](std::vector<Item> items) {
    if (models_ != nullptr) models_->UpdateItems(std::move(items));
  };
  options.on_rules = [this](std::vector<Rule> rules) {
    if (models_ != nullptr) models_->UpdateRules(std::move(rules));
  };
  options.on_broken = [this](const absl::Status& why) {
    spdlog::error("nothing more is recorded until a restart: {}", std::string(why.message()));
    metrics_.store_refuses_writes.Set(1);
    health_->RefuseWrites();
  };
  auto store = Store::Open(options);
  if (!store.ok()) return WithPlace("storage.path", store.status());
  store_ = *std::move(store);
  return absl::OkStatus();
}

absl::Status Application::OpenModels() {
  ModelShelfOptions options;
  options.path = ModelsPath();
  options.keep = static_cast<size_t>(config_.model.keep);
  options.on_refused = [this](std::string_view version, const absl::Status& why) {
    metrics_.model_load_failures.Increment();
    spdlog::warn("model {} was refused: {}", version, std::string(why.message()));
  };
  auto models = ModelShelf::Open(std::move(options));
  if (!models.ok()) return WithPlace("model.path", models.status());
  models_ = *std::move(models);
  if (absl::Status loaded = LoadCatalogue(*store_, *models_); !loaded.ok())
    return WithPlace("storage.path", loaded);
  const auto current = models_->Current();
  if (current->kind == ModelKind::kTrained) metrics_.SetLastTraining(current->trained_at);
  return absl::OkStatus();
}

std::string Application::ModelsPath() const {
  return config_.model.path.empty() ? config_.storage.path + "/models" : config_.model.path;
}

absl::Status Application::LoadMessages() {
  const Config::Talk& talk = config_.talk;
  auto phrasebook = talk::Phrasebook::Load(talk.messages_path);
  if (!phrasebook.ok()) return WithPlace("talk.messages_path", phrasebook.status());
  phrasebook_ = std::make_unique<talk::Phrasebook>(*std::move(phrasebook));
  tact_ = std::make_unique<talk::Tact>(
      talk::TactOptions{.sensitive_categories = talk.sensitive_categories,
                        .sensitive_shapes_taste = talk.sensitive_shapes_taste,
                        .most_sensitive_share = talk.most_sensitive_share,
                        .most_commercial_share = talk.most_commercial_share,
                        .horizon_days = talk.horizon_days,
                        .crowd = static_cast<int>(talk.crowd),
                        .suggestions_a_visit = static_cast<int>(talk.suggestions_a_visit),
                        .stale_days = talk.stale_days,
                        .catalogue_language = talk.catalogue_language});
  return absl::OkStatus();
}

// The one on the shop's wall.
absl::Status Application::SetClock() {
  auto time = clienteling::ShopTime::In(config_.shop.time_zone);
  if (!time.ok()) return WithPlace("shop.time_zone", time.status());
  shop_time_ = std::make_unique<clienteling::ShopTime>(*std::move(time));
  return absl::OkStatus();
}

void Application::Wire() {
  discretion_ = {.hides_item = [this](const Item& item) { return tact_->IsSensitive(item); },
                 .hides_text = [this](std::string_view text) { return tact_->IsSensitive(text); }};
  suggester_ = std::make_unique<Suggester>(
      *store_, *models_, clock_,
      NamingLimits{.hidden = discretion_.hides_item, .horizon_days = config_.talk.horizon_days});
  explainer_ = std::make_unique<Explainer>(
      *store_, *models_, clock_,
      [this](double residual, bool exceeded) { metrics_.Explained(residual, exceeded); });
  const auto on_ungrounded = [this](const absl::Status& why) {
    metrics_.ungrounded_text.Increment();
    spdlog::error("a sentence was withheld: {}", std::string(why.message()));
  };
  talker_ =
      std::make_unique<talk::Talker>(*store_, *models_, *suggester_, *explainer_, *phrasebook_,
                                     *tact_, clock_, config_.talk.locale, on_ungrounded);
  cards_ = std::make_unique<clienteling::CardMaker>(
      *store_, *models_, *shop_time_, discretion_, config_.talk.horizon_days, clock_,
      static_cast<int>(config_.moments.declined_days));
  feedback_ = std::make_unique<clienteling::Feedback>(
      *store_, *models_, *suggester_, clock_,
      clienteling::FeedbackListener{
          .on_outcome = [this](const Outcome& outcome) { metrics_.feedback.Reported(outcome); },
          .on_insight = [this](const Insight& insight) { metrics_.feedback.Reported(insight); },
          .on_undo = [this] { metrics_.feedback.Undone(); }});
  moments_ = std::make_unique<clienteling::MomentFinder>(
      *store_, *models_, *shop_time_, discretion_, MomentOptionsOf(config_), clock_);
  hand_offs_ =
      std::make_unique<clienteling::HandOffMaker>(*store_, *cards_, *moments_, discretion_);
  moment_desk_ = std::make_unique<clienteling::MomentDesk>(
      *store_, *moments_, std::chrono::minutes(config_.moments.lease_minutes),
      [this](const MomentClaim& claim) { metrics_.Claimed(claim); });
  moment_mask_ = std::make_unique<clienteling::MomentMask>(*store_, discretion_);
  moment_speaker_ = std::make_unique<talk::MomentSpeaker>(*phrasebook_, *tact_, config_.talk.locale,
                                                          on_ungrounded);
  if (const int times = models_->CutOff(); times > 0)
    spdlog::warn("a training was cut off, {} in a row by now; it is due again", times);
  trainer_ = std::make_unique<Trainer>(*store_, *models_, TrainerOptionsOf(config_), clock_,
                                       [this](const TrainingStatus& status) {
                                         metrics_.Trained(status);
                                         LogTraining(status);
                                       });
  shadow_ =
      std::make_unique<Shadow>(*suggester_, *models_, clock_,
                               [this](const ShadowEvent& event) { metrics_.Shadowed(event); });
  WireBackups();
  limiters_ = std::make_unique<Limiters>(LimiterOptions{.on = config_.server.admission,
                                                        .min = config_.server.min_calls_at_once,
                                                        .max = config_.server.max_calls_at_once});
  workers_ = std::make_unique<WorkerPool>(static_cast<size_t>(config_.server.worker_threads),
                                          static_cast<size_t>(config_.server.max_waiting_calls));
  behind_ = std::make_unique<WorkerPool>(1, kMostBehind, LowerThreadPriority);
  policy_ = std::make_unique<CallPolicy>(*workers_, *behind_, *limiters_, metrics_);
  purchases_ = std::make_unique<PurchaseAdapter>(*store_, *moment_mask_, clock_, *policy_);
  catalog_ = std::make_unique<CatalogAdapter>(*store_, *policy_);
  rules_ = std::make_unique<RuleAdapter>(*store_, *policy_);
  recommendations_ = std::make_unique<RecommendationAdapter>(
      *store_, *suggester_, *explainer_, *tact_, *models_, *shadow_, clock_, *policy_);
  model_adapter_ = std::make_unique<ModelAdapter>(*store_, *models_, *trainer_, *shadow_, *policy_);
  admin_ = std::make_unique<AdminAdapter>(backup_keeper_.get(), *policy_);
  talk_adapter_ = std::make_unique<TalkAdapter>(*talker_, *policy_);
  clienteling_ = std::make_unique<ClientelingAdapter>(
      ClientelingParts{
          *store_, *models_, *cards_, *hand_offs_, *feedback_,
          clienteling::ReverseParts{*store_, *models_, discretion_, *shop_time_,
                                    MomentOptionsOf(config_).contact, config_.talk.horizon_days},
          MomentUseCases{*moments_, *moment_desk_, *moment_speaker_}, *moment_mask_, moment_feed_,
          clock_, config_.shop.time_zone},
      *policy_);
  runtime_metrics_ = std::make_shared<RuntimeMetrics>(*store_, *models_, *trainer_, *limiters_,
                                                      certificates_.get(), clock_);
}

void Application::WireBackups() {
  const Config::Backup& backup = config_.backup;
  if (backup.path.empty()) return;
  const std::chrono::seconds interval(backup.interval);
  backup_metrics_ = std::make_unique<BackupMetrics>(*metrics_.registry(), interval);
  backup_keeper_ = std::make_unique<BackupKeeper>(
      *store_,
      BackupsOptions{.path = backup.path,
                     .store_id = store_->Id(),
                     .bytes_per_second = Mebibytes(backup.mib_per_second),
                     .free_space_floor_bytes = Mebibytes(config_.storage.free_space_floor_mib)},
      BackupKeeperOptions{.models_path = ModelsPath(),
                          .made_by = RAPPORT_VERSION,
                          .interval = interval,
                          .keep = static_cast<size_t>(backup.keep),
                          .keep_days = static_cast<size_t>(backup.keep_days)},
      clock_,
      BackupListener{.on_listed =
                         [this](const BackupList& backups) {
                           backup_metrics_->Listed(backups);
                           LogDamaged(backups.damaged, config_.backup.path);
                         },
                     .on_made =
                         [this](const BackupReport& report) {
                           backup_metrics_->Made(report);
                           LogBackup(report);
                         },
                     .on_read =
                         [this](const absl::Status& status) {
                           backup_metrics_->Read(status);
                           if (!status.ok()) spdlog::error("{}", std::string(status.message()));
                         }});
}

absl::Status Application::ServeMetrics() {
  const std::string& address = config_.metrics.listen;
  if (address.empty()) return absl::OkStatus();
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(address, 1);
  } catch (const std::exception& error) {  // CivetException
    return absl::UnavailableError("metrics.listen: cannot listen at " + address + ": " +
                                  WhyNotListen(address, error.what()) +
                                  "; choose another address, port 0, or \"\" for no metrics");
  }
  exposer_->RegisterCollectable(metrics_.registry());
  exposer_->RegisterCollectable(runtime_metrics_);
  metrics_url_ = "http://" + WithPort(address, exposer_->GetListeningPorts().front()) + "/metrics";
  return absl::OkStatus();
}

absl::Status Application::Listen() {
  const std::string& address = config_.server.listen;
  if (config_.server.reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  ListenAt(address, credentials_, builder, &port);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder.RegisterService(purchases_.get());
  builder.RegisterService(catalog_.get());
  builder.RegisterService(rules_.get());
  builder.RegisterService(recommendations_.get());
  builder.RegisterService(model_adapter_.get());
  builder.RegisterService(admin_.get());
  builder.RegisterService(talk_adapter_.get());
  builder.RegisterService(clienteling_.get());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port == 0) {
    return absl::UnavailableError("server.listen: cannot listen at " + address + ": " +
                                  WhyNotListen(address, "gRPC does not say why") +
                                  "; choose another address, or port 0 for a free one");
  }
  grpc_address_ = WithPort(address, port);
  return absl::OkStatus();
}

absl::Status Application::WriteEndpoint() const {
  const std::string& path = config_.server.endpoint_file;
  if (path.empty()) return absl::OkStatus();
  const std::string aside = path + ".new";  // so that a script never reads half an address
  std::ofstream file(aside);
  file << grpc_address_ << "\n";
  file.close();
  std::error_code failed;
  if (file) std::filesystem::rename(aside, path, failed);
  if (file && !failed) return absl::OkStatus();
  return absl::UnavailableError("server.endpoint_file: cannot write " + path +
                                (failed ? ": " + failed.message() : "") +
                                "; choose a file that can be written");
}

void Application::Stop() {
  if (stopped_) return;
  stopped_ = true;
  if (server_ != nullptr) {
    health_->Drain();
    std::this_thread::sleep_for(std::chrono::seconds(config_.server.drain_delay_seconds));
    moment_feed_.Close();                                   // who watches would stay for ever
    if (backup_keeper_ != nullptr) backup_keeper_->Stop();  // its calls may take minutes
    server_->Shutdown(std::chrono::system_clock::now() +
                      std::chrono::seconds(config_.server.drain_seconds));
    server_->Wait();
  }
  exposer_.reset();  // scrapes read the store
  backup_keeper_.reset();
  trainer_.reset();
  workers_.reset();  // finishes what waits
  behind_.reset();
  shadow_.reset();  // reads the store
  store_.reset();   // answers what waits
  server_.reset();
  health_.reset();  // the process lived until here
}

}  // namespace rapport::server
