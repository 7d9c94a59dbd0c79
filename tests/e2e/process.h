// Running programs: a child process with its output in files, and a scratch directory. One thread
// at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace rapport::e2e {

// A program that runs; stdout and stderr go to files. Killed with its owner.
class Process {
 public:
  // `command` is the program's path and its arguments; stdin is empty unless a file is named.
  Process(std::vector<std::string> command, std::string out_path, std::string err_path,
          std::string in_path = "/dev/null");
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return pid_; }  // -1: it has ended
  void Signal(int signal) const;
  bool Running();
  // The exit code, or 128 + the signal that ended it; -1 if it still runs after `patience`.
  int Wait(std::chrono::seconds patience = std::chrono::seconds(60));

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs a program to its end.
Finished Run(const std::vector<std::string>& command, const std::string& in_path = "/dev/null");

}  // namespace rapport::e2e
