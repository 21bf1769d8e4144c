#include "server/http_server.hpp"

#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "base/text.hpp"
#include "server/inflate.hpp"
#include "server/page.hpp"

namespace habitue::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using HeadParser = http::request_parser<http::empty_body>;
using BodyParser = http::request_parser<http::string_body>;
using FileParser = http::request_parser<http::buffer_body>;

// Of a file on its way to the disk, so much is in memory at a time.
constexpr std::size_t kFilePieceBytes = 256U << 10U;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

std::string_view view_of(beast::string_view text) { return {text.data(), text.size()}; }

// Closed on the other side, or broken. Whoever closes one direction alone counts as gone, as with other servers.
bool has_gone(int socket) {
  char byte = 0;
  const ssize_t read = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return read == 0 || (read < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

// What Beast read of the head, as the Api wants it.
Request request_of(const http::request_header<>& raw, bool from_loopback) {
  Request request;
  request.method = view_of(raw.method_string());
  const std::string_view target = view_of(raw.target());
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = percent_decoded(target.substr(0, question), false);
  if (question < target.size()) request.query = parse_query(target.substr(question + 1));
  for (const auto& field : raw) {
    std::string& value = request.headers[ascii_lower(view_of(field.name_string()))];
    if (!value.empty()) value += ", ";
    value += view_of(field.value());
  }
  request.from_loopback = from_loopback;
  return request;
}

// Errors: InvalidInput when the body cannot be opened.
Result<void> take_body(Request& request, std::string body, std::size_t body_bytes_max) {
  request.body = std::move(body);
  const std::string_view encoding = request.header("content-encoding");
  if (is_gzip(request.body) || encoding == "deflate") {
    auto opened = inflated(request.body, body_bytes_max);
    if (!opened) return tl::unexpected(opened.error());
    request.body = std::move(*opened);
  } else if (!encoding.empty() && encoding != "identity" && encoding != "gzip") {
    return invalid(fmt::format("the encoding '{}' is not known here: send gzip or plain text", encoding.substr(0, 40)));
  }
  return {};
}

template <class Body>
http::response<Body> head_of(const Response& answer, const http::request_header<>& request, bool keep_alive) {
  http::response<Body> response;
  response.version(request.version());
  response.result(static_cast<unsigned>(answer.status));
  response.set(http::field::server, "Habitue");
  response.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers) response.insert(name, value);
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "no-referrer");
  response.set("X-Frame-Options", "DENY");
  if (response.find(http::field::cache_control) == response.end()) response.set(http::field::cache_control, "no-store");
  response.keep_alive(keep_alive);
  return response;
}

http::response<http::string_body> beast_response(Response&& answer, const http::request_header<>& request,
                                                 bool keep_alive) {
  auto response = head_of<http::string_body>(answer, request, keep_alive);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

// An exception must not reach the coroutine that writes.
Result<std::string> next_piece_of(const Response& answer) {
  try {
    return answer.next_piece();
  } catch (const std::exception& error) {
    return fail(ErrorKind::Unavailable, error.what());
  }
}

}  // namespace

bool is_loopback(const std::string& address) {
  beast::error_code code;
  const auto parsed = asio::ip::make_address(address, code);
  return !code && parsed.is_loopback();
}

Result<void> parse_listen(std::string_view text, HttpOptions& options) {
  const auto refuse = [&] {
    return invalid(fmt::format("'{}' is no address to listen on: write 127.0.0.1:8080, [::1]:8080 or 8080", text));
  };
  const std::size_t colon = text.rfind(':');
  std::string_view host = colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? text : text.substr(colon + 1);
  unsigned number = 0;
  const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (code != std::errc{} || end != port.data() + port.size() || number > 65535) return refuse();
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (!host.empty()) {
    beast::error_code parse_code;
    asio::ip::make_address(std::string(host), parse_code);
    if (parse_code) return refuse();
    options.address = host;
  }
  options.port = static_cast<std::uint16_t>(number);
  return {};
}

