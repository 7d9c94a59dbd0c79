#include "services/cli/help.h"

namespace rapport::cli {

HelpFormat::HelpFormat() {
  column_width(28);
  label("Positionals", "Arguments");
  label("Subcommands", "Commands");
  label("SUBCOMMAND", "COMMAND");
}

std::string HelpFormat::make_option_opts(const CLI::Option* option) const {
  if (!option->get_option_text().empty()) return " " + option->get_option_text();
  std::string text;
  if (option->get_type_size() != 0 && !option->get_positional()) {
    const std::string type = option->get_type_name();  // "N:POSITIVE": the rest is a check's
    text += " " + type.substr(0, type.find(':'));
  }
  if (!option->get_default_str().empty()) text += " (" + option->get_default_str() + ")";
  if (option->get_required()) text += " (required)";
  return text;
}

std::string UsageError(const CLI::App* app, const CLI::Error& error) {
  std::string what = error.what();
  const auto extra = app->remaining();
  if (app->get_subcommands().empty() && !extra.empty()) {
    what = "there is no command " + extra.front();
  } else if (app->get_subcommands().empty() && error.get_name() == "RequiredError") {
    what = "which command?";
  }
  std::string help = "rapport";
  for (const CLI::App* command : app->get_subcommands()) help += " " + command->get_name();
  return "rapport: " + what + "\nSee `" + help + " --help`.\n";
}

}  // namespace rapport::cli
