// What is learnt of everybody to recommend to one, kept for the next who is asked about.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "insight/products/cross_sell.hpp"
#include "server/asking.hpp"

namespace habitue::server {

/// The last of each workspace. Safe from any thread.
class RecommendationShelf {
 public:
  /// As learnt of this view at the question's moment. Who asks while it is being learnt waits for it. Errors: those of learning; Conflict when
  /// cancelled.
  Result<std::shared_ptr<const insight::Recommendations>> get(const std::string& workspace, const Asked& asked,
                                                              insight::ProductsBy by);

 private:
  // It belongs to one state of a workspace, which it does not keep alive.
  struct Shelf {
    std::mutex mutex;
    std::weak_ptr<const knowledge::Customers> of;
    UtcMicros as_of{};
    std::string hypothesis;
    insight::ProductsBy by = insight::ProductsBy::Product;
    std::shared_ptr<const insight::Recommendations> recommendations;
  };
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Shelf>> shelves_;
};

}  // namespace habitue::server
