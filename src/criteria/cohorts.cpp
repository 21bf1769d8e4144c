#include "criteria/cohorts.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "criteria/node.hpp"

namespace habitue::criteria {
namespace {

class Resolver {
 public:
  explicit Resolver(const Cohorts& cohorts) : cohorts_(cohorts) {}

  // Null after an error was noted.
  NodeRef resolved(const NodeRef& source) {
    if (++size_ > kMaxNodes)
      return refuse(fmt::format("with the cohorts that it names there are more than {} tests", kMaxNodes));
    if (const auto* all = std::get_if<All>(&source->form)) return list<All>(all->parts);
    if (const auto* any = std::get_if<Any>(&source->form)) return list<Any>(any->parts);
    if (const auto* negation = std::get_if<Not>(&source->form)) {
      NodeRef part = resolved(negation->part);
      return part ? make_not(std::move(part)) : NodeRef{};
    }
    if (const auto* member = std::get_if<InCohort>(&source->form)) return cohort(member->name);
    return source;
  }

  Error error() { return std::move(*error_); }

 private:
  NodeRef refuse(std::string message) {
    if (!error_) error_ = Error{ErrorKind::InvalidInput, std::move(message)};
    return {};
  }

  // Lists are not flattened: a cohort's parts stay its own, so that the text stays what was written.
  template <class List>
  NodeRef list(const std::vector<NodeRef>& parts) {
    List made;
    for (const NodeRef& part : parts) {
      made.parts.push_back(resolved(part));
      if (!made.parts.back()) return {};
    }
    return make_node({std::move(made)});
  }

  NodeRef cohort(const std::string& name) {
    if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
      std::string circle;
      for (auto each = std::find(open_.begin(), open_.end(), name); each != open_.end(); ++each)
        circle += fmt::format("\"{}\", ", *each);
      return refuse(fmt::format("cohorts name each other in a circle: {}\"{}\"", circle, name));
    }
    if (open_.size() == kMaxCohortDepth)
      return refuse(fmt::format("cohorts name cohorts more than {} deep", kMaxCohortDepth));
    const std::optional<Cohort> found = cohorts_.find(name);
    if (!found) return unknown(name);
    InCohort made{name, found->people, {}};
    if (found->live) {
      open_.push_back(name);
      made.live = resolved(NodeRef{found->live->shared_root()});
      open_.pop_back();
      if (!made.live) return {};
    }
    return make_node({std::move(made)});
  }

  NodeRef unknown(const std::string& name) {
    const std::vector<std::string> names = cohorts_.names();
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view nearest = nearest_word(name, views);
    return refuse(fmt::format("there is no cohort \"{}\"{}", name,
                              nearest.empty() ? std::string() : fmt::format(": did you mean \"{}\"?", nearest)));
  }

  const Cohorts& cohorts_;
  std::vector<std::string> open_;  // The cohorts that are being resolved, the outermost first.
  std::size_t size_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Expression> with_cohorts(const Expression& expression, const Cohorts& cohorts) {
  Resolver resolver(cohorts);
  NodeRef root = resolver.resolved(NodeRef{expression.shared_root()});
  if (!root) return tl::unexpected(resolver.error());
  return Expression(root.node);
}

}  // namespace habitue::criteria
