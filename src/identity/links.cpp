#include "identity/links.hpp"

#include <algorithm>

namespace habitue::identity {

std::size_t Links::home(Node left, Node right, LinkClass link_class) const {
  std::uint64_t mixed =
      (std::uint64_t{left} << 32 | right) + static_cast<std::uint64_t>(link_class) * 0x9E3779B97F4A7C15ULL;
  mixed = (mixed ^ (mixed >> 31)) * 0xBF58476D1CE4E5B9ULL;
  mixed ^= mixed >> 29;
  return mixed & (slots_.size() - 1);
}

LinkId Links::find(Node left, Node right, LinkClass link_class) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t place = home(left, right, link_class); slots_[place] != kNoLink; place = (place + 1) & mask) {
    const Evidence& link = links_[slots_[place]];
    if (link.left == left && link.right == right && link.link_class == link_class) return slots_[place];
  }
  return kNoLink;
}

void Links::put(LinkId id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = home(links_[id].left, links_[id].right, links_[id].link_class);
  while (slots_[place] != kNoLink) place = (place + 1) & mask;
  slots_[place] = id;
}

LinkId Links::add(Node left, Node right, LinkClass link_class, LinkReason reason, Seen first) {
  if (links_.size() * 3 > slots_.size() * 2) {
    slots_.assign(slots_.size() * 2, kNoLink);
    for (LinkId id = 1; id < end(); ++id)
      if (links_[id].link_class != LinkClass::Gone) put(id);
  }
  if (std::max(left, right) >= first_.size()) first_.resize(std::max(left, right) + 1, kNoLink);
  const LinkId id = end();
  links_.push_back({left, right, link_class, reason, false, first, first_[left], first_[right]});
  first_[left] = first_[right] = id;
  put(id);
  return id;
}

std::vector<LinkId> Links::of(Node node) const {
  std::vector<LinkId> ids;
  for_each(node, [&](LinkId id, const Evidence&) { ids.push_back(id); });
  return ids;
}

void Links::unchain(LinkId id, Node node) {
  if (first_[node] == id) {
    first_[node] = next_of(id, node);
    return;
  }
  LinkId before = first_[node];
  while (next_of(before, node) != id) before = next_of(before, node);
  next_of(before, node) = next_of(id, node);
}

void Links::remove(LinkId id) {
  unchain(id, links_[id].left);
  unchain(id, links_[id].right);
  links_[id].link_class = LinkClass::Gone;
}

}  // namespace habitue::identity
