// A program run beside the test, whose output is read line by line and which can be killed.
#pragma once

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace habitue {

class ChildProcess {
 public:
  explicit ChildProcess(const std::vector<std::string>& command) {
    int ends[2];
    if (pipe(ends) != 0) return;
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  ~ChildProcess() {
    kill();
    if (output_ != nullptr) fclose(output_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The next whole line without its end; empty at the end of the output.
  std::string line() {
    std::string text;
    for (int letter = fgetc(output_); letter != EOF; letter = fgetc(output_)) {
      if (letter == '\n') return text;
      text.push_back(static_cast<char>(letter));
    }
    return {};
  }
  /// Returns how it ended, as waitpid says.
  int kill() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      waitpid(process_, &status_, 0);
      process_ = -1;
    }
    return status_;
  }
  pid_t id() const { return process_; }

 private:
  pid_t process_ = -1;
  int status_ = 0;
  FILE* output_ = nullptr;
};

}  // namespace habitue
