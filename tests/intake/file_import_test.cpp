#include "intake/file_import.hpp"

#include <duckdb.h>
#include <gmock/gmock.h>
#include <zlib.h>

#include <set>

#include "intake/batch_maker.hpp"
#include "intake/files.hpp"
#include "intake/opened_file.hpp"

namespace habitue::intake {
namespace {

using namespace habitue::intake::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::vector<std::string> told(const std::vector<Event>& events) {
  std::vector<std::string> lines;
  for (const Event& event : events)
    lines.push_back((event.type == EventType::Identify ? "identify"
                     : event.type == EventType::Group  ? "group"
                                                       : event.name) +
                    " " + event.user_id + event.anonymous_id + " " + event.properties);
  return lines;
}
std::vector<std::string> told(const std::vector<RejectedRow>& rows) {
  std::vector<std::string> lines;
  for (const RejectedRow& row : rows) lines.push_back(std::to_string(row.line) + ": " + row.reason);
  return lines;
}

constexpr const char* kLines = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

Imported import_lines(const Folder& folder, const std::string& rows) {
  return import_as_proposed(folder.write("shop.csv", kLines + rows), [](Mapping& mapping) {
    mapping.currency = "GBP";
    mapping.cancellation_prefix = "C";
    mapping.zone = "Europe/London";
  });
}

TEST(ImportOrderLines, MakesOneOrderOfItsRowsWhereverTheyAre) {
  const Folder folder;
  const Imported imported = import_lines(folder,
                                         "1,A,Lamp,2,2011-06-01 10:00:00,0.1,7,France\n"
                                         "2,A,Lamp,1,2011-06-02 10:00:00,0.1,8,Spain\n"
                                         "1,B,\"Chair, \"\"red\"\"\",1,2011-06-01 09:59:00,10.205,7,France\n"
                                         "1,POST,POSTAGE,1,2011-06-01 10:00:00,3,7,France\n");
  EXPECT_THAT(
      told(imported.events),
      ElementsAre(
          R"(Order Completed 8 {"order_id":"2","currency":"GBP","total":0.1,"products":[{"product_id":"A","name":"Lamp","price":0.1,"quantity":1}],"country":"Spain"})",
          R"(Order Completed 7 {"order_id":"1","currency":"GBP","total":13.405,"products":[{"product_id":"A","name":"Lamp","price":0.1,"quantity":2},)"
          R"({"product_id":"B","name":"Chair, \"red\"","price":10.205,"quantity":1},{"product_id":"POST","name":"POSTAGE","price":3,"kind":"shipping","quantity":1}],"country":"France"})",
          R"(identify 7 {"country":"France"})", R"(identify 8 {"country":"Spain"})"));
  EXPECT_EQ(imported.events[1].message_id, "shop/order/1");
  EXPECT_EQ(format_moment(imported.events[1].at), "2011-06-01T08:59:00Z");  // The earliest, on London's clock.
  EXPECT_EQ(imported.report.received_minor_units.at("GBP"), 1351);
}

