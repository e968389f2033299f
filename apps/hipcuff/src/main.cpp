#include "cli/program.h"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include <unistd.h>

int main(int argc, char** argv) {
  using namespace hipcuff::cli;
  // A closed pipe ('hipcuff info ... | head') is an error of writing, not a reason to be killed.
  std::signal(SIGPIPE, SIG_IGN);
  catchInterrupts();
  const char* terminal = std::getenv("TERM");
  const bool redraws = ::isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
  Console console(std::cout, std::cerr, redraws);
  return static_cast<int>(runProgram({argv + 1, argv + argc}, console));
}
