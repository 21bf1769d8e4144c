// POST /api/v1/workspaces/{workspace}/readiness and /readiness/people, and what rests on them: may a programme start, and who answers for it
// where an answer is red. A signature is of one plan and of the answers that were red then; it stands in the record of who saw whom.
#include <algorithm>

#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "base/text.hpp"
#include "insight/forecast/fit.hpp"
#include "server/body_questions.hpp"
#include "server/described/readiness.hpp"
#include "server/finding.hpp"
#include "server/fits.hpp"
#include "workspace/keys.hpp"

namespace habitue::server {
namespace body_questions {

template <>
struct Reading<insight::ReadinessSpec> {
  static std::vector<std::string> cohorts_in(const insight::ReadinessSpec& spec) {
    std::vector<std::string> names;
    for (const auto* said : {&spec.segment, &spec.reachable, &spec.consent})
      if (*said)
        for (std::string& name : criteria::names_of(**said).cohorts) names.push_back(std::move(name));
    return names;
  }
  // A programme is for one part of the audience: for the one that the lens looks at, unless the question says.
  static void follow_lens(const Asked& asked, insight::ReadinessSpec& spec) {
    if (spec.side == insight::AudienceSide::All) spec.side = asked.audience;
  }
};

}  // namespace body_questions

namespace handlers {
namespace {
namespace json = boost::json;

using insight::ReadinessReport;
using insight::ReadinessSpec;
using workspace::AuditEntry;
using workspace::FitHead;

constexpr std::size_t kNameMax = 200, kReasonMax = 500, kSignaturesMax = 10'000;

std::optional<FitHead> head_of(const Call& call, const Asked& asked, const ReadinessSpec& spec) {
  if (spec.anew) return std::nullopt;
  return kept_fit(call, asked, asked.question.as_of, "forecast", forecast_text(insight::ForecastSpec{}));
}

Result<ReadinessReport> readiness_by(const Call& call, const Asked& asked, const ReadinessSpec& spec,
                                     const std::optional<FitHead>& head) {
  if (head)
    if (const auto bytes = call.workspace->fits().bytes(head->id))
      if (const auto fit = insight::forecast_fit_of(*bytes))
        return insight::ask_readiness(*asked.view.customers, asked.question, spec, &*fit);
  return insight::ask_readiness(*asked.view.customers, asked.question, spec);
}

std::vector<std::string> red_of(const ReadinessReport& report) {
  std::vector<std::string> red;
  for (const auto& [name, light] : {std::pair{"profit", report.profit.light}, std::pair{"offer", report.offer.light},
                                    std::pair{"data", report.data.light}})
    if (light == insight::ReadinessLight::Red) red.emplace_back(name);
  return red;
}

// What somebody answers for: another segment, cost, lens or hope needs another signature.
std::string plan_of(const Call& call, const ReadinessSpec& spec) {
  ReadinessSpec plan = spec;
  plan.anew = false;
  std::string text = json::serialize(described::write(plan));
  for (const char* lens : {"filter", "hypothesis"}) text += "\n" + std::string(call.request.parameter(lens));
  return fmt::format("{:016x}", fingerprint(text));
}

struct Author {
  std::string name, id;
};
Author author_of(const Call& call, const AuditEntry& entry) {
  if (entry.kind == "session") {
    const auto member = call.api.root().team().find(entry.by);
    return {member ? (member->name.empty() ? member->email : member->name) : entry.by, "session:" + entry.by};
  }
  if (entry.kind != "key") return {entry.by, entry.kind};
  if (const auto keys = workspace::list_keys(call.workspace->ledger()))
    for (const workspace::Key& key : *keys)
      if (key.id == entry.by && !key.name.empty()) return {key.name, "key:" + entry.by};
  return {entry.by, "key:" + entry.by};
}
ProgrammeSignature signature_of(const Call& call, const AuditEntry& entry) {
  const Author author = author_of(call, entry);
  return {entry.signature->programme, entry.at, entry.signature->reason, author.name, author.id, entry.signature->red};
}

// The latest that answers for all that is red, signed up to as_of.
Result<std::optional<ProgrammeSignature>> find_signature(const Call& call, const std::string& programme,
                                                         const std::string& plan, const std::vector<std::string>& red,
                                                         UtcMicros as_of) {
  const auto found = call.workspace->audit().find({.signatures_only = true, .limit = kSignaturesMax});
  if (!found) return tl::unexpected(found.error());
  for (const AuditEntry& entry : *found) {
    const workspace::AuditSigned& of = *entry.signature;
    if (entry.at <= as_of && of.programme == programme && of.plan == plan &&
        std::includes(of.red.begin(), of.red.end(), red.begin(), red.end()))
      return signature_of(call, entry);
  }
  return std::nullopt;
}

std::string words_of(const ReadinessReport& report, const std::optional<ProgrammeSignature>& by, bool french) {
  if (!by) return french ? report.sentence_fr : report.sentence_en;
  return french
             ? fmt::format("Elle peut commencer : {} en répond (« {} »). {}", by->author, by->reason,
                           report.sentence_fr)
             : fmt::format("It may start: {} answers for it (\"{}\"). {}", by->author, by->reason, report.sentence_en);
}

template <class Sent>
Result<Sent> read_sent(const Asked& asked, const json::value& body) {
  Sent sent;
  if (auto done = described::read(body, {"", &asked.view.customers->zone()}, sent); !done)
    return tl::unexpected(done.error());
  if (trimmed(sent.programme).empty() || sent.programme.size() > kNameMax)
    return invalid(fmt::format("programme: name it, in at most {} bytes", kNameMax));
  return sent;
}

Result<ProgrammeVerdict> verdict_of(const Call& call, Asked& asked, const std::string& programme, ReadinessSpec spec,
                                    UtcMicros signed_until) {
  using body_questions::Reading;
  if (const auto names = Reading<ReadinessSpec>::cohorts_in(spec); !names.empty())
    if (auto found = name_cohorts(call, asked, names); !found) return tl::unexpected(found.error());
  Reading<ReadinessSpec>::follow_lens(asked, spec);
  auto report = readiness_by(call, asked, spec, head_of(call, asked, spec));
  if (!report) return tl::unexpected(report.error());
  ProgrammeVerdict verdict;
  verdict.programme = programme;
  verdict.red = red_of(*report);
  std::sort(verdict.red.begin(), verdict.red.end());
  if (!verdict.red.empty()) {
    auto by = find_signature(call, programme, plan_of(call, spec), verdict.red, signed_until);
    if (!by) return tl::unexpected(by.error());
    verdict.signed_by = *std::move(by);
  }
  verdict.may_start = report->people > 0 && (verdict.red.empty() || verdict.signed_by);
  verdict.words = words_of(*report, verdict.signed_by, call.language() == "fr");
  verdict.readiness = *std::move(report);
  return verdict;
}

Response told(const Call& call, const Asked& asked, const ProgrammeVerdict& verdict) {
  json::object body = described::write(verdict).as_object();
  add_question(call, asked, body);
  return reply(body);
}

// The moment up to which signatures count: of a question of now, all that there are.
UtcMicros signed_until(const Call& call, const Asked& asked) {
  return call.request.parameter("as_of").empty() ? kEnd : asked.question.as_of;
}

}  // namespace

Response post_readiness(const Call& call) {
  using body_questions::Answering;
  return body_questions::ask_prepared<ReadinessSpec>(
      call, "readiness", [&](const Asked& asked, const ReadinessSpec& spec) -> Result<Answering<ReadinessReport>> {
        const auto head = head_of(call, asked, spec);
        return Answering<ReadinessReport>{
            [&call, &asked, &spec, head] { return readiness_by(call, asked, spec, head); },
            head ? fmt::format("\nfit {}", head->id) : std::string("\nno fit")};
      });
}
Response post_readiness_people(const Call& call) { return body_questions::people(call, insight::people_of_readiness); }

Response post_programme_may(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  auto asked = read_question_of_now(call);
  if (!asked) return problem(asked.error());
  const auto sent = read_sent<ProgrammeAsked>(*asked, *body);
  if (!sent) return problem(sent.error());
  return under_way(call, *asked, "programmes/may", [&] {
    const auto verdict = verdict_of(call, *asked, sent->programme, sent->ask, signed_until(call, *asked));
    return verdict ? told(call, *asked, *verdict) : problem(verdict.error());
  });
}

Response post_programme_override(const Call& call) {
  const auto body = parse_json(call.request.body);
  if (!body) return problem(body.error());
  if (!call.request.parameter("as_of").empty())
    return problem({ErrorKind::InvalidInput, "as_of: what is signed is signed now"});
  auto asked = read_question_of_now(call);
  if (!asked) return problem(asked.error());
  const auto sent = read_sent<ProgrammeSigning>(*asked, *body);
  if (!sent) return problem(sent.error());
  if (trimmed(sent->reason).empty() || sent->reason.size() > kReasonMax)
    return problem({ErrorKind::InvalidInput, fmt::format("reason: say why, in at most {} bytes", kReasonMax)});
  return under_way(call, *asked, "programmes/overrides", [&] {
    const auto before = verdict_of(call, *asked, sent->programme, sent->ask, kEnd);
    if (!before) return problem(before.error());
    if (before->red.empty()) return problem({ErrorKind::Conflict, "no answer is red: there is nothing to sign for"});
    ReadinessSpec plan = sent->ask;
    body_questions::Reading<ReadinessSpec>::follow_lens(*asked, plan);
    AuditEntry entry{now(), call.access.kind, call.access.by, "programmes/overrides"};
    entry.signature = workspace::AuditSigned{sent->programme, sent->reason, plan_of(call, plan), before->red};
    if (auto kept = call.workspace->audit().add(entry); !kept) return problem(kept.error());
    const auto verdict = verdict_of(call, *asked, sent->programme, sent->ask, kEnd);
    return verdict ? told(call, *asked, *verdict) : problem(verdict.error());
  });
}

Response get_programme_overrides(const Call& call) {
  const auto found = call.workspace->audit().find({.signatures_only = true, .limit = kSignaturesMax});
  if (!found) return problem(found.error());
  ProgrammeSignatures all;
  for (const AuditEntry& entry : *found) all.overrides.push_back(signature_of(call, entry));
  return reply(described::write(all).as_object());
}

}  // namespace handlers
}  // namespace habitue::server
