#include "tests/bench/peer_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace rapport {

std::unique_ptr<PeerProcess> PeerProcess::Start(const std::vector<std::string>& command) {
  int input[2];
  int output[2];
  if (pipe2(input, O_CLOEXEC) != 0) return nullptr;
  if (pipe2(output, O_CLOEXEC) != 0) {
    close(input[0]);
    close(input[1]);
    return nullptr;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(input[0]);
  close(output[1]);
  if (failed != 0) {
    close(input[1]);
    close(output[0]);
    return nullptr;
  }
  std::signal(SIGPIPE, SIG_IGN);  // it may end while it is spoken to
  return std::unique_ptr<PeerProcess>(
      new PeerProcess(pid, fdopen(input[1], "w"), fdopen(output[0], "r")));
}

PeerProcess::~PeerProcess() {
  std::fclose(to_);
  std::fclose(from_);
  waitpid(pid_, nullptr, 0);
}

std::optional<std::string> PeerProcess::Ask(const std::string& line) {
  std::fputs((line + "\n").c_str(), to_);
  if (std::fflush(to_) != 0) return std::nullopt;
  std::string answer;
  for (int c = std::fgetc(from_); c != EOF; c = std::fgetc(from_)) {
    if (c == '\n') return answer;
    answer += static_cast<char>(c);
  }
  return std::nullopt;
}

}  // namespace rapport
