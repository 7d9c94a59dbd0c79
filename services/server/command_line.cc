#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "CLI/CLI.hpp"
#include "services/server/config.h"

namespace rapport::server {
namespace {

// A flag's value as TOML: strings need no quotes on the command line.
absl::Status ApplyFlag(const Option& option, const std::string& value, Config& config) {
  const std::string key(option.key);
  std::string literal = value;
  if (std::holds_alternative<std::string*>(option.value)) {
    literal = "\"";
    for (const char letter : value) {
      if (letter == '"' || letter == '\\') literal += '\\';
      literal += letter;
    }
    literal += "\"";
  }
  absl::Status status = ApplyToml(key + " = " + literal, "flag", config);
  if (status.ok()) return status;
  return absl::InvalidArgumentError("--" + key + ": given " + value + "; expected " +
                                    Allowed(option));
}

absl::Status ApplyFile(const std::string& path, Config& config) {
  if (std::filesystem::is_directory(path)) {
    return absl::InvalidArgumentError(path + ": is a directory; expected a TOML file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::InvalidArgumentError(path + ": cannot be read; does the file exist?");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return absl::InvalidArgumentError(path + ": cannot be read");
  return ApplyToml(text, path, config);
}

// The first flag that does not exist, and the one that was probably meant; empty if all do.
std::string UnknownFlag(const CLI::App& app) {
  for (const std::string& argument : app.remaining()) {
    if (!argument.starts_with("--")) continue;
    const std::string key = argument.substr(2, argument.find('=') - 2);
    return "--" + key + ": no such flag; the nearest is --" + std::string(NearestKey(key));
  }
  return "";
}

// What is made of "data/" would otherwise be "data//db", in whatever names it.
void StripSlashes(Config& config) {
  for (std::string* path : {&config.storage.path, &config.model.path, &config.backup.path})
    while (path->size() > 1 && path->back() == '/') path->pop_back();
}

int Complain(std::ostream& err, const absl::Status& status, int code) {
  err << "rapport-server: " << status.message() << "\n";
  return code;
}

}  // namespace

CommandLine ReadCommandLine(int argc, const char* const* argv, std::ostream& out,
                            std::ostream& err) {
  Config config;
  const std::vector<Option> options = Options(config);
  CLI::App app("Keeps purchases, learns from them, suggests and explains. Speaks gRPC.",
               "rapport-server");
  app.set_version_flag("--version", "rapport-server " RAPPORT_VERSION);
  std::string file;
  bool print = false;
  app.add_option("--config", file, "TOML file of settings")->type_name("FILE");
  app.add_flag("--print-config", print, "Print every setting, documented, and end");
  std::map<std::string_view, std::string> given;
  for (const Option& option : options) {
    const std::string key(option.key);
    app.add_option("--" + key, given[option.key], std::string(option.doc) + ". " + Allowed(option))
        ->type_name("")
        ->group(key.substr(0, key.find('.')));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked, out, err);
  } catch (const CLI::ParseError& error) {
    const std::string unknown = UnknownFlag(app);
    err << "rapport-server: " << (unknown.empty() ? error.what() : unknown)
        << (unknown.empty() ? "; --help lists the flags\n" : "\n");
    return 2;
  }
  if (!file.empty()) {
    const absl::Status status = ApplyFile(file, config);
    if (!status.ok()) return Complain(err, status, 1);
  }
  for (const Option& option : options) {
    if (app.count("--" + std::string(option.key)) == 0) continue;
    const absl::Status status = ApplyFlag(option, given[option.key], config);
    if (!status.ok()) return Complain(err, status, 2);
  }
  StripSlashes(config);
  if (print) {
    out << PrintToml(config);
    return 0;
  }
  return config;
}

}  // namespace rapport::server
