// Index::save and Index::open: what is to be saved, and the index of what was.
#include <new>
#include <utility>

#include "base/file.hpp"
#include "journey/index_state.hpp"

namespace habitue::journey {

Result<void> IndexState::save(const std::filesystem::path& file) const try {
  const std::lock_guard one(compaction_mutex_);
  std::unique_lock lock(mutex_);
  if (auto ready = check_ready(); !ready) return ready;

  ToSave saving;
  std::vector<Source> sources;
  for (const Part& part : parts_) sources.push_back(part.live_source());
  saving.person_of = person_of_;
  saving.up_to = up_to_;
  std::shared_ptr<Symbols> symbols = symbols_;
  if (texts_stale_) {
    // Texts of removed events must not reach the disk: names and texts are gathered anew, and changes wait meanwhile.
    for (Source& source : sources) source.symbols = symbols_;
    symbols = std::make_shared<Symbols>();
  }
  const bool whole = !texts_stale_ && parts_.size() == 1 && parts_.front().persons_dead == 0;
  const auto join = [&]() -> Result<std::shared_ptr<const Segment>> {
    if (whole) return sources.front().segment;
    return build_segment({.sources = sources, .person_of = {}}, symbols);
  };
  const auto note_names = [&] {
    saving.names = symbols->published();
    for (std::uint32_t property = 0; property < saving.names->properties.texts.size(); ++property)
      saving.texts.emplace_back(&symbols->dictionary(property), symbols->dictionary(property).size());
  };

  Result<std::shared_ptr<const Segment>> segment;
  if (texts_stale_) {
    segment = join();
    note_names();
    lock.unlock();
  } else {
    note_names();
    lock.unlock();
    segment = join();  // Beside apply, as in compact().
  }
  if (!segment) return tl::unexpected(segment.error());
  saving.segment = *std::move(segment);
  saving.symbols = std::move(symbols);
  sources.clear();
  return write_saved(saving, file);
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::Unavailable, "not enough memory to save the journey index");
}

Result<std::unique_ptr<Index>> Index::open(const std::filesystem::path& file) try {
  auto mapped = MappedFile::open(file);
  if (!mapped) return tl::unexpected(mapped.error());
  const auto kept = std::make_shared<const MappedFile>(*std::move(mapped));
  auto saved = read_saved(kept->bytes(), kept);
  if (!saved) return tl::unexpected(Error{saved.error().kind, file.string() + ": " + saved.error().message});
  return std::make_unique<IndexState>(*std::move(saved));
} catch (const std::bad_alloc&) {
  return fail(ErrorKind::Unavailable, "not enough memory to open the journey index");
}

}  // namespace habitue::journey
