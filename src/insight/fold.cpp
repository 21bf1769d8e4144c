#include "insight/fold.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/workers.hpp"

namespace habitue::insight {
namespace {

// Below this, starting a thread costs more than the pass.
constexpr std::size_t kPeoplePerThread = 2000;

Result<const config::Hypothesis*> hypothesis_of(const Customers& customers, const Question& question) {
  const config::Business& business = customers.business();
  if (question.hypothesis.empty()) return config::hypothesis_at(business, question.as_of);
  if (const auto* found = config::find_hypothesis(business, question.hypothesis)) return found;
  std::vector<std::string_view> versions;
  for (const config::Hypothesis& hypothesis : business.hypotheses) versions.push_back(hypothesis.version);
  const std::string_view nearest = nearest_word(question.hypothesis, versions);
  return fail(ErrorKind::NotFound, nearest.empty() ? fmt::format("there is no hypothesis \"{}\"; there are: {}",
                                                                 question.hypothesis, fmt::join(versions, ", "))
                                                   : fmt::format("there is no hypothesis \"{}\"; did you mean \"{}\"?",
                                                                 question.hypothesis, nearest));
}

}  // namespace

Result<Lens> Lens::of(const Customers& customers, const Question& question) {
  if (question.period.to < question.period.from)
    return invalid(fmt::format("the period ends before it begins: from {} to {}", format_moment(question.period.from),
                               format_moment(question.period.to)));
  Lens lens(customers, question.as_of);
  auto hypothesis = hypothesis_of(customers, question);
  if (!hypothesis) return tl::unexpected(hypothesis.error());
  lens.hypothesis_ = *hypothesis;
  if (question.filter) {
    auto filter = customers.evaluator(*question.filter);
    if (!filter) return tl::unexpected(filter.error());
    lens.filter_ = std::move(*filter);
  }
  return lens;
}

bool Lens::knows(const journey::Journey& journey) const {
  // What is read of most journeys anyway is their last moment.
  return !journey.empty() && (journey.last_at() <= as_of_ || journey[0].at <= as_of_);
}

bool Lens::is_clear() const {
  return !filter_ && (hypothesis_ == nullptr || hypothesis_->audience == criteria::Expression{});
}

criteria::Verdict Lens::filter(const journey::Journey& journey) const {
  return filter_ ? filter_->evaluate(journey, as_of_) : criteria::Verdict::Inside;
}

criteria::Verdict Lens::audience(const journey::Journey& journey) const {
  return customers_->audience_of(journey, as_of_, hypothesis_);
}

std::optional<Person> Lens::admit(const journey::Journey& journey) const {
  return knows(journey) ? admit_known(journey) : std::nullopt;
}

std::optional<Person> Lens::admit_known(const journey::Journey& journey) const {
  if (filter(journey) != criteria::Verdict::Inside) return std::nullopt;
  return Person{journey, audience(journey)};
}

unsigned worker_count(const Customers& customers, const Question& question) {
  if (question.threads > 0) return std::min<unsigned>(question.threads, kParts);
  const std::size_t worth = 1 + customers.snapshot().person_count() / kPeoplePerThread;
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return static_cast<unsigned>(std::min({worth, cores, kParts}));
}

Result<void> for_each_part(const Customers& customers, const Question& question,
                           const std::function<void(std::size_t part)>& work) {
  const auto cancelled = [&] { return question.cancellation != nullptr && question.cancellation->cancelled(); };
  std::atomic<std::size_t> next{0};
  if (PassProgress* const progress = question.progress; progress != nullptr) {
    progress->total = kParts;
    progress->done = 0;
    ++progress->passes;
  }
  run_workers(worker_count(customers, question), [&](const std::atomic<bool>& failed) {
    for (std::size_t part = next++; part < kParts && !cancelled() && !failed; part = next++) {
      work(part);
      if (question.progress != nullptr) ++question.progress->done;
    }
  });
  if (cancelled()) return fail(ErrorKind::Conflict, "the question was cancelled");
  return {};
}

tl::unexpected<Error> broken_identity(std::string_view what) {
  return fail(ErrorKind::Corrupt,
              fmt::format("{}: this is a fault of Habitué, not of your data; please report it", what));
}

}  // namespace habitue::insight