TEST(ImportOrderLines, GivesBackTheRightLines) {
  const Folder folder;
  const Imported imported =
      import_lines(folder,
                   "C9,A,Lamp,-4,2011-06-09 10:00:00,5,7,France\n"  // Before its orders in the file: newest first.
                   "C8,B,Chair,-1,2011-06-08 10:00:00,9,7,France\n"
                   "C7,A,Lamp,-1,2011-06-07 10:00:00,5,9,France\n"
                   "3,A,Lamp,3,2011-06-03 10:00:00,5,7,France\n"
                   "2,A,Lamp,2,2011-06-02 10:00:00,5,7,France\n"
                   "2,B,Chair,1,2011-06-02 10:00:00,10,7,France\n"
                   "1,A,Lamp,9,2011-06-10 10:00:00,5,7,France\n");  // Bought after it was given back: another one.
  std::vector<Event> refunds;
  for (const Event& event : imported.events)
    if (event.name == "Order Refunded") refunds.push_back(event);
  EXPECT_THAT(
      told(refunds),
      ElementsAre(
          R"(Order Refunded 9 {"refund_id":"C7","currency":"GBP","total":5,"cancellation_id":"C7","unmatched":true,"products":[{"product_id":"A","name":"Lamp","price":5,"quantity":1}]})",
          R"(Order Refunded 7 {"refund_id":"C8","currency":"GBP","total":9,"cancellation_id":"C8","order_id":"2","products":[{"product_id":"B","name":"Chair","price":9,"quantity":1,"order_id":"2","line_index":1,"order_price":10}]})",
          // One cancellation, two orders: a refund each, with a name each; the first gives back all of its order.
          R"(Order Refunded 7 {"refund_id":"C9","currency":"GBP","total":15,"cancellation_id":"C9","order_id":"3","full":true,"products":[{"product_id":"A","name":"Lamp","price":5,"quantity":3,"order_id":"3","line_index":0}]})",
          R"(Order Refunded 7 {"refund_id":"C9/2","currency":"GBP","total":5,"cancellation_id":"C9","order_id":"2","products":[{"product_id":"A","name":"Lamp","price":5,"quantity":1,"order_id":"2","line_index":0}]})"));
  EXPECT_EQ(imported.report.refund_lines_matched, 2U);
  EXPECT_EQ(imported.report.refund_lines_unmatched, 1U);
  EXPECT_EQ(imported.report.refunded_minor_units.at("GBP"), 3400);
}

TEST(ImportOrderLines, TellsSalesFromStockAndBooks) {
  const Folder folder;
  const Imported imported = import_lines(folder,
                                         "1,A,Lamp,-3,2011-06-01 10:00:00,0,,UK\n"
                                         "2,A,found,5,2011-06-01 10:00:00,0.0,,UK\n"
                                         "A3,B,Adjust bad debt,1,2011-06-01 10:00:00,-100.5,,UK\n"
                                         "C4,AMAZONFEE,AMAZON FEE,-1,2011-06-01 10:00:00,20,,UK\n"
                                         "5,A,Lamp,1,2011-06-01 10:00:00,5,,UK\n"
                                         "6,A,Lamp,1,2011-06-01 10:00:00,0,7,UK\n"
                                         "C7,D,Discount,-1,2011-06-01 10:00:00,2,7,UK\n"
                                         "8,A,Lamp,-1,2011-06-01 11:00:00,0,7,UK\n"
                                         "9,CREDIT,Credit,1,2011-06-01 11:00:00,-4,7,UK\n");
  std::vector<std::string> names;
  for (const Event& event : imported.events) names.push_back(event.name + " " + event.user_id + " " + event.message_id);
  EXPECT_THAT(names, ElementsAre("Stock Adjusted  shop/entry/1", "Stock Adjusted  shop/entry/2",
                                 "Books Adjusted  shop/entry/A3", "Books Adjusted  shop/entry/C4",
                                 "Order Completed  shop/order/5", "Order Completed 7 shop/order/6",
                                 "Order Refunded 7 shop/refund/9", "Order Refunded 7 shop/refund/C7",
                                 "Order Refunded 7 shop/refund/8/6", " 7 " + imported.events.back().message_id));
  EXPECT_EQ(imported.report.received_minor_units.at("GBP"), 500);
  EXPECT_EQ(imported.report.refunded_minor_units.at("GBP"), 600);
  EXPECT_EQ(imported.report.rows_without_person, 5U);
  EXPECT_THAT(imported.events[2].properties, HasSubstr("\"total\":-100.5"));
  EXPECT_THAT(imported.events[8].properties,
              ::testing::Not(HasSubstr("full")));  // Nothing was paid for it, so nothing can be given back whole.
}

