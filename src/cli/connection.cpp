#include "cli/connection.hpp"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace habitue::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

ErrorKind kind_of(int status) {
  if (status == 404) return ErrorKind::NotFound;
  if (status == 409) return ErrorKind::Conflict;
  if (status == 503 || status == 401 || status == 403) return ErrorKind::Unavailable;
  return status >= 500 ? ErrorKind::Corrupt : ErrorKind::InvalidInput;
}

Result<std::string> body_of(Result<server::Response> response) {
  if (!response) return tl::unexpected(response.error());
  if (response->status < 300) return std::move(response->body);
  const auto problem = parse_json(response->body);
  const auto* detail = problem && problem->is_object() ? problem->as_object().if_contains("detail") : nullptr;
  return fail(kind_of(response->status),
              detail != nullptr && detail->is_string()
                  ? std::string(detail->as_string())
                  : fmt::format("the server answered {} {}", response->status, response->body.substr(0, 200)));
}

// Sends the request, and lets `read` read what comes back. Libraries' exceptions end here.
template <class Read>
auto exchanged(const std::string& address, const std::string& key, const server::Request& request, const Read& read)
    -> decltype(read(std::declval<beast::tcp_stream&>())) {
  try {
    std::string_view rest = address;
    if (rest.starts_with("http://")) rest.remove_prefix(7);
    if (rest.starts_with("https://"))
      return invalid("the command line speaks plain HTTP to a server near it; put a tunnel in between for https");
    rest = rest.substr(0, rest.find('/'));
    const std::size_t colon = rest.rfind(':');
    const std::string host(rest.substr(0, colon)),
        port(colon == std::string_view::npos ? "80" : rest.substr(colon + 1));

    asio::io_context context;
    asio::ip::tcp::resolver resolver(context);
    beast::tcp_stream stream(context);
    std::string bare = host;
    if (bare.size() > 2 && bare.front() == '[') bare = bare.substr(1, bare.size() - 2);
    stream.connect(resolver.resolve(bare, port));

    std::string target = percent_encoded(request.path);
    for (std::size_t i = 0; i < request.query.size(); ++i)
      target += (i == 0 ? "?" : "&") + percent_encoded(request.query[i].first) + "=" +
                percent_encoded(request.query[i].second);
    http::request<http::string_body> raw{http::string_to_verb(request.method), target, 11};
    raw.set(http::field::host, std::string(rest));
    raw.set("X-Habitue", "1");
    if (!key.empty()) raw.set(http::field::authorization, "Bearer " + key);
    for (const auto& [name, value] : request.headers) raw.set(name, value);
    raw.body() = request.body;
    raw.prepare_payload();
    http::write(stream, raw);
    return read(stream);
  } catch (const std::exception& error) {
    return fail(ErrorKind::Unavailable, fmt::format("the server at {} does not answer: {}", address, error.what()));
  }
}

class ServerConnection final : public Connection {
 public:
  ServerConnection(std::string workspace, std::string address, std::string key)
      : Connection(std::move(workspace)), address_(std::move(address)), key_(std::move(key)) {}
  workspace::Workspace* local() override { return nullptr; }

 private:
  Result<server::Response> exchange(const server::Request& request) override {
    return http_exchange(address_, key_, request);
  }
  Result<void> exchange(const server::Request& request, const TakePiece& take) override {
    return http_exchange(address_, key_, request, take);
  }
  std::string address_, key_;
};

class LocalConnection final : public Connection {
 public:
  LocalConnection(std::string workspace, std::unique_ptr<workspace::Root> root, const server::ApiOptions& options)
      : Connection(std::move(workspace)), root_(std::move(root)), api_(*root_, options) {}
  workspace::Workspace* local() override { return root_->workspaces().front().get(); }

