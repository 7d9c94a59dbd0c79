#include "services/server/config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>
#include <sstream>
#include <utility>

#include "data/firsts.h"
#include "services/clienteling/shop_time.h"
#include "services/talk/locale_tag.h"
#include "toml++/toml.h"

namespace rapport::server {
namespace {

constexpr double kBig = 1e15;
constexpr OptionRange kNoRange{};  // of strings

constexpr OptionRange From(double least, double greatest) { return {least, greatest}; }

bool IsListenAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = text.substr(colon + 1);
  int number = -1;
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
  return failed == std::errc{} && end == port.data() + port.size() && number >= 0 &&
         number <= 65'535;
}

bool IsListenAddressOrNone(std::string_view text) { return text.empty() || IsListenAddress(text); }

bool IsNotEmpty(std::string_view text) { return !text.empty(); }

bool IsTag(std::string_view text) {
  const auto tag = talk::CanonicalTag(text);
  return tag.ok() && *tag == text;
}

bool IsZone(std::string_view text) { return clienteling::ShopTime::In(std::string(text)).ok(); }

bool AreMilestones(std::string_view text) { return ReadMilestones(text).has_value(); }

bool IsLevel(std::string_view text) {
  return text == "debug" || text == "info" || text == "warn" || text == "error" || text == "off";
}

std::string Number(double value) {
  std::ostringstream text;
  if (value == std::floor(value) && std::abs(value) < 1e16) {
    text << static_cast<int64_t>(value);
  } else {
    text << value;
  }
  return text.str();
}

// How many letters to change, insert or remove: Levenshtein's distance.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

absl::Status Refuse(std::string_view place, std::string_view key, std::string_view what) {
  return absl::InvalidArgumentError(std::string(place) + ": " + std::string(key) + ": " +
                                    std::string(what));
}

// Sets the option if the node has its type and lies in its range; false if not.
bool Set(const toml::node& node, const Option& option) {
  if (auto* const* text = std::get_if<std::string*>(&option.value)) {
    const auto given = node.value_exact<std::string>();
    if (!given || (option.valid != nullptr && !option.valid(*given))) return false;
    **text = *given;
  } else if (auto* const* flag = std::get_if<bool*>(&option.value)) {
    const auto given = node.value_exact<bool>();
    if (!given) return false;
    **flag = *given;
  } else if (auto* const* whole = std::get_if<int64_t*>(&option.value)) {
    const auto given = node.value_exact<int64_t>();
    if (!given) return false;
    if (!option.range.Holds(static_cast<double>(*given))) return false;
    **whole = *given;
  } else {
    auto given = node.value_exact<double>();
    if (!given && node.is_integer()) given = static_cast<double>(*node.value_exact<int64_t>());
    if (!given || !option.range.Holds(*given)) return false;
    *std::get<double*>(option.value) = *given;
  }
  return true;
}

std::string Given(const toml::node& node) {
  std::ostringstream text;
  node.visit([&text](const auto& value) { text << value; });
  return text.str();
}

absl::Status ApplyTable(const toml::table& table, const std::string& prefix, std::string_view name,
                        const std::vector<Option>& options) {
  for (const auto& [toml_key, node] : table) {
    const std::string key = prefix + std::string(toml_key.str());
    const std::string place =
        std::string(name) + ":" + std::to_string(toml_key.source().begin.line);
    const auto option = std::find_if(options.begin(), options.end(),
                                     [&key](const Option& each) { return each.key == key; });
    const bool section = std::any_of(options.begin(), options.end(), [&key](const Option& each) {
      return each.key.starts_with(key + ".");
    });
    if (section && node.is_table()) {
      absl::Status status = ApplyTable(*node.as_table(), key + ".", name, options);
      if (!status.ok()) return status;
    } else if (option == options.end()) {
      return Refuse(place, key, "no such key; the nearest is " + std::string(NearestKey(key)));
    } else if (!Set(node, *option)) {
      return Refuse(place, key, "given " + Given(node) + "; expected " + Allowed(*option));
    }
  }
  return absl::OkStatus();
}

std::string Quoted(const std::string& text) {
  std::ostringstream out;
  out << toml::value<std::string>(text);
  return out.str();
}

std::string ValueText(const Option& option) {
  if (auto* const* text = std::get_if<std::string*>(&option.value)) return Quoted(**text);
  if (auto* const* flag = std::get_if<bool*>(&option.value)) return **flag ? "true" : "false";
  if (auto* const* whole = std::get_if<int64_t*>(&option.value)) return std::to_string(**whole);
  return Number(*std::get<double*>(option.value));
}

}  // namespace

