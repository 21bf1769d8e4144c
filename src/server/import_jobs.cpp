// Imports in the background of a server, and how far each of them is.
#include <thread>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include "server/api.hpp"
#include "server/json_of.hpp"

namespace habitue::server {

struct Api::ImportJob {
  std::string workspace;
  mutable std::mutex mutex;
  std::uint64_t done = 0, total = 0;
  std::optional<Result<workspace::ImportOutcome>> outcome;
  Cancellation cancellation;
  std::thread thread;
  ~ImportJob() {
    cancellation.cancel();
    if (thread.joinable()) thread.join();
  }
};

std::uint64_t Api::start_import(workspace::Workspace& workspace, workspace::ImportRequest import,
                                std::optional<workspace::Upload> upload) {
  auto job = std::make_shared<ImportJob>();
  job->workspace = workspace.id();
  ImportJob* raw = job.get();  // The job waits for its thread before it goes.
  job->thread = std::thread([raw, &workspace, import = std::move(import), upload = std::move(upload)] {
    auto outcome = workspace.import(
        import,
        [raw](const Progress& progress) {
          const std::lock_guard lock(raw->mutex);
          raw->done = progress.done;
          raw->total = progress.total;
        },
        &raw->cancellation);
    if (upload && outcome) {
      if (auto removed = workspace.uploads().remove(upload->id); !removed)
        spdlog::warn("workspace {}: {}", workspace.id(), removed.error().message);
    } else if (upload) {
      outcome = tl::unexpected(workspace::named(outcome.error(), *upload));
    }
    const std::lock_guard lock(raw->mutex);
    raw->outcome = std::move(outcome);
  });
  const std::lock_guard lock(jobs_mutex_);
  jobs_.push_back(std::move(job));
  return jobs_.size();
}

Response Api::import_state(const workspace::Workspace& workspace, std::uint64_t number) const {
  std::shared_ptr<ImportJob> job;
  {
    const std::lock_guard lock(jobs_mutex_);
    if (number == 0 || number > jobs_.size() || jobs_[number - 1]->workspace != workspace.id())
      return problem({ErrorKind::NotFound, fmt::format("there is no import job {}", number)});
    job = jobs_[number - 1];
  }
  const std::lock_guard lock(job->mutex);
  if (!job->outcome)
    return reply(boost::json::object{{"state", "running"}, {"done", job->done}, {"total", job->total}});
  if (!*job->outcome) return problem(job->outcome->error());
  return reply(import_json(**job->outcome));
}

}  // namespace habitue::server