TEST(ImportOrderLines, RejectsAnOrderWholeSoThatMendingOneRowMendsIt) {
  const Folder folder;
  const std::string good = "1,A,Lamp,2,2011-06-01 10:00:00,5,7,France\n";
  const Imported first = import_lines(folder, good +
                                                  "2,A,Lamp,2,2011-06-01 10:00:00,5,7,France\n"
                                                  "2,B,Chair,many,2011-06-01 10:00:00,5,7,France\n"
                                                  "3,A,Lamp,1,yesterday,5,7,France\n"
                                                  ",A,Lamp,1,2011-06-01 10:00:00,5,7,France\n"
                                                  "4,A,Lamp,1,2011-06-01 10:00:00,5,7\n"
                                                  "5,A,Lamp,1,2031-06-01 10:00:00,5,7,France\n");
  EXPECT_EQ(first.report.orders, 1U);
  EXPECT_THAT(
      told(first.rejected),
      UnorderedElementsAre("3: order 2: line 4 of the same order is wrong (not a number: 'many' in Quantity)",
                           "4: not a number: 'many' in Quantity",
                           "5: not a date: 'yesterday' in InvoiceDate, where dates are written iso",
                           "6: no order id: InvoiceNo is empty", "7: wrong number of columns: 7 where the header has 8",
                           "8: a date in the future: '2031-06-01 10:00:00' in InvoiceDate"));
  EXPECT_EQ(first.report.rejected_by_reason.at("not a number"), 1U);

  // As the file of rejected rows, with two of them mended: it is read with the same mapping.
  const auto inspection = inspect_file(folder.path() / "shop.csv");
  std::string again = rejected_header(*inspection) + "\n";
  for (RejectedRow row : first.rejected) {
    if (const auto at = row.raw.find("many"); at != std::string::npos) row.raw.replace(at, 4, "3");
    if (const auto at = row.raw.find("yesterday"); at != std::string::npos) row.raw.replace(at, 9, "2011-06-01");
    again += rejected_line(inspection->proposed, row) + "\n";
  }
  const Imported second = import_all(folder.write("rejected.csv", again), [&] {
    Mapping mapping = inspection->proposed;
    mapping.currency = "GBP";
    return mapping;
  }());
  EXPECT_EQ(second.report.orders, 2U);
  EXPECT_EQ(second.report.rows_rejected, 3U);
  EXPECT_EQ(second.events[0].message_id, "shop/order/2");
  EXPECT_THAT(second.events[0].properties, HasSubstr("\"total\":25,"));
  EXPECT_THAT(second.events[0].properties, ::testing::Not(HasSubstr("habitue_")));
}

TEST(ImportOrderLines, ReadsTheSameWhateverTheBatchesAre) {
  const Folder folder;
  const std::filesystem::path file = folder.write("shop.csv", [] {
    std::string rows = kLines;
    for (int i = 0; i < 300; ++i) {
      const int order = i % 3 == 0 ? i / 9 : i / 4;
      rows += (i % 11 == 5 ? "C" : "") + std::to_string(order) + "," + std::string(1, static_cast<char>('A' + i % 5)) +
              ",Thing," + (i % 11 == 5 ? "-" : "") + std::to_string(1 + i % 3) + ",2011-0" + std::to_string(1 + i % 9) +
              "-01 10:00:00," + std::to_string(i % 4) + "," + std::to_string(order % 5) + ",C" +
              std::to_string(i / 100) + "\n";
    }
    return rows + "bad row\n";
  }());
  const auto inspection = inspect_file(file);
  Mapping mapping = inspection->proposed;
  mapping.currency = "EUR";
  mapping.cancellation_prefix = "C";
  const auto opened = open_file(file, mapping.format);
  const auto read = [&](BatchLimits limits) {
    const std::string_view text = opened->source.text();
    const auto table = open_table(text, mapping.format, {});
    const std::atomic<bool> stop{false};
    const auto maker = make_order_import({text, table->get(), mapping, kReceived, &stop, limits},
                                         *Binding::make(mapping, **table, text));
    std::pair<std::vector<Event>, std::string> all;
    ImportReport report;
    std::size_t batches = 0;
    for (ImportBatch batch; !batch.last; ++batches) {
      batch = {};
      EXPECT_TRUE(maker->fill(batch, report));
      EXPECT_LE(batch.events.size(), limits.events + 2);
      for (Event& event : batch.events) all.first.push_back(std::move(event));
    }
    all.second = write_report(report);
    EXPECT_TRUE(limits.events > 5 || batches > 20);
    return all;
  };
  const auto whole = read({});
  ASSERT_GT(whole.first.size(), 100U);
  for (const BatchLimits limits :
       {BatchLimits{1, 1'000}, BatchLimits{100, 1'000}, BatchLimits{1U << 20U, 1}, BatchLimits{333, 5}}) {
    const auto parts = read(limits);
    EXPECT_EQ(parts.second, whole.second);
    ASSERT_EQ(parts.first.size(), whole.first.size());
    for (std::size_t i = 0; i < whole.first.size(); ++i) ASSERT_TRUE(same(parts.first[i], whole.first[i])) << i;
  }
}

