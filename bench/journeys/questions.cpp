#include "journeys/questions.hpp"

#include <fmt/format.h>

#include "insight/event_matcher.hpp"
#include "insight/funnel/funnel.hpp"
#include "insight/growth/growth.hpp"
#include "insight/retention/retention.hpp"
#include "insight/stage_history.hpp"

namespace habitue::bench {
namespace {

const insight::PeopleSearch kNobodyListed{insight::AudienceSide::All, insight::PeopleOrder::LastSeen, 0, 0, {}};
constexpr std::string_view kWeek = "604800000000";

// Steps by windows: the latest entry before each event, and the entry of the chain that reached the step before.
std::string duck_funnel(const std::string& where) {
  return fmt::format(R"(
    WITH steps AS (SELECT person, us, kind FROM events
        WHERE kind IN ('Product Viewed', 'Product Added', 'Order Completed'){1}),
      one AS (SELECT *, max(CASE WHEN kind = 'Product Viewed' THEN us END) OVER way AS entry FROM steps
        WINDOW way AS (PARTITION BY person ORDER BY us RANGE UNBOUNDED PRECEDING)),
      two AS (SELECT *, max(CASE WHEN kind = 'Product Added' AND us - entry <= {0} THEN entry END) OVER way AS second FROM one
        WINDOW way AS (PARTITION BY person ORDER BY us RANGE UNBOUNDED PRECEDING))
    SELECT count(DISTINCT person) FROM two WHERE kind = 'Order Completed' AND us - second <= {0})",
                     kWeek, where);
}

insight::Funnel funnel_of(std::string_view where) {
  insight::Funnel funnel;
  for (const char* step : {"Product Viewed", "Product Added", "Order Completed"})
    funnel.steps.push_back({.event = sure(insight::parse_event_test(fmt::format("{}{}", step, where)))});
  funnel.window = std::chrono::days{7};
  return funnel;
}

}  // namespace

