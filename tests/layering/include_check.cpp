#include "layering/include_check.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace habitue::layering {
namespace {

namespace fs = std::filesystem;

// Everything that `module` reaches through USES, itself included.
std::set<std::string> reach(const Layers& layers, const std::string& module) {
  std::set<std::string> seen;
  std::vector<std::string> open{module};
  while (!open.empty()) {
    std::string next = std::move(open.back());
    open.pop_back();
    if (!seen.insert(next).second) continue;
    if (const auto found = layers.find(next); found != layers.end())
      open.insert(open.end(), found->second.begin(), found->second.end());
  }
  return seen;
}

// The path between the quotes of an #include "…" line; nothing for other lines and for <…>.
std::optional<std::string> quoted_include(std::string_view line) {
  const auto skip_blanks = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
  skip_blanks();
  if (!line.starts_with('#')) return std::nullopt;
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return std::nullopt;
  line.remove_prefix(7);
  skip_blanks();
  if (!line.starts_with('"')) return std::nullopt;
  line.remove_prefix(1);
  return std::string(line.substr(0, line.find('"')));
}

// What is wrong with `include` in a file of `module`, empty when nothing is.
std::string fault(const Layers& layers, const std::set<std::string>& allowed, const std::string& module,
                  const std::string& include) {
  const std::size_t slash = include.find('/');
  if (slash == std::string::npos)
    return "\"" + include + "\" names no module; write \"" + module + "/" + include + "\"";
  const std::string used = include.substr(0, slash);
  if (!layers.contains(used))
    return "\"" + include + "\" is of no known module; give src/" + used +
           " a CMakeLists.txt and a place in HABITUE_MODULE_ORDER, or include a library as <" + include + ">";
  if (allowed.contains(used)) return {};
  if (reach(layers, used).contains(module))
    return module + " must not use " + used + ", which uses " + module +
           ": move what both need to the left, or hand it in from the right";
  return module + " does not declare " + used + "; add it to USES in src/" + module +
         "/CMakeLists.txt if it is to the left, else turn the dependency around";
}

}  // namespace

Layers read_layers(const fs::path& file) {
  std::ifstream in(file);
  Layers layers;
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::istringstream used(line.substr(colon + 1));
    std::set<std::string>& uses = layers[line.substr(0, colon)];
    for (std::string name; used >> name;) uses.insert(name);
  }
  if (layers.empty()) throw std::runtime_error(file.string() + " holds no module: run cmake again");
  return layers;
}

std::vector<std::string> check_includes(const fs::path& source_root, const Layers& layers) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(source_root)) {
    const std::string extension = entry.path().extension();
    if (entry.is_regular_file() && (extension == ".hpp" || extension == ".cpp" || extension == ".h"))
      files.push_back(fs::relative(entry.path(), source_root));
  }
  std::sort(files.begin(), files.end());

  std::vector<std::string> faults;
  std::map<std::string, std::set<std::string>> allowed;
  for (const fs::path& path : files) {
    const std::string module = *path.begin();
    if (!layers.contains(module)) {
      faults.push_back(
          path.string() + ":1: src/" + module +
          " is no module and is never built; give it a CMakeLists.txt and a place in HABITUE_MODULE_ORDER");
      continue;
    }
    std::set<std::string>& reachable = allowed[module];
    if (reachable.empty()) reachable = reach(layers, module);

    std::ifstream in(source_root / path);
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      const std::optional<std::string> include = quoted_include(line);
      if (!include) continue;
      const std::string wrong = fault(layers, reachable, module, *include);
      if (!wrong.empty()) faults.push_back(path.string() + ":" + std::to_string(number) + ": " + wrong);
    }
  }
  return faults;
}

}  // namespace habitue::layering
