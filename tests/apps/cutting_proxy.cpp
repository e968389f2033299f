#include "cutting_proxy.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <list>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace hipcuff::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  name.sin_port = htons(port);
  return name;
}

/// Both ways until one side ends or `after` bytes have gone the way that counts.
void pass(int client, int back, std::size_t after, CuttingProxy::Count count) {
  std::string bytes(65536, '\0');
  for (bool open = true; open;) {
    pollfd both[2] = {{client, POLLIN, 0}, {back, POLLIN, 0}};
    if (::poll(both, 2, 10000) <= 0)
      return;
    for (int from = 0; from < 2 && open; ++from) {
      if (both[from].revents == 0)
        continue;
      const bool counts = (from == 0) == (count == CuttingProxy::Count::sent);
      const auto most = counts ? std::min(bytes.size(), after) : bytes.size();
      const ssize_t got = ::recv(both[from].fd, bytes.data(), most, 0);
      open = got > 0 && ::send(both[1 - from].fd, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
      if (counts && got > 0)
        after -= static_cast<std::size_t>(got);
      open = open && after > 0;
    }
  }
}

} // namespace

struct CuttingProxy::Impl {
  Impl(std::uint16_t itsTarget, std::vector<std::size_t> itsAfter, Count itsCount)
      : target(itsTarget)
      , after(std::move(itsAfter))
      , count(itsCount)
      , fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto name = loopback(0);
    socklen_t size = sizeof name;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&name), size) != 0 || ::listen(fd, 16) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
      throw std::runtime_error("the proxy can't listen");
    port = ntohs(name.sin_port);
    listener = std::thread([this] { listen(); });
  }
  ~Impl() {
    ::shutdown(fd, SHUT_RDWR);
    listener.join();
    ::close(fd);
  }
  void listen() {
    std::list<std::jthread> running;
    for (int client = 0; (client = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      const std::size_t number = taken++;
      const auto limit = number < after.size() ? after[number] : std::numeric_limits<std::size_t>::max();
      running.emplace_back([this, client, limit] {
        const int back = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto name = loopback(target);
        if (::connect(back, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0)
          pass(client, back, limit, count);
        ::close(back);
        ::close(client);
      });
    }
  }
  std::uint16_t target;
  std::vector<std::size_t> after;
  Count count;
  int fd;
  std::uint16_t port = 0;
  std::atomic<std::size_t> taken{0};
  std::thread listener;
};

CuttingProxy::CuttingProxy(std::uint16_t target, std::vector<std::size_t> after, Count count)
    : impl_(std::make_unique<Impl>(target, std::move(after), count)) {}
CuttingProxy::~CuttingProxy() = default;

std::uint16_t CuttingProxy::port() const noexcept {
  return impl_->port;
}

std::size_t CuttingProxy::connections() const noexcept {
  return impl_->taken;
}

} // namespace hipcuff::test
