// The description of the API is held to be true: its routes are the server's routes, and real answers fit its schemas.
#include "server/openapi.hpp"

#include <set>

#include "server/sample.hpp"

namespace habitue::server {
namespace {
namespace bj = boost::json;

class OpenApiTest : public Sample {
 protected:
  const bj::value text_ = *parse_json(openapi_text());

  // The part of JSON Schema that the description uses. Says where an answer departs from it.
  void fits(const bj::value& value, const bj::value& schema, const std::string& where) {
    if (schema.as_object().empty()) return;
    if (const auto* ref = schema.as_object().if_contains("$ref")) {
      const std::string name(ref->as_string().subview(std::string_view("#/components/schemas/").size()));
      return fits(value, text_.at("components").at("schemas").at(name), where);
    }
    if (const auto* all = schema.as_object().if_contains("allOf")) {
      for (const auto& each : all->as_array()) fits(value, each, where);
      return;
    }
    if (const auto* any = schema.as_object().if_contains("oneOf")) {
      // Only used for "this, or null".
      if (!value.is_null()) fits(value, any->at(0), where);
      return;
    }
    const auto* type = schema.as_object().if_contains("type");
    ASSERT_NE(type, nullptr) << where;
    std::set<std::string> types;
    if (type->is_string()) {
      types.emplace(type->as_string());
    } else {
      for (const auto& each : type->as_array()) types.emplace(each.as_string());
    }
    const std::string actual = value.is_null()     ? "null"
                               : value.is_bool()   ? "boolean"
                               : value.is_string() ? "string"
                               : value.is_array()  ? "array"
                               : value.is_object() ? "object"
                               : value.is_double() ? "number"
                                                   : "integer";
    ASSERT_TRUE(types.contains(actual) || (actual == "integer" && types.contains("number")))
        << where << " is " << actual << ": " << bj::serialize(value);
    if (const auto* words = schema.as_object().if_contains("enum"); words != nullptr) {
      bool known = false;
      for (const auto& word : words->as_array()) known = known || word == value;
      EXPECT_TRUE(known) << where << ": " << bj::serialize(value);
    }
    if (const auto* items = schema.as_object().if_contains("items"); items != nullptr && value.is_array()) {
      for (std::size_t i = 0; i < value.as_array().size(); ++i)
        fits(value.as_array()[i], *items, fmt::format("{}[{}]", where, i));
    }
    if (!value.is_object()) return;
    if (const auto* required = schema.as_object().if_contains("required")) {
      for (const auto& name : required->as_array())
        EXPECT_TRUE(value.as_object().contains(name.as_string())) << where << " lacks " << name.as_string();
    }
    const auto* properties = schema.as_object().if_contains("properties");
    if (properties == nullptr) return;
    for (const auto& [name, inner] : value.as_object())
      if (const auto* property = properties->as_object().if_contains(name))
        fits(inner, *property, where + "." + std::string(name));
  }

