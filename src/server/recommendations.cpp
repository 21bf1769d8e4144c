// What to propose to one person.
#include "server/recommendations.hpp"

#include <charconv>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "server/described/products.hpp"
#include "server/described/write.hpp"
#include "server/finding.hpp"

namespace habitue::server {

using insight::ProductsBy;
using insight::Recommendations;

Result<std::shared_ptr<const Recommendations>> RecommendationShelf::get(const std::string& workspace,
                                                                        const Asked& asked, ProductsBy by) {
  std::shared_ptr<Shelf> shelf;
  {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Shelf>& place = shelves_[workspace];
    if (place == nullptr) place = std::make_shared<Shelf>();
    shelf = place;
  }
  // Nothing comes after the last event, so that a later moment learns the same.
  insight::Question question = asked.question;
  if (const auto end = asked.view.customers->snapshot().last_event_at())
    question.as_of = std::min(question.as_of, *end);
  std::unique_lock lock(shelf->mutex, std::defer_lock);
  while (!lock.try_lock()) {
    if (question.cancellation != nullptr && question.cancellation->cancelled())
      return fail(ErrorKind::Conflict, "the question was cancelled");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (shelf->recommendations == nullptr || shelf->of.lock() != asked.view.customers || shelf->as_of != question.as_of ||
      shelf->hypothesis != question.hypothesis || shelf->by != by) {
    shelf->recommendations.reset();
    auto learnt = Recommendations::learn(*asked.view.customers, question, by);
    if (!learnt) return tl::unexpected(learnt.error());
    shelf->of = asked.view.customers;
    shelf->as_of = question.as_of;
    shelf->hypothesis = question.hypothesis;
    shelf->by = by;
    shelf->recommendations = std::make_shared<const Recommendations>(*std::move(learnt));
  }
  return shelf->recommendations;
}

namespace handlers {
namespace {
namespace json = boost::json;

constexpr std::size_t kCountMost = 20;

Result<std::size_t> read_count(std::string_view text) {
  if (text.empty()) return 3;
  std::size_t count = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (code != std::errc{} || end != text.data() + text.size() || count < 1 || count > kCountMost)
    return invalid(fmt::format("count: '{}' is no whole number from 1 to {}", text, kCountMost));
  return count;
}

}  // namespace

Response get_person_recommendations(const Call& call) {
  auto found = find_person(call);
  if (!found) return problem(found.error());
  const auto count = read_count(call.request.parameter("count"));
  if (!count) return problem(count.error());
  const std::string_view by = call.request.parameter("by");
  if (!by.empty() && by != "product" && by != "category")
    return problem({ErrorKind::InvalidInput, fmt::format("by: '{}' is neither product nor category", by)});
  const ProductsBy what = by == "category" ? ProductsBy::Category : ProductsBy::Product;
  return under_way(call, found->asked, "recommendations", [&] {
    const auto learnt = call.api.recommendations().get(call.workspace->id(), found->asked, what);
    if (!learnt) return problem(learnt.error());
    json::object body = described::write((*learnt)->of(found->person, *count)).as_object();
    body["person"] = key_text(found->asked.view.people->key_of(found->person));
    body["by"] = what == ProductsBy::Category ? "category" : "product";
    body["language"] = call.language();
    return answer(call, found->asked, "recommendations", std::move(body));
  });
}

}  // namespace handlers
}  // namespace habitue::server
