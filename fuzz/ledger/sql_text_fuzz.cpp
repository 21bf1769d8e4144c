// Whatever the text: its tokens are the text, and the first statement lies within it.
#include <cstdint>
#include <cstdlib>

#include "ledger/sql_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace habitue::ledger;
  const std::string_view sql(reinterpret_cast<const char*>(data), size);
  std::size_t read = 0;
  SqlTokens tokens(sql);
  while (const auto token = tokens.next()) {
    if (token->text.empty() || token->text.data() != sql.data() + read) std::abort();
    read += token->text.size();
  }
  const std::string_view first = first_statement(sql);
  if (read != sql.size() ||
      (!first.empty() && (first.data() < sql.data() || first.data() + first.size() > sql.data() + size)))
    std::abort();
  (void)forbidden_call(sql);
  return 0;
}
