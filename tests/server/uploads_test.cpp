// Files that come in over HTTP: inspected, previewed, imported, undone, and nothing left of what went wrong.
#include <thread>

#include "base/file.hpp"
#include "server/http_client.hpp"
#include "server/http_server.hpp"
#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;

constexpr const char* kOrders =
    "Commande;Date;Client;Total\n"
    "A1;03/02/2025 10:00;anna@example.com;12,50\n"
    "A2;04/02/2025 10:00;bob@example.com;20,00\n"
    "A3;31/02/2025 10:00;bob@example.com;7,00\n"
    "A4;05/02/2025 10:00;u1@example.com;8,00\n";
constexpr std::string_view kUploads = "/api/v1/workspaces/acme/uploads";

class UploadsTest : public Sample {
 protected:
  bj::value upload(const std::string& body = kOrders, const std::string& name = "orders.csv") {
    const Response answer = ask("POST", std::string(kUploads), body, {{"name", name}});
    EXPECT_EQ(answer.status, 201) << answer.body;
    return json(answer);
  }
  std::string path_of(const bj::value& upload, std::string_view rest) {
    return fmt::format("{}/{}{}", kUploads, std::string(upload.at("id").as_string()), rest);
  }
  static std::string with_mapping(const bj::value& upload) {
    return bj::serialize(bj::object{{"mapping", upload.at("inspection").at("mapping")}});
  }
  bj::value finished(const bj::value& started) {
    const std::string path =
        fmt::format("/api/v1/workspaces/acme/imports/jobs/{}", started.at("job").to_number<std::uint64_t>());
    for (int tries = 0; tries < 500; ++tries) {
      const bj::value state = json(ask("GET", path));
      if (state.at("state").as_string() != "running") return state;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ADD_FAILURE() << "the import does not end";
    return {};
  }
  std::size_t files() const {
    std::size_t count = 0;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "acme" / "uploads", code)) {
      static_cast<void>(entry);
      ++count;
    }
    return count;
  }
};

TEST_F(UploadsTest, AFrenchFileIsUnderstoodPreviewedImportedAndTakenBack) {
  fill();
  const auto events_before = acme().ledger().event_count();
  const bj::value sent = upload();
  const bj::value& mapping = sent.at("inspection").at("mapping");
  EXPECT_EQ(mapping.at("zone").as_string(), "Europe/Paris");
  EXPECT_EQ(mapping.at("currency").as_string(), "EUR");
  EXPECT_EQ(mapping.at("source").as_string(), "orders");
  EXPECT_EQ(mapping.at("fields").at("total").as_string(), "Total");

  const bj::value preview = json(ask("POST", path_of(sent, "/preview"), with_mapping(sent)));
  EXPECT_TRUE(preview.at("whole").as_bool());
  EXPECT_EQ(preview.at("report").at("rows").to_number<int>(), 4);
  EXPECT_EQ(preview.at("people").at("new").to_number<int>(), 2);
  EXPECT_EQ(preview.at("people").at("known").to_number<int>(), 1) << "u1 is known by its email";
  ASSERT_EQ(preview.at("rejected").as_array().size(), 1U);
  EXPECT_EQ(preview.at("rejected").at(0).at("line").to_number<int>(), 4);
  EXPECT_NE(std::string(preview.at("rejected").at(0).at("raw").as_string()).find("31/02/2025"), std::string::npos);
  EXPECT_TRUE(preview.at("imported_before").is_null());
  EXPECT_EQ(acme().ledger().event_count(), events_before) << "a preview stores nothing";

  const Response started = ask("POST", path_of(sent, "/import"), with_mapping(sent));
  ASSERT_EQ(started.status, 202) << started.body;
  const bj::value outcome = finished(json(started));
  EXPECT_EQ(outcome.at("report").at("rows_rejected").to_number<int>(), 1);
  EXPECT_GT(acme().ledger().event_count(), events_before);
  EXPECT_EQ(files(), 0U) << "an upload that was imported is not kept";

  const std::string import = fmt::format("/api/v1/workspaces/acme/imports/{}", outcome.at("id").to_number<int>());
  const Response rejected = ask("GET", import + "/rejected");
  ASSERT_EQ(rejected.status, 200);
  const std::string rows = *rejected.next_piece();
  EXPECT_NE(rows.find("habitue_line;habitue_reason\n"), std::string::npos) << rows;
  EXPECT_NE(rows.find("A3;31/02/2025 10:00"), std::string::npos) << rows;

  EXPECT_EQ(ask("POST", import + "/undo").status, 200);
  EXPECT_EQ(acme().ledger().event_count(), events_before);
}

TEST_F(UploadsTest, NextMonthsFileIsReadAsTheLastOneWas) {
  bj::value sent = upload();
  sent.at("inspection").at("mapping").as_object()["source"] = "till";
  finished(json(ask("POST", path_of(sent, "/import"), with_mapping(sent))));
  const bj::value next = upload("Commande;Date;Client;Total\nB1;03/03/2025 10:00;anna@example.com;12,50\n");
  EXPECT_EQ(next.at("inspection").at("mapping_from").as_string(), "import");
  EXPECT_EQ(next.at("inspection").at("mapping").at("source").as_string(), "till");
  const bj::value other = upload("Order;Day;Who;Sum\nB1;03/03/2025 10:00;anna@example.com;12,50\n");
  EXPECT_EQ(other.at("inspection").at("mapping_from").as_string(), "guess") << "other columns are another file";
}

TEST_F(UploadsTest, BytesThatWereImportedAreKnownAgain) {
  const bj::value sent = upload();
  const bj::value outcome = finished(json(ask("POST", path_of(sent, "/import"), with_mapping(sent))));
  const bj::value again = upload();
  const bj::value preview = json(ask("POST", path_of(again, "/preview"), with_mapping(again)));
  EXPECT_EQ(preview.at("imported_before"), outcome.at("id"));
}

