#include "services/server/runtime_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>

namespace rapport::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Gauge(std::string name, std::string help, double value,
                   std::vector<ClientMetric::Label> labels = {}) {
  MetricFamily family{std::move(name), std::move(help), MetricType::Gauge, {}};
  ClientMetric metric;
  metric.gauge.value = value;
  metric.label = std::move(labels);
  family.metric.push_back(std::move(metric));
  return family;
}

MetricFamily Counter(std::string name, std::string help, double value) {
  MetricFamily family{std::move(name), std::move(help), MetricType::Counter, {}};
  ClientMetric metric;
  metric.counter.value = value;
  family.metric.push_back(std::move(metric));
  return family;
}

ClientMetric Labelled(std::vector<ClientMetric::Label> labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  return metric;
}

double Seconds(TimePoint time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1e6;
}

void AddStore(const StoreSizes& sizes, std::vector<MetricFamily>& families) {
  const auto property = [&sizes](const char* name) {
    const auto found = sizes.properties.find(name);
    return found == sizes.properties.end() ? 0.0 : static_cast<double>(found->second);
  };
  families.push_back(Gauge("rapport_store_sequence", "Events recorded: purchases and returns.",
                           static_cast<double>(sizes.sequence)));
  families.push_back(Gauge("rapport_store_live_data_bytes", "Live data, as RocksDB estimates it.",
                           property("estimate-live-data-size")));
  families.push_back(
      Gauge("rapport_store_sst_bytes", "Table files on disk.", property("total-sst-files-size")));
  families.push_back(Gauge("rapport_store_memtable_bytes", "Memtables in memory.",
                           property("cur-size-all-mem-tables")));
  families.push_back(Gauge("rapport_store_block_cache_usage_bytes", "Block cache in use.",
                           property("block-cache-usage")));
  families.push_back(Gauge("rapport_store_block_cache_capacity_bytes", "Block cache at most.",
                           property("block-cache-capacity")));
  families.push_back(Gauge("rapport_store_running_compactions", "Compactions that run now.",
                           property("num-running-compactions")));
  families.push_back(Gauge("rapport_store_write_stopped", "1 while RocksDB takes no writes.",
                           property("is-write-stopped")));
  families.push_back(Gauge("rapport_store_delayed_write_rate_bytes",
                           "Bytes a second that RocksDB lets through now; 0: no delay.",
                           property("actual-delayed-write-rate")));
  families.push_back(Counter("rapport_store_block_cache_hits_total", "Blocks found in the cache.",
                             static_cast<double>(sizes.block_cache_hits)));
  families.push_back(Counter("rapport_store_block_cache_misses_total",
                             "Blocks not found in the cache.",
                             static_cast<double>(sizes.block_cache_misses)));
  families.push_back(Counter("rapport_store_customer_cache_hits_total",
                             "Customers found in memory as they are now.",
                             static_cast<double>(sizes.customer_cache_hits)));
  families.push_back(Counter("rapport_store_customer_cache_misses_total",
                             "Customers read and decoded.",
                             static_cast<double>(sizes.customer_cache_misses)));
  families.push_back(Gauge("rapport_store_customer_cache_bytes", "Customers kept in memory.",
                           static_cast<double>(sizes.customer_cache_bytes)));
  if (sizes.free_bytes > 0) {
    families.push_back(Gauge("rapport_storage_free_bytes", "Free space on the store's disk.",
                             static_cast<double>(sizes.free_bytes)));
  }
  families.push_back(Gauge("rapport_storage_free_floor_bytes",
                           "Free space below which nothing more is recorded.",
                           static_cast<double>(sizes.free_space_floor_bytes)));
  families.push_back(Counter("rapport_store_stall_seconds_total",
                             "Time that writers were held up by RocksDB.",
                             static_cast<double>(sizes.stall_micros) / 1e6));
}

void AddModel(const ModelSnapshot& model, TimePoint now, std::vector<MetricFamily>& families) {
  families.push_back(Gauge("rapport_model_items", "Items in the model that serves.",
                           static_cast<double>(model.items.size())));
  families.push_back(Gauge("rapport_model_customers", "Customers that it learned from.",
                           static_cast<double>(model.data.customers)));
  families.push_back(
      Gauge("rapport_model_info", "1, with version and kind of the model that serves.", 1,
            {{"version", model.version},
             {"kind", model.kind == ModelKind::kTrained ? "trained" : "popularity"}}));
  if (model.trained_at == TimePoint{}) return;  // the model of nothing has no age
  families.push_back(Gauge("rapport_model_trained_timestamp_seconds",
                           "When the model that serves was trained.", Seconds(model.trained_at)));
  families.push_back(Gauge("rapport_model_age_seconds", "Time since then.",
                           Seconds(now) - Seconds(model.trained_at)));
}

// One family of gauges, a series for each pool that was judged.
MetricFamily ByPool(std::string name, std::string help, const std::vector<EvaluationRow>& rows,
                    const std::string& method, double (*value)(const EvaluationRow&)) {
  MetricFamily family{std::move(name), std::move(help), MetricType::Gauge, {}};
  for (const EvaluationRow& row : rows) {
    if (row.method != method) continue;
    ClientMetric metric;
    metric.gauge.value = value(row);
    metric.label = {{"pool", std::string(PoolName(row.pool))}};
    family.metric.push_back(std::move(metric));
  }
  return family;
}

double HitRate(const EvaluationRow& row) { return row.hit_rate; }
double Recall(const EvaluationRow& row) { return row.recall; }
double Ndcg(const EvaluationRow& row) { return row.ndcg; }
double Customers(const EvaluationRow& row) { return static_cast<double>(row.customers); }

