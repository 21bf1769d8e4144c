// habitue serve: the API and the page until somebody stops it.
#include <csignal>
#include <ctime>
#include <optional>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/terminal.hpp"
#include "server/api.hpp"
#include "server/fit_keeper.hpp"
#include "server/http_server.hpp"
#include "workspace/workspace.hpp"

namespace habitue::cli {
namespace {

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";
  bool require_key = false;
  std::uint64_t memory_mib = 2048;
  std::uint32_t refit_minutes = 10;
  std::uint64_t upload_mib = 4096;
  server::OidcOptions oidc{};
  std::string oidc_secret_file;
};

// The secret is in a file: what stands on a command line is seen by everybody on the machine.
Result<std::optional<server::OidcOptions>> oidc_of(const ServeOptions& options) {
  if (options.oidc.issuer.empty()) return std::optional<server::OidcOptions>();
  server::OidcOptions oidc = options.oidc;
  if (!options.oidc_secret_file.empty()) {
    const auto secret = read_file(options.oidc_secret_file, 4096);
    if (!secret) return tl::unexpected(secret.error());
    oidc.client_secret = std::string(trimmed(*secret));
  }
  if (auto complete = server::Oidc::check(oidc); !complete) return tl::unexpected(complete.error());
  return std::optional(std::move(oidc));
}

// Blocks until SIGINT or SIGTERM; the threads started before have both masked.
int wait_for_stop(const sigset_t& signals) {
  int received = 0;
  sigwait(&signals, &received);
  return received;
}

int serve(const Globals& globals, const ServeOptions& options) {
  // Standard output is for answers; a log goes where a supervisor reads it.
  spdlog::set_default_logger(spdlog::stderr_color_mt("habitue"));
  server::HttpOptions http;
  if (auto parsed = server::parse_listen(options.listen, http); !parsed) return report(parsed.error());
  if (const std::string other = running_server(globals.root); !other.empty())
    return report({ErrorKind::Conflict, fmt::format("a server holds {} already, at {}", globals.root.string(), other)});

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  workspace::Options workspace_options;
  workspace_options.ledger_memory_mib = options.memory_mib;
  auto root = [&] {
    ProgressLine line;
    return workspace::Root::open(globals.root, workspace_options, line.function());
  }();
  if (!root) return report(root.error());
  for (const auto& [name, error] : (*root)->failures())
    spdlog::error("workspace {} is left out: {}", name, error.message);
  for (const auto& each : (*root)->workspaces()) {
    for (const std::string& notice : each->notices()) spdlog::warn("workspace {}: {}", each->id(), notice);
    spdlog::info("workspace {}: {} events of {} people", each->id(), each->view().customers->snapshot().event_count(),
                 each->view().customers->snapshot().person_count());
  }

  server::ApiOptions api_options = api_options_of(globals);
  auto oidc = oidc_of(options);
  if (!oidc) return report(oidc.error());
  api_options.oidc = *std::move(oidc);
  api_options.upload_bytes_max = options.upload_mib << 20U;
  if (api_options.oidc)
    spdlog::info("people may sign in with {}, which sends them back to {}", api_options.oidc->name,
                 server::oidc_return_address(*api_options.oidc));
  const bool loopback = server::is_loopback(http.address);
  api_options.local_access = loopback && !options.require_key;
  if (!loopback)
    spdlog::warn("listening beyond this machine: put a proxy with HTTPS in front; every request needs a key");
  server::Api api(**root, api_options);
  auto server = server::HttpServer::start(api, http);
  if (!server) return report(server.error());
  const std::string host = http.address.find(':') == std::string::npos ? http.address : "[" + http.address + "]";
  const std::string reachable = http.address == "0.0.0.0" ? "127.0.0.1" : host;
  if (auto written =
          write_file_atomically(globals.root / kServerFile, fmt::format("{}:{}\n", reachable, (*server)->port()));
      !written)
    return report(written.error());
  spdlog::info("listening on http://{}:{}", host, (*server)->port());

  std::optional<server::FitKeeper> keeper;
  if (options.refit_minutes > 0) keeper.emplace(**root, std::chrono::minutes(options.refit_minutes));
  wait_for_stop(signals);
  keeper.reset();
  spdlog::info("stopping: answering what is under way, then saving the snapshots");
  std::error_code ignored;
  std::filesystem::remove(globals.root / kServerFile, ignored);
  server->reset();
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, Globals& globals, Action& action) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand("serve", "Serve the page and the API of all workspaces in the root");
  command->add_option("--listen", options->listen, "Address and port; only loopback needs no key")
      ->capture_default_str();
  command->add_flag("--require-key", options->require_key, "Ask for a key even from this machine");
  command->add_option("--memory-mib", options->memory_mib, "Memory that each ledger may use")->capture_default_str();
  command
      ->add_option("--refit-minutes", options->refit_minutes,
                   "How often models are looked at and fitted again where data have moved; 0: never")
      ->capture_default_str();
  command->add_option("--upload-mib", options->upload_mib, "The largest file that may be sent to be imported")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 24U));
  auto* issuer = command->add_option("--oidc-issuer", options->oidc.issuer,
                                     "Let the team sign in with this OpenID Connect provider (https://...)");
  for (CLI::Option* each :
       {command->add_option("--oidc-client", options->oidc.client_id, "What the provider calls this server"),
        command->add_option("--oidc-secret-file", options->oidc_secret_file, "A file with the secret it gave"),
        command->add_option("--oidc-name", options->oidc.name, "What the page calls the provider"),
        command->add_option("--public-url", options->oidc.public_url, "Where browsers find this server (https://...)")})
    each->needs(issuer);
  command->callback(
      [&globals, &action, options] { action = [&globals, options] { return serve(globals, *options); }; });
}

}  // namespace habitue::cli
