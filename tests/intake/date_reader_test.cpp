#include "intake/date_reader.hpp"

#include <gmock/gmock.h>

namespace habitue::intake {
namespace {

std::string read(std::string_view format, std::string_view text, std::string_view zone = "UTC") {
  const auto reader = DateReader::make(format, *Zone::find(zone));
  EXPECT_TRUE(reader) << format;
  const auto moment = reader->read(text);
  return moment ? format_moment(*moment) : "none";
}

TEST(DateReader, ReadsEachConvention) {
  EXPECT_EQ(read("iso", "2011-12-09 12:50:00"), "2011-12-09T12:50:00Z");
  EXPECT_EQ(read("iso", "2011-12-09"), "2011-12-09T00:00:00Z");
  EXPECT_EQ(read("iso", "2011-12-09T12:50:00.250+01:00"), "2011-12-09T11:50:00.250Z");
  EXPECT_EQ(read("dd/MM/yyyy HH:mm", "9/12/2011 8:05"), "2011-12-09T08:05:00Z");
  EXPECT_EQ(read("dd/MM/yyyy HH:mm", "09/12/2011"), "2011-12-09T00:00:00Z");
  EXPECT_EQ(read("dd/MM/yyyy HH:mm", "09/12/2011 08:05:31"), "2011-12-09T08:05:31Z");
  EXPECT_EQ(read("MM/dd/yyyy h:mm a", "12/9/2011 8:05 PM"), "2011-12-09T20:05:00Z");
  EXPECT_EQ(read("MM/dd/yyyy h:mm a", "12/9/2011 12:05AM"), "2011-12-09T00:05:00Z");
  EXPECT_EQ(read("dd.MM.yy", "09.12.11"), "2011-12-09T00:00:00Z");
  EXPECT_EQ(read("dd-MM-yyyy", "31-01-1999"), "1999-01-31T00:00:00Z");
  EXPECT_EQ(read("yyyyMMdd", "20111209"), "2011-12-09T00:00:00Z");
  EXPECT_EQ(read("unix_s", "1323435000"), "2011-12-09T12:50:00Z");
  EXPECT_EQ(read("unix_ms", "1323435000250"), "2011-12-09T12:50:00.250Z");
  EXPECT_EQ(read("excel", "40886.5347222222"), "2011-12-09T12:50:00Z");
  EXPECT_EQ(read("fr_long", "17 octobre 2013"), "2013-10-17T00:00:00Z");
  EXPECT_EQ(read("fr_long", "Publiée le lundi 1er août 2022 à 9h05"), "2022-08-01T09:05:00Z");
  EXPECT_EQ(read("fr_long", "3 févr. 2020"), "2020-02-03T00:00:00Z");
  EXPECT_EQ(read("en_long", "Dec 9, 2011 12:50 PM"), "2011-12-09T12:50:00Z");
  EXPECT_EQ(read("en_long", "9th December 2011"), "2011-12-09T00:00:00Z");
  EXPECT_EQ(read("en_long", "Fri Dec 9 12:50:03 2011"), "2011-12-09T12:50:03Z");
}

TEST(DateReader, TakesWallClocksInTheirZone) {
  EXPECT_EQ(read("iso", "2011-07-01 12:00:00", "Europe/London"), "2011-07-01T11:00:00Z");
  EXPECT_EQ(read("dd/MM/yyyy HH:mm", "01/07/2011 12:00", "Europe/Paris"), "2011-07-01T10:00:00Z");
  EXPECT_EQ(read("fr_long", "1 janvier 2011", "Europe/Paris"), "2010-12-31T23:00:00Z");
  EXPECT_EQ(read("iso", "2011-07-01T12:00:00Z", "Europe/Paris"), "2011-07-01T12:00:00Z");
}

TEST(DateReader, RefusesWhatIsNoDayOrOfAnotherConvention) {
  for (const char* text : {"", "2011-02-30", "2011-13-01", "20111209", "1323435000", "2011-12-09 25:00:00",
                           "2011-12-09 12:61:00", "09/12/2011", "hello"})
    EXPECT_EQ(read("iso", text), "none") << text;
  for (const char* text :
       {"31/02/2011", "1/13/2011", "2011-12-09", "1/2", "1/2/3", "09/12/2011 8", "09/12/2011 08:05 x", "a/b/c"})
    EXPECT_EQ(read("dd/MM/yyyy HH:mm", text), "none") << text;
  for (const char* text : {"17 jui 2013", "17 octobre", "octobre 2013", "32 octobre 2013", "17 october 2013"})
    EXPECT_EQ(read("fr_long", text), "none") << text;
  EXPECT_EQ(read("unix_s", "1e300"), "none");
  EXPECT_EQ(read("excel", "nan"), "none");
  EXPECT_FALSE(DateReader::make("whenever", Zone::utc()));
}

std::string guess(std::vector<std::string> samples, bool french = false) {
  const DateGuess guessed = guess_date_format(samples, french);
  return guessed.format + (guessed.alternative.empty() ? "" : " or " + guessed.alternative);
}

TEST(GuessDateFormat, IsDecidedByContents) {
  EXPECT_EQ(guess({"2011-12-09 12:50:00", "2011-12-10"}), "iso");
  EXPECT_EQ(guess({"01/02/2011", "13/02/2011"}), "dd/MM/yyyy");
  EXPECT_EQ(guess({"01/02/2011 10:00", "02/13/2011 11:00"}), "MM/dd/yyyy HH:mm");
  EXPECT_EQ(guess({"1/2/11 9:05 AM", "2/28/11 4:00 PM"}), "MM/dd/yy h:mm a");
  EXPECT_EQ(guess({"31.12.2011", "01.01.2012"}), "dd.MM.yyyy");
  EXPECT_EQ(guess({"1323435000", "1323435001"}), "unix_s");
  EXPECT_EQ(guess({"1323435000000"}), "unix_ms");
  EXPECT_EQ(guess({"20111209", "20111210"}), "yyyyMMdd");
  EXPECT_EQ(guess({"Publiée le 17 octobre 2013", "3 mars 2014"}), "fr_long");
  EXPECT_EQ(guess({"Dec 9, 2011"}), "en_long");
  EXPECT_EQ(guess({"12.5", "13.5"}), "");
  EXPECT_EQ(guess({"17850", "13047"}), "");
  EXPECT_EQ(guess({}), "");
}

TEST(GuessDateFormat, SaysWhenDayAndMonthCannotBeToldApart) {
  EXPECT_EQ(guess({"03/04/2011", "05/06/2011"}, true), "dd/MM/yyyy or MM/dd/yyyy");
  EXPECT_EQ(guess({"03/04/2011", "05/06/2011"}, false), "MM/dd/yyyy or dd/MM/yyyy");
  // Twelve days of January, day first: read the other way, the rows would jump from month to month and back.
  std::vector<std::string> january;
  for (int hour = 0; hour < 3; ++hour)
    for (int day = 1; day <= 12; ++day)
      january.push_back((day < 10 ? "0" : "") + std::to_string(day) + "/0" + std::to_string(1 + hour) + "/2011");
  EXPECT_EQ(guess(january), "dd/MM/yyyy");
}

}  // namespace
}  // namespace habitue::intake
