#include "tests/e2e/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace rapport::e2e {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(5);

// In the child, between fork and exec: only what is safe there.
void Redirect(int to, const char* path, int flags) {
  const int file = open(path, flags, 0644);
  if (file < 0 || dup2(file, to) < 0) _exit(126);
  close(file);
}

}  // namespace

Process::Process(std::vector<std::string> command, std::string out_path, std::string err_path,
                 std::string in_path) {
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  Redirect(STDIN_FILENO, in_path.c_str(), O_RDONLY);
  Redirect(STDOUT_FILENO, out_path.c_str(), O_WRONLY | O_CREAT | O_APPEND);
  Redirect(STDERR_FILENO, err_path.c_str(), O_WRONLY | O_CREAT | O_APPEND);
  execv(arguments[0], arguments.data());
  _exit(127);
}

Process::~Process() {
  if (Running()) {
    Signal(SIGKILL);
    Wait();
  }
}

void Process::Signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

bool Process::Running() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pid_ = -1;
  return false;
}

int Process::Wait(std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (Running()) {
    if (std::chrono::steady_clock::now() > deadline) return -1;
    std::this_thread::sleep_for(kPoll);
  }
  return exit_code_;
}

Finished Run(const std::vector<std::string>& command, const std::string& in_path) {
  const TempDir scratch;
  Process process(command, scratch / "out", scratch / "err", in_path);
  Finished finished;
  finished.exit_code = process.Wait(std::chrono::seconds(180));
  finished.out = ReadFile(scratch / "out");
  finished.err = ReadFile(scratch / "err");
  return finished;
}

}  // namespace rapport::e2e
