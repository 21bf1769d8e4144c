// Files of Segment calls, one JSON object a line, as warehouses and `habitue simulate` write them.
#include <fmt/format.h>

#include "base/fingerprint.hpp"
#include "intake/batch_maker.hpp"
#include "intake/call.hpp"
#include "intake/interner.hpp"
#include "intake/ndjson_reader.hpp"

namespace habitue::intake {
namespace {

class CallImport final : public BatchMaker {
 public:
  explicit CallImport(const Source& source)
      : source_(source), prefix_(source.mapping.source.empty() ? "" : source.mapping.source + "/") {}

  Result<void> fill(ImportBatch& batch, ImportReport& report) override {
    const Limits limits;
    // The file was received long after it was sent: its clock is not compared with ours.
    const CallSetting setting{.received_at = source_.received_at, .type = {}, .sent_at = {}, .correct_skew = false};
    const std::uint64_t batch_begin = at_;
    std::string_view line;
    std::uint64_t offset = at_;
    batch.last = true;
    while (next_line(source_.text, at_, line)) {
      ++line_number_;
      if (line.find_first_not_of(" \t") != std::string_view::npos) {
        ++report.rows;
        if ((report.rows & 0xFFFU) == 0 && source_.stop->load(std::memory_order_relaxed))
          return fail(ErrorKind::Unavailable, "stopped");
        read_line(line, offset, setting, limits, batch, report);
      }
      offset = at_;
      if ((batch.events.size() >= source_.limits.events || at_ - batch_begin >= source_.limits.source_bytes) &&
          at_ < source_.text.size()) {
        batch.last = false;
        break;
      }
    }
    batch.bytes_done = at_;
    batch.rows_done = report.rows;
    if (batch.last) report.notes.emplace_back("nobody is messaged by an import");
    return {};
  }

 private:
  void read_line(std::string_view line, std::uint64_t offset, const CallSetting& setting, const Limits& limits,
                 ImportBatch& batch, ImportReport& report) {
    const auto call = line_reader_.read_object(line, {limits.depth, limits.properties, limits.event_bytes});
    if (!call)
      return add_rejected(batch, report, {line_number_, call.error().message, raw_row(source_.text, offset, at_)},
                          "not valid JSON");
    auto event = read_call(call_reader_, *call, setting, limits);
    if (!event)
      return add_rejected(batch, report, {line_number_, event.error(), raw_row(source_.text, offset, at_)},
                          "not a valid call");
    if (event->message_id.empty()) {
      const auto told = told_moment(*call);
      const std::string content = content_of(*event) + std::string(told.value_or(std::string_view()));
      event->message_id = fmt::format("{}call/{}/{}", prefix_, digest(content), seen_.add(fingerprint(content)) + 1);
    }
    add_event(batch, report, std::move(*event));
  }

  Source source_;
  std::string prefix_;
  JsonReader line_reader_, call_reader_;
  FingerprintCounter seen_;
  std::uint64_t at_ = 0;
  std::uint64_t line_number_ = 0;
};

}  // namespace

std::unique_ptr<BatchMaker> make_call_import(const Source& source) { return std::make_unique<CallImport>(source); }

}  // namespace habitue::intake