TEST(ImportOrders, ReadsAFrenchExportInWindows1252) {
  const Folder folder;
  std::string file = "N\xB0 commande;Date de commande;E-mail;Pr\xE9nom;Montant TTC;Ville\r\n";
  file +=
      "F-1;03/04/2025 10:30;Zoe@exemple.fr;Zo\xE9;1\xA0"
      "234,50 \x80;Orl\xE9"
      "ans\r\n";
  file += "F-2;25/04/2025 09:00;luc@exemple.fr;Luc;-34,50 \x80;Nice\r\n";
  file += "F-3;31/04/2025 09:00;luc@exemple.fr;Luc;12,00 \x80;Nice\r\n";
  file += "F-4;26/04/2025 09:00;luc@exemple.fr;Luc;douze;Nice\r\n";
  file += "F-5;27/04/2025 09:00;luc@exemple.fr;Luc;8,00 \x80;Paris\r\n";
  const std::filesystem::path path = folder.write("ventes.csv", file);
  const auto inspection = inspect_file(path);
  ASSERT_TRUE(inspection);
  const Mapping& mapping = inspection->proposed;
  EXPECT_EQ(mapping.format.encoding, "windows-1252");
  EXPECT_EQ(mapping.format.delimiter, ';');
  EXPECT_TRUE(mapping.format.decimal_comma);
  EXPECT_EQ(mapping.date_format, "dd/MM/yyyy HH:mm");
  EXPECT_EQ(mapping.shape, RowShape::Order);
  EXPECT_EQ(mapping.currency, "EUR");
  EXPECT_THAT(mapping.fields, UnorderedElementsAre(
                                  ::testing::Pair("order_id", "N° commande"), ::testing::Pair("at", "Date de commande"),
                                  ::testing::Pair("email", "E-mail"), ::testing::Pair("total", "Montant TTC")));
  Imported imported = import_as_proposed(path, [](Mapping& changed) { changed.zone = "Europe/Paris"; });
  EXPECT_THAT(
      told(imported.events),
      ElementsAre(
          R"(Order Completed Zoe@exemple.fr {"order_id":"F-1","currency":"EUR","total":1234.5,"prénom":"Zoé","ville":"Orléans"})",
          R"(Order Completed luc@exemple.fr {"order_id":"F-5","currency":"EUR","total":8,"prénom":"Luc","ville":"Paris"})",
          R"(Order Refunded luc@exemple.fr {"order_id":"F-2","currency":"EUR","total":34.5,"prénom":"Luc","ville":"Nice"})",
          R"(identify Zoe@exemple.fr {"prénom":"Zoé","ville":"Orléans","email":"Zoe@exemple.fr"})",
          R"(identify luc@exemple.fr {"prénom":"Luc","ville":"Nice","email":"luc@exemple.fr"})",
          R"(identify luc@exemple.fr {"ville":"Paris"})"));
  EXPECT_EQ(format_moment(imported.events[0].at), "2025-04-03T08:30:00Z");
  EXPECT_THAT(
      told(imported.rejected),
      ElementsAre("4: not a date: '31/04/2025 09:00' in Date de commande, where dates are written dd/MM/yyyy HH:mm",
                  "5: not a number: 'douze' in Montant TTC"));
  EXPECT_EQ(imported.rejected[0].raw, "F-3;31/04/2025 09:00;luc@exemple.fr;Luc;12,00 €;Nice");

  // Mended and read again with the same mapping, which speaks of Windows-1252: the mark says that it is UTF-8 now.
  imported.rejected[0].raw.replace(4, 2, "30");
  const Imported mended =
      import_all(folder.write("mended.csv", rejected_header(*inspection) + "\n" +
                                                rejected_line(mapping, imported.rejected[0]) + "\n"),
                 mapping);
  EXPECT_THAT(
      told(mended.events),
      ::testing::Contains(
          R"(Order Completed luc@exemple.fr {"order_id":"F-3","currency":"EUR","total":12,"prénom":"Luc","ville":"Nice"})"));
}

