// Words that invented people and products are named with. The people do not exist: common first names before common
// family names, at addresses of example.com, which nobody can own (RFC 2606).
#pragma once

#include <array>

namespace habitue::simulate {

inline constexpr std::array<const char*, 40> kFirstNames = {
    "Camille", "Manon",   "Chloé",  "Inès",  "Léa",   "Jade",   "Louise", "Alice",  "Zoé",    "Lina",
    "Emma",    "Sarah",   "Rose",   "Anna",  "Julia", "Agathe", "Jeanne", "Nina",   "Margot", "Clara",
    "Gabriel", "Raphaël", "Arthur", "Louis", "Jules", "Adam",   "Maël",   "Lucas",  "Hugo",   "Noah",
    "Paul",    "Ethan",   "Nathan", "Sacha", "Tom",   "Mathis", "Simon",  "Victor", "Basile", "Amine"};
inline constexpr std::array<const char*, 40> kFirstNamesPlain = {
    "camille", "manon",   "chloe",  "ines",  "lea",   "jade",   "louise", "alice",  "zoe",    "lina",
    "emma",    "sarah",   "rose",   "anna",  "julia", "agathe", "jeanne", "nina",   "margot", "clara",
    "gabriel", "raphael", "arthur", "louis", "jules", "adam",   "mael",   "lucas",  "hugo",   "noah",
    "paul",    "ethan",   "nathan", "sacha", "tom",   "mathis", "simon",  "victor", "basile", "amine"};
inline constexpr std::array<const char*, 40> kLastNames = {
    "Martin",  "Bernard",   "Thomas",  "Petit",    "Robert",   "Richard", "Durand",   "Dubois",  "Moreau",   "Laurent",
    "Simon",   "Michel",    "Lefevre", "Leroy",    "Roux",     "David",   "Bertrand", "Morel",   "Fournier", "Girard",
    "Bonnet",  "Dupont",    "Lambert", "Fontaine", "Rousseau", "Vincent", "Muller",   "Blanc",   "Guerin",   "Boyer",
    "Garnier", "Chevalier", "Legrand", "Gauthier", "Garcia",   "Perrin",  "Robin",    "Clement", "Morin",    "Nguyen"};
inline constexpr std::array<const char*, 40> kLastNamesPlain = {
    "martin",  "bernard",   "thomas",  "petit",    "robert",   "richard", "durand",   "dubois",  "moreau",   "laurent",
    "simon",   "michel",    "lefevre", "leroy",    "roux",     "david",   "bertrand", "morel",   "fournier", "girard",
    "bonnet",  "dupont",    "lambert", "fontaine", "rousseau", "vincent", "muller",   "blanc",   "guerin",   "boyer",
    "garnier", "chevalier", "legrand", "gauthier", "garcia",   "perrin",  "robin",    "clement", "morin",    "nguyen"};
inline constexpr std::array<const char*, 8> kCities = {"Lyon",     "Nantes",     "Lille",  "Rennes",
                                                       "Toulouse", "Strasbourg", "Angers", "Grenoble"};
inline constexpr std::array<const char*, 6> kCrafts = {"broderie", "couture",   "tricot",
                                                       "reliure",  "céramique", "vannerie"};
inline constexpr std::array<const char*, 6> kCraftsPlain = {"broderie", "couture",   "tricot",
                                                            "reliure",  "ceramique", "vannerie"};
inline constexpr std::array<const char*, 5> kTopics = {"video does not play", "material missing", "billing",
                                                       "cannot find a workshop", "level too hard"};
inline constexpr std::array<const char*, 5> kReasons = {"", "need_gone", "unsolved", "found_elsewhere", "involuntary"};

/// Of the traffic profile.
inline constexpr std::array<const char*, 20> kCategories = {
    "shoes", "shirts", "dresses", "coats", "bags",  "toys",  "books",  "games",  "garden", "kitchen",
    "beds",  "lamps",  "phones",  "sound", "sport", "bikes", "beauty", "health", "pets",   "food"};
inline constexpr std::array<const char*, 20> kCountries = {"FR", "DE", "GB", "ES", "IT", "US", "NL", "BE", "CH", "PL",
                                                           "PT", "SE", "AT", "DK", "CA", "IE", "FI", "NO", "CZ", "LU"};
inline constexpr std::array<const char*, 6> kBrowsers = {"Chrome", "Safari",           "Firefox",
                                                         "Edge",   "Samsung Internet", "Opera"};
inline constexpr std::array<const char*, 3> kDeviceKinds = {"mobile", "desktop", "tablet"};
inline constexpr std::array<const char*, 5> kPlanNames = {"free", "basic", "plus", "team", "enterprise"};

}  // namespace habitue::simulate
