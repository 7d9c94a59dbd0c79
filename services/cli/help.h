// How `rapport` explains itself: help texts, and what it says of a wrong command line. Main thread
// only.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace rapport::cli {

// Help without the types that only programmers read.
class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat();
  std::string make_option_opts(const CLI::Option* option) const override;
};

// What is wrong, and where to read on.
std::string UsageError(const CLI::App* app, const CLI::Error& error);

}  // namespace rapport::cli
