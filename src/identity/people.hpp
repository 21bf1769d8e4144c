// Which person each node belongs to. A person is a ring of nodes named after its smallest, so that merging and
// splitting in whatever order ends with the same names.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "identity/identifier_table.hpp"

namespace habitue::identity {

/// One writer.
class People {
 public:
  /// Visits the nodes that an active link joins to a node.
  using Neighbours = std::function<void(Node, const std::function<void(Node)>&)>;

  People() : person_(1, kNone), next_(1, kNone) {}

  /// The person's number, which is that of its smallest node; kNone for a node that belongs to nobody.
  Node of(Node node) const { return node < person_.size() ? person_[node] : kNone; }
  std::size_t count() const { return count_; }
  /// By number.
  std::vector<Node> members(Node person) const;

  void add(Node node);     ///< A person of its own.
  void remove(Node node);  ///< It belongs to nobody; it has no active link.
  void merge(Node left, Node right);
  /// After a link between the two went: two persons where nothing joins them any more.
  void separate(Node left, Node right, const Neighbours& neighbours);

  /// Nodes whose person is another since the last call, with the new one.
  std::vector<Moved> take_moved();

 private:
  void set(Node node, Node person);
  void make_ring(const std::vector<Node>& nodes);  // Sorted. Named after the first.

  std::vector<Node> person_;
  std::vector<Node> next_;  // The next node of the same person, round and round.
  std::size_t count_ = 0;
  std::vector<std::pair<Node, Node>> changes_;  // Node and the person it had, in order.
};

}  // namespace habitue::identity
