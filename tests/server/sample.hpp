// A small company on disk, opened, with an Api on it: what the server's tests ask.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/json.hpp"
#include "server/api.hpp"
#include "workspace/workspace.hpp"

namespace habitue::server {

constexpr const char* kSampleConfig = R"(name = "Sample"
currency = "EUR"
zone = "Europe/Paris"

[[hypotheses]]
version = "v1"
from = 2024-01-01
product = "shop"
message = "good things"
audience = 'trait country = "FR"'
)";

class Sample : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::path(testing::TempDir()) / fmt::format("habitue_{}_{}", info->test_suite_name(), info->name());
    std::filesystem::remove_all(folder_);
    ASSERT_TRUE(workspace::create(folder_ / "acme", kSampleConfig));
    auto root = workspace::Root::open(folder_);
    ASSERT_TRUE(root) << root.error().message;
    root_ = std::move(*root);
    ASSERT_EQ(root_->failures().size(), 0U) << root_->failures().front().second.message;
    api_ = std::make_unique<Api>(*root_, options_);
    const auto key = workspace::create_key(acme().ledger(), "test", workspace::kWriteScope);
    ASSERT_TRUE(key);
    write_key_ = key->secret;
  }
  void TearDown() override {
    api_.reset();
    root_.reset();
    std::filesystem::remove_all(folder_);
  }

  workspace::Workspace& acme() { return *root_->find("acme"); }

  /// From this process, with every right.
  Response ask(const std::string& method, const std::string& path, const std::string& body = {},
               std::vector<std::pair<std::string, std::string>> query = {}) {
    Request request;
    request.method = method;
    request.path = path;
    request.query = std::move(query);
    request.body = body;
    request.trusted = true;
    request.from_loopback = true;
    return api_->handle(request);
  }
  /// From outside, with these headers.
  Response from_outside(const std::string& method, const std::string& path,
                        std::map<std::string, std::string, std::less<>> headers, const std::string& body = {},
                        bool loopback = true) {
    Request request;
    request.method = method;
    request.path = path;
    request.headers = std::move(headers);
    request.body = body;
    request.from_loopback = loopback;
    return api_->handle(request);
  }
  static boost::json::value json(const Response& response) {
    auto parsed = parse_json(response.body);
    return parsed ? *parsed : boost::json::value(nullptr);
  }

  /// Twenty people, ten French, ten Belgian, of whom some bought; through the intake.
  void fill() {
    std::string batch = "{\"batch\":[";
    for (int i = 0; i < 20; ++i) {
      if (i > 0) batch += ",";
      batch += fmt::format(
          R"({{"type":"identify","messageId":"i{0}","userId":"u{0}","timestamp":"2025-01-{1:02}T10:00:00Z","traits":{{"country":"{2}","email":"u{0}@example.com","name":"Person {0}"}},"context":{{"campaign":{{"source":"{3}"}}}}}})",
          i, i + 1, i % 2 == 0 ? "FR" : "BE", i % 3 == 0 ? "press" : "search");
      if (i % 4 < 3)
        batch += fmt::format(
            R"(,{{"type":"track","event":"Order Completed","messageId":"o{0}","userId":"u{0}","timestamp":"2025-02-{1:02}T10:00:00Z","properties":{{"order_id":"o{0}","total":{2}.5,"currency":"EUR","products":[{{"name":"Tea","price":{2}.5,"quantity":1}}]}}}})",
            i, i + 1, i + 10);
    }
    batch += "]}";
    const Response answer = ask("POST", "/v1/batch", batch, {{"workspace", "acme"}});
    ASSERT_EQ(answer.status, 200) << answer.body;
    ASSERT_TRUE(acme().settle());
  }

  ApiOptions options_;
  std::filesystem::path folder_;
  std::unique_ptr<workspace::Root> root_;
  std::unique_ptr<Api> api_;
  std::string write_key_;
};

}  // namespace habitue::server