  void answers_fit(const std::string& path, const std::string& route,
                   std::vector<std::pair<std::string, std::string>> query = {}, const std::string& body = {}) {
    const Response answer = ask(body.empty() ? "GET" : "POST", path, body, std::move(query));
    ASSERT_EQ(answer.status, 200) << path << " " << answer.body;
    fits(json(answer),
         text_.at("paths")
             .at(route)
             .at(body.empty() ? "get" : "post")
             .at("responses")
             .at("200")
             .at("content")
             .at("application/json")
             .at("schema"),
         path);
  }
};

TEST_F(OpenApiTest, HasExactlyTheRoutesOfTheServer) {
  std::set<std::string> described, served;
  for (const auto& [path, methods] : text_.at("paths").as_object())
    for (const auto& [method, operation] : methods.as_object()) {
      std::string upper(method);
      for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      described.insert(upper + " " + std::string(path));
      EXPECT_TRUE(operation.as_object().contains("summary")) << path;
    }
  for (const Route& route : Api::routes()) served.insert(fmt::format("{} {}", route.method, route.pattern));
  EXPECT_EQ(described, served);
}

TEST_F(OpenApiTest, SaysWhichScopeEachRouteNeeds) {
  for (const Route& route : Api::routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto& security = text_.at("paths").at(std::string(route.pattern)).at(method).at("security").as_array();
    if (route.scope == 0) {
      EXPECT_TRUE(security.empty()) << route.pattern;
    } else {
      ASSERT_EQ(security.size(), 1U) << route.pattern;
      EXPECT_EQ(security.at(0).at("key").at(0).as_string(), workspace::scope_names(route.scope).front())
          << route.pattern;
    }
  }
}

TEST_F(OpenApiTest, RealAnswersFitTheSchemas) {
  fill();
  const std::string base = "/api/v1/workspaces/acme", route = "/api/v1/workspaces/{workspace}";
  answers_fit("/api/v1/workspaces", "/api/v1/workspaces");
  answers_fit(base, route);
  for (const char* report : {"/roles", "/stages", "/growth", "/aarrr", "/pollution", "/channels", "/spikes", "/people",
                             "/imports", "/keys", "/criteria/names", "/config"})
    answers_fit(base + report, route + report);
  answers_fit(base + "/flows", route + "/flows", {{"from", "2025-01-15"}, {"to", "2025-06-01"}});
  const std::string funnel =
      R"({"steps":[{"event":"$identify"},{"event":"Order Completed"}],"window":"60 d","trend":"week",)"
      R"("breakdown":{"by":{"of":"trait","name":"country"}}})";
  answers_fit(base + "/funnel", route + "/funnel", {}, funnel);
  answers_fit(base + "/funnel/people", route + "/funnel/people", {}, R"({"ask":)" + funnel + R"(,"cell":{}})");
  answers_fit(base + "/retention", route + "/retention", {},
              R"({"clock":"own_cycle","breakdown":{"of":"trait","name":"country"}})");
  answers_fit(base + "/stickiness", route + "/stickiness", {}, R"({"unit":"month"})");
  answers_fit(base + "/frequency", route + "/frequency", {}, "{}");
  answers_fit(base + "/intervals", route + "/intervals", {}, R"({"from":"$identify"})");
  answers_fit(base + "/attribution", route + "/attribution", {},
              R"({"resamples":20,"breakdown":{"of":"trait","name":"country"}})");
  answers_fit(base + "/growth", route + "/growth", {{"by", "trait:country"}, {"values", "1"}});
  answers_fit(base + "/paths", route + "/paths", {},
              R"({"anchor":"$identify","gap":"60 d","breakdown":{"of":"trait","name":"country"}})");
  answers_fit(base + "/second-purchase", route + "/second-purchase", {}, R"({"days":60,"marks":[30,60]})");
  for (const char* question : {"/costs", "/give-aways", "/acquisition", "/recurring"}) {
    answers_fit(base + question, route + question, {}, R"({"bucket":"week"})");
  }
  answers_fit(base + "/costs/people", route + "/costs/people", {}, R"({"ask":{},"cell":{"role":"client"}})");
  answers_fit(base + "/acquisition/people", route + "/acquisition/people", {}, R"({"ask":{},"cell":{"side":"all"}})");
  answers_fit(base + "/forecast", route + "/forecast", {}, R"({"horizon_days":90})");
  answers_fit(base + "/forecast/people", route + "/forecast/people", {}, R"({"ask":{},"cell":{}})");
  answers_fit(base + "/propensity", route + "/propensity", {}, R"({"outcome":"buying_again","horizon_days":14})");
  answers_fit(base + "/uplift", route + "/uplift", {}, R"({"treated":"$identify","control":"$page"})");
  answers_fit(base + "/contracts", route + "/contracts", {}, R"({"by":"cohort"})");
  answers_fit(base + "/cross-sell", route + "/cross-sell", {}, R"({"buyers_least":2})");
  answers_fit(base + "/assortment", route + "/assortment", {}, "{}");
  answers_fit(base + "/products", route + "/products", {}, R"({"limit":3})");
  answers_fit(base + "/aida", route + "/aida", {}, "{}");
  answers_fit(base + "/map", route + "/map", {}, R"({"from_day":"2025-02-05"})");
  answers_fit(base + "/map/people", route + "/map/people", {},
              R"({"ask":{"from_day":"2025-02-05"},"cell":{"now":{"value_class":"low","relation":"silent"}}})");
  answers_fit(base + "/scenario", route + "/scenario", {}, R"({"elasticity":-1.5,"base":"last_period","by":"stage"})");
  answers_fit(base + "/scenario/people", route + "/scenario/people", {}, R"({"ask":{"base":"last_period"},"cell":{}})");
  answers_fit(base + "/readiness", route + "/readiness", {},
              R"({"beyond_goods":["advice"],"lift":0.1,"consent":"trait country exists"})");
  answers_fit(base + "/readiness/people", route + "/readiness/people", {}, R"({"ask":{},"cell":{"who":"not_ready"}})");
  answers_fit(base + "/programmes/may", route + "/programmes/may", {}, R"({"programme":"club","ask":{}})");
  answers_fit(base + "/programmes/overrides", route + "/programmes/overrides", {},
              R"({"programme":"club","ask":{"beyond_goods":[]},"reason":"a year to find out"})");
  answers_fit(base + "/programmes/overrides", route + "/programmes/overrides");
  answers_fit(base + "/audit", route + "/audit");
  answers_fit(base + "/arrivals", route + "/arrivals");
  const auto sent = json(
      ask("POST", base + "/uploads", "id;date;email;total\nA1;03/02/2025;a@b.fr;12,50\n", {{"name", "orders.csv"}}));
  const std::string upload = base + "/uploads/" + std::string(sent.at("id").as_string());
  answers_fit(base + "/uploads", route + "/uploads");
  answers_fit(upload, route + "/uploads/{id}");
  answers_fit(upload + "/preview", route + "/uploads/{id}/preview", {},
              bj::serialize(bj::object{{"mapping", sent.at("inspection").at("mapping")}}));
  answers_fit(base + "/rhythm", route + "/rhythm", {}, R"({"due_days":14})");
  answers_fit(base + "/config/preview", route + "/config/preview", {}, R"({"toml":"[stages]\nnew_days = 10\n"})");
  answers_fit(base + "/today", route + "/today", {}, R"({"period_days":14,"side":"all"})");
  answers_fit(base + "/today/people", route + "/today/people", {},
              R"({"ask":{"side":"all"},"cell":{"kind":"stage_moved","move":"arrived"}})");
  const std::string contrast = R"({"outcome":"Order Completed","within":"60 d","age":"1 d","support_min":2,)"
                               R"("steps":["$identify"],"stratify":{"of":"channel"}})";
  answers_fit(base + "/contrast", route + "/contrast", {}, contrast);
  answers_fit(base + "/contrast/people", route + "/contrast/people", {}, R"({"ask":)" + contrast + R"(,"cell":{}})");
  ask("PUT", base + "/cohorts/French", R"({"criteria":"trait country = \"FR\""})");
  ask("PUT", base + "/cohorts/Some", R"({"static":{"list":["u1","u2","u99"]}})");
  ask("PUT", base + "/questions/Roles", R"({"ask":"roles","lens":{"filter":"in cohort French"}})");
  ask("PUT", base + "/boards/Start", R"({"tiles":[{"question":"Roles"},{"note":"x"}]})");
  for (const char* list : {"/cohorts", "/questions", "/boards", "/saved"}) answers_fit(base + list, route + list);
  answers_fit(base + "/cohorts/French", route + "/cohorts/{name}");
  answers_fit(base + "/cohorts/Some", route + "/cohorts/{name}");
  answers_fit(base + "/questions/Roles", route + "/questions/{name}");
  answers_fit(base + "/boards/Start", route + "/boards/{name}");
  answers_fit(base + "/boards/Start/answer", route + "/boards/{name}/answer");
  answers_fit(base + "/cohorts/overlap", route + "/cohorts/overlap", {}, R"({"cohorts":["French","Some"]})");
  answers_fit(base + "/cohorts/history", route + "/cohorts/history", {}, R"({"cohort":"French"})");
  const auto people = json(ask("GET", base + "/people"));
  const std::string key(people.at("people").at(0).at("key").as_string());
  answers_fit(base + "/people/" + key, route + "/people/{key}");
  answers_fit(base + "/people/" + key + "/timeline", route + "/people/{key}/timeline");
  answers_fit(base + "/people/" + key + "/aida", route + "/people/{key}/aida");
  answers_fit(base + "/people/" + key + "/treatment", route + "/people/{key}/treatment");
  answers_fit(base + "/people/" + key + "/recommendations", route + "/people/{key}/recommendations");
  answers_fit(base + "/treatment", route + "/treatment", {{"user_id", "u99"}});
  answers_fit(base + "/delivery-gate", route + "/delivery-gate", {}, R"({"user_id":"u1","order_id":"o1","total":99})");
  answers_fit(base + "/delivery-gate/overrides", route + "/delivery-gate/overrides", {},
              R"({"user_id":"u1","order_id":"o99","reason":"a fair"})");
  answers_fit(base + "/delivery-gate/overrides", route + "/delivery-gate/overrides");
  const auto problem = json(ask("GET", base + "/roles", {}, {{"as_of", "x"}}));
  fits(problem, *parse_json(R"({"$ref":"#/components/schemas/Problem"})"), "problem");
}

}  // namespace
}  // namespace habitue::server