 private:
  Result<server::Response> exchange(const server::Request& request) override {
    server::Response response = api_.handle(request);
    while (response.next_piece) {
      auto piece = response.next_piece();
      if (!piece) return tl::unexpected(piece.error());
      if (piece->empty()) response.next_piece = nullptr;
      response.body += *piece;
    }
    return response;
  }
  Result<void> exchange(const server::Request& request, const TakePiece& take) override {
    const server::Response response = api_.handle(request);
    if (!response.next_piece) {
      const auto body = body_of(response);
      return body ? take(*body) : tl::unexpected(body.error());
    }
    while (true) {
      const auto piece = response.next_piece();
      if (!piece) return tl::unexpected(piece.error());
      if (piece->empty()) return {};
      if (auto taken = take(*piece); !taken) return taken;
    }
  }
  std::unique_ptr<workspace::Root> root_;
  server::Api api_;
};

Result<std::string> choose_workspace(const Globals& globals, const std::vector<std::string>& names) {
  if (names.empty())
    return fail(
        ErrorKind::NotFound,
        fmt::format("there is no workspace in {}. Make one with: habitue init NAME, or the examples with: habitue demo",
                    globals.root.string()));
  if (globals.workspace.empty())
    return names.size() == 1 ? Result<std::string>(names.front())
                             : invalid(fmt::format("say which workspace with --workspace: {}", fmt::join(names, ", ")));
  if (std::find(names.begin(), names.end(), globals.workspace) != names.end()) return globals.workspace;
  return fail(ErrorKind::NotFound, fmt::format("there is no workspace '{}' in {}; there are: {}", globals.workspace,
                                               globals.root.string(), fmt::join(names, ", ")));
}

Result<std::vector<std::string>> names_on_server(const std::string& address, const std::string& key) {
  server::Request request;
  request.method = "GET";
  request.path = "/api/v1/workspaces";
  const auto body = body_of(http_exchange(address, key, request));
  if (!body) return tl::unexpected(body.error());
  const auto json = parse_json(*body);
  if (!json) return tl::unexpected(json.error());
  std::vector<std::string> names;
  for (const auto& each : json->at("workspaces").as_array()) names.emplace_back(each.at("id").as_string());
  return names;
}

}  // namespace

server::ApiOptions api_options_of(const Globals& globals) {
  server::ApiOptions options;
  options.question_time_max = std::chrono::seconds(globals.question_seconds);
  if (globals.question_memory_mib > 0) options.question_memory_bytes_max = globals.question_memory_mib << 20U;
  return options;
}

Result<server::Response> http_exchange(const std::string& address, const std::string& key,
                                       const server::Request& request) {
  return exchanged(address, key, request, [](beast::tcp_stream& stream) -> Result<server::Response> {
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    http::read(stream, buffer, parser);
    server::Response response;
    response.status = static_cast<int>(parser.get().result_int());
    response.content_type = std::string(parser.get()[http::field::content_type]);
    response.body = std::move(parser.get().body());
    return response;
  });
}

Result<void> http_exchange(const std::string& address, const std::string& key, const server::Request& request,
                           const TakePiece& take) {
  return exchanged(address, key, request, [&](beast::tcp_stream& stream) -> Result<void> {
    beast::flat_buffer buffer;
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    http::read_header(stream, buffer, parser);
    const auto status = static_cast<int>(parser.get().result_int());
    server::Response problem;
    problem.status = status;
    std::vector<char> room(1U << 16U);
    while (!parser.is_done()) {
      parser.get().body().data = room.data();
      parser.get().body().size = room.size();
      beast::error_code code;
      http::read(stream, buffer, parser, code);
      if (code && code != http::error::need_buffer)
        return fail(ErrorKind::Unavailable,
                    "the answer broke off before its end: the server gave it up (it took longer than "
                    "a question may, or was stopped), or went away");
      const std::string_view piece(room.data(), room.size() - parser.get().body().size);
      if (status >= 300) {
        problem.body += piece;
      } else if (auto taken = take(piece); !taken) {
        return taken;
      }
    }
    return status < 300 ? Result<void>() : tl::unexpected(body_of(std::move(problem)).error());
  });
}

std::string running_server(const std::filesystem::path& root) {
  const auto written = read_file(root / kServerFile, 1024);
  if (!written) return {};
  const std::string address(trimmed(*written));
  server::Request request;
  request.method = "GET";
  request.path = "/api/v1/health";
  const auto answer = http_exchange(address, {}, request);
  return answer && answer->status == 200 ? address : std::string();
}

