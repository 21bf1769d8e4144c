// /api/v1/workspaces/{workspace}/fits: what is learnt and kept, made, looked at, checked and removed.
#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/fingerprint.hpp"
#include "base/json.hpp"
#include "server/fits.hpp"
#include "server/json_of.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;
using workspace::FitHead;

json::object head_json(const FitHead& head) {
  return {{"id", head.id},
          {"kind", head.kind},
          {"ask", parse_json(head.asked).value_or(nullptr)},
          {"as_of", moment_json(head.as_of)},
          {"made_at", moment_json(head.made_at)},
          {"up_to_seq", head.up_to_seq},
          {"rules", head.rules},
          {"why", head.why},
          {"usable", head.usable},
          {"customers", head.customers},
          {"purchases", head.purchases},
          {"fingerprint", head.fingerprint},
          {"size_bytes", head.size_bytes}};
}

Result<FitHead> named(const Call& call) {
  const std::string& text = call.path.at(1);
  std::uint64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return invalid(fmt::format("a fit is named by its number; '{}' is none", text.substr(0, 60)));
  return call.workspace->fits().head(id);
}

}  // namespace

Response get_fits(const Call& call) {
  json::array fits;
  for (const FitHead& head : call.workspace->fits().all()) fits.push_back(head_json(head));
  return reply(json::object{{"fits", std::move(fits)}});
}

Response post_fit(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const json::object* object = body->if_object();
  const json::value* name = object != nullptr ? object->if_contains("kind") : nullptr;
  const json::value* ask = object != nullptr ? object->if_contains("ask") : nullptr;
  if (name == nullptr || !name->is_string() || object->size() != (ask != nullptr ? 2U : 1U))
    return problem(
        {ErrorKind::InvalidInput, "the body must be {\"kind\": NAME} or {\"kind\": NAME, \"ask\": QUESTION}"});
  const auto kind = fit_kind(std::string_view(name->get_string()));
  if (!kind) return problem(kind.error());
  auto asked = read_question(call);
  if (!asked) return problem(asked.error());
  if (asked->filter)
    return problem({ErrorKind::InvalidInput, "filter: a fit is of everybody; ask the question itself of some"});
  const auto text = (*kind)->asked(ask != nullptr ? *ask : json::value(json::object{}), asked->view.customers->zone());
  if (!text) return problem(text.error());
  return under_way(call, *asked, "fits", [&] {
    const auto head = make_and_keep(*call.workspace, asked->view, asked->question, **kind, *text, "asked");
    return head ? reply(head_json(*head)) : problem(head.error());
  });
}

Response get_fit(const Call& call) {
  const auto head = named(call);
  if (!head) return problem(head.error());
  const auto bytes = call.workspace->fits().bytes(head->id);
  if (!bytes) return problem(bytes.error());
  const auto kind = fit_kind(head->kind);
  if (!kind) return problem(kind.error());
  auto shown = (*kind)->show(*call.workspace->view().customers, *bytes);
  if (!shown) return problem(shown.error());
  json::object body = head_json(*head);
  body["fit"] = *std::move(shown);
  body["language"] = call.language();
  return reply(body);
}

// Makes it again as of its own moment, of what is known now, and tells whether the same bytes come out.
Response post_fit_check(const Call& call) {
  const auto head = named(call);
  if (!head) return problem(head.error());
  const auto kind = fit_kind(head->kind);
  if (!kind) return problem(kind.error());
  auto asked = read_question(call);
  if (!asked) return problem(asked.error());
  asked->question.as_of = head->as_of;
  return under_way(call, *asked, "fits/check", [&] {
    const knowledge::Customers& customers = *asked->view.customers;
    const auto made = (*kind)->make(customers, asked->question, head->asked);
    if (!made) return problem(made.error());
    const std::string again = fmt::format("{:016x}", fingerprint(made->bytes));
    json::object body = head_json(*head);
    body["same"] = again == head->fingerprint;
    body["again"] = again;
    body["data_changed"] = customers.snapshot().up_to().value != head->up_to_seq;
    body["rules_changed"] = rules_of(customers.business()) != head->rules;
    return reply(body);
  });
}

Response delete_fit(const Call& call) {
  const auto head = named(call);
  if (!head) return problem(head.error());
  if (auto removed = call.workspace->fits().remove(head->id); !removed) return problem(removed.error());
  return reply(json::object{{"removed", head->id}});
}

}  // namespace habitue::server::handlers