TEST_F(UploadsTest, ANameIsNeverAPath) {
  EXPECT_EQ(upload(kOrders, "../../etc/passwd").at("name").as_string(), "passwd");
  EXPECT_EQ(upload(kOrders, "C:\\Users\\anna\\orders.csv").at("name").as_string(), "orders.csv");
  EXPECT_EQ(upload(kOrders, "..").at("name").as_string(), "file");
  for (const std::string id : {"..", "0123456789abcdef", "..%2f..%2fhabitue", "0123456789abcdeg"})
    EXPECT_EQ(ask("GET", fmt::format("{}/{}", kUploads, id)).status, 404) << id;
}

TEST_F(UploadsTest, WhatIsNoTableIsRefusedByItsNameAndNotKept) {
  const Response refused = ask("POST", std::string(kUploads), "PK\x03\x04 and more", {{"name", "orders.xlsx"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("orders.xlsx is no table"), std::string::npos) << refused.body;
  EXPECT_EQ(refused.body.find(folder_.string()), std::string::npos) << "a path of the server is nobody's business";
  EXPECT_EQ(files(), 0U);
}

TEST_F(UploadsTest, AMappingThatDoesNotFitIsToldBeforeAnythingStarts) {
  const bj::value sent = upload();
  const std::string body = R"({"mapping":{"shape":"order","fields":{"at":"When","total":"Total"}}})";
  for (const char* what : {"/preview", "/import"}) {
    const Response refused = ask("POST", path_of(sent, what), body);
    EXPECT_EQ(refused.status, 400) << refused.body;
    EXPECT_NE(refused.body.find("When"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("orders.csv"), std::string::npos) << refused.body;
  }
}

TEST_F(UploadsTest, WhatNobodyUsedForADayIsGone) {
  const bj::value sent = upload();
  const std::string id(sent.at("id").as_string());
  const auto about = folder_ / "acme" / "uploads" / (id + ".json");
  const auto long_ago = (now() - std::chrono::hours(25)).time_since_epoch().count();
  ASSERT_TRUE(write_file_atomically(about, fmt::format(R"({{"name":"o.csv","bytes":1,"used_at_us":{}}})", long_ago)));
  EXPECT_TRUE(json(ask("GET", std::string(kUploads))).at("uploads").as_array().empty());
  EXPECT_EQ(files(), 0U);
}

TEST_F(UploadsTest, LooksAtRowsAreRecorded) {
  const bj::value sent = upload();
  ask("POST", path_of(sent, "/preview"), with_mapping(sent));
  const auto looks = acme().audit().find({});
  ASSERT_TRUE(looks);
  ASSERT_EQ(looks->size(), 2U);
  EXPECT_EQ(looks->front().what, "uploads/{id}/preview");
  EXPECT_TRUE(looks->front().whole);
}

class UploadsOverHttpTest : public UploadsTest {
 protected:
  void SetUp() override {
    options_.upload_bytes_max = 4U << 20U;
    UploadsTest::SetUp();
    HttpOptions http;
    http.port = 0;
    http.idle_seconds = 2;
    http.body_bytes_max = 1U << 16U;
    auto started = HttpServer::start(*api_, http);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  void TearDown() override {
    server_.reset();
    UploadsTest::TearDown();
  }
  static std::string orders(std::size_t rows) {
    std::string text = "order_id,date,email,total\n";
    for (std::size_t i = 0; i < rows; ++i) text += fmt::format("o{0},2025-02-03T10:00:00Z,p{0}@example.com,12.50\n", i);
    return text;
  }
  std::unique_ptr<HttpServer> server_;
};

TEST_F(UploadsOverHttpTest, AFileMayBeLargerThanAnyOtherBody) {
  HttpClient client(server_->port());
  client.send("POST", std::string(kUploads) + "?name=big.csv", orders(40'000));
  const std::string answer = client.receive_until("}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201")) << answer.substr(0, 500);
  client.send("POST", "/api/v1/workspaces/acme/sql", std::string(1U << 17U, ' '));
  EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 413"));
}

TEST_F(UploadsOverHttpTest, AFileThatIsTooLargeIsRefusedWithItsLimitAndLeavesNothing) {
  for (const bool announced : {true, false}) {
    HttpClient client(server_->port());
    const std::string file = orders(120'000);
    if (announced) {
      client.send("POST", std::string(kUploads) + "?name=big.csv", file);
    } else {
      client.send_raw(
          fmt::format("POST {}?name=big.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Habitue: 1\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
                      kUploads, file.size(), file));
    }
    const std::string answer = client.receive_until("");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer.substr(0, 300);
    EXPECT_NE(answer.find("4 MiB"), std::string::npos) << answer;
    EXPECT_EQ(files(), 0U);
  }
}

TEST_F(UploadsOverHttpTest, WhoMayNotSendIsToldBeforeTheBytesCome) {
  HttpClient client(server_->port());
  client.send_raw(
      fmt::format("POST {}?name=a.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
                  "Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n",
                  kUploads, write_key_));
  EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 403"));
  EXPECT_EQ(files(), 0U);
}

TEST_F(UploadsOverHttpTest, AFileThatBreaksOffLeavesNothing) {
  {
    HttpClient client(server_->port());
    client.send_raw(fmt::format(
        "POST {}?name=a.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Habitue: 1\r\nContent-Length: 1000000\r\n\r\na;b\n1;2\n",
        kUploads));
    for (int tries = 0; tries < 200 && files() == 0; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(files(), 1U);
  }
  for (int tries = 0; tries < 200 && files() > 0; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace habitue::server