TEST(ImportOrders, KnowsAnOrderThatWasGivenBackWhole) {
  const Folder folder;
  const Imported imported = import_as_proposed(
      folder.write("o.csv",
                   "order_id,date,customer_id,total,currency\n1,2025-01-03,7,-5,EUR\n1,2025-01-02,7,5,EUR\n"
                   "1,2025-01-04,7,-1,EUR\n2,2025-01-01,7,-1,EUR\n"));
  EXPECT_THAT(told(imported.events),
              ElementsAre(R"(Order Completed 7 {"order_id":"1","currency":"EUR","total":5})",
                          R"(Order Refunded 7 {"order_id":"1","currency":"EUR","total":5,"full":true})",
                          R"(Order Refunded 7 {"order_id":"1","currency":"EUR","total":1})",
                          R"(Order Refunded 7 {"order_id":"2","currency":"EUR","total":1})"));
  EXPECT_EQ(imported.report.refund_lines_matched, 2U);
}

TEST(ImportEvents, KeepsRepeatedRowsAndAddsNothingTheSecondTime) {
  const Folder folder;
  const std::string rows =
      "event_type,user_id,event_time,page,amount,zip\nview,1,2025-01-01 10:00:00,a,1.50,01000\nview,1,2025-01-01 "
      "10:00:00,a,1.50,01000\n"
      "view,2,2025-01-01 10:00:00,,2,75001\n,2,2025-01-01 10:00:00,b,2,75001\n";
  const std::filesystem::path file = folder.write("events.csv", rows);
  const Imported first = import_as_proposed(file);
  EXPECT_THAT(told(first.rejected), ElementsAre("5: no event name: event_type is empty"));
  ASSERT_EQ(first.events.size(), 5U);
  EXPECT_EQ(first.events[0].properties, R"({"total":1.5,"zip":"01000","page":"a"})");
  EXPECT_EQ(first.events[2].properties, R"({"total":2,"zip":"75001"})");
  EXPECT_NE(first.events[0].message_id, first.events[1].message_id);
  EXPECT_THAT(first.report.notes, ::testing::Contains("1 rows repeat an earlier row exactly: all are kept"));
  EXPECT_THAT(told(std::vector<Event>(first.events.begin() + 3, first.events.end())),
              ElementsAre(R"(identify 1 {"zip":"01000"})", R"(identify 2 {"zip":"75001"})"));
  const Imported second = import_as_proposed(file);
  for (std::size_t i = 0; i < first.events.size(); ++i)
    EXPECT_EQ(first.events[i].message_id, second.events[i].message_id);
  // The same rows, more of them and in another order: the old ones are known again.
  const Imported longer = import_as_proposed(folder.write("events.csv", rows.substr(0, rows.find('\n') + 1) +
                                                                            "buy,3,2025-01-02 10:00:00,c,3,75001\n" +
                                                                            rows.substr(rows.find('\n') + 1)));
  std::set<std::string> ids;
  for (const Event& event : longer.events) ids.insert(event.message_id);
  for (const Event& event : first.events) EXPECT_TRUE(ids.contains(event.message_id)) << event.properties;
}

