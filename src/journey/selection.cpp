// Events of some kinds, gathered some thousands of rows at a time and dealt out to their persons.
#include <algorithm>
#include <bit>

#include "journey/kind_filter.hpp"
#include "journey/snapshot.hpp"

namespace habitue::journey {
namespace {

constexpr std::uint32_t kBlock = 4096;
constexpr std::size_t kMarks = kBlock / 64;

struct Selected {
  std::vector<std::uint32_t> rows;
  std::vector<std::int64_t> at_us;
  std::array<std::uint64_t, kMarks> marks{};
  std::array<std::uint32_t, kMarks + 1> before{};  // Rows selected before each word of marks.
  // Each person but one who came into the block has a row in it.
  std::vector<SelectionBlock::Of> people = std::vector<SelectionBlock::Of>(kBlock + 1);
  std::size_t people_count = 0;
};

// Where a block's rows are, of which some were kept from the block before: those of a person whose journey went on.
struct Dealing {
  std::uint32_t begin, stop;
  std::uint32_t kept;
  std::uint32_t person;  // The first whose journey is not dealt out.
};

// Counts each person's rows by the marks: whose row is next is nothing that a processor can guess. Returns how many rows were dealt
// out, and moves to the first person whose journey does not end in the block.
[[gnu::always_inline]] inline std::uint32_t deal(const Part& part, Selected& selected, Dealing& dealing) {
  const std::uint32_t* const first_rows = part.segment->columns().first_rows;
  const std::uint32_t words = (dealing.stop - dealing.begin + 63) / 64;
  std::uint32_t sum = dealing.kept;
  for (std::uint32_t word = 0; word < words; ++word) {
    selected.before[word] = sum;
    sum += static_cast<std::uint32_t>(std::popcount(selected.marks[word]));
  }
  selected.before[words] = sum;
  const std::uint32_t persons = part.segment->persons();
  SelectionBlock::Of* people = selected.people.data();
  std::uint32_t first = 0, person = dealing.person;
  for (; person < persons && first_rows[person + 1] <= dealing.stop; ++person) {
    const std::uint32_t end = first_rows[person + 1] - dealing.begin;
    const std::uint64_t mark = end / 64 < kMarks ? selected.marks[end / 64] & ((std::uint64_t{1} << end % 64) - 1) : 0;
    const std::uint32_t last = selected.before[end / 64] + static_cast<std::uint32_t>(std::popcount(mark));
    *people = {person, first, last};
    people += last > first && part.live(person) ? 1 : 0;
    first = last;
  }
  dealing.person = person;
  selected.people_count = static_cast<std::size_t>(people - selected.people.data());
  return first;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) std::uint32_t deal_counting_bits(const Part& part, Selected& selected,
                                                                   Dealing& dealing) {
  return deal(part, selected, dealing);
}
#endif

std::uint32_t deal_out(const Part& part, Selected& selected, Dealing& dealing) {
#if defined(__x86_64__)
  if (best_instructions() != Instructions::Plain) return deal_counting_bits(part, selected, dealing);
#endif
  return deal(part, selected, dealing);
}

void visit_selections(const Part& part, std::uint32_t from, std::uint32_t to, const KindFilter& wanted,
                      const std::function<void(const SelectionBlock&)>& visit, Selected& selected) {
  const SegmentColumns& columns = part.segment->columns();
  const std::uint32_t end = columns.first_rows[to];
  Dealing dealing{columns.first_rows[from], 0, 0, from};
  while (dealing.begin < end) {
    dealing.stop = end - dealing.begin > kBlock ? dealing.begin + kBlock : end;
    const std::uint32_t kept = dealing.kept;
    if (selected.rows.size() < kept + kBlock + KindFilter::kSpareRows) {
      selected.rows.resize(kept + kBlock + KindFilter::kSpareRows);
      selected.at_us.resize(selected.rows.size());
    }
    std::uint32_t* const rows = selected.rows.data();
    std::int64_t* const moments = selected.at_us.data();
    const std::size_t found =
        wanted.select(columns.kinds, dealing.begin, dealing.stop, rows + kept, selected.marks.data());
    unpack(columns.at_us, std::span(rows + kept, found), moments + kept);
    // Where most lines of the next block's moments will be read, they are asked for while this block is worked on.
    if (found > kBlock / 32) columns.at_us.prefetch(dealing.stop, std::min(end, dealing.stop + kBlock));
    const std::uint32_t dealt = deal_out(part, selected, dealing);
    if (selected.people_count > 0)
      visit({part.segment.get(), std::span(selected.people).first(selected.people_count), std::span(rows, dealt),
             moments});
    std::copy(rows + dealt, rows + kept + found, rows);
    std::copy(moments + dealt, moments + kept + found, moments);
    dealing.kept = static_cast<std::uint32_t>(kept + found - dealt);
    dealing.begin = dealing.stop;
  }
}

}  // namespace

// Part by part, as persons that are dead in one cost less than going from part to part.
void IndexSnapshot::for_each_selection(std::size_t part, std::size_t parts, std::span<const std::uint8_t> wanted,
                                       const std::function<void(const SelectionBlock&)>& visit) const {
  if (part >= parts) return;
  const auto [first, end] = range_of(part, parts);
  const KindFilter filter(wanted);
  Selected selected;
  for (const Part& of : in_.parts) {
    const std::uint32_t from = of.segment->lower_bound(first);
    const std::uint32_t to = end ? of.segment->lower_bound(*end) : of.segment->persons();
    if (from < to) visit_selections(of, from, to, filter, visit, selected);
  }
}

// The first rows of some hundreds of people are asked for together, so that memory answers while others are read.
void IndexSnapshot::for_each_start(std::size_t part, std::size_t parts,
                                   const std::function<void(std::span<const std::int64_t> at_us)>& visit) const {
  constexpr std::uint32_t kPeople = 512;
  if (part >= parts) return;
  const auto [first, end] = range_of(part, parts);
  std::array<std::uint32_t, kPeople> rows;
  std::array<std::int64_t, kPeople> at_us;
  for (const Part& of : in_.parts) {
    const SegmentColumns& columns = of.segment->columns();
    const std::uint32_t to = end ? of.segment->lower_bound(*end) : of.segment->persons();
    for (std::uint32_t place = of.segment->lower_bound(first); place < to;) {
      const std::uint32_t stop = std::min(to, place + kPeople);
      std::size_t count = 0;
      for (; place < stop; ++place) {
        rows[count] = columns.first_rows[place];
        count += of.live(place) ? 1 : 0;
      }
      const std::uint32_t ahead = std::min(to, stop + kPeople);
      for (std::uint32_t next = stop; next < ahead; ++next)
        columns.at_us.prefetch(columns.first_rows[next], columns.first_rows[next] + 1);
      unpack(columns.at_us, std::span(rows).first(count), at_us.data());
      if (count > 0) visit(std::span(at_us).first(count));
    }
  }
}

}  // namespace habitue::journey
