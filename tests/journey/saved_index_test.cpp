// An index that was saved and opened is the same index; a file that was touched is refused, whatever was touched.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "base/file.hpp"
#include "base/fingerprint.hpp"
#include "journey/journey_builder.hpp"
#include "journey/naive_index.hpp"
#include "journey/saved_index.hpp"
#include "journey/snapshot_file.hpp"

namespace habitue::journey {
namespace {

class SavedIndex : public testing::Test {
 protected:
  SavedIndex() { std::filesystem::create_directories(folder_); }
  ~SavedIndex() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Index> reopened(const Index& index) {
    EXPECT_TRUE(index.save(file_));
    auto opened = Index::open(file_);
    EXPECT_TRUE(opened) << opened.error().message;
    return *std::move(opened);
  }
  void write(const std::string& bytes) {
    std::ofstream(file_, std::ios::binary).write(bytes.data(), std::ssize(bytes));
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("habitue_saved_index_" + std::to_string(::getpid()));
  std::filesystem::path file_ = folder_ / "journeys";
};

TEST_F(SavedIndex, IsTheSameWhenOpenedAndGoesOnFromThere) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    ChangeStream stream(seed, 60);
    NaiveIndex naive;
    std::unique_ptr<Index> index = Index::create();
    for (int step = 0; step < 40; ++step) {
      const auto owned = stream.next(naive, step % 10 == 0 ? 300 : 12);
      ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
      if (step % 8 != 7) continue;
      index = reopened(*index);
      ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive)) << "seed " << seed << ", step " << step;
    }
  }
}

TEST_F(SavedIndex, MayBeEmpty) {
  const auto index = reopened(*Index::create());
  ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), NaiveIndex{}));
  EXPECT_TRUE(index->compact());
}

TEST_F(SavedIndex, MayHaveMoreKindsThanAByteNumbers) {
  ChangeStream stream(21, 40, 400);
  NaiveIndex naive;
  std::unique_ptr<Index> index = Index::create();
  for (int step = 0; step < 6; ++step) {
    const auto owned = stream.next(naive, 300);
    ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
    ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive)) << "step " << step;
    index = reopened(*index);
    ASSERT_NO_FATAL_FAILURE(expect_same(*index->snapshot(), naive)) << "saved after step " << step;
  }
  ASSERT_GT(index->snapshot()->kinds().size(), 256U);
}

TEST_F(SavedIndex, HoldsNothingOfRemovedEvents) {
  const std::unique_ptr<Index> index = Index::create();
  std::vector<ledger::StoredEvent> stored = {
      {EventSeq{1}, building::event_of({"ann", "Secret Kind", "2011-01-05", R"({"secret_name":"secret text"})"}, 1)},
      {EventSeq{2}, building::event_of({"ann", "Order Completed", "2011-01-05", R"({"plan":"kept"})"}, 2)}};
  const std::vector<FreshEvent> fresh = {{OriginId{1}, &stored[0]}, {OriginId{1}, &stored[1]}};
  const std::vector<Assignment> assigned = {{OriginId{1}, PersonId{1}}};
  const std::vector<EventSeq> removed = {EventSeq{1}};
  ASSERT_TRUE(index->apply({fresh, assigned, {}, EventSeq{2}}));
  ASSERT_TRUE(index->apply({{}, {}, removed, EventSeq{2}}));
  ASSERT_TRUE(index->save(file_));
  const std::string bytes = *read_file(file_);
  for (const char* gone : {"Secret Kind", "secret_name", "secret text"})
    EXPECT_EQ(bytes.find(gone), std::string::npos) << gone;
  EXPECT_NE(bytes.find("kept"), std::string::npos);
  // And nothing is left in memory after a compaction.
  ASSERT_TRUE(index->compact());
  EXPECT_EQ(index->snapshot()->find_property("secret_name"), std::nullopt);
  EXPECT_EQ(index->snapshot()->find_kind("Secret Kind"), std::nullopt);
}

TEST_F(SavedIndex, IsCorruptWhateverByteIsFlippedAndWhereverItIsCut) {
  ChangeStream stream(11, 30);
  NaiveIndex naive;
  const std::unique_ptr<Index> index = Index::create();
  const auto owned = stream.next(naive, 400);
  ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
  ASSERT_TRUE(index->save(file_));
  const std::string whole = *read_file(file_);
  ASSERT_GT(whole.size(), 10'000U);

  for (int trial = 0; trial < 600; ++trial) {
    std::string bytes = whole;
    // The header and the table first, byte by byte, then anywhere.
    const std::size_t at = trial < 128 ? static_cast<std::size_t>(trial) : stream.below(bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ (1U << stream.below(8)));
    write(bytes);
    const auto opened = Index::open(file_);
    ASSERT_FALSE(opened) << "byte " << at;
    ASSERT_EQ(opened.error().kind, ErrorKind::Corrupt) << opened.error().message;
  }
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{127}, std::size_t{128}, whole.size() / 2,
                           whole.size() - 1, whole.size() + 64}) {
    std::string bytes = whole;
    bytes.resize(size);
    write(bytes);
    const auto opened = Index::open(file_);
    ASSERT_FALSE(opened) << size << " bytes";
    ASSERT_EQ(opened.error().kind, ErrorKind::Corrupt);
  }
}

TEST_F(SavedIndex, IsCorruptWhenAJourneyHoldsAnEventOfAnOriginOfAnother) {
  ChangeStream stream(7, 30);
  NaiveIndex naive;
  const std::unique_ptr<Index> index = Index::create();
  const auto owned = stream.next(naive, 400);
  ASSERT_TRUE(index->apply(owned->change(naive.up_to)));
  ASSERT_TRUE(index->save(file_));
  const auto kept = std::make_shared<const MappedFile>(*MappedFile::open(file_));
  const journey::SavedIndex saved = *read_saved(kept->bytes(), kept);
  ToSave astray{saved.segment, saved.symbols, saved.symbols->published(), {}, saved.person_of, saved.up_to};
  for (std::uint32_t number = 0; number < saved.symbols->properties().texts.size(); ++number) {
    const Dictionary& texts = saved.symbols->dictionary(number);
    astray.texts.emplace_back(&texts, texts.size());
  }
  ASSERT_TRUE(write_saved(astray, file_));
  ASSERT_TRUE(Index::open(file_));

  const std::uint32_t origin = saved.segment->columns().origins[saved.segment->rows() - 1];
  ASSERT_NE(origin, kNoOrigin.value);
  astray.person_of[origin] = astray.person_of[origin] == 1 ? 2 : 1;
  ASSERT_TRUE(write_saved(astray, file_));
  const auto opened = Index::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Corrupt);
}

TEST_F(SavedIndex, OfAnotherVersionIsToBeBuiltAgain) {
  ASSERT_TRUE(Index::create()->save(file_));
  std::string bytes = *read_file(file_);
  bytes[offsetof(FileHeader, version)] = 99;
  const std::uint64_t checksum = fingerprint(std::string_view(bytes).substr(0, offsetof(FileHeader, header_checksum)));
  std::memcpy(bytes.data() + offsetof(FileHeader, header_checksum), &checksum, sizeof checksum);
  write(bytes);
  const auto opened = Index::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Corrupt);
  EXPECT_NE(opened.error().message.find("version 99"), std::string::npos) << opened.error().message;
}

TEST_F(SavedIndex, ThatIsNotThereIsNotFoundAndAFolderThatIsNotThereKeepsNothing) {
  const auto opened = Index::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::NotFound);
  const auto saved = Index::create()->save(folder_ / "missing" / "journeys");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace habitue::journey
