// ClickHouse in process, on the same events: a MergeTree sorted by person and time, kinds and values as dictionaries, two threads.
// Writes {question: {ms, answer}}, the best of three warm runs each.
//   node measure.mjs EVENTS.parquet FOLDER RESULT.json
import { rmSync, writeFileSync } from "node:fs";
import { Session } from "chdb";

const [parquet, folder, result] = process.argv.slice(2);
rmSync(folder, { recursive: true, force: true });
const session = new Session(folder);
const settings = "SETTINGS max_threads = 2, optimize_aggregation_in_order = 1";
const rows = (sql) => JSON.parse(session.query(sql, "JSONCompact")).data;

session.query("CREATE DATABASE bench ENGINE = Atomic");
session.query(`CREATE TABLE bench.events (person UInt32 CODEC(Delta, LZ4), us UInt64 CODEC(DoubleDelta, LZ4),
  kind LowCardinality(String), device LowCardinality(String), country LowCardinality(String))
  ENGINE = MergeTree ORDER BY (person, us) SETTINGS index_granularity = 8192`);
const family = "splitByChar('-', assumeNotNull(message_id))[2]";
session.query(`CREATE TABLE bench.persons ENGINE = Memory AS SELECT toUInt32(rowNumberInAllBlocks() + 1) AS person, family
  FROM (SELECT DISTINCT ${family} AS family FROM file('${parquet}', Parquet))`);
session.query(`INSERT INTO bench.events SELECT person, toUnixTimestamp64Micro(assumeNotNull(occurred_at)),
  if(assumeNotNull(name) = '', '$identify', assumeNotNull(name)), JSONExtractString(assumeNotNull(properties), 'device'), JSONExtractString(assumeNotNull(properties), 'country')
  FROM file('${parquet}', Parquet) AS events JOIN bench.persons AS persons ON persons.family = ${family}
  SETTINGS max_insert_threads = 2`);
const last = Number(rows("SELECT toUnixTimestamp64Micro(toDateTime64(toStartOfDay(fromUnixTimestamp64Micro(toInt64(max(us)), 'UTC')), 6, 'UTC')) FROM bench.events")[0][0]);
session.query(`ALTER TABLE bench.events DELETE WHERE us >= ${last} SETTINGS mutations_sync = 2`);
session.query("OPTIMIZE TABLE bench.events FINAL");

const today = last / 86400e6 - 1;
const week = 7 * 86400 * 1e6;
const steps = "kind IN ('Product Viewed', 'Product Added', 'Order Completed')";
const funnel = `windowFunnel(${week})(us, kind = 'Product Viewed', kind = 'Product Added', kind = 'Order Completed')`;
const questions = {
  "funnel of 3 steps, 7 days": `SELECT countIf(level = 3) FROM (SELECT person, ${funnel} AS level FROM bench.events
    WHERE ${steps} GROUP BY person)`,
  // A breakdown by the first step's value, as ours: the value of the latest entry is not told by windowFunnel, so the first's is taken.
  "the same, a filter and a breakdown of 20": `SELECT sum(converted) FROM (SELECT value, countIf(level = 3) AS converted FROM (
    SELECT person, ${funnel} AS level, argMinIf(country, us, kind = 'Product Viewed') AS value FROM bench.events
    WHERE ${steps} AND device = 'mobile' GROUP BY person) GROUP BY value)`,
  "weekly retention, 12 columns": `SELECT sum(people) FROM (
    SELECT birth, week - birth AS column, count() AS people FROM (
      SELECT person, arrayJoin(groupUniqArray(intDiv(us - 345600000000, ${week})) AS weeks) AS week, arrayMin(weeks) AS birth
      FROM bench.events WHERE kind = 'Session Started' GROUP BY person) WHERE week < birth + 12 GROUP BY birth, column)`,
  "growth by day over the period": `SELECT sum(retained) FROM (
    SELECT day, countIf(place = 1) AS fresh, countIf(place > 1 AND day = before + 1) AS retained, countIf(place > 1 AND day > before + 1) AS resurrected
    FROM (SELECT person, arraySort(groupUniqArray(intDiv(us, 86400000000))) AS days FROM bench.events
      WHERE kind = 'Session Started' GROUP BY person)
    ARRAY JOIN days AS day, arrayEnumerate(days) AS place, arrayPushFront(arrayPopBack(days), 0) AS before GROUP BY day)`,
  "an audience of three conditions": `SELECT count() FROM (SELECT person FROM bench.events
    WHERE kind IN ('Product Viewed', 'Order Completed', 'Order Refunded') GROUP BY person
    HAVING countIf(kind = 'Product Viewed' AND us >= ${last} - 30 * 86400000000) >= 3
      AND countIf(kind = 'Order Completed' AND us >= ${last} - 90 * 86400000000) >= 1
      AND countIf(kind = 'Order Refunded' AND us >= ${last} - 365 * 86400000000) = 0)`,
  // The days from one purchase to the next, cut where they become a risk and where they become dormant: changes by day, summed up.
  "stages of all people on each day of a year": `SELECT sum(risk + 3 * dormant) FROM (
    SELECT day, sum(r) OVER (ORDER BY day) AS risk, sum(d) OVER (ORDER BY day) AS dormant FROM (
      SELECT day, sum(rs) AS r, sum(ds) AS d FROM (
        SELECT change.1 AS day, change.2 AS rs, change.3 AS ds FROM (
          SELECT greatest(pair.1 + 90, ${today - 364}) AS risk_from, least(pair.1 + 365, pair.2) AS risk_to, toInt64(risk_from < risk_to) AS risks,
            greatest(pair.1 + 365, ${today - 364}) AS dormant_from, toInt64(dormant_from < pair.2) AS sleeps,
            arrayJoin([(risk_from, risks, toInt64(0)), (risk_to, -risks, toInt64(0)), (dormant_from, toInt64(0), sleeps), (pair.2, toInt64(0), -sleeps)]) AS change
          FROM (SELECT arrayJoin(arrayZip(days, arrayPushBack(arrayPopFront(days), toInt64(${today + 1})))) AS pair FROM (
            SELECT arraySort(groupUniqArray(toInt64(intDiv(us, 86400000000)))) AS days FROM bench.events
            WHERE kind = 'Order Completed' GROUP BY person)))
        UNION ALL SELECT toInt64(${today - 364} + number), toInt64(0), toInt64(0) FROM numbers(365))
      GROUP BY day)) WHERE day BETWEEN ${today - 364} AND ${today}`,
};

const measured = {};
for (const [name, sql] of Object.entries(questions)) {
  let best = Infinity;
  let answer = 0;
  for (let round = 0; round < 3; round += 1) {
    const began = performance.now();
    answer = Number(rows(`${sql} ${settings}`)[0][0]);
    best = Math.min(best, performance.now() - began);
  }
  measured[name] = { ms: best, answer };
  process.stderr.write(`ClickHouse, ${name}: ${answer} in ${best.toFixed(0)} ms\n`);
}
writeFileSync(result, JSON.stringify(measured));
session.cleanup?.();