std::vector<Option> Options(Config& c) {
  constexpr double kIntMost = std::numeric_limits<int32_t>::max();
  return {
      {"server.listen", &c.server.listen, "", "Where gRPC listens; port 0 takes a free one",
       kNoRange, "HOST:PORT", IsListenAddress},
      {"server.reflection", &c.server.reflection, "", "Whether tools may ask what the API is"},
      {"server.worker_threads", &c.server.worker_threads, "",
       "Threads for work that reads the disk", From(1, 256)},
      {"server.max_waiting_calls", &c.server.max_waiting_calls, "",
       "Calls that may wait for such a thread; more are told to come back", From(1, 1e6)},
      {"server.admission", &c.server.admission, "",
       "Whether calls are refused early when more at once would only be slower"},
      {"server.min_calls_at_once", &c.server.min_calls_at_once, "",
       "Least that admission may limit reads to, and writes", From(1, 1e6)},
      {"server.max_calls_at_once", &c.server.max_calls_at_once, "",
       "Most that it may let in of each", From(1, 1e6)},
      {"server.drain_delay_seconds", &c.server.drain_delay_seconds, "seconds",
       "At shutdown, calls are taken for so long after health says NOT_SERVING", From(0, 300)},
      {"server.drain_seconds", &c.server.drain_seconds, "seconds",
       "How long running calls may take at shutdown", From(0, 3'600)},
      {"server.endpoint_file", &c.server.endpoint_file, "",
       "Gets HOST:PORT once calls are answered, for scripts; empty: none", kNoRange, "a path"},
      {"metrics.listen", &c.metrics.listen, "",
       "Where Prometheus scrapes /metrics; port 0 takes a free one; empty: nowhere", kNoRange,
       "HOST:PORT, or empty", IsListenAddressOrNone},
      {"health.listen", &c.health.listen, "",
       "Where kubelets ask, without TLS, for startup, live and ready; port 0 takes a free one; "
       "empty: nowhere",
       kNoRange, "HOST:PORT, or empty", IsListenAddressOrNone},
      {"tls.certificate_file", &c.tls.certificate_file, "",
       "The server's certificate and those that signed it, PEM; looked at every 10 s", kNoRange,
       "a path"},
      {"tls.key_file", &c.tls.key_file, "", "The key to it, PEM without a passphrase", kNoRange,
       "a path"},
      {"tls.client_ca_file", &c.tls.client_ca_file, "",
       "Authorities of clients, PEM; empty: clients show no certificate", kNoRange, "a path"},
      {"tls.insecure", &c.tls.insecure, "",
       "Serve without TLS: whoever reaches the port can read and write customers"},
      {"storage.path", &c.storage.path, "", "Directory of all data; made if it is missing",
       kNoRange, "a path", IsNotEmpty},
      {"storage.block_cache_mib", &c.storage.block_cache_mib, "MiB", "Cache of blocks read",
       From(1, 1 << 20)},
      {"storage.memtable_mib", &c.storage.memtable_mib, "MiB",
       "Purchases held in memory before they go to a table file", From(1, 4'096)},
      {"storage.customer_cache_mib", &c.storage.customer_cache_mib, "MiB",
       "Customers asked for lately, as they are now; 0: none", From(0, 1 << 20)},
      {"storage.free_space_floor_mib", &c.storage.free_space_floor_mib, "MiB",
       "Free disk space below which nothing more is recorded", From(0, 1LL << 40)},
      {"storage.max_waiting_events", &c.storage.max_waiting_events, "",
       "Purchases that may wait to be written; more are told to come back", From(1, 1e8)},
      {"model.path", &c.model.path, "", "Directory of model files; empty: storage.path/models",
       kNoRange, "a path"},
      {"model.keep", &c.model.keep, "", "Model files that are kept", From(1, 100)},
      {"model.factors", &c.model.factors, "",
       "Length of the vectors of customers and items; 0: what suits the data", kFactorsRange},
      {"model.alpha0", &c.model.alpha0, "", "Weight of what was not bought; 0: what suits the data",
       kAlpha0Range},
      {"model.regularization", &c.model.regularization, "",
       "Pull of the vectors towards zero; 0: what suits the data", kRegularizationRange},
      {"model.nu", &c.model.nu, "", "How much that pull grows with frequency", kNuRange},
      {"model.iterations", &c.model.iterations, "", "Sweeps of a training", kIterationsRange},
      {"model.half_life_days", &c.model.half_life_days, "days",
       "A purchase counts half after so long", kHalfLifeRange},
      {"model.long_half_life_days", &c.model.long_half_life_days, "days",
       "The same in a second taste, of longer memory; 0: one taste only", kLongHalfLifeRange},
      {"model.neighbour_weight", &c.model.neighbour_weight, "",
       "Weight of items bought by the same customers, beside the factors; 0: none; -1: what suits "
       "the data",
       kNeighbourWeightRange},
      {"model.seed", &c.model.seed, "", "Where a training starts from", From(0, kBig)},
      {"training.threads", &c.training.threads, "", "0: all cores but one", From(0, 1'024)},
      {"training.interval", &c.training.interval, "seconds",
       "Trains so often if there are new purchases; 0: never by the clock", From(0, kIntMost)},
      {"training.after_purchases", &c.training.after_purchases, "",
       "Trains after so many new purchases; 0: never by count", From(0, kBig)},
      {"training.pause", &c.training.pause, "seconds",
       "Least time from one training by count to the next", From(0, kIntMost)},
      {"training.window_days", &c.training.window_days, "days",
       "Held out to fit the weights, and again to evaluate", kWindowRange},
      {"training.gate", &c.training.gate, "",
       "Whether a new model must not be worse than the running one and the baselines to serve"},
      {"training.drift_interval", &c.training.drift_interval, "seconds",
       "Measures so often how good suggestions were in past weeks; 0: only when it trains",
       From(0, kIntMost)},
      {"training.tune_interval", &c.training.tune_interval, "seconds",
       "Searches so often for better model options before it trains; 0: never", From(0, kIntMost)},
      {"training.tune_budget", &c.training.tune_budget, "seconds", "Such a search may take",
       From(1, kIntMost)},
      {"shop.time_zone", &c.shop.time_zone, "",
       "Where days and their parts (morning, evening) are counted", kNoRange,
       "an IANA time zone, such as Europe/Amsterdam", IsZone},
      {"talk.locale", &c.talk.locale, "",
       "Language of talking points where neither the request nor the customer has one", kNoRange,
       "a BCP 47 tag, such as nl-NL", IsTag},
      {"talk.messages_path", &c.talk.messages_path, "",
       "Directory of further message files, LOCALE/sayable.txt and the like; empty: those built in",
       kNoRange, "a path"},
      {"talk.catalogue_language", &c.talk.catalogue_language, "",
       "Language of the catalogue's attributes, which are said in no other", kNoRange,
       "a BCP 47 tag, such as nl", IsTag},
      {"talk.sensitive_categories", &c.talk.sensitive_categories, "",
       "Words that begin a word of a category, tag or title that is never spoken of; =word: only "
       "the whole word",
       kNoRange, "words, parted by commas"},
      {"talk.sensitive_shapes_taste", &c.talk.sensitive_shapes_taste, "",
       "Whether such purchases may shape what staff suggest"},
      {"talk.most_sensitive_share", &c.talk.most_sensitive_share, "",
       "What rests on them for such a part of its score, and would not be listed without, is not "
       "offered",
       From(0, 1)},
      {"talk.most_commercial_share", &c.talk.most_commercial_share, "",
       "What has more of its score from a commercial rule gets no personal reason", From(0, 1)},
      {"talk.horizon_days", &c.talk.horizon_days, "days",
       "Nothing older is spoken of, unless it is the usual", From(1, 36'500)},
      {"talk.crowd", &c.talk.crowd, "", "Nothing is said of fewer people or orders", From(20, 1e6)},
      {"talk.suggestions_a_visit", &c.talk.suggestions_a_visit, "",
       "Most talking points of one request", From(1, 3)},
      {"talk.stale_days", &c.talk.stale_days, "days",
       "A model that was trained longer ago is left out of the conversation", From(0.01, 36'500)},
      {"moments.milestones", &c.moments.milestones, "",
       "Which orders of a customer are moments, beside the first; empty: none", kNoRange,
       "whole numbers from 2 to 100, parted by commas", AreMilestones},
      {"moments.fresh_days", &c.moments.fresh_days, "days",
       "Firsts, round orders, and customers and usuals that are back are moments for so long",
       From(1, 90)},
      {"moments.due_days", &c.moments.due_days, "days",
       "What will be bought again so soon is due; what is bought oftener never is", From(1, 90)},
      {"moments.least_due", &c.moments.least_due, "", "How likely that must be", From(0.001, 1)},
      {"moments.least_lapsed", &c.moments.least_lapsed, "",
       "How likely a regular must stay away to have lapsed", From(0.001, 1)},
      {"moments.follow_up_days", &c.moments.follow_up_days, "days",
       "What was relayed or accepted and not bought is taken up again after so long", From(1, 365)},
      {"moments.declined_days", &c.moments.declined_days, "days",
       "What was declined for now is not spoken of for so long, and then taken up again",
       From(30, 3'650)},
      {"moments.anniversaries", &c.moments.anniversaries, "",
       "Whether the day of the first order is a moment each year"},
      {"moments.most_contacts", &c.moments.most_contacts, "",
       "Customers are contacted no oftener in moments.contact_days", From(1, 1'000)},
      {"moments.contact_days", &c.moments.contact_days, "days", "See moments.most_contacts",
       From(1, 3'650)},
      {"moments.days_between_contacts", &c.moments.days_between_contacts, "days",
       "From one contact of a customer to the next, at least; 0: no such limit", From(0, 3'650)},
      {"moments.lease_minutes", &c.moments.lease_minutes, "minutes",
       "So long a customer is left to who claimed a moment of theirs", From(1, 1'440)},
      {"backup.path", &c.backup.path, "",
       "Directory of backups, apart from storage.path and best on another disk; made if it is "
       "missing; empty: none are made",
       kNoRange, "a path"},
      {"backup.interval", &c.backup.interval, "seconds",
       "From one backup to the next; 0: only when asked (CreateBackup)", From(0, kIntMost)},
      {"backup.keep", &c.backup.keep, "", "The newest backups, that are kept", From(1, 10'000)},
      {"backup.keep_days", &c.backup.keep_days, "days",
       "Of so many days that have any the newest is kept too", From(0, 3'650)},
      {"backup.mib_per_second", &c.backup.mib_per_second, "MiB",
       "Copied each second, at most; 0: as fast as the disks are", From(0, 1 << 20)},
      {"log.level", &c.log.level, "", "What is logged, at least", kNoRange,
       "debug, info, warn, error or off", IsLevel},
  };
}

std::optional<std::vector<int>> ReadMilestones(std::string_view text) {
  std::vector<int> milestones;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(','));
    const size_t begin = entry.find_first_not_of(' ');
    const size_t end = entry.find_last_not_of(' ') + 1;
    if (begin == std::string_view::npos) return std::nullopt;
    int number = 0;
    const auto [rest, failed] = std::from_chars(&entry[begin], entry.data() + end, number);
    if (failed != std::errc{} || rest != entry.data() + end) return std::nullopt;
    if (number < 2 || number > kMostOrderNumber) return std::nullopt;
    milestones.push_back(number);
    if (entry.size() == text.size()) break;
    text.remove_prefix(entry.size() + 1);
    if (text.empty()) return std::nullopt;  // it ends with a comma
  }
  return milestones;
}

std::string Allowed(const Option& option) {
  if (std::holds_alternative<bool*>(option.value)) return "true or false";
  if (std::holds_alternative<std::string*>(option.value)) return std::string(option.syntax);
  const bool whole = std::holds_alternative<int64_t*>(option.value);
  return (whole ? "a whole number, " : "a number, ") + Words(option.range) +
         (option.unit.empty() ? "" : " " + std::string(option.unit));
}

std::string_view NearestKey(std::string_view key) {
  Config config;
  const std::vector<Option> options = Options(config);  // keys are literals: they outlive this
  return std::min_element(options.begin(), options.end(),
                          [key](const Option& a, const Option& b) {
                            return Distance(key, a.key) < Distance(key, b.key);
                          })
      ->key;
}

absl::Status ApplyToml(std::string_view toml, std::string_view name, Config& config) {
  try {
    const toml::table table = toml::parse(toml);
    Config changed = config;
    absl::Status status = ApplyTable(table, "", name, Options(changed));
    if (status.ok()) config = std::move(changed);
    return status;
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(std::string(name) + ":" +
                                      std::to_string(error.source().begin.line) +
                                      ": not TOML: " + std::string(error.description()));
  }
}

std::string PrintToml(const Config& config) {
  Config current = config;
  Config defaults;
  const std::vector<Option> options = Options(current);
  const std::vector<Option> default_options = Options(defaults);
  std::string text =
      "# rapport-server: every setting. Flags of the same names (--storage.path) win.\n";
  std::string_view section;
  for (size_t index = 0; index < options.size(); ++index) {
    const Option& option = options[index];
    const size_t dot = option.key.find('.');
    if (option.key.substr(0, dot) != section) {
      section = option.key.substr(0, dot);
      text += "\n[" + std::string(section) + "]\n";
    }
    text += "# " + std::string(option.doc) + ". " + Allowed(option) + "; default " +
            ValueText(default_options[index]) + ".\n";
    text += std::string(option.key.substr(dot + 1)) + " = " + ValueText(option) + "\n";
  }
  return text;
}

}  // namespace rapport::server
