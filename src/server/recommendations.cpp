// What to propose to one person. What is learnt of everybody is kept for the next who is asked about.
#include <charconv>
#include <mutex>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "server/described/products.hpp"
#include "server/described/write.hpp"
#include "server/finding.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;
using insight::ProductsBy;
using insight::Recommendations;

constexpr std::size_t kCountMost = 20;

// The last that was learnt. It belongs to one state of one workspace, which it does not keep alive.
struct Learnt {
  std::weak_ptr<const knowledge::Customers> of;
  UtcMicros as_of{};
  std::string hypothesis;
  ProductsBy by = ProductsBy::Product;
  std::shared_ptr<const Recommendations> recommendations;
};

Result<std::shared_ptr<const Recommendations>> learn(const Asked& asked, ProductsBy by) {
  static std::mutex mutex;
  static Learnt last;
  // Nothing comes after the last event, so that a later moment learns the same.
  insight::Question question = asked.question;
  if (const auto end = asked.view.customers->snapshot().last_event_at())
    question.as_of = std::min(question.as_of, *end);
  const std::lock_guard lock(mutex);
  if (last.recommendations == nullptr || last.of.lock() != asked.view.customers || last.as_of != question.as_of ||
      last.hypothesis != question.hypothesis || last.by != by) {
    last = {};
    auto learnt = Recommendations::learn(*asked.view.customers, question, by);
    if (!learnt) return tl::unexpected(learnt.error());
    last = {asked.view.customers, question.as_of, question.hypothesis, by,
            std::make_shared<const Recommendations>(*std::move(learnt))};
  }
  return last.recommendations;
}

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
    const auto learnt = learn(found->asked, what);
    if (!learnt) return problem(learnt.error());
    json::object body = described::write((*learnt)->of(found->person, *count)).as_object();
    body["person"] = key_text(found->asked.view.people->key_of(found->person));
    body["by"] = what == ProductsBy::Category ? "category" : "product";
    body["language"] = call.language();
    return answer(call, found->asked, "recommendations", std::move(body));
  });
}

}  // namespace habitue::server::handlers
