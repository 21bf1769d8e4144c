#include "intake/csv_reader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <simdjson.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/text.hpp"
#include "intake/text_source.hpp"

namespace habitue::intake {
namespace {

// Which of 64 bytes are a delimiter, a newline or a quote, and whether any byte is NUL or not ASCII.
struct Block {
  std::uint64_t marks;
  bool suspicious;
};

#if defined(__SSE2__)
inline std::uint64_t bits_of(__m128i mask) {
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(mask)));
}

inline Block look(const char* bytes, char delimiter, char quote, char newline) {
  const __m128i delimiters = _mm_set1_epi8(delimiter), quotes = _mm_set1_epi8(quote), newlines = _mm_set1_epi8(newline);
  __m128i odd = _mm_setzero_si128();
  std::uint64_t marks = 0;
  for (unsigned part = 0; part < 4; ++part) {
    __m128i chunk;
    std::memcpy(&chunk, bytes + part * 16U, sizeof chunk);
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(chunk, delimiters), _mm_cmpeq_epi8(chunk, newlines)),
                                     _mm_cmpeq_epi8(chunk, quotes));
    marks |= bits_of(hit) << (part * 16U);
    odd = _mm_or_si128(odd, _mm_or_si128(chunk, _mm_cmpeq_epi8(chunk, _mm_setzero_si128())));
  }
  return {marks, _mm_movemask_epi8(odd) != 0};
}
#else
inline Block look(const char* bytes, char delimiter, char quote, char newline) {
  Block block{0, false};
  for (unsigned i = 0; i < 64; ++i) {
    const char c = bytes[i];
    if (c == delimiter || c == quote || c == newline) block.marks |= std::uint64_t{1} << i;
    block.suspicious = block.suspicious || c == '\0' || static_cast<unsigned char>(c) >= 0x80;
  }
  return block;
}
#endif

void append_mended(std::string& out, std::string_view text) {
  const std::size_t from = out.size();
  if (is_valid_utf8(text)) {
    out.append(text);
  } else if (const std::string repaired = repaired_utf8(text); repaired.find("\uFFFD") == std::string::npos) {
    out.append(repaired);  // Surrogates written one by one.
  } else {
    append_windows_1252(out, text);
  }
  for (std::size_t at = out.find('\0', from); at != std::string::npos; at = out.find('\0', at))
    out.replace(at, 1, "\uFFFD");
}

}  // namespace

CsvReader::CsvReader(std::string_view text, const FileFormat& format)
    : text_(text), delimiter_(format.delimiter), quote_(format.quote) {
  const std::string_view head = text.substr(0, kRowBytesMax);
  if (head.find('\n') == std::string_view::npos && head.find('\r') != std::string_view::npos) newline_ = '\r';
  // A first line with a stray quote tells no columns; those of the next one do.
  Row first;
  do {
    if (!next(first)) return;
  } while (first.problem != RowProblem::None);
  std::vector<std::string> names;
  for (const Cell& cell : first.cells) names.emplace_back(format.header ? std::string(cell.text) : std::string());
  columns_ = column_names(std::move(names));
  begin_ = format.header ? first.end : 0;
  begin_line_ = format.header ? line_ : 1;
  seek(begin_, begin_line_);
}

bool CsvReader::next(Row& row) {
  // Empty lines are no rows.
  while (at_ < text_.size() && (text_[at_] == newline_ || (text_[at_] == '\r' && text_.substr(at_, 2) == "\r\n"))) {
    at_ += text_[at_] == newline_ ? 1 : 2;
    ++line_;
  }
  if (at_ >= text_.size()) return false;
  row.cells.clear();
  row.offset = at_;
  row.line = line_;
  row.problem = RowProblem::None;
  row.mended = false;
  if (!read_plain(row)) read_quoted(row);
  at_ = row.end;
  return true;
}

// Rows without quoted cells, which nearly all are. False when it met one.
bool CsvReader::read_plain(Row& row) {
  const char* const text = text_.data();
  const std::size_t size = text_.size();
  std::size_t cell = at_;
  bool suspicious = false;
  const auto push = [&](std::size_t end) { row.cells.push_back({{text + cell, end - cell}, Cell::Kind::Text}); };
  const auto close = [&](std::size_t newline_at, std::size_t next_row) {
    std::size_t end = newline_at;
    if (newline_ == '\n' && end > cell && text[end - 1] == '\r') --end;
    push(end);
    row.end = next_row;
    ++line_;
    finish(row, suspicious);
  };

  std::size_t block_at = at_;
  for (; block_at + 64 <= size; block_at += 64) {
    const Block block = look(text + block_at, delimiter_, quote_, newline_);
    suspicious = suspicious || block.suspicious;
    for (std::uint64_t marks = block.marks; marks != 0; marks &= marks - 1) {
      const std::size_t at = block_at + static_cast<std::size_t>(std::countr_zero(marks));
      const char c = text[at];
      if (c == delimiter_) {
        push(at);
        cell = at + 1;
      } else if (c == newline_) {
        close(at, at + 1);
        return true;
      } else if (at == cell) {
        return false;
      }
    }
    if (block_at - at_ > kRowBytesMax) break;
  }
  for (std::size_t at = block_at; at < size; ++at) {
    const char c = text[at];
    suspicious = suspicious || c == '\0' || static_cast<unsigned char>(c) >= 0x80;
    if (c == delimiter_) {
      push(at);
      cell = at + 1;
    } else if (c == newline_) {
      close(at, at + 1);
      return true;
    } else if (c == quote_ && at == cell) {
      return false;
    } else if (at - at_ > kRowBytesMax) {
      const std::size_t newline_at = std::min(text_.find(newline_, at), size - 1);
      row.end = newline_at + 1;
      row.problem = RowProblem::TooLong;
      ++line_;
      return true;
    }
  }
  close(size, size);
  return true;
}

