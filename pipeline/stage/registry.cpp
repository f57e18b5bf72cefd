#include "pipeline/stage/registry.hpp"

#include <cassert>

namespace litho {

void Registry::add(StageEntry entry) {
  [[maybe_unused]] const auto [at, fresh] = stages_.emplace(entry.info.name, entry);
  assert(fresh && "two stages of one name");
}

const StageEntry* Registry::find(std::string_view name) const {
  const auto it = stages_.find(name);
  return it == stages_.end() ? nullptr : &it->second;
}

}  // namespace litho