TEST(ImportPersons, MakesTraitsOfRows) {
  const Folder folder;
  const Imported people =
      import_as_proposed(folder.write("people.csv",
                                      "id,email,name,Plan,Marital_Status,seats,active\n1,a@b.fr,Ada,pro,Single,12,"
                                      "true\n,,Nobody,,,1,true\nNULL,x@y.fr,Xi,,,3,false\n"));
  EXPECT_THAT(
      told(people.events),
      ElementsAre(
          R"(identify 1 {"plan":"pro","marital_status":"Single","email":"a@b.fr","name":"Ada","seats":12,"active":true})",
          R"(identify x@y.fr {"email":"x@y.fr","name":"Xi","seats":3,"active":false})"));
  EXPECT_THAT(told(people.rejected), ElementsAre("3: no identifier: neither user id nor email is there"));
  const Imported accounts =
      import_as_proposed(folder.write("accounts.csv", "account_id,industry,seats\nacme,Toys,12\nfab,Food,5\n"));
  EXPECT_EQ(accounts.events[0].type, EventType::Group);
  EXPECT_EQ(accounts.events[0].group_id, "acme");
  EXPECT_EQ(accounts.events[0].properties, R"({"industry":"Toys","seats":12})");
}

TEST(ImportNdjson, ReadsRowsAndCalls) {
  const Folder folder;
  const Imported rows = import_as_proposed(
      folder.write("e.ndjson",
                   "{\"event\":\"view\",\"user_id\":7,\"at\":\"2025-01-01\",\"tags\":[1,{\"a\":null}],\"code\":\"012\"}"
                   "\n\nnonsense\n"
                   "{\"event\":\"view\",\"user_id\":\"8\",\"at\":\"2025-01-02\",\"code\":5,\"ok\":true}\n"));
  EXPECT_THAT(told(rows.events),
              ElementsAre(R"(view 7 {"tags":[1,{"a":null}],"code":"012"})", R"(view 8 {"code":5,"ok":true})"));
  EXPECT_THAT(told(rows.rejected), ElementsAre("3: not a JSON object"));

  const std::string call =
      R"({"type":"track","event":"x","userId":"u","timestamp":"2011-12-09T12:50:00Z","sentAt":"2011-12-09T12:50:01Z"})";
  const Imported calls = import_as_proposed(folder.write(
      "calls.jsonl", call + "\n" + call + "\n{\"type\":\"track\",\"userId\":\"u\"}\n" + call + "\n" + call + "\n"));
  ASSERT_EQ(calls.events.size(), 4U);
  EXPECT_EQ(format_moment(calls.events[0].at), "2011-12-09T12:50:00Z");  // Received years later: no clock is wrong.
  EXPECT_NE(calls.events[0].message_id, calls.events[1].message_id);
  EXPECT_THAT(told(calls.rejected), ElementsAre(HasSubstr("3: track without event")));
  EXPECT_EQ(
      rejected_line(inspect_file(folder.path() / "calls.jsonl")->proposed, calls.rejected[0]),
      R"({"habitue_line":3,"habitue_reason":"track without event: the name of what was done is needed","type":"track","userId":"u"})");
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string utf16(std::string_view ascii, bool big) {
  std::string text = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) text += big ? std::string{'\0', c} : std::string{c, '\0'};
  return text;
}