// How good the model that serves was on held-out time.
void AddEvaluation(const EvaluationReport& report, std::vector<MetricFamily>& families) {
  const std::string of = " at 20 of the model that serves, on the time held out at its training.";
  families.push_back(
      ByPool("rapport_evaluated_hit_rate", "Hit rate" + of, report.rows, "rapport", HitRate));
  families.push_back(
      ByPool("rapport_evaluated_recall", "Recall" + of, report.rows, "rapport", Recall));
  families.push_back(ByPool("rapport_evaluated_ndcg", "NDCG" + of, report.rows, "rapport", Ndcg));
}

// How good suggestions were in truth, in the week that ended last.
void AddRealised(const RealisedWeek& week, std::vector<MetricFamily>& families) {
  const std::string of =
      " at 20 of the suggestions of the latest complete week, by what was bought.";
  families.push_back(
      ByPool("rapport_realised_hit_rate", "Hit rate" + of, week.rows, "realised", HitRate));
  families.push_back(
      ByPool("rapport_realised_recall", "Recall" + of, week.rows, "realised", Recall));
  families.push_back(ByPool("rapport_realised_ndcg", "NDCG" + of, week.rows, "realised", Ndcg));
  families.push_back(ByPool("rapport_realised_customers", "Customers that they were judged by.",
                            week.rows, "realised", Customers));
  families.push_back(Gauge("rapport_realised_window_end_timestamp_seconds", "When that week ended.",
                           Seconds(week.end)));
}

// Who may come in, of each class of methods.
void AddAdmission(const Limiters& limiters, std::vector<MetricFamily>& families) {
  MetricFamily limit{"rapport_admission_limit",
                     "Calls of the class that may be in flight at once, as learned from latency.",
                     MetricType::Gauge,
                     {}};
  MetricFamily in_flight{"rapport_admission_in_flight",
                         "Calls of the class that were admitted.",
                         MetricType::Gauge,
                         {}};
  MetricFamily refused{"rapport_admission_refused_total",
                       "Calls refused because too many were in flight.",
                       MetricType::Counter,
                       {}};
  for (const auto& [name, limiter] :
       {std::pair("read", &limiters.reads), std::pair("write", &limiters.writes)}) {
    const Limiter::Figures figures = limiter->figures();
    if (limiter->on()) {
      limit.metric.push_back(Labelled({{"class", name}}));
      limit.metric.back().gauge.value = static_cast<double>(figures.limit);
    }
    in_flight.metric.push_back(Labelled({{"class", name}}));
    in_flight.metric.back().gauge.value = static_cast<double>(figures.in_flight);
    for (const Criticality each : kCriticalities) {
      refused.metric.push_back(
          Labelled({{"class", name}, {"criticality", std::string(CriticalityName(each))}}));
      refused.metric.back().counter.value =
          static_cast<double>(figures.refused[static_cast<size_t>(each)]);
    }
  }
  families.insert(families.end(), {std::move(limit), std::move(in_flight), std::move(refused)});
}

// Fields of /proc/self/stat after the name of the program, which may hold blanks: [0] is the state,
// field 3 in proc(5).
std::vector<std::string> StatFields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const size_t end = line.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream rest(line.substr(end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

double BootTimeSeconds() {
  std::ifstream file("/proc/stat");
  std::string word;
  double seconds = 0;
  while (file >> word) {
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

void AddTls(const ServerCertificates& certificates, std::vector<MetricFamily>& families) {
  families.push_back(Gauge("rapport_tls_certificate_expiry_timestamp_seconds",
                           "When the first of the server's certificates ends.",
                           Seconds(certificates.ends_at())));
  if (certificates.asks_clients()) {
    families.push_back(Gauge("rapport_tls_client_ca_expiry_timestamp_seconds",
                             "When the last of the clients' authorities ends.",
                             Seconds(certificates.clients_end_at())));
  }
  families.push_back(Counter("rapport_tls_reload_failures_total",
                             "New certificate files that were not taken.",
                             static_cast<double>(certificates.failures())));
}

}  // namespace

std::vector<MetricFamily> RuntimeMetrics::Collect() const {
  std::vector<MetricFamily> families = ProcessMetrics();
  AddAdmission(limiters_, families);
  if (certificates_ != nullptr) AddTls(*certificates_, families);
  AddStore(store_.Sizes(), families);
  const auto model = models_.Current();
  AddModel(*model, clock_(), families);
  AddEvaluation(model->evaluation, families);
  if (const auto week = trainer_.drift().Latest()) AddRealised(*week, families);
  std::erase_if(families, [](const MetricFamily& family) { return family.metric.empty(); });
  return families;
}

std::vector<MetricFamily> ProcessMetrics() {
  std::vector<MetricFamily> families;
  const std::vector<std::string> stat = StatFields();
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  if (stat.size() > 21 && ticks > 0) {  // numbers of proc(5) less 3
    families.push_back(Counter("process_cpu_seconds_total", "CPU time, user and system.",
                               (std::stod(stat[11]) + std::stod(stat[12])) / ticks));
    families.push_back(Gauge("process_start_time_seconds", "When the process started.",
                             BootTimeSeconds() + std::stod(stat[19]) / ticks));
    families.push_back(
        Gauge("process_virtual_memory_bytes", "Address space.", std::stod(stat[20])));
    families.push_back(
        Gauge("process_resident_memory_bytes", "Memory in RAM.", std::stod(stat[21]) * page));
  }
  std::error_code failed;
  const auto files = std::filesystem::directory_iterator("/proc/self/fd", failed);
  if (!failed) {
    families.push_back(Gauge("process_open_fds", "Open files.",
                             static_cast<double>(std::distance(begin(files), end(files)))));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(
        Gauge("process_max_fds", "Open files at most.", static_cast<double>(limit.rlim_cur)));
  }
  return families;
}

}  // namespace rapport::server
