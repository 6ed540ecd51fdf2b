#include "serve/server.hpp"

#include <csignal>
#include <optional>
#include <utility>

// The only file that includes Beast: it takes longer to compile than all else here together.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace interdict::serve {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;

}  // namespace

/// The listener. Sessions hold a reference: it outlives them, since it owns the context that owns
/// their handlers.
struct Server::Impl {
  Impl(Listening l, std::shared_ptr<const Hunted> h)
      : listening(std::move(l)), hunted(std::move(h)) {}
  ~Impl() { is_stopping = true; }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;

  void accept();
  void session_ends() {
    --sessions;
    if (!is_accepting && !is_stopping) accept();
  }

  Listening listening;
  std::shared_ptr<const Hunted> hunted;
  std::size_t sessions = 0;
  bool is_accepting = false;
  bool is_stopping = false;
  net::io_context io{1};
  tcp::acceptor acceptor{io};
  net::steady_timer pause{io};
  net::signal_set signals{io};
};

namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};  ///< after an error, say of too many files

/// One connection; lives as long as one of its handlers waits.
template <class Owner>
class Session : public std::enable_shared_from_this<Session<Owner>> {
 public:
  Session(Owner& owner, tcp::socket socket)
      : owner_(owner),
        stream_(std::move(socket)),
        buffer_(owner.listening.header_bytes_max + owner.listening.body_bytes_max) {
    ++owner_.sessions;
  }
  ~Session() {
    try {
      owner_.session_ends();
    } catch (...) {  // no memory to listen with: better ended than silent
      owner_.io.stop();
    }
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  Session(Session&&) = delete;
  Session& operator=(Session&&) = delete;

  void read() {
    const auto& limits = owner_.listening;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    parser_->body_limit(limits.body_bytes_max);
    stream_.expires_after(limits.read_time);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                       self->on_read(error);
                     });
  }

 private:
  void on_read(beast::error_code error) {
    if (error == http::error::end_of_stream || error == beast::error::timeout) return close();
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return refuse(431, "the header is too large");
    }
    if (error == http::error::body_limit) return refuse(413, "nothing here reads a body");
    if (error.category() == beast::error_code(http::error::bad_method).category()) {
      return refuse(400, "this is no HTTP/1.1 request");
    }
    if (error) return close();
    const auto& got = parser_->get();
    Request request{.method = std::string(got.method_string()),
                    .target = std::string(got.target()),
                    .host = got.count(http::field::host) == 1 ? std::string(got[http::field::host])
                                                              : std::string{},
                    .authorization = got.count(http::field::authorization) == 1
                                         ? std::string(got[http::field::authorization])
                                         : std::string{}};
    ++requests_;
    const bool stays = got.keep_alive() && requests_ < owner_.listening.requests_max;
    send(answer(*owner_.hunted, owner_.listening.access, request), got.method() == http::verb::head,
         stays);
  }

  void refuse(unsigned status, const std::string& detail) {
    send(problem(status, detail), false, false);
  }

  void send(Response answer, bool head, bool stays) {
    body_ = std::move(answer.body);
    message_.emplace(static_cast<http::status>(answer.status), 11);
    message_->set(http::field::content_type, answer.content_type);
    for (const auto& [name, value] : answer.headers) message_->set(name, value);
    message_->keep_alive(stays);
    message_->content_length(body_->size());
    if (!head) message_->body() = {body_->data(), body_->size()};
    serializer_.emplace(*message_);
    stream_.expires_after(owner_.listening.write_time);
    const auto done = [self = this->shared_from_this(), stays](beast::error_code error,
                                                               std::size_t) {
      if (error || !stays) return self->close();
      self->read();
    };
    if (head) {
      http::async_write_header(stream_, *serializer_, done);
    } else {
      http::async_write(stream_, *serializer_, done);
    }
  }

  void close() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.close();
  }

  using Body = http::span_body<const char>;

  Owner& owner_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Text body_;  ///< what `message_` points into
  std::optional<http::response<Body>> message_;
  std::optional<http::response_serializer<Body>> serializer_;
  std::size_t requests_ = 0;
};

}  // namespace

void Server::Impl::accept() {
  if (sessions >= listening.connections_max || is_stopping) return;
  is_accepting = true;
  acceptor.async_accept(io, [this](beast::error_code error, tcp::socket socket) {
    is_accepting = false;
    if (is_stopping || error == net::error::operation_aborted) return;
    if (error) {
      is_accepting = true;
      pause.expires_after(kAcceptPause);
      pause.async_wait([this](beast::error_code) {
        is_accepting = false;
        accept();
      });
      return;
    }
    std::make_shared<Session<Impl>>(*this, std::move(socket))->read();
    accept();
  });
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;

Result<Server> Server::listen(const Listening& listening, std::shared_ptr<const Hunted> hunted) {
  const auto& token = listening.access.token;
  if (!is_loopback(listening.address) && token.empty()) {
    return fail(Errc::unsupported,
                "others can reach `" + listening.address + "`: that needs a token (--token-file)");
  }
  if (!token.empty() && token.size() < kMinTokenBytes) {
    return fail(Errc::unsupported,
                "the token needs at least " + std::to_string(kMinTokenBytes) + " bytes");
  }
  auto impl = std::make_unique<Impl>(listening, std::move(hunted));
  const auto failed = [&](const beast::error_code& error) {
    return fail(Errc::io, "cannot listen at `" + listening.address + "` port " +
                              std::to_string(listening.port) + ": " + error.message());
  };
  beast::error_code error;
  const auto address = net::ip::make_address(listening.address, error);
  if (error) return failed(error);
  const tcp::endpoint endpoint(address, listening.port);
  impl->acceptor.open(endpoint.protocol(), error);
  if (!error) impl->acceptor.set_option(net::socket_base::reuse_address(true), error);
  if (!error) impl->acceptor.bind(endpoint, error);
  if (!error) impl->acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) return failed(error);
  return Server(std::move(impl));
}

std::uint16_t Server::port() const {
  beast::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

void Server::run(bool until_signal) {
  if (until_signal) {
    impl_->signals.add(SIGINT);
    impl_->signals.add(SIGTERM);
    impl_->signals.async_wait([this](beast::error_code error, int) {
      if (!error) impl_->io.stop();
    });
  }
  impl_->accept();
  impl_->io.run();
}

void Server::stop() {
  impl_->io.stop();
}

}  // namespace interdict::serve
