// The definitions of a business: read, previewed, changed. Two who change them at once do not overwrite each other.
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/fingerprint.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "server/body_questions.hpp"
#include "server/described/preview.hpp"
#include "server/team_json.hpp"

namespace habitue::server::handlers {
namespace {
namespace json = boost::json;
using body_questions::Answering;
using insight::PreviewCell;
using insight::PreviewReport;
using insight::PreviewSpec;
using CustomersPtr = std::shared_ptr<const knowledge::Customers>;

// What tells one text from another.
std::string version_of(std::string_view toml) { return fmt::format("{:016x}", fingerprint(toml)); }

// A refusal names its places as `habitue.toml:LINE:COLUMN: `; the page marks the first of them.
Response with_place(Response response) {
  if (response.status != 400) return response;
  auto body = parse_json(response.body);
  if (!body || !body->is_object() || !body->as_object().contains("detail")) return response;
  const std::string detail(body->at("detail").as_string());
  constexpr std::string_view kFile = "habitue.toml:";
  std::size_t at = detail.find(kFile);
  if (at == std::string::npos) return response;
  at += kFile.size();
  for (const char* name : {"line", "column"}) {
    std::uint64_t number = 0;
    const char* const end = detail.data() + detail.size();
    const auto [next, code] = std::from_chars(detail.data() + at, end, number);
    if (code != std::errc{} || next == end || *next != ':') break;
    body->as_object()[name] = number;
    at = static_cast<std::size_t>(next - detail.data()) + 1;
  }
  response.body = json::serialize(*body);
  return response;
}

Result<CustomersPtr> proposed_by(const Asked& asked, const PreviewSpec& spec) {
  auto business = config::parse(spec.toml);
  if (!business) return tl::unexpected(business.error());
  return knowledge::Customers::by_other_rules(asked.view.customers, std::move(*business));
}

// The version that the caller has read, when they say so: in the body, or as If-Match.
Result<std::optional<std::string>> version_said(const Call& call, const json::value& body) {
  const json::object* object = body.if_object();
  if (const json::value* version = object != nullptr ? object->if_contains("config_version") : nullptr) {
    if (!version->is_string()) return invalid("/config_version must be a text, as GET config gives it");
    return std::string(version->as_string());
  }
  std::string_view header = trimmed(call.request.header("if-match"));
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"') header = header.substr(1, header.size() - 2);
  if (header.empty() || header == "*") return std::nullopt;
  return std::string(header);
}

// Changes the text that holds, unless it is not the one that the caller has read. The answer when it could not be done.
std::optional<Response> amend(const Call& call, const std::optional<std::string>& version,
                              const std::function<Result<std::string>(std::string_view)>& change) {
  bool stale = false;
  const auto changed = call.workspace->amend_config([&](std::string_view present) -> Result<std::string> {
    stale = version && *version != version_of(present);
    if (stale) return fail(ErrorKind::Conflict, "stale");
    return change(present);
  });
  if (changed) return std::nullopt;
  if (!stale) return with_place(problem(changed.error()));
  return problem(412, "precondition_failed", "Changed by somebody else meanwhile",
                 "The configuration is not the one that you have read: nothing was saved. Read it again, and make your "
                 "change in what it is now.");
}

// A text of the body; `otherwise` when it is left out.
Result<std::string> text_or(const json::object& body, std::string_view name, std::string otherwise) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr) return otherwise;
  if (!value->is_string()) return invalid(fmt::format("/{} must be a text", name));
  return std::string(value->as_string());
}

// The first of v1, v2 … that is free, from as many as there are on.
std::string next_version(const config::Business& business) {
  std::size_t number = business.hypotheses.size() + 1;
  while (config::find_hypothesis(business, fmt::format("v{}", number)) != nullptr) ++number;
  return fmt::format("v{}", number);
}

Result<config::Hypothesis> read_hypothesis(const json::value& body, const config::Business& business) {
  const json::object* object = body.if_object();
  if (object == nullptr) return invalid("the body must be {\"audience\": \"CRITERIA\", \"product\": \"...\", ...}");
  for (const auto& member : *object)
    if (const std::string_view name = member.key(); name != "version" && name != "from" && name != "product" &&
                                                    name != "message" && name != "audience" && name != "config_version")
      return invalid(
          fmt::format("/{} is not known: a hypothesis has version, from, product, message and audience", name));
  const auto version = text_or(*object, "version", next_version(business));
  const auto from = text_or(*object, "from", format_day(business.zone.day_of(now())));
  const auto product = text_or(*object, "product", {}), message = text_or(*object, "message", {});
  const auto audience = text_or(*object, "audience", "everyone");
  for (const auto* text : {&version, &from, &product, &message, &audience})
    if (!*text) return tl::unexpected(text->error());
  const auto day = parse_day(*from);
  if (!day) return invalid(fmt::format("/from: {}", day.error().message));
  auto people = criteria::parse(*audience);
  if (!people) return invalid(fmt::format("/audience: {}", people.error().message));
  return config::Hypothesis{*version, *day, *product, *message, *std::move(people)};
}

