#include "serve/server.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace interdict::serve {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::shared_ptr<const Hunted> hunted() {
  auto out = std::make_shared<Hunted>();
  out->page = std::make_shared<const std::string>(std::string(300'000, 'p'));
  out->intrusions = out->ledger = std::make_shared<const std::string>("{}");
  return out;
}

/// A server on a free port of this machine, until the end of the test.
class Running {
 public:
  explicit Running(Listening listening = {}) {
    listening.port = 0;
    auto made = Server::listen(listening, hunted());
    server_.emplace(std::move(made).value());
    port_ = server_->port();
    thread_ = std::thread([this] { server_->run(false); });
  }
  ~Running() {
    server_->stop();
    thread_.join();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::optional<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// A connection whose every wait ends after five seconds.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval wait{5, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send_text(const std::string& text) const {
    EXPECT_TRUE(connected_);
    std::size_t at = 0;
    while (at < text.size()) {
      const auto sent = ::send(socket_, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
  }
  /// What comes until the server closes.
  [[nodiscard]] std::string rest() const {
    std::string out;
    std::array<char, 65'536> piece{};
    for (;;) {
      const auto got = recv(socket_, piece.data(), piece.size(), 0);
      if (got <= 0) return out;
      out.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int socket_;
  bool connected_ = false;
};

std::string ask(std::uint16_t port, const std::string& request) {
  const Client client(port);
  client.send_text(request);
  return client.rest();
}

const std::string kClose = "Host: localhost\r\nConnection: close\r\n\r\n";

TEST(Server, AnswersWithTheWholePageAndItsHeaders) {
  const Running server;
  const auto got = ask(server.port(), "GET / HTTP/1.1\r\n" + kClose);
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(got, HasSubstr("Content-Length: 300000\r\n"));
  EXPECT_THAT(got, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_EQ(got.size() - got.find("\r\n\r\n") - 4, 300'000U);
}

TEST(Server, KeepsAConnectionAndAnswersHeadWithoutABody) {
  const Running server;
  const auto got =
      ask(server.port(),
          "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\n" + kClose);
  EXPECT_THAT(got, HasSubstr("Content-Length: 300000\r\n"));
  EXPECT_THAT(got, testing::EndsWith("{\"status\":\"ok\"}"));
  EXPECT_LT(got.size(), 3'000U);
}

TEST(Server, RefusesWhatIsNoRequestOrTooLarge) {
  const Running server;
  EXPECT_THAT(ask(server.port(), "\x16\x03\x01 hello\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask(server.port(), "GET / HTTP/1.1\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(ask(server.port(), "POST / HTTP/1.1\r\nContent-Length: 9999999\r\n" + kClose),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask(server.port(), "GET / HTTP/1.1\r\nHost: a\r\n" + kClose),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask(server.port(), "GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  // And it still works.
  EXPECT_THAT(ask(server.port(), "GET /healthz HTTP/1.1\r\n" + kClose), StartsWith("HTTP/1.1 200"));
}

TEST(Server, ClosesAConnectionThatIsTooSlow) {
  Listening listening;
  listening.read_time = std::chrono::milliseconds(100);
  const Running server(listening);
  EXPECT_EQ(ask(server.port(), "GET / HTTP/1.1\r\nHost: loc"), "");
}

TEST(Server, ConnectionsPastTheLimitWaitTheirTurn) {
  Listening listening;
  listening.connections_max = 1;
  listening.read_time = std::chrono::milliseconds(200);  // the first one idles as long
  const Running server(listening);
  const Client idle(server.port());
  EXPECT_THAT(ask(server.port(), "GET /healthz HTTP/1.1\r\n" + kClose), StartsWith("HTTP/1.1 200"));
}

TEST(Server, OneConnectionHasSoManyRequests) {
  Listening listening;
  listening.requests_max = 2;
  const Running server(listening);
  std::string three;
  for (int i = 0; i < 3; ++i) three += "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const auto got = ask(server.port(), three);
  const auto first = got.find("HTTP/1.1 200");
  const auto second = got.find("HTTP/1.1 200", first + 1);
  EXPECT_NE(second, std::string::npos);
  EXPECT_EQ(got.find("HTTP/1.1 200", second + 1), std::string::npos);
}

TEST(Server, ListensElsewhereOnlyWithAToken) {
  Listening listening;
  listening.address = "0.0.0.0";
  listening.port = 0;
  const auto refused = Server::listen(listening, hunted());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unsupported);
  listening.access.token = "short";
  EXPECT_FALSE(Server::listen(listening, hunted()));
}

TEST(Server, SaysWhyItCannotListen) {
  Listening listening;
  listening.address = "127.0.0.1.example";
  listening.access.token = "0123456789abcdef";
  EXPECT_FALSE(Server::listen(listening, hunted()));
  const Running server;
  Listening taken;
  taken.port = server.port();
  const auto refused = Server::listen(taken, hunted());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::io);
}

}  // namespace
}  // namespace interdict::serve