struct HttpServer::State {
  State(Api& api_given, const HttpOptions& options_given)
      : api(api_given), options(options_given), acceptor(asio::make_strand(context)), workers(options_given.workers) {}

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<Response> answer_of(beast::tcp_stream& stream, Request request);
  asio::awaitable<Response> receive_file(beast::tcp_stream& stream, beast::flat_buffer& buffer, HeadParser&& head,
                                         Request request, bool& read_whole);
  asio::awaitable<void> go_on(beast::tcp_stream& stream, const http::request_header<>& head) const;
  asio::awaitable<void> linger(beast::tcp_stream& stream) const;
  asio::awaitable<bool> write_pieces(beast::tcp_stream& stream, const Response& answer,
                                     const http::request_header<>& request, bool keep_alive);

  Api& api;
  const HttpOptions options;
  asio::io_context context;
  tcp::acceptor acceptor;
  asio::thread_pool workers;
  std::vector<std::thread> threads;
  std::atomic<std::size_t> connections{0};
  std::atomic<bool> stopping{false};
};

asio::awaitable<void> HttpServer::State::accept() {
  while (true) {
    // A connection's deadline and its reading meet on its own strand, whichever thread runs them.
    const asio::any_io_executor strand = asio::make_strand(context);
    auto [code, socket] = co_await acceptor.async_accept(strand, kAwait);
    if (code == asio::error::operation_aborted || stopping) co_return;
    if (code) {
      // Out of file descriptors, most likely: taking a breath beats spinning.
      spdlog::warn("cannot accept a connection: {}", code.message());
      asio::steady_timer pause(acceptor.get_executor(), std::chrono::milliseconds(50));
      co_await pause.async_wait(kAwait);
      continue;
    }
    if (connections.load() >= options.connections_max) continue;  // The socket closes as it goes out of scope.
    asio::co_spawn(strand, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> HttpServer::State::serve(tcp::socket socket) {
  struct Count {
    std::atomic<std::size_t>& value;
    explicit Count(std::atomic<std::size_t>& counted) : value(counted) { ++value; }
    ~Count() { --value; }
  } count(connections);

  beast::error_code ignored;
  const auto peer = socket.remote_endpoint(ignored);
  const bool from_loopback = !ignored && peer.address().is_loopback();
  socket.set_option(tcp::no_delay(true), ignored);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;

  while (!stopping) {
    HeadParser head_parser;
    head_parser.header_limit(static_cast<std::uint32_t>(options.header_bytes_max));
    head_parser.body_limit(boost::none);  // Known once it is known what is asked for.
    stream.expires_after(std::chrono::seconds(options.idle_seconds));
    auto [read_code, read_bytes] = co_await http::async_read_header(stream, buffer, head_parser, kAwait);
    static_cast<void>(read_bytes);

    http::request_header<> head;  // For the answer: the parser is handed on.
    bool keep_alive = !read_code && head_parser.get().keep_alive();
    bool read_whole = true;
    std::string body;
    Request request;
    if (!read_code) {
      head = head_parser.get().base();
      request = request_of(head, from_loopback);
    }
    Response answer;
    const bool takes_file = !read_code && Api::takes_file(request);
    if (takes_file) {
      answer = co_await receive_file(stream, buffer, std::move(head_parser), std::move(request), read_whole);
    } else if (!read_code && head_parser.content_length().value_or(0) > options.body_bytes_max) {
      read_code = http::error::body_limit;
    } else if (!read_code) {
      co_await go_on(stream, head);
      BodyParser parser(std::move(head_parser));
      parser.body_limit(options.body_bytes_max);
      auto [body_code, body_bytes] = co_await http::async_read(stream, buffer, parser, kAwait);
      static_cast<void>(body_bytes);
      read_code = body_code;
      body = std::move(parser.get().body());
    }
    if (read_code == http::error::end_of_stream || read_code == beast::error::timeout ||
        read_code == asio::error::operation_aborted || read_code == asio::error::connection_reset)
      break;

    if (read_code) read_whole = false;
    if (read_code == http::error::body_limit || read_code == http::error::buffer_overflow) {
      answer = problem(413, "too_large", "The body is too large",
                       fmt::format("The limit is {} bytes. Send fewer events at once.", options.body_bytes_max));
    } else if (read_code == http::error::header_limit) {
      answer = problem(431, "too_large", "The headers are too large",
                       fmt::format("The limit is {} bytes.", options.header_bytes_max));
    } else if (read_code) {
      answer = problem(400, "invalid_input", "This is not HTTP", read_code.message());
    } else if (!takes_file) {
      const auto taken = take_body(request, std::move(body), options.body_bytes_max);
      if (taken)
        answer = co_await answer_of(stream, std::move(request));
      else
        answer = problem(taken.error());
    }
    keep_alive = keep_alive && read_whole && !stopping;
    if (answer.next_piece) {
      // Without a length or chunks, its end is that of the connection.
      keep_alive = keep_alive && head.version() >= 11;
      const bool whole = co_await write_pieces(stream, answer, head, keep_alive);
      if (!whole || !keep_alive) break;
      continue;
    }
    auto response = beast_response(std::move(answer), head, keep_alive);
    stream.expires_after(std::chrono::seconds(options.idle_seconds));
    auto [write_code, written] = co_await http::async_write(stream, response, kAwait);
    static_cast<void>(written);
    if (!write_code && !read_whole) co_await linger(stream);
    if (write_code || !keep_alive) break;
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

// Handlers wait for the disk and fold journeys: they run on workers, never on the threads that read sockets.
asio::awaitable<Response> HttpServer::State::answer_of(beast::tcp_stream& stream, Request request) {
  request.caller_has_gone = [socket = stream.socket().native_handle()] { return has_gone(socket); };
  request.server_stops = [this] { return stopping.load(); };
  co_return co_await asio::co_spawn(
      workers,
      [&]() -> asio::awaitable<Response> {
        co_return is_page_path(request) ? page_response(request) : api.handle(request);
      },
      asio::use_awaitable);
}

asio::awaitable<void> HttpServer::State::go_on(beast::tcp_stream& stream, const http::request_header<>& head) const {
  if (view_of(head[http::field::expect]) != "100-continue") co_return;
  http::response<http::empty_body> go_on{http::status::continue_, head.version()};
  co_await http::async_write(stream, go_on, kAwait);
}

// The file on the disk grows as the bytes come; whoever may not send it is told before. `read_whole` is false when bytes are left on the way.
asio::awaitable<Response> HttpServer::State::receive_file(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                                          HeadParser&& head, Request request, bool& read_whole) {
  read_whole = false;
  const auto announced = head.content_length();
  BodyPlan plan = co_await asio::co_spawn(
      workers,
      [&]() -> asio::awaitable<BodyPlan> {
        // An exception must not reach the coroutine that reads.
        try {
          co_return api.plan_body(request, announced ? std::optional<std::uint64_t>(*announced) : std::nullopt);
        } catch (const std::exception& error) {
          co_return BodyPlan{problem({ErrorKind::Unavailable, error.what()})};
        }
      },
      asio::use_awaitable);
  if (plan.refusal) co_return std::move(*plan.refusal);
  co_await go_on(stream, head.get().base());
  FileParser parser(std::move(head));
  parser.body_limit(plan.bytes_max);
  std::vector<char> piece(kFilePieceBytes);
  while (!parser.is_done()) {
    parser.get().body() = {piece.data(), piece.size(), true};
    stream.expires_after(std::chrono::seconds(options.idle_seconds));
    auto [code, bytes] = co_await http::async_read(stream, buffer, parser, kAwait);
    static_cast<void>(bytes);
    if (code == http::error::body_limit) co_return too_large_file(plan.bytes_max);
    if (code && code != http::error::need_buffer)
      co_return problem(400, "invalid_input", "The file did not come whole", code.message());
    const std::string_view come(piece.data(), piece.size() - parser.get().body().size);
    const Result<void> written = co_await asio::co_spawn(
        workers, [&]() -> asio::awaitable<Result<void>> { co_return plan.file->write(come); }, asio::use_awaitable);
    if (!written) co_return problem(written.error());
  }
  read_whole = true;
  request.file = std::move(plan.file);
  co_return co_await answer_of(stream, std::move(request));
}

// Closing while bytes are on their way makes the other side lose the answer: they are taken for a while and forgotten.
asio::awaitable<void> HttpServer::State::linger(beast::tcp_stream& stream) const {
  beast::error_code code;
  stream.socket().shutdown(tcp::socket::shutdown_send, code);
  std::vector<char> forgotten(kFilePieceBytes);
  stream.expires_after(std::chrono::seconds(std::min(options.idle_seconds, 5U)));
  while (!code && !stopping) code = std::get<0>(co_await stream.async_read_some(asio::buffer(forgotten), kAwait));
}

// A piece is made when the one before is on its way: a reader who is slow holds one piece and no worker. False when the reader has not
// all of it: the connection is closed without the last chunk then, which tells them.
asio::awaitable<bool> HttpServer::State::write_pieces(beast::tcp_stream& stream, const Response& answer,
                                                      const http::request_header<>& request, bool keep_alive) {
  const std::chrono::seconds patience(options.idle_seconds);
  const bool chunked = request.version() >= 11;
  auto head = head_of<http::empty_body>(answer, request, keep_alive);
  if (chunked) head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  stream.expires_after(patience);
  const auto [head_code, head_bytes] = co_await http::async_write_header(stream, serializer, kAwait);
  static_cast<void>(head_bytes);
  if (head_code) co_return false;
  if (request.method() == http::verb::head) co_return true;
  while (!stopping) {
    const Result<std::string> piece = co_await asio::co_spawn(
        workers, [&]() -> asio::awaitable<Result<std::string>> { co_return next_piece_of(answer); },
        asio::use_awaitable);
    if (!piece) {
      spdlog::info("an answer was cut off: {}", piece.error().message);
      co_return false;
    }
    beast::error_code code;
    stream.expires_after(patience);
    if (piece->empty()) {
      if (chunked) code = std::get<0>(co_await asio::async_write(stream, http::make_chunk_last(), kAwait));
      co_return !code;
    }
    if (chunked)
      code = std::get<0>(co_await asio::async_write(stream, http::make_chunk(asio::buffer(*piece)), kAwait));
    else
      code = std::get<0>(co_await asio::async_write(stream, asio::buffer(*piece), kAwait));
    if (code) co_return false;
  }
  co_return false;
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(Api& api, const HttpOptions& options) {
  auto state = std::make_unique<State>(api, options);
  beast::error_code code;
  const tcp::endpoint endpoint(asio::ip::make_address(options.address, code), options.port);
  if (!code) state->acceptor.open(endpoint.protocol(), code);
  if (!code) state->acceptor.set_option(asio::socket_base::reuse_address(true), code);
  if (!code) state->acceptor.bind(endpoint, code);
  if (!code) state->acceptor.listen(asio::socket_base::max_listen_connections, code);
  if (code)
    return fail(
        ErrorKind::Unavailable,
        fmt::format("cannot listen on {}:{}: {}. Choose another with --listen, such as --listen 127.0.0.1:{}",
                    options.address, options.port, code.message(), options.port == 65535 ? 8081 : options.port + 1));
  asio::co_spawn(state->acceptor.get_executor(), state->accept(), asio::detached);
  for (int i = 0; i < 2; ++i) state->threads.emplace_back([raw = state.get()] { raw->context.run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::~HttpServer() {
  state_->stopping = true;
  asio::post(state_->acceptor.get_executor(), [this] {
    beast::error_code ignored;
    state_->acceptor.close(ignored);
  });
  // Answers under way are written; idle connections are not waited for.
  for (int waited = 0; waited < 20 && state_->connections.load() > 0; ++waited)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  state_->workers.join();
  state_->context.stop();
  for (std::thread& thread : state_->threads) thread.join();
}

std::uint16_t HttpServer::port() const {
  beast::error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

}  // namespace habitue::server
