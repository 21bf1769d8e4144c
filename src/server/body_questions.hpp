// What questions whose text is the body of a POST have in common: reading, asking, writing, and the people behind a number.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "server/asking.hpp"
#include "server/described/read.hpp"
#include "server/described/write.hpp"

namespace habitue::server::body_questions {
namespace json = boost::json;
using insight::Customers;
using insight::Question;

/// What is asked, from the body or a part of it.
template <class Spec>
Result<Spec> read_spec(const Asked& asked, const json::value& text, std::string pointer) {
  Spec spec{};
  auto done = described::read(text, {std::move(pointer), &asked.view.customers->zone()}, spec);
  if (!done) return tl::unexpected(done.error());
  return spec;
}

/// What reading a question takes beside its text: specialised where it takes anything.
template <class Spec>
struct Reading {
  /// The cohorts that it names beside its filter.
  static std::vector<std::string> cohorts_in(const Spec&) { return {}; }
  /// What it takes from the lens where it says nothing.
  static void follow_lens(const Asked&, Spec&) {}
};
/// Whose tables are mostly sentences: then the answer says of which language.
template <class Report>
inline constexpr bool kToldInWords = requires(const Report& report) {
  report.sentence_en;
}
|| requires(const Report& report) { report.lifetime->sentence_en; };
/// Whose `customers` are named by their keys.
template <class Report>
inline constexpr bool kNamesCustomers = requires(Report& report) {
  report.customers.front().key;
};

/// The question read, with its cohorts looked up. `pointer`: where its text lies in the body.
template <class Spec>
Result<Spec> read_all(const Call& call, Asked& asked, const json::value& text, const std::string& pointer) {
  auto spec = read_spec<Spec>(asked, text, call.errand != nullptr ? call.errand->pointer + pointer : pointer);
  if (!spec) return spec;
  if (const auto names = Reading<Spec>::cohorts_in(*spec); !names.empty())
    if (auto found = name_cohorts(call, asked, names); !found) return tl::unexpected(found.error());
  Reading<Spec>::follow_lens(asked, *spec);
  return spec;
}

/// How a question that has been read is answered. `beside` is what the answer depends on beside question and data.
template <class Report>
struct Answering {
  std::function<Result<Report>()> ask;
  std::string beside;
};

/// The answer to POST /QUESTION. `prepare(asked, spec)` gives an Answering, whose `ask` is called while both live.
template <class Spec, class Prepare>
Response ask_prepared(const Call& call, std::string_view name, const Prepare& prepare) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  auto asked = read_question(call);
  if (!asked) return problem(asked.error());
  const auto spec = read_all<Spec>(call, *asked, *body, "");
  if (!spec) return problem(spec.error());
  auto answering = prepare(*asked, *spec);
  if (!answering) return problem(answering.error());
  json::value said = described::write(*spec);
  return kept_answer(call, *asked, name, json::serialize(said) + answering->beside, [&] {
    auto made = answering->ask();
    if (!made) return problem(made.error());
    using Report = std::decay_t<decltype(*made)>;
    if constexpr (kNamesCustomers<Report>)
      for (auto& customer : made->customers) customer.key = key_text(asked->view.people->key_of(customer.person));
    json::object answered = described::write(*made).as_object();
    answered["ask"] = std::move(said);
    if constexpr (kToldInWords<Report>) answered["language"] = call.language();
    return answer(call, *asked, name, std::move(answered));
  });
}

/// The same of a question that depends on nothing else.
template <class Spec, class Report>
Response ask(const Call& call, std::string_view name,
             Result<Report> (*question)(const Customers&, const Question&, const Spec&)) {
  return ask_prepared<Spec>(call, name, [&](const Asked& asked, const Spec& spec) -> Result<Answering<Report>> {
    return Answering<Report>{[&] { return question(*asked.view.customers, asked.question, spec); }, {}};
  });
}

/// `{"ask": …, "cell": …}`.
struct AskedCell {
  Asked asked;
  json::value ask, cell;
};
inline Result<AskedCell> read_cell(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return tl::unexpected(body.error());
  auto asked = read_question(call);
  if (!asked) return tl::unexpected(asked.error());
  const json::object* object = body->if_object();
  const json::value* ask = object != nullptr ? object->if_contains("ask") : nullptr;
  const json::value* cell = object != nullptr ? object->if_contains("cell") : nullptr;
  if (ask == nullptr || cell == nullptr || object->size() != 2)
    return invalid("the body must be {\"ask\": QUESTION, \"cell\": WHICH NUMBER}");
  return AskedCell{*std::move(asked), *ask, *cell};
}

/// `list(asked, spec, cell)` gives the people.
template <class Spec, class Cell, class List>
Response people_prepared(const Call& call, AskedCell& read, const List& list) {
  const auto spec = read_all<Spec>(call, read.asked, read.ask, "/ask");
  if (!spec) return problem(spec.error());
  const auto cell =
      read_spec<Cell>(read.asked, read.cell, (call.errand != nullptr ? call.errand->pointer : std::string()) + "/cell");
  if (!cell) return problem(cell.error());
  // `/api/v1/workspaces/NAME/funnel/people` is the question `funnel/people`.
  const std::string_view path = call.request.path;
  const std::string_view question =
      path.substr(std::min(path.find(call.workspace->id()) + call.workspace->id().size() + 1, path.size()));
  return under_way(call, read.asked, question, [&] {
    auto people = list(read.asked, *spec, *cell);
    return people ? handlers::people_page(call, read.asked, *std::move(people)) : problem(people.error());
  });
}

template <class Spec, class Cell>
Response people_of(const Call& call, AskedCell& read,
                   Result<std::vector<PersonId>> (*list)(const Customers&, const Question&, const Spec&, const Cell&)) {
  return people_prepared<Spec, Cell>(call, read, [&](const Asked& asked, const Spec& spec, const Cell& cell) {
    return list(*asked.view.customers, asked.question, spec, cell);
  });
}

/// The answer to POST /QUESTION/people.
template <class Spec, class Cell>
Response people(const Call& call,
                Result<std::vector<PersonId>> (*list)(const Customers&, const Question&, const Spec&, const Cell&)) {
  auto read = read_cell(call);
  return read ? people_of(call, *read, list) : problem(read.error());
}
/// The same by `list(asked, spec, cell)`.
template <class Spec, class Cell, class List>
Response people_by(const Call& call, const List& list) {
  auto read = read_cell(call);
  return read ? people_prepared<Spec, Cell>(call, *read, list) : problem(read.error());
}

}  // namespace habitue::server::body_questions