TEST(ImportFiles, ReadsTheSameFromEveryPacking) {
  const Folder folder;
  const std::string rows = "event,user_id,at,n\nview,7,2025-01-01 10:00:00,1.5\nbuy,8,2025-01-02 11:00:00,2\n";
  const auto as_named = [](Mapping& mapping) { mapping.source = "same"; };
  const Imported plain = import_as_proposed(folder.write("a.csv", rows), as_named);
  ASSERT_EQ(plain.events.size(), 2U);
  const std::string half = rows.substr(0, 30), rest = rows.substr(30);
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  duckdb_open(nullptr, &database);
  duckdb_connect(database, &connection);
  const std::string parquet = (folder.path() / "it's.parquet").string();
  duckdb_result result;
  ASSERT_EQ(duckdb_query(connection,
                         ("COPY (SELECT * FROM (VALUES ('view', 7, TIMESTAMP '2025-01-01 10:00:00', 1.5), ('buy', 8, "
                          "TIMESTAMP '2025-01-02 11:00:00', 2)) "
                          "AS t(event, user_id, \"at\", n)) TO '" +
                          (folder.path() / "it''s.parquet").string() + "' (FORMAT parquet)")
                             .c_str(),
                         &result),
            DuckDBSuccess)
      << duckdb_result_error(&result);
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  for (const std::filesystem::path& file :
       {folder.write("b.csv.gz", gzipped(rows)), folder.write("two.csv.gz", gzipped(half) + gzipped(rest)),
        folder.write("le.csv", utf16(rows, false)), folder.write("be.csv", utf16(rows, true)),
        folder.write("bom.csv", "\xEF\xBB\xBF" + rows), std::filesystem::path(parquet)}) {
    const Imported other = import_as_proposed(file, as_named);
    ASSERT_EQ(other.events.size(), plain.events.size()) << file;
    for (std::size_t i = 0; i < plain.events.size(); ++i) {
      EXPECT_EQ(other.events[i].at, plain.events[i].at) << file;
      EXPECT_EQ(other.events[i].properties, plain.events[i].properties) << file;
      EXPECT_EQ(other.events[i].user_id, plain.events[i].user_id) << file;
      if (file == parquet) continue;  // There 2 is written 2.0, which is another row.
      EXPECT_EQ(other.events[i].message_id, plain.events[i].message_id) << file;
    }
  }
}