Result<std::unique_ptr<Connection>> Connection::open(const Globals& globals, const ProgressFunction& progress) {
  const std::string address = globals.server.empty() ? running_server(globals.root) : globals.server;
  if (!address.empty()) {
    const auto names = names_on_server(address, globals.key);
    if (!names) return tl::unexpected(names.error());
    auto chosen = choose_workspace(globals, *names);
    if (!chosen) return tl::unexpected(chosen.error());
    return std::make_unique<ServerConnection>(std::move(*chosen), address, globals.key);
  }
  auto chosen = choose_workspace(globals, workspace::Root::names_in(globals.root));
  if (!chosen) return tl::unexpected(chosen.error());
  auto root = workspace::Root::open(globals.root, {}, progress, *chosen);
  if (!root) return tl::unexpected(root.error());
  if ((*root)->workspaces().empty()) return tl::unexpected((*root)->failures().front().second);
  for (const std::string& notice : (*root)->workspaces().front()->notices()) fmt::print(stderr, "note: {}\n", notice);
  return std::make_unique<LocalConnection>(std::move(*chosen), std::move(*root), api_options_of(globals));
}

Result<std::string> Connection::get(const std::string& path,
                                    const std::vector<std::pair<std::string, std::string>>& query) {
  return send("GET", path, {}, query);
}

server::Request Connection::request_of(const std::string& method, const std::string& path, const std::string& body,
                                       const std::vector<std::pair<std::string, std::string>>& query) {
  server::Request request;
  request.method = method;
  request.path = "/api/v1/workspaces/" + workspace_ + path;
  request.query = query;
  request.body = body;
  request.trusted = local() != nullptr;
  request.from_loopback = true;
  return request;
}

Result<std::string> Connection::send(const std::string& method, const std::string& path, const std::string& body,
                                     const std::vector<std::pair<std::string, std::string>>& query) {
  return body_of(exchange(request_of(method, path, body, query)));
}

template <class Ask>
auto Connection::with_progress(server::Request request, const ProgressFunction& progress, const Ask& ask) {
  const std::string id = fmt::format("cli-{}", ::getpid());
  request.headers["x-habitue-question"] = id;
  std::mutex mutex;
  std::condition_variable_any wake;
  const std::jthread watcher([&](const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    auto pause = std::chrono::milliseconds(2'000);
    // Nobody wakes it but the answer.
    while (!wake.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); }) && !stop.stop_requested()) {
      tell_progress(id, progress);
      pause = std::chrono::milliseconds(250);
    }
  });
  return ask(request);
}

Result<std::string> Connection::ask(const std::string& method, const std::string& path, const std::string& body,
                                    const std::vector<std::pair<std::string, std::string>>& query,
                                    const ProgressFunction& progress) {
  return with_progress(request_of(method, path, body, query), progress,
                       [&](const server::Request& request) { return body_of(exchange(request)); });
}

Result<void> Connection::ask_in_pieces(const std::string& method, const std::string& path, const std::string& body,
                                       const std::vector<std::pair<std::string, std::string>>& query,
                                       const ProgressFunction& progress, const TakePiece& take) {
  return with_progress(request_of(method, path, body, query), progress,
                       [&](const server::Request& request) { return exchange(request, take); });
}

void Connection::tell_progress(const std::string& id, const ProgressFunction& progress) {
  const auto body = get("/running");
  const auto json = body ? parse_json(*body) : Result<boost::json::value>(tl::unexpected(body.error()));
  if (!json) return;
  for (const boost::json::value& each : json->at("running").as_array()) {
    if (each.at("id").as_string() != id) continue;
    const std::string task = fmt::format("Asking, pass {}", each.at("pass").to_number<int>());
    progress({task, each.at("done").to_number<std::uint64_t>(), each.at("total").to_number<std::uint64_t>(), "parts"});
  }
}

}  // namespace habitue::cli
