#include "intake/csv_reader.hpp"

#include <gmock/gmock.h>

#include <random>

namespace habitue::intake {
namespace {

using testing::ElementsAre;

struct Read {
  std::vector<std::vector<std::string>> rows;
  std::vector<RowProblem> problems;
  std::vector<std::uint64_t> lines;
};

Read read(std::string_view text, FileFormat format = {}) {
  CsvReader reader(text, format);
  Read read;
  Row row;
  while (reader.next(row)) {
    read.rows.emplace_back();
    for (const Cell& cell : row.cells) read.rows.back().emplace_back(cell.text);
    read.problems.push_back(row.problem);
    read.lines.push_back(row.line);
  }
  return read;
}

TEST(CsvReader, ReadsQuotesAsRfc4180HasThem) {
  const Read table = read("a,b,c\r\n1,\"two, \"\"2\"\"\",3\r\n\"\",\"line\nbreak\",\r\n\r\n4,5 \"nails\",6");
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_THAT(table.rows[0], ElementsAre("1", "two, \"2\"", "3"));
  EXPECT_THAT(table.rows[1], ElementsAre("", "line\nbreak", ""));
  EXPECT_THAT(table.rows[2], ElementsAre("4", "5 \"nails\"", "6"));
  EXPECT_THAT(table.lines, ElementsAre(2, 3, 6));
}

TEST(CsvReader, NamesColumnsApart) {
  EXPECT_THAT(CsvReader("a,,a, b \n", {}).columns(), ElementsAre("a", "column_2", "a_2", "b"));
  FileFormat bare;
  bare.header = false;
  EXPECT_THAT(CsvReader("1,2\n", bare).columns(), ElementsAre("column_1", "column_2"));
  EXPECT_EQ(read("1,2\n3,4", bare).rows.size(), 2U);
}

TEST(CsvReader, CostsAStrayQuoteItsLineAndNoOther) {
  const Read table = read("a,b\n1,\"open\n2,x\n3,y\n4,z\n");
  ASSERT_EQ(table.rows.size(), 4U);
  EXPECT_EQ(table.problems[0], RowProblem::OpenQuote);
  EXPECT_THAT(table.rows[1], ElementsAre("2", "x"));
  EXPECT_THAT(table.rows[3], ElementsAre("4", "z"));
  // Two stray quotes would swallow what lies between; the width of the row gives them away.
  const Read two = read("a,b\n1,\"open\n2,x\n3,\"open\n4,z\n");
  ASSERT_EQ(two.rows.size(), 4U);
  EXPECT_EQ(two.problems[0], RowProblem::OpenQuote);
  EXPECT_THAT(two.rows[1], ElementsAre("2", "x"));
  EXPECT_EQ(two.problems[2], RowProblem::OpenQuote);
  EXPECT_THAT(two.lines, ElementsAre(2, 3, 4, 5));
}

TEST(CsvReader, TakesItsColumnsFromTheFirstRowThatCanBeRead) {
  FileFormat bare;
  bare.header = false;
  const Read table = read("\"open,x\n1,2\n3,4\n", bare);
  EXPECT_THAT(table.problems, ElementsAre(RowProblem::OpenQuote, RowProblem::None, RowProblem::None));
}

TEST(CsvReader, TellsRowsOfTheWrongWidth) {
  const Read table = read("a,b\n1\n1,2,3\n1,2\n");
  EXPECT_THAT(table.problems, ElementsAre(RowProblem::ColumnCount, RowProblem::ColumnCount, RowProblem::None));
}

TEST(CsvReader, BoundsARow) {
  const std::string huge(CsvReader::kRowBytesMax + 1'000, 'x');
  const Read table = read("a,b\n" + huge + ",1\n" + "\"" + huge + "\",1\n1,2\n");
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_NE(table.problems[0], RowProblem::None);
  EXPECT_NE(table.problems[1], RowProblem::None);
  EXPECT_THAT(table.rows[2], ElementsAre("1", "2"));
}

TEST(CsvReader, MendsCellsThatAreNoUtf8) {
  using std::literals::string_view_literals::operator""sv;
  const Read table = read("a,b\ncaf\xE9,\xC3\xA9t\xC3\xA9\nx\0y,\xED\xA0\xBC\xED\xBE\x89\n"sv);
  EXPECT_THAT(table.rows[0], ElementsAre("café", "été"));
  EXPECT_THAT(table.rows[1], ElementsAre("x\uFFFDy", "🎉"));
}

TEST(CsvReader, ReadsOldMacsLines) { EXPECT_EQ(read("a,b\r1,2\r3,4\r").rows.size(), 2U); }

// The letter of the rules, one byte at a time, for texts in which every quote is where it may be.
std::vector<std::vector<std::string>> read_naively(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false, was_quoted = false;
  const auto end_row = [&](bool blank) {
    row.push_back(cell);
    cell.clear();
    if (!blank) rows.push_back(row);
    row.clear();
    was_quoted = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell.push_back(c);
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell.push_back('"');
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty() && !was_quoted) {
      quoted = was_quoted = true;
    } else if (c == ',') {
      row.push_back(cell);
      cell.clear();
      was_quoted = false;
    } else if (c == '\n') {
      if (!cell.empty() && cell.back() == '\r' && !was_quoted) cell.pop_back();
      end_row(row.empty() && cell.empty() && !was_quoted);
    } else if (c == '\r' && was_quoted && i + 1 < text.size() && text[i + 1] == '\n') {
      continue;
    } else {
      cell.push_back(c);
    }
  }
  if (!row.empty() || !cell.empty() || was_quoted) {
    if (!cell.empty() && cell.back() == '\r' && !was_quoted) cell.pop_back();
    end_row(false);
  }
  return rows;
}

std::string random_cell(std::mt19937& random) {
  static constexpr std::string_view kBytes = "abc012 .;-\"\",,\n\r\xC3\xA9";
  std::string text;
  const auto length = random() % 5 == 0 ? random() % 90 : random() % 8;
  for (std::size_t i = 0; i < length; ++i) {
    const char c = kBytes[random() % kBytes.size()];
    if (c == '\xC3' || c == '\xA9') {
      text += "é";
    } else {
      text.push_back(c);
    }
  }
  const bool plain = random() % 2 == 0;
  if (plain) {
    std::erase_if(text, [](char c) { return c == ',' || c == '\n' || c == '\r' || c == '"'; });
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

TEST(CsvReader, AgreesWithTheNaiveReaderOnRandomTables) {
  std::mt19937 random(20110612);
  for (int round = 0; round < 2'000; ++round) {
    const std::size_t columns = 1 + random() % 6;
    std::string text;
    for (std::size_t column = 0; column < columns; ++column) text += (column > 0 ? ",c" : "c") + std::to_string(column);
    text += "\n";
    const std::size_t rows = random() % 12;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) text += (column > 0 ? "," : "") + random_cell(random);
      if (row + 1 < rows || random() % 2 == 0) text += random() % 2 == 0 ? "\n" : "\r\n";
    }
    auto expected = read_naively(text);
    if (expected.empty()) continue;
    expected.erase(expected.begin());
    ASSERT_EQ(read(text).rows, expected) << text;
  }
}

TEST(CsvReader, GoesOnFromAnyRow) {
  const std::string text = "a,b\n1,\"x\ny\"\n2,z\n3,w\n";
  CsvReader reader(text, {});
  Row row;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
  while (reader.next(row)) places.emplace_back(row.offset, row.line);
  for (std::size_t i = places.size(); i-- > 0;) {
    reader.seek(places[i].first, places[i].second);
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.cells[0].text, std::to_string(i + 1));
    EXPECT_EQ(row.line, places[i].second);
  }
}

}  // namespace
}  // namespace habitue::intake