TEST(ImportFiles, SaysWhatAFileIsThatIsNoTable) {
  const Folder folder;
  const auto message = [&](std::string_view bytes) {
    const auto inspection = inspect_file(folder.write("x.csv", bytes));
    return inspection ? "a table" : inspection.error().message;
  };
  EXPECT_THAT(message(""), HasSubstr("empty"));
  EXPECT_THAT(message("PK\x03\x04 and more"), HasSubstr("Excel"));
  EXPECT_THAT(message("%PDF-1.7"), HasSubstr("PDF"));
  EXPECT_THAT(message("<!DOCTYPE html><html>"), HasSubstr("web page"));
  EXPECT_THAT(message("[{\"a\":1}]"), HasSubstr("one object a line"));
  EXPECT_THAT(message(gzipped("a,b\n1,2\n").substr(0, 20)), HasSubstr("ends in the middle"));
  EXPECT_THAT(message(std::string("PAR1") + std::string(100, 'x') + "PAR1"), HasSubstr("Parquet"));
  EXPECT_EQ(inspect_file(folder.path() / "missing.csv").error().kind, ErrorKind::NotFound);
  std::string damaged = gzipped(std::string(5'000, 'a') + "b,c\n1,2\n");
  damaged[damaged.size() / 2] ^= 0x55;
  EXPECT_NE(message(damaged), "a table");
}

TEST(ImportFiles, RefusesAMappingThatDoesNotFit) {
  const Folder folder;
  const std::filesystem::path file = folder.write("o.csv", "order_id,date,customer_id,total\n1,2025-01-02,7,5\n");
  Mapping mapping = inspect_file(file)->proposed;
  const auto message = [&] {
    const auto opened = FileImport::open(file, mapping, {}, kReceived);
    return opened ? "fits" : opened.error().message;
  };
  EXPECT_THAT(message(), HasSubstr("set currency"));
  mapping.currency = "EUR";
  EXPECT_EQ(message(), "fits");
  mapping.fields["total"] = "amount";
  EXPECT_THAT(message(),
              HasSubstr("'amount', which the file does not have: it has order_id, date, customer_id, total"));
  mapping.fields.erase("total");
  EXPECT_THAT(message(), HasSubstr("total (the order's amount)"));
}

TEST(ImportFiles, RefusesThePositionOfAnotherReading) {
  const Folder folder;
  const std::filesystem::path file = folder.write("e.csv", "event,user_id,at\nx,1,2025-01-01\n");
  Mapping mapping = inspect_file(file)->proposed;
  const std::string position = import_all(file, mapping).positions.back();
  EXPECT_TRUE(FileImport::open(file, mapping, position, kReceived));
  mapping.source = "other";
  EXPECT_EQ(FileImport::open(file, mapping, position, kReceived).error().kind, ErrorKind::Conflict);
  EXPECT_FALSE(FileImport::open(file, mapping, "nonsense", kReceived));
}

TEST(Mapping, ComesBackAsItWasWritten) {
  Mapping mapping;
  mapping.format = {FileKind::Csv, "windows-1252", ';', '\'', false, true};
  mapping.shape = RowShape::OrderLine;
  mapping.fields = {{"order_id", "N° \"x\""}, {"at", "Date"}};
  mapping.traits = {"Pays"};
  mapping.ignored = {"x", "y"};
  mapping.date_format = "dd/MM/yyyy";
  mapping.zone = "Europe/Paris";
  mapping.currency = "EUR";
  mapping.cancellation_prefix = "A";
  mapping.line_kinds = {{"PORT", "shipping"}};
  mapping.source = "caisse";
  const auto back = parse_mapping(write_mapping(mapping));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(write_mapping(*back), write_mapping(mapping));
  EXPECT_EQ(back->format.delimiter, ';');
  EXPECT_EQ(back->fields, mapping.fields);
}

TEST(Mapping, IsRefusedWithTheReason) {
  const auto message = [](std::string_view json) {
    const auto mapping = parse_mapping(json);
    return mapping ? "taken" : mapping.error().message;
  };
  EXPECT_EQ(message("{}"), "taken");
  EXPECT_THAT(message("{"), HasSubstr("not valid JSON"));
  EXPECT_THAT(message("[]"), HasSubstr("an object is expected"));
  EXPECT_THAT(message(R"({"shape":"orders"})"), HasSubstr("shape is one of event, order, order_line"));
  EXPECT_THAT(message(R"({"fields":{"order":"x"}})"), HasSubstr("fields has no 'order'"));
  EXPECT_THAT(message(R"({"curency":"EUR"})"), HasSubstr("did you mean currency?"));
  EXPECT_THAT(message(R"({"zone":"Paris"})"), HasSubstr("no time zone"));
  EXPECT_THAT(message(R"({"currency":"euros"})"), HasSubstr("three letters"));
  EXPECT_THAT(message(R"({"date_format":"jj/mm"})"), HasSubstr("no date format"));
  EXPECT_THAT(message(R"({"format":{"delimiter":";;"}})"), HasSubstr("one plain character"));
  EXPECT_THAT(message(R"({"format":{"delimiter":"\""}})"), HasSubstr("cannot be the same"));
  EXPECT_THAT(message(R"({"shape":"call"})"), HasSubstr("ndjson"));
}

}  // namespace

TEST(InspectFile, TakesTheOnlyColumnWithADateInEachRowAndLeavesTheChoiceWhereThereAreTwo) {
  const Folder folder;
  const auto one = inspect_file(folder.write(
      "subscriptions.csv", "account_id,start_date,end_date\nA,23-12-2023,\nA,11-06-2024,12-07-2024\nB,25-11-2024,\n"));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->proposed.fields.at("at"), "start_date");
  EXPECT_EQ(one->proposed.date_format, "dd-MM-yyyy");
  const auto said = [](const Inspection& inspection, std::string_view kind) {
    return std::ranges::any_of(inspection.warnings, [&](const Warning& warning) { return warning.kind == kind; });
  };
  EXPECT_TRUE(said(*one, "date_by_content"));
  EXPECT_FALSE(said(*one, "mapping"));

  const auto two = inspect_file(folder.write(
      "stays.csv",
      "account_id,arrived,left\nA,23-12-2023,24-12-2023\nA,11-06-2024,12-07-2024\nB,25-11-2024,26-11-2024\n"));
  ASSERT_TRUE(two);
  EXPECT_FALSE(two->proposed.fields.contains("at"));
  EXPECT_EQ(two->columns.at(1).date_format, "dd-MM-yyyy") << "known for when people choose it";
}

}  // namespace habitue::intake
