// Where the command line asks: the server that holds the workspaces, else this very process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/progress.hpp"
#include "base/result.hpp"
#include "cli/commands.hpp"
#include "server/api.hpp"
#include "workspace/workspace.hpp"

namespace habitue::cli {

/// Written by a server into its root while it runs: one line, `ADDRESS:PORT`.
inline constexpr std::string_view kServerFile = "server.address";

/// With the limits that the words of the command line set.
server::ApiOptions api_options_of(const Globals& globals);

/// Is given the parts of an answer. An error ends the answer.
using TakePiece = std::function<Result<void>(std::string_view piece)>;

class Connection {
 public:
  /// Finds the server (given, or running on the root) or opens the workspace here. Errors: NotFound when the workspace does not exist or
  /// is not named among several; those of opening it.
  static Result<std::unique_ptr<Connection>> open(const Globals& globals, const ProgressFunction& progress = {});
  virtual ~Connection() = default;

  const std::string& workspace() const { return workspace_; }
  /// The workspace opened in this process; null when a server holds it.
  virtual workspace::Workspace* local() = 0;
  /// `path` is under the workspace: `/roles`. Errors: what a problem answer says, with its kind.
  Result<std::string> get(const std::string& path, const std::vector<std::pair<std::string, std::string>>& query = {});
  Result<std::string> send(const std::string& method, const std::string& path, const std::string& body,
                           const std::vector<std::pair<std::string, std::string>>& query = {});
  /// The same for a question of all people: after two seconds `progress` is told how far it is, from another thread.
  Result<std::string> ask(const std::string& method, const std::string& path, const std::string& body,
                          const std::vector<std::pair<std::string, std::string>>& query,
                          const ProgressFunction& progress);
  /// The same for an answer of any length, which `take` is given as it arrives. Errors: those of `take`, which ends the question; Unavailable
  /// when the answer breaks off.
  Result<void> ask_in_pieces(const std::string& method, const std::string& path, const std::string& body,
                             const std::vector<std::pair<std::string, std::string>>& query,
                             const ProgressFunction& progress, const TakePiece& take);

 protected:
  explicit Connection(std::string workspace) : workspace_(std::move(workspace)) {}
  /// Safe from any thread.
  virtual Result<server::Response> exchange(const server::Request& request) = 0;
  virtual Result<void> exchange(const server::Request& request, const TakePiece& take) = 0;

 private:
  // Calls `ask` with a request that tells progress while it is under way.
  template <class Ask>
  auto with_progress(server::Request request, const ProgressFunction& progress, const Ask& ask);

  server::Request request_of(const std::string& method, const std::string& path, const std::string& body,
                             const std::vector<std::pair<std::string, std::string>>& query);
  void tell_progress(const std::string& id, const ProgressFunction& progress);
  std::string workspace_;
};

/// The running server's address for a root, if one answers there.
std::string running_server(const std::filesystem::path& root);

/// One HTTP exchange with a server. Errors: Unavailable when it does not answer.
Result<server::Response> http_exchange(const std::string& address, const std::string& key,
                                       const server::Request& request);
/// The same, with the body of an answer that is one given to `take` as it arrives. Errors: what a problem answer says; those of `take`.
Result<void> http_exchange(const std::string& address, const std::string& key, const server::Request& request,
                           const TakePiece& take);

}  // namespace habitue::cli
