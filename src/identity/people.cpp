#include "identity/people.hpp"

#include <algorithm>
#include <unordered_set>

namespace habitue::identity {

void People::set(Node node, Node person) {
  if (person_[node] == person) return;
  changes_.emplace_back(node, person_[node]);
  person_[node] = person;
}

std::vector<Node> People::members(Node person) const {
  if (of(person) != person || person == kNone) return {};
  std::vector<Node> nodes = {person};
  for (Node node = next_[person]; node != person; node = next_[node]) nodes.push_back(node);
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

void People::add(Node node) {
  if (node >= person_.size()) {
    person_.resize(node + 1, kNone);
    next_.resize(node + 1, kNone);
  }
  next_[node] = node;
  set(node, node);
  ++count_;
}

void People::remove(Node node) {
  set(node, kNone);
  next_[node] = kNone;
  --count_;
}

void People::merge(Node left, Node right) {
  Node kept = person_[left], lost = person_[right];
  if (kept == lost) return;
  if (lost < kept) std::swap(kept, lost);
  Node node = lost;
  do {
    set(node, kept);
    node = next_[node];
  } while (node != lost);
  std::swap(next_[kept], next_[lost]);  // Two rings become one.
  --count_;
}

void People::make_ring(const std::vector<Node>& nodes) {
  for (std::size_t place = 0; place < nodes.size(); ++place) {
    next_[nodes[place]] = nodes[(place + 1) % nodes.size()];
    set(nodes[place], nodes.front());
  }
}

void People::separate(Node left, Node right, const Neighbours& neighbours) {
  std::unordered_set<Node> reached = {left};
  std::vector<Node> waiting = {left};
  while (!waiting.empty()) {
    const Node node = waiting.back();
    waiting.pop_back();
    if (node == right) return;
    neighbours(node, [&](Node neighbour) {
      if (reached.insert(neighbour).second) waiting.push_back(neighbour);
    });
  }
  std::vector<Node> stayed, went;
  for (const Node node : members(person_[left])) (reached.contains(node) ? stayed : went).push_back(node);
  make_ring(stayed);
  make_ring(went);
  ++count_;
}

std::vector<Moved> People::take_moved() {
  if (changes_.empty()) return {};
  // Of several changes of one node, the first says what it was.
  std::stable_sort(changes_.begin(), changes_.end(),
                   [](const auto& one, const auto& other) { return one.first < other.first; });
  std::vector<Moved> moved;
  Node last = kNone;
  for (const auto& [node, before] : changes_) {
    if (node == last) continue;
    last = node;
    if (person_[node] != before) moved.push_back({OriginId(node), PersonId(person_[node])});
  }
  changes_.clear();
  return moved;
}

}  // namespace habitue::identity
