#include "intake/column_guess.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "intake/mapping_words.hpp"

namespace habitue::intake {
namespace {

struct FieldWords {
  std::string_view field;
  std::string_view what;   // For the reason.
  std::string_view words;  // Separated by `|`, the surest first.
};

constexpr std::array<FieldWords, 16> kFieldWords = {{
    {"message_id", "an event's id", "message id|insert id|event uuid|event id|uuid"},
    {"order_id", "an order's id",
     "order id|order no|invoice no|invoice id|invoice|order|transaction id|transaction no|transaction|receipt "
     "no|receipt|ticket no|ticket|basket id|"
     "basket|no commande|commande no|id commande|commande|ref commande|reference commande|no facture|facture no|id "
     "facture|facture|no ticket"},
    {"product_id", "a product's code",
     "product id|stock code|sku|lineitem sku|item id|item code|product code|article no|no article|code article|ref "
     "produit|reference produit|"
     "code produit|id produit|id article|ref article|reference article|ean|upc|reference|ref|item|article|product"},
    {"product_name", "a product's name",
     "product name|item name|lineitem name|description|product description|libelle|libelle produit|designation|nom "
     "produit|nom article|produit|"
     "libelle article|product|article|title"},
    {"quantity", "a quantity", "quantity|qty|lineitem quantity|quantite|qte|units|unites|nombre|nb|quantity ordered"},
    {"unit_price", "a price",
     "unit price|price|lineitem price|item price|prix unitaire|prix|pu|pu ttc|prix ttc|prix unitaire ttc|pu ht|prix "
     "ht|prix vente"},
    {"total", "an amount",
     "total|order total|amount|total amount|total price|montant|montant total|montant ttc|total ttc|total "
     "commande|grand total|revenue|sales value|"
     "spend|sales|ca|montant eur|amount eur|amount usd|amount gbp|prix total|value"},
    {"currency", "a currency", "currency|currency code|devise|monnaie"},
    {"refund", "a mark of refunds",
     "refund|is refund|refunded|avoir|remboursement|rembourse|returned|is return|retour"},
    {"at", "a moment",
     "timestamp|at|event time|datetime|date time|occurred at|invoice date|order date|created at|date commande|date "
     "facture|date achat|purchase date|"
     "transaction date|order purchase timestamp|date heure|horodatage|event date|date|time|day|jour|date "
     "publication|date creation|cree le"},
    {"event", "an event's name", "event|event name|event type|action|activity|evenement|nom evenement|type evenement"},
    {"anonymous_id", "an anonymous visitor's id",
     "anonymous id|visitor id|visitor|device id|cookie id|distinct id|id visiteur"},
    {"email", "an email address",
     "email|e mail|mail|email address|courriel|adresse email|adresse mail|adresse e mail|customer email"},
    {"account_id", "an account's id",
     "account id|account no|company id|organization id|organisation id|workspace id|tenant id|id compte|no "
     "compte|account|compte"},
    {"user_id", "a customer's id",
     "user id|customer id|customer no|client id|id client|code client|no client|client no|user|customer|client|member "
     "id|household id|household|contact id|"
     "subscriber id|person id|customer unique id|id utilisateur|utilisateur|uid|master id|id"},
    {"name", "a name", "name|full name|nom|nom complet|customer name|nom client|company name|raison sociale"},
}};

constexpr std::string_view kTraitWords =
    "country|pays|city|ville|region|gender|sexe|genre|age|birth date|birthday|date naissance|date birth|zip|zip "
    "code|postcode|post code|postal code|"
    "code postal|segment|customer segment|plan|language|langue|locale|first name|prenom|last name|nom "
    "famille|phone|phone no|telephone|company|societe|"
    "entreprise|industry|secteur|marital status|marital|education|income|job|job title|poste|csp|newsletter|opt "
    "in|optin|churn|tier|loyalty tier";

bool listed(std::string_view words, std::string_view wanted, std::size_t& place) {
  place = 0;
  while (!words.empty()) {
    const std::size_t bar = std::min(words.find('|'), words.size());
    if (words.substr(0, bar) == wanted) return true;
    words.remove_prefix(std::min(words.size(), bar + 1));
    ++place;
  }
  return false;
}

// Names promise, contents decide: a "date" that holds no dates is none. The reason against, or empty.
std::string objection(std::string_view field, const ColumnFacts& facts) {
  const bool numeric = facts.values > 0 && facts.numbers * 10 >= facts.values * 6;
  if (facts.values == 0) return "it is always empty";
  if (field == "at" && facts.dates.format.empty()) return "it holds no dates";
  if ((field == "quantity" || field == "unit_price" || field == "total") && !numeric) return "it holds no numbers";
  if (field == "email" && facts.with_at_sign * 2 < facts.values) return "it holds no addresses";
  if ((field == "user_id" || field == "order_id" || field == "account_id") && !facts.dates.format.empty() && !numeric)
    return "it holds dates";
  if (field == "product_name" && numeric) return "it holds numbers";
  if (field == "product_id" && facts.spaced * 2 > facts.values) return "it holds names";
  if (field == "event" && facts.distinct > 500) return "it has too many different values";
  if (field == "name" && numeric) return "it holds numbers";
  return {};
}

std::string type_name(const ColumnFacts& facts) {
  if (facts.json > 0) return "json";
  if (!facts.dates.format.empty()) return "moment";
  switch (facts.type) {
    case ColumnType::Integer: return "integer";
    case ColumnType::Decimal: return "decimal";
    case ColumnType::Boolean: return "boolean";
    case ColumnType::Text: return "text";
  }
  return "text";
}

std::string grouped(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace

std::string column_words(std::string_view name) {
  static const std::set<std::string, std::less<>> kStopWords = {"de", "du",  "des", "la", "le", "l",
                                                                "d",  "the", "of",  "a",  "en"};
  std::string spaced;
  bool lower_before = false;
  for (const char c : name) {  // InvoiceNo: invoice no.
    if (c >= 'A' && c <= 'Z' && lower_before) spaced.push_back(' ');
    lower_before = c >= 'a' && c <= 'z';
    spaced.push_back(c);
  }
  std::string words;
  std::string word;
  const auto close = [&] {
    if (word == "n" || word == "num" || word == "numero" || word == "number" || word == "nr" || word == "nbr")
      word = "no";
    if (word == "identifiant" || word == "identifier") word = "id";
    if (word.empty() || kStopWords.contains(word)) return word.clear();
    if (!words.empty()) words.push_back(' ');
    words += word;
    word.clear();
  };
  for (const char c : folded(spaced)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      word.push_back(c);
    } else {
      close();
    }
  }
  close();
  // Names of one piece in small letters, as databases have them.
  static const std::pair<std::string_view, std::string_view> kJoined[] = {{"userid", "user id"},
                                                                          {"customerid", "customer id"},
                                                                          {"orderid", "order id"},
                                                                          {"productid", "product id"},
                                                                          {"itemid", "item id"},
                                                                          {"visitorid", "visitor id"},
                                                                          {"transactionid", "transaction id"},
                                                                          {"invoiceno", "invoice no"},
                                                                          {"stockcode", "stock code"},
                                                                          {"unitprice", "unit price"},
                                                                          {"invoicedate", "invoice date"},
                                                                          {"orderdate", "order date"},
                                                                          {"clientid", "client id"},
                                                                          {"idclient", "id client"},
                                                                          {"codeclient", "code client"},
                                                                          {"codepostal", "code postal"},
                                                                          {"eventtype", "event type"},
                                                                          {"eventname", "event name"},
                                                                          {"accountid", "account id"},
                                                                          {"invoice", "invoice"},
                                                                          {"zipcode", "zip code"},
                                                                          {"firstname", "first name"},
                                                                          {"lastname", "last name"},
                                                                          {"anonymousid", "anonymous id"}};
  for (const auto& [joined, split] : kJoined)
    if (words == joined) return std::string(split);
  return words;
}

std::vector<ColumnFacts> look_at_columns(const std::vector<std::string>& names, const TableSample& sample,
                                         DecimalMark mark, bool likely_french) {
  std::vector<ColumnFacts> all;
  for (std::size_t column = 0; column < names.size(); ++column) {
    ColumnFacts facts;
    facts.name = names[column];
    facts.words = column_words(names[column]);
    facts.type = type_of_column(names[column], sample, column, mark);
    std::vector<std::string> values;
    std::unordered_set<std::string> distinct;
    for (const auto& row : sample.rows) {
      const std::string_view value = column < row.size() ? trimmed(row[column]) : std::string_view();
      if (value.empty()) {
        ++facts.missing;
        continue;
      }
      ++facts.values;
      facts.numbers += parse_decimal(value, mark) ? 1 : 0;
      facts.spaced += value.find(' ') != std::string_view::npos ? 1 : 0;
      facts.with_at_sign += value.find('@') != std::string_view::npos ? 1 : 0;
      facts.json += value.starts_with('{') || value.starts_with('[') ? 1 : 0;
      if (distinct.emplace(value).second && facts.samples.size() < 5) facts.samples.emplace_back(value.substr(0, 200));
      if (values.size() < 2'000) values.emplace_back(value);
    }
    facts.distinct = distinct.size();
    if (facts.json * 2 < facts.values) facts.json = 0;
    // A column of prices would pass for moments since 1970 only if it were all large whole numbers.
    facts.dates = guess_date_format(values, likely_french);
    all.push_back(std::move(facts));
  }
  return all;
}

std::vector<ColumnGuess> guess_columns(const std::vector<ColumnFacts>& facts, std::size_t rows) {
  std::vector<ColumnGuess> guesses;
  for (const ColumnFacts& column : facts) {
    ColumnGuess guess{column.name,        type_name(column),
                      "property",         "no field is called like that: kept under its own name",
                      column.samples,     0,
                      column.dates.format};
    if (rows > 0) guess.missing_share = static_cast<double>(column.missing) / static_cast<double>(rows);
    guesses.push_back(std::move(guess));
  }
  std::vector<bool> taken(facts.size(), false);
  for (const FieldWords& field : kFieldWords) {
    std::size_t best = facts.size(), best_place = 0;
    for (std::size_t column = 0; column < facts.size(); ++column) {
      std::size_t place = 0;
      if (taken[column] || !listed(field.words, facts[column].words, place)) continue;
      if (const std::string against = objection(field.field, facts[column]); !against.empty()) {
        guesses[column].reason = fmt::format("named like {}, but {}", field.what, against);
        continue;
      }
      if (best < facts.size() && place >= best_place) continue;
      best = column;
      best_place = place;
    }
    if (best == facts.size()) continue;
    taken[best] = true;
    guesses[best].field = field.field;
    guesses[best].reason = fmt::format("named like {}; {} distinct in {} rows seen", field.what,
                                       grouped(facts[best].distinct), grouped(rows));
    if (field.field == std::string_view("at")) guesses[best].reason += "; " + facts[best].dates.reason;
  }
  for (std::size_t column = 0; column < facts.size(); ++column) {
    std::size_t place = 0;
    if (taken[column]) continue;
    if (facts[column].name == kRejectedLineColumn || facts[column].name == kRejectedReasonColumn) {
      guesses[column].field = "ignored";
      guesses[column].reason = "tells why the row was rejected before";
    } else if (facts[column].values == 0 && rows > 0) {
      guesses[column].field = "ignored";
      guesses[column].reason = "always empty in the rows seen";
    } else if (listed(kTraitWords, facts[column].words, place)) {
      guesses[column].field = "trait";
      guesses[column].reason =
          fmt::format("named like something about a person; {} distinct", grouped(facts[column].distinct));
    }
  }
  return guesses;
}

bool named_in_french(const std::vector<std::string>& names) {
  static const std::set<std::string, std::less<>> kFrench = {
      "date",  "commande", "facture", "prix",        "montant", "quantite", "qte",     "client",    "pays",
      "ville", "libelle",  "produit", "designation", "devise",  "prenom",   "nom",     "courriel",  "avis",
      "jour",  "heure",    "ttc",     "ht",          "societe", "code",     "adresse", "naissance", "achat"};
  static const std::set<std::string, std::less<>> kShared = {"date", "client", "code"};
  for (const std::string& name : names) {
    std::string word;
    for (const char c : column_words(name) + " ") {
      if (c != ' ') {
        word.push_back(c);
        continue;
      }
      if (kFrench.contains(word) && !kShared.contains(word)) return true;
      word.clear();
    }
  }
  return false;
}

std::string currency_in_name(std::string_view name) {
  for (const auto& [sign, code] : {std::pair("\u20AC", "EUR"), std::pair("\u00A3", "GBP"), std::pair("$", "USD")})
    if (name.find(sign) != std::string_view::npos) return code;
  const std::string words = " " + column_words(name) + " ";
  for (const auto& [word, code] :
       {std::pair(" eur ", "EUR"), std::pair(" euro ", "EUR"), std::pair(" euros ", "EUR"), std::pair(" gbp ", "GBP"),
        std::pair(" usd ", "USD"), std::pair(" chf ", "CHF"), std::pair(" cad ", "CAD"), std::pair(" jpy ", "JPY")})
    if (words.find(word) != std::string::npos) return code;
  return {};
}

std::string currency_of_country(std::string_view country) {
  static const std::pair<std::string_view, std::string_view> kCountries[] = {{"united kingdom", "GBP"},
                                                                             {"uk", "GBP"},
                                                                             {"gb", "GBP"},
                                                                             {"royaume-uni", "GBP"},
                                                                             {"great britain", "GBP"},
                                                                             {"france", "EUR"},
                                                                             {"fr", "EUR"},
                                                                             {"germany", "EUR"},
                                                                             {"de", "EUR"},
                                                                             {"allemagne", "EUR"},
                                                                             {"belgium", "EUR"},
                                                                             {"belgique", "EUR"},
                                                                             {"be", "EUR"},
                                                                             {"spain", "EUR"},
                                                                             {"espagne", "EUR"},
                                                                             {"es", "EUR"},
                                                                             {"italy", "EUR"},
                                                                             {"italie", "EUR"},
                                                                             {"it", "EUR"},
                                                                             {"netherlands", "EUR"},
                                                                             {"pays-bas", "EUR"},
                                                                             {"nl", "EUR"},
                                                                             {"portugal", "EUR"},
                                                                             {"ireland", "EUR"},
                                                                             {"irlande", "EUR"},
                                                                             {"austria", "EUR"},
                                                                             {"autriche", "EUR"},
                                                                             {"united states", "USD"},
                                                                             {"usa", "USD"},
                                                                             {"us", "USD"},
                                                                             {"etats-unis", "USD"},
                                                                             {"united states of america", "USD"},
                                                                             {"switzerland", "CHF"},
                                                                             {"suisse", "CHF"},
                                                                             {"ch", "CHF"},
                                                                             {"canada", "CAD"},
                                                                             {"japan", "JPY"},
                                                                             {"japon", "JPY"},
                                                                             {"australia", "AUD"},
                                                                             {"australie", "AUD"},
                                                                             {"sweden", "SEK"},
                                                                             {"suede", "SEK"},
                                                                             {"norway", "NOK"},
                                                                             {"denmark", "DKK"},
                                                                             {"poland", "PLN"},
                                                                             {"brazil", "BRL"},
                                                                             {"bresil", "BRL"}};
  const std::string name = folded(trimmed(country));
  for (const auto& [known, code] : kCountries)
    if (name == known) return std::string(code);
  return {};
}

}  // namespace habitue::intake