std::vector<Asked> questions(const std::shared_ptr<const knowledge::Customers>& customers, UtcMicros end,
                             unsigned threads) {
  insight::Question question;
  question.as_of = end;
  question.threads = threads;
  const auto converted = [customers, question](const insight::Funnel& funnel) {
    return static_cast<std::int64_t>(sure(insight::ask_funnel(*customers, question, funnel)).figures.all.converted);
  };
  insight::Funnel broken_down = funnel_of(" where device = \"mobile\"");
  broken_down.breakdown = insight::FunnelBreakdown{.by = {insight::Breakdown::Of::Property, "country", 20}};

  insight::RetentionSpec retention;
  retention.start = retention.comeback = sure(insight::parse_event_test("Session Started"));
  retention.unit = insight::Bucket::Week;
  retention.columns = 12;

  std::vector<Asked> asked;
  asked.push_back({"funnel of 3 steps, 7 days", [=] { return converted(funnel_of("")); }, duck_funnel("")});
  asked.push_back({"the same, a filter and a breakdown of 20", [=] { return converted(broken_down); },
                   duck_funnel(" AND device = 'mobile'")});
  asked.push_back({"weekly retention, 12 columns",
                   [=] {
                     const auto report = sure(insight::ask_retention(*customers, question, retention));
                     std::uint64_t people = 0;
                     for (const auto& cohort : report.total.all.cohorts)
                       for (const auto& cell : cohort.cells) people += cell.people;
                     return static_cast<std::int64_t>(people);
                   },
                   R"(
      WITH weeks AS (SELECT DISTINCT person, date_trunc('week', make_timestamp(us)) AS week FROM events
          WHERE kind = 'Session Started'),
        born AS (SELECT person, min(week) AS birth FROM weeks GROUP BY person)
      SELECT count(*) FROM weeks JOIN born USING (person) WHERE week < birth + INTERVAL 84 DAY)"});
  asked.push_back({"growth by day over the period",
                   [=] {
                     const auto report =
                         sure(insight::ask_growth(*customers, question, insight::Bucket::Day, {"Session Started"}));
                     std::uint64_t retained = 0;
                     for (const auto& period : report.periods.all) retained += period.retained;
                     return static_cast<std::int64_t>(retained);
                   },
                   R"(
      WITH days AS (SELECT DISTINCT person, us // 86400000000 AS day FROM events WHERE kind = 'Session Started'),
        steps AS (SELECT day, lag(day) OVER (PARTITION BY person ORDER BY day) AS before FROM days),
        counted AS (SELECT day, count(*) FILTER (before IS NULL) AS fresh, count(*) FILTER (before = day - 1) AS retained,
          count(*) FILTER (before < day - 1) AS resurrected FROM steps GROUP BY day)
      SELECT sum(retained) FROM counted)"});
  const criteria::Expression audience =
      sure(criteria::parse("count(Product Viewed) >= 3 in last 30 days and did Order Completed in last 90 days and not "
                           "did Order Refunded in "
                           "last 365 days"));
  insight::Question filtered = question;
  filtered.filter = audience;
  asked.push_back({"an audience of three conditions",
                   [=] {
                     return static_cast<std::int64_t>(
                         sure(insight::ask_people(*customers, filtered, kNobodyListed)).matched);
                   },
                   fmt::format(R"(
      SELECT count(*) FROM (SELECT person FROM events GROUP BY person
        HAVING count(*) FILTER (kind = 'Product Viewed' AND us >= {0} - 30 * 86400000000) >= 3
          AND count(*) FILTER (kind = 'Order Completed' AND us >= {0} - 90 * 86400000000) >= 1
          AND count(*) FILTER (kind = 'Order Refunded' AND us >= {0} - 365 * 86400000000) = 0))",
                               end.time_since_epoch().count() + 1)});
  // The stages that days without a purchase bring, which are the easier half for SQL; ours answers all of them.
  insight::Question year = question;
  year.period = {end + std::chrono::microseconds{1} - std::chrono::days{365}, end + std::chrono::microseconds{1}};
  asked.push_back({"stages of all people on each day of a year",
                   [=] {
                     const auto report =
                         sure(insight::ask_stage_history(*customers, year, {.bucket = insight::Bucket::Day}));
                     std::uint64_t days = 0;
                     for (const auto& point : report.points) {
                       const auto& people = point.figures.all.people;
                       days += people[static_cast<std::size_t>(knowledge::Stage::AtRisk)] +
                               3 * people[static_cast<std::size_t>(knowledge::Stage::Dormant)];
                     }
                     return static_cast<std::int64_t>(days);
                   },
                   fmt::format(R"(
      WITH days AS (SELECT DISTINCT person, us // 86400000000 AS day FROM events WHERE kind = 'Order Completed'),
        spans AS (SELECT day, coalesce(lead(day) OVER (PARTITION BY person ORDER BY day), {0} + 1) AS next FROM days),
        changes AS (
          SELECT greatest(day + 90, {0} - 364) AS moment, 1 AS risk, 0 AS dormant FROM spans WHERE greatest(day + 90, {0} - 364) < least(day + 365, next)
          UNION ALL SELECT least(day + 365, next), -1, 0 FROM spans WHERE greatest(day + 90, {0} - 364) < least(day + 365, next)
          UNION ALL SELECT greatest(day + 365, {0} - 364), 0, 1 FROM spans WHERE greatest(day + 365, {0} - 364) < next
          UNION ALL SELECT next, 0, -1 FROM spans WHERE greatest(day + 365, {0} - 364) < next),
        of_day AS (SELECT moment, sum(risk) AS risk, sum(dormant) AS dormant FROM changes GROUP BY moment),
        year AS (SELECT unnest(range({0} - 364, {0} + 1)) AS moment),
        stock AS (SELECT moment, sum(coalesce(risk, 0)) OVER (ORDER BY moment) AS risk, sum(coalesce(dormant, 0)) OVER (ORDER BY moment) AS dormant
          FROM year LEFT JOIN of_day USING (moment))
      SELECT CAST(sum(risk + 3 * dormant) AS BIGINT) FROM stock)",
                               std::chrono::floor<std::chrono::days>(end).time_since_epoch().count())});
  return asked;
}

}  // namespace habitue::bench
