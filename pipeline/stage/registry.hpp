#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/stage/stage.hpp"

namespace litho {

/// What is written down of a stage besides its ports and options.
struct StageInfo {
  std::string name;                     ///< "<family>.<module>"
  int results_version = 1;              ///< raised whenever the same inputs and options give other results
  std::string doc;                      ///< one line
  std::vector<std::string> references;  ///< "doi:...", standards
  bool cacheable = true;  ///< false where the result depends on more than the input payloads (readers)
  /// Runs after all other stages, also when one of them failed: then its inputs are nullptr from there on,
  /// ctx.failure() says why, its files are kept and nothing else it does counts. Its inputs are optional or
  /// $item, nothing reads its outputs (graph.closing).
  bool closing = false;
};

struct StageEntry {
  StageInfo info;
  std::vector<OptionSpec> options;
  std::function<std::unique_ptr<Stage>()> make;
};

class Registry {
 public:
  /// Names are unique (asserted).
  template <class S>
  void add(StageInfo info) {
    add({std::move(info), S::Options::schema().specs(), [] { return std::make_unique<S>(); }});
  }
  void add(StageEntry entry);

  const StageEntry* find(std::string_view name) const;
  const std::map<std::string, StageEntry, std::less<>>& stages() const { return stages_; }

 private:
  std::map<std::string, StageEntry, std::less<>> stages_;
};

/// Generated from the module folders at configure time.
void register_all_stages(Registry& registry);

}  // namespace litho
