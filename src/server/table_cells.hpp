// The cells of tables, from the API's JSON: what tables.cpp and behaviour_tables.cpp share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "server/tables.hpp"

namespace habitue::server {

using Row = std::vector<std::string>;

std::string text_of(const boost::json::value& value);
/// `1234.50 GBP; 3.00 EUR` from balances; `field` is received, refunded or net.
std::string money_text(const boost::json::value& balances, std::string_view field);
std::string amount_text(const boost::json::value& money);
/// A value of a breakdown: its text, or what it stands for in brackets.
std::string shown_value(const boost::json::value& value);
/// Empty when there is nobody to be a share of.
std::string share_text(const boost::json::value& share);
/// Which parts of the audience the answer shows: the one asked for, or each.
std::vector<std::string_view> sides_of(const boost::json::object& body);

/// A table of the answer's warnings, when it has some.
void add_warnings(std::vector<ReportTable>& tables, const boost::json::object& body);

/// The tables of a contrast; `language` of the body says in whose words.
std::vector<ReportTable> contrast_tables(const boost::json::object& body);
std::vector<ReportTable> second_purchase_tables(const boost::json::object& body);
/// The tables of cohorts' `overlap` and `cohort-history`; none for any other report.
std::vector<ReportTable> cohort_tables(std::string_view report, const boost::json::object& body);
/// The tables of the questions about money; none for any other report.
std::vector<ReportTable> value_tables(std::string_view report, const boost::json::object& body);
std::vector<ReportTable> propensity_tables(const boost::json::object& body);
std::vector<ReportTable> uplift_tables(const boost::json::object& body);
std::vector<ReportTable> contracts_tables(const boost::json::object& body);
/// The tables of the questions about products and scenarios; none for any other report.
std::vector<ReportTable> product_tables(std::string_view report, const boost::json::object& body);
/// The tables of `rhythm`.
std::vector<ReportTable> rhythm_tables(const boost::json::object& body);
/// The tables of `readiness`.
std::vector<ReportTable> readiness_tables(const boost::json::object& body);
/// The tables of `config/preview`.
std::vector<ReportTable> preview_tables(const boost::json::object& body);
/// The tables of `today`.
std::vector<ReportTable> today_tables(const boost::json::object& body);
/// The tables of `map`.
std::vector<ReportTable> map_tables(const boost::json::object& body);
/// The tables of `aida`, and of `offers` of one person.
std::vector<ReportTable> aida_tables(const boost::json::object& body);
std::vector<ReportTable> offers_tables(const boost::json::object& body);
/// The tables of `scenario`.
std::vector<ReportTable> scenario_tables(const boost::json::object& body);
/// The tables of `delivery-gate`, `overrides` and `treatment`; none for any other report.
std::vector<ReportTable> delivery_tables(std::string_view report, const boost::json::object& body);
/// The tables of the questions of behaviour, funnel to paths; none for any other report.
std::vector<ReportTable> behaviour_tables(std::string_view report, const boost::json::object& body);

}  // namespace habitue::server
