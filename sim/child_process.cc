#include "sim/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <istream>
#include <utility>

namespace earshot::sim {
namespace asio = boost::asio;

struct ChildProcess::State : std::enable_shared_from_this<State> {
  State(net::AsioLoop& loop, std::function<void(const std::string&)> line,
        std::function<void()> end)
      : output(loop.context()), on_line(std::move(line)), on_end(std::move(end)) {}

  void read() {
    asio::async_read_until(
        output, buffer, '\n',
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
          if (self->forgotten) return;
          std::istream stream{&self->buffer};
          std::string line;
          if (error) return self->on_end();
          std::getline(stream, line);
          self->on_line(line);
          self->read();
        });
  }

  asio::posix::stream_descriptor output;
  asio::streambuf buffer;
  std::function<void(const std::string&)> on_line;
  std::function<void()> on_end;
  int input = -1;
  pid_t pid = -1;
  bool forgotten = false;
  bool reaped = false;
};

ChildProcess::ChildProcess(net::AsioLoop& loop, std::vector<std::string> words,
                           std::function<void(const std::string&)> on_line,
                           std::function<void()> on_end, const std::string& errors)
    : state_(std::make_shared<State>(loop, std::move(on_line), std::move(on_end))) {
  std::array<int, 2> to_child;
  std::array<int, 2> from_child;
  if (pipe2(to_child.data(), O_CLOEXEC) != 0 || pipe2(from_child.data(), O_CLOEXEC) != 0) return;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int log =
      errors.empty() ? -1 : open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const pid_t parent = getpid();
  state_->pid = fork();
  if (state_->pid == 0) {
    setpgid(0, 0);
    dup2(to_child[0], STDIN_FILENO);
    dup2(from_child[1], STDOUT_FILENO);
    if (log >= 0) dup2(log, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent) execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(to_child[0]);
  close(from_child[1]);
  if (log >= 0) close(log);
  state_->input = to_child[1];
  state_->output.assign(from_child[0]);
  loop.post([state = state_] { state->read(); });
}

ChildProcess::~ChildProcess() {
  state_->forgotten = true;
  if (state_->input >= 0) close(state_->input);
  (void)wait(seconds{5});
}

void ChildProcess::write(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(state_->input, text.data(), text.size()) < 0) return;  // gone: on_end tells so
}

void ChildProcess::terminate() {
  if (!state_->reaped && state_->pid > 0) ::kill(state_->pid, SIGTERM);
}

void ChildProcess::kill() {
  if (!state_->reaped && state_->pid > 0) ::kill(state_->pid, SIGKILL);
}

int ChildProcess::wait(Duration patience) {
  if (state_->reaped || state_->pid <= 0) return 0;
  const auto handle = static_cast<int>(syscall(SYS_pidfd_open, state_->pid, 0));
  pollfd ended{handle, POLLIN, 0};
  const auto limit = std::chrono::duration_cast<milliseconds>(patience).count();
  if (handle < 0 || poll(&ended, 1, static_cast<int>(limit)) != 1) ::kill(state_->pid, SIGKILL);
  if (handle >= 0) close(handle);
  int status = 0;
  waitpid(state_->pid, &status, 0);
  state_->reaped = true;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

pid_t ChildProcess::pid() const { return state_->pid; }

}  // namespace earshot::sim