// Rows with quoted cells, by the letter. A cell with doubled quotes is written to the row's scratch.
void CsvReader::read_quoted(Row& row) {
  const std::size_t size = text_.size();
  const std::uint64_t line_before = line_;
  std::size_t at = at_;
  std::uint64_t lines = 0;
  bool closed = true, doubled = false, ended = false, text_behind_quote = false;
  row.cells.clear();
  row.scratch.clear();
  // Offsets into the scratch while it may still move, marked by a null pointer.
  std::vector<std::pair<std::size_t, std::pair<std::size_t, std::size_t>>> copied;

  while (!ended && closed && at - at_ <= kRowBytesMax) {
    std::size_t from = at;
    if (at < size && text_[at] == quote_) {
      doubled = false;
      from = ++at;
      const std::size_t scratch_from = row.scratch.size();
      std::size_t piece = from;
      for (closed = false; at < size && at - at_ <= kRowBytesMax;) {
        const void* found =
            std::memchr(text_.data() + at, quote_, std::min<std::size_t>(size - at, kRowBytesMax + 2 - (at - at_)));
        if (found == nullptr) break;
        at = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
        if (at + 1 < size && text_[at + 1] == quote_) {
          row.scratch.append(text_, piece, at + 1 - piece);
          doubled = true;
          at += 2;
          piece = at;
          continue;
        }
        closed = true;
        break;
      }
      if (!closed) break;
      lines += static_cast<std::uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(from),
                                                     text_.begin() + static_cast<std::ptrdiff_t>(at), newline_));
      std::size_t end = at++;
      const std::size_t tail = at;
      while (at < size && text_[at] != delimiter_ && text_[at] != newline_) ++at;
      std::size_t tail_end = at;
      if (newline_ == '\n' && tail_end > tail && text_[tail_end - 1] == '\r') --tail_end;
      text_behind_quote = text_behind_quote || tail_end > tail;
      if (doubled || tail_end > tail) {  // Something behind the closing quote belongs to the cell.
        row.scratch.append(text_, piece, end - piece);
        row.scratch.append(text_, tail, tail_end - tail);
        copied.push_back({row.cells.size(), {scratch_from, row.scratch.size() - scratch_from}});
        row.cells.push_back({});
      } else {
        row.cells.push_back({text_.substr(from, end - from), Cell::Kind::Text});
      }
    } else {
      while (at < size && text_[at] != delimiter_ && text_[at] != newline_) ++at;
      std::size_t end = at;
      if (newline_ == '\n' && (at >= size || text_[at] == newline_) && end > from && text_[end - 1] == '\r') --end;
      row.cells.push_back({text_.substr(from, end - from), Cell::Kind::Text});
    }
    ended = at >= size || text_[at] == newline_;
    ++at;
  }
  const bool wrong_width = !columns_.empty() && row.cells.size() != columns_.size();
  if (!ended || (lines > 0 && (wrong_width || text_behind_quote))) {
    // The quote is a stray one, as far as can be told: give up its line alone.
    row.problem = RowProblem::OpenQuote;
    row.end = std::min<std::size_t>(text_.find(newline_, at_), size - 1) + 1;
    line_ = line_before + 1;
    return;
  }
  for (const auto& [index, place] : copied)
    row.cells[index].text = std::string_view(row.scratch).substr(place.first, place.second);
  row.end = std::min(at, size);
  line_ = line_before + lines + 1;
  const std::string_view raw = text_.substr(at_, row.end - at_);
  finish(row, std::any_of(raw.begin(), raw.end(),
                          [](char c) { return c == '\0' || static_cast<unsigned char>(c) >= 0x80; }));
}

void CsvReader::finish(Row& row, bool suspicious) {
  if (!columns_.empty() && row.cells.size() != columns_.size()) row.problem = RowProblem::ColumnCount;
  if (!suspicious) return;
  const std::string_view raw = text_.substr(row.offset, row.end - row.offset);
  if (simdjson::validate_utf8(raw.data(), raw.size()) && raw.find('\0') == std::string_view::npos) return;
  row.mended = true;
  std::string mended;
  std::vector<std::size_t> ends;
  for (const Cell& cell : row.cells) {
    append_mended(mended, cell.text);
    ends.push_back(mended.size());
  }
  row.scratch = std::move(mended);
  for (std::size_t i = 0, from = 0; i < ends.size(); from = ends[i++])
    row.cells[i].text = std::string_view(row.scratch).substr(from, ends[i] - from);
}

}  // namespace habitue::intake