// The text with one more version at its end. While none is written, everyone is meant under `v1`: so the past keeps it.
Result<std::string> with_hypothesis(std::string_view present, const config::Hypothesis& hypothesis) {
  const auto business = config::parse(present);
  if (!business) return tl::unexpected(business.error());
  if (config::find_hypothesis(*business, hypothesis.version) != nullptr)
    return fail(ErrorKind::Conflict,
                fmt::format("there is a hypothesis \"{}\" already: give this one another name", hypothesis.version));
  if (const auto& last = business->hypotheses.back(); hypothesis.from <= last.from)
    return invalid(
        fmt::format("/from: {} is not after {}, the first day of \"{}\": a version begins after the one before "
                    "it, and the past keeps what held then",
                    format_day(hypothesis.from), format_day(last.from), last.version));
  std::string text(present);
  if (!text.empty() && text.back() != '\n') text += '\n';
  if (const auto written = config::parse(text + "\n" + config::write(hypothesis));
      written && written->hypotheses.size() == business->hypotheses.size())
    text += "\n" + config::write(business->hypotheses.front());
  text += "\n" + config::write(hypothesis);
  const auto read = config::parse(text);
  if (!read)
    return fail(
        ErrorKind::Conflict,
        fmt::format("the version cannot be added at the end of the text that holds: write it there yourself ({})",
                    read.error().message));
  if (read->hypotheses.back() != hypothesis)
    return fail(ErrorKind::Conflict, "the version would not be read as it was said: write it in the text yourself");
  return text;
}

}  // namespace

Response get_config(const Call& call) {
  const std::string toml = call.workspace->config_text();
  const std::string version = version_of(toml);
  Response response = reply(json::object{{"toml", toml},
                                         {"effective", config::write(call.workspace->view().customers->business())},
                                         {"config_version", version}});
  response.headers.emplace_back("ETag", fmt::format("\"{}\"", version));
  return response;
}

Response put_config(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const auto toml = text_field(*body, "toml");
  if (!toml) return problem(toml.error());
  const auto version = version_said(call, *body);
  if (!version) return problem(version.error());
  if (auto refused = amend(call, *version, [&](std::string_view) { return Result<std::string>(*toml); }))
    return *std::move(refused);
  return get_config(call);
}

Response post_config_preview(const Call& call) {
  return with_place(body_questions::ask_prepared<PreviewSpec>(
      call, "config/preview", [&](const Asked& asked, const PreviewSpec& spec) -> Result<Answering<PreviewReport>> {
        auto proposed = proposed_by(asked, spec);
        if (!proposed) return tl::unexpected(proposed.error());
        return Answering<PreviewReport>{[&asked, &spec, rules = *proposed] {
                                          return insight::ask_preview(*asked.view.customers, *rules, asked.question,
                                                                      spec);
                                        },
                                        {}};
      }));
}

Response post_config_preview_people(const Call& call) {
  return with_place(body_questions::people_by<PreviewSpec, PreviewCell>(
      call, [&](const Asked& asked, const PreviewSpec& spec, const PreviewCell& cell) -> Result<std::vector<PersonId>> {
        auto proposed = proposed_by(asked, spec);
        if (!proposed) return tl::unexpected(proposed.error());
        return insight::people_of_preview(*asked.view.customers, **proposed, asked.question, spec, cell);
      }));
}

// One more version of the hypothesis, written at the end of what holds: what else is in the text stays as it is.
Response post_hypothesis(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  const auto hypothesis = read_hypothesis(*body, call.workspace->view().customers->business());
  if (!hypothesis) return problem(hypothesis.error());
  const auto version = version_said(call, *body);
  if (!version) return problem(version.error());
  if (auto refused =
          amend(call, *version, [&](std::string_view present) { return with_hypothesis(present, *hypothesis); }))
    return *std::move(refused);
  return reply(json::object{{"version", hypothesis->version},
                            {"from", format_day(hypothesis->from)},
                            {"product", hypothesis->product},
                            {"message", hypothesis->message},
                            {"audience", criteria::to_text(hypothesis->audience)},
                            {"config_version", version_of(call.workspace->config_text())}},
               201);
}

}  // namespace habitue::server::handlers
