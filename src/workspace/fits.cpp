// A file is one line of JSON, the head, and the bytes of the fit.
#include "workspace/fits.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/file.hpp"
#include "base/fingerprint.hpp"
#include "base/json.hpp"

namespace habitue::workspace {
namespace {
namespace json = boost::json;

constexpr std::string_view kExtension = ".fit";

std::string hex_of(std::string_view bytes) { return fmt::format("{:016x}", fingerprint(bytes)); }

std::string text_of(const FitHead& head) {
  return json::serialize(json::object{{"id", head.id},
                                      {"kind", head.kind},
                                      {"asked", head.asked},
                                      {"as_of_micros", head.as_of.time_since_epoch().count()},
                                      {"made_at_micros", head.made_at.time_since_epoch().count()},
                                      {"up_to_seq", head.up_to_seq},
                                      {"rules", head.rules},
                                      {"why", head.why},
                                      {"usable", head.usable},
                                      {"customers", head.customers},
                                      {"purchases", head.purchases},
                                      {"fingerprint", head.fingerprint},
                                      {"size_bytes", head.size_bytes}});
}

std::optional<FitHead> head_of(std::string_view line) {
  const auto body = parse_json(line);
  if (!body || !body->is_object()) return std::nullopt;
  const json::object& object = body->get_object();
  FitHead head;
  bool whole = true;
  const auto text = [&](const char* name, std::string& into) {
    const json::value* value = object.if_contains(name);
    whole &= value != nullptr && value->is_string();
    if (whole) into = std::string(value->get_string());
  };
  const auto number = [&](const char* name, auto& into) {
    const json::value* value = object.if_contains(name);
    using Number = std::decay_t<decltype(into)>;
    json::error_code code;
    if (value == nullptr || !value->is_number()) return void(whole = false);
    into = value->to_number<Number>(code);
    whole &= !code;
  };
  std::int64_t as_of = 0, made_at = 0;
  number("id", head.id);
  text("kind", head.kind);
  text("asked", head.asked);
  number("as_of_micros", as_of);
  number("made_at_micros", made_at);
  number("up_to_seq", head.up_to_seq);
  text("rules", head.rules);
  text("why", head.why);
  const json::value* usable = object.if_contains("usable");
  whole &= usable != nullptr && usable->is_bool();
  if (whole) head.usable = usable->get_bool();
  number("customers", head.customers);
  number("purchases", head.purchases);
  text("fingerprint", head.fingerprint);
  number("size_bytes", head.size_bytes);
  head.as_of = UtcMicros(std::chrono::microseconds(as_of));
  head.made_at = UtcMicros(std::chrono::microseconds(made_at));
  return whole ? std::optional(std::move(head)) : std::nullopt;
}

struct ReadFit {
  FitHead head;
  std::string bytes;
};
Result<ReadFit> read_fit(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return tl::unexpected(text.error());
  const std::size_t end = text->find('\n');
  auto head = end == std::string::npos ? std::nullopt : head_of(std::string_view(*text).substr(0, end));
  if (!head) return fail(ErrorKind::Corrupt, fmt::format("{}: the head of the fit cannot be read", file.string()));
  text->erase(0, end + 1);
  if (text->size() != head->size_bytes || hex_of(*text) != head->fingerprint)
    return fail(ErrorKind::Corrupt,
                fmt::format("{}: the fit is damaged; remove the file and fit again", file.string()));
  return ReadFit{*std::move(head), *std::move(text)};
}

tl::unexpected<Error> not_kept(std::uint64_t id) {
  return fail(ErrorKind::NotFound, fmt::format("there is no fit {}; list them with: habitue fit list", id));
}

}  // namespace

std::filesystem::path FitStore::file_of(std::uint64_t id) const {
  return folder_ / fmt::format("{:08}{}", id, kExtension);
}

Result<std::unique_ptr<FitStore>> FitStore::open(const std::filesystem::path& folder,
                                                 std::vector<std::string>& notices) {
  std::unique_ptr<FitStore> store(new FitStore(folder));
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (entry.path().extension() != kExtension) continue;
    auto fit = read_fit(entry.path());
    if (!fit) {
      notices.push_back(fit.error().message);
      // Its number is not given again: the file stays.
      const std::string stem = entry.path().stem().string();
      if (stem.size() <= 18 && !stem.empty() &&
          std::all_of(stem.begin(), stem.end(), [](char c) { return c >= '0' && c <= '9'; }))
        store->last_id_ = std::max<std::uint64_t>(store->last_id_, std::stoull(stem));
      continue;
    }
    store->last_id_ = std::max(store->last_id_, fit->head.id);
    store->heads_.emplace(fit->head.id, std::move(fit->head));
  }
  return store;
}

Result<FitHead> FitStore::keep(FitHead head, std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  if (code) return fail(ErrorKind::Unavailable, fmt::format("{} cannot be made: {}", folder_.string(), code.message()));
  head.id = last_id_ + 1;
  head.fingerprint = hex_of(bytes);
  head.size_bytes = bytes.size();
  std::string text = text_of(head) + '\n';
  text += bytes;
  if (auto written = write_file_atomically(file_of(head.id), text); !written) return tl::unexpected(written.error());
  last_id_ = head.id;
  ++version_;
  heads_.emplace(head.id, head);
  std::vector<std::uint64_t> alike;
  for (const auto& [id, each] : heads_)
    if (each.kind == head.kind && each.asked == head.asked) alike.push_back(id);
  for (std::size_t at = 0; at + kKeptOfOne < alike.size(); ++at) {
    // One that cannot be removed now is seen again when the folder is opened.
    std::filesystem::remove(file_of(alike[at]), code);
    heads_.erase(alike[at]);
  }
  return head;
}

std::vector<FitHead> FitStore::all() const {
  const std::scoped_lock lock(mutex_);
  std::vector<FitHead> heads;
  heads.reserve(heads_.size());
  for (const auto& entry : heads_) heads.push_back(entry.second);
  return heads;
}

Result<FitHead> FitStore::head(std::uint64_t id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = heads_.find(id);
  if (found == heads_.end()) return not_kept(id);
  return found->second;
}

std::optional<FitHead> FitStore::latest(std::string_view kind, std::string_view asked, UtcMicros as_of,
                                        std::string_view rules) const {
  const std::scoped_lock lock(mutex_);
  const FitHead* best = nullptr;
  for (const auto& entry : heads_) {
    const FitHead& head = entry.second;
    if (head.kind != kind || head.asked != asked || head.as_of > as_of || head.rules != rules) continue;
    if (best == nullptr || head.as_of >= best->as_of) best = &head;
  }
  return best != nullptr ? std::optional(*best) : std::nullopt;
}

Result<std::string> FitStore::bytes(std::uint64_t id) const {
  const std::scoped_lock lock(mutex_);
  if (!heads_.contains(id)) return not_kept(id);
  auto fit = read_fit(file_of(id));
  if (!fit) return tl::unexpected(fit.error());
  return std::move(fit->bytes);
}

Result<void> FitStore::remove(std::uint64_t id) {
  const std::scoped_lock lock(mutex_);
  if (!heads_.contains(id)) return not_kept(id);
  std::error_code code;
  std::filesystem::remove(file_of(id), code);
  if (code)
    return fail(ErrorKind::Unavailable, fmt::format("{} cannot be removed: {}", file_of(id).string(), code.message()));
  heads_.erase(id);
  ++version_;
  return {};
}

std::uint64_t FitStore::version() const {
  const std::scoped_lock lock(mutex_);
  return version_;
}

}  // namespace habitue::workspace
