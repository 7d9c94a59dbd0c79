// Config: every setting of the server, from one TOML file and flags of the same names. One table
// declares key, unit, default, range and doc; file, flags, --help and --print-config all follow
// from it. A mistake is refused with its place. Values and pure functions; for the start of the
// process.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "model/learn.h"
#include "model/model_snapshot.h"
#include "model/option_ranges.h"
#include "services/clienteling/contact_rules.h"
#include "services/talk/tact.h"

namespace rapport::server {

struct Config {
  struct Server {
    std::string listen = "127.0.0.1:7411";
    bool reflection = true;
    int64_t worker_threads = 4;
    int64_t max_waiting_calls = 1'000;
    bool admission = true;
    int64_t min_calls_at_once = 64;
    int64_t max_calls_at_once = 200;
    int64_t drain_delay_seconds = 0;
    int64_t drain_seconds = 10;
    std::string endpoint_file;
  } server;
  struct Metrics {
    std::string listen = "127.0.0.1:7412";
  } metrics;
  struct Health {
    std::string listen = "127.0.0.1:7413";
  } health;
  struct Tls {
    std::string certificate_file;
    std::string key_file;
    std::string client_ca_file;
    bool insecure = false;
  } tls;
  struct Storage {
    std::string path = "var/data";
    int64_t block_cache_mib = 256;
    int64_t memtable_mib = 64;
    int64_t customer_cache_mib = 64;
    int64_t free_space_floor_mib = 512;
    int64_t max_waiting_events = 100'000;
  } storage;
  struct Model {
    std::string path;
    int64_t keep = 5;
    int64_t factors = kOpenOptions.factors;
    double alpha0 = kOpenOptions.alpha0;
    double regularization = kOpenOptions.regularization;
    double nu = AlsOptions{}.nu;
    int64_t iterations = AlsOptions{}.iterations;
    double half_life_days = AlsOptions{}.half_life_days;
    double long_half_life_days = kLongHalfLifeDays;
    double neighbour_weight = kOpenOptions.neighbour_weight;
    int64_t seed = AlsOptions{}.seed;
  } model;
  struct Training {
    int64_t threads = 0;
    int64_t interval = 21'600;
    int64_t after_purchases = 5'000;
    int64_t pause = 600;
    double window_days = 28;
    bool gate = true;
    int64_t drift_interval = 86'400;
    int64_t tune_interval = 0;
    int64_t tune_budget = 600;
  } training;
  struct Shop {
    std::string time_zone = "UTC";
  } shop;
  struct Talk {
    std::string locale = "en-US";
    std::string messages_path;
    std::string catalogue_language = talk::TactOptions{}.catalogue_language;
    std::string sensitive_categories = talk::TactOptions{}.sensitive_categories;
    bool sensitive_shapes_taste = talk::TactOptions{}.sensitive_shapes_taste;
    double most_sensitive_share = talk::TactOptions{}.most_sensitive_share;
    double most_commercial_share = talk::TactOptions{}.most_commercial_share;
    double horizon_days = talk::TactOptions{}.horizon_days;
    int64_t crowd = talk::TactOptions{}.crowd;
    int64_t suggestions_a_visit = talk::TactOptions{}.suggestions_a_visit;
    double stale_days = talk::TactOptions{}.stale_days;
  } talk;
  struct Moments {
    std::string milestones = "10, 50, 100";
    int64_t fresh_days = clienteling::CandidateOptions{}.fresh_days;
    int64_t due_days = clienteling::CandidateOptions{}.due_days;
    double least_due = clienteling::CandidateOptions{}.least_due;
    double least_lapsed = clienteling::CandidateOptions{}.least_lapsed;
    int64_t follow_up_days = clienteling::CandidateOptions{}.follow_up_days;
    int64_t declined_days = clienteling::ContactOptions{}.declined_days;
    bool anniversaries = clienteling::CandidateOptions{}.anniversaries;
    int64_t most_contacts = clienteling::ContactOptions{}.most_contacts;
    int64_t contact_days = clienteling::ContactOptions{}.contact_days;
    int64_t days_between_contacts = clienteling::ContactOptions{}.days_between;
    int64_t lease_minutes = 30;
  } moments;
  struct Backup {
    std::string path;
    int64_t interval = 900;
    int64_t keep = 192;
    int64_t keep_days = 14;
    int64_t mib_per_second = 100;
  } backup;
  struct Log {
    std::string level = "info";
  } log;
};

// One setting: where it lives in a Config, and what it may be.
struct Option {
  std::string_view key;  // "storage.path"
  std::variant<std::string*, bool*, int64_t*, double*> value;
  std::string_view unit;                      // empty: none
  std::string_view doc;                       // one line
  OptionRange range = {};                     // of numbers
  std::string_view syntax = {};               // of strings, for people: "HOST:PORT"
  bool (*valid)(std::string_view) = nullptr;  // of strings; none: any
};

// The table, bound to `config`, in order of sections.
std::vector<Option> Options(Config& config);

// What a setting may be: "1 to 100", "true or false", "HOST:PORT".
std::string Allowed(const Option& option);

// The known key with the fewest letters to change.
std::string_view NearestKey(std::string_view key);

// Settings of a TOML file on top of those in `config`. INVALID_ARGUMENT: one line with file, line,
// key, what is allowed, and the nearest key. `name` is what the message calls the text.
absl::Status ApplyToml(std::string_view toml, std::string_view name, Config& config);

// "10, 50, 100"; empty: none. Nothing if it is no list of whole numbers from 2 to kMostOrderNumber.
std::optional<std::vector<int>> ReadMilestones(std::string_view text);

// What ranges of single settings cannot say. INVALID_ARGUMENT with the keys: the least above the
// most; two ports that are one; models where the store is; backups in a directory of other data, or
// around it (links are followed on disk); half of what TLS needs, or neither TLS nor the word that
// there is none.
absl::Status Check(const Config& config);

// The file that says what `config` says, with the doc, range and default of every setting.
std::string PrintToml(const Config& config);

// What the command line asks for: a server, or to end at once with a code (0 after --help,
// --version, --print-config; 1: a config file that cannot be used; 2: a command line that cannot).
using CommandLine = std::variant<Config, int>;
CommandLine ReadCommandLine(int argc, const char* const* argv, std::ostream& out,
                            std::ostream& err);

}  // namespace rapport::server
