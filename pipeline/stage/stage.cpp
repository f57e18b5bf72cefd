#include "pipeline/stage/stage.hpp"

namespace litho {

Status Stage::check(const std::vector<Meta>&, std::vector<Meta>&) const {
  return {};
}

int Stage::add_input(PortSpec spec) {
  inputs_.push_back(std::move(spec));
  return static_cast<int>(inputs_.size()) - 1;
}

int Stage::add_output(PortSpec spec) {
  outputs_.push_back(std::move(spec));
  return static_cast<int>(outputs_.size()) - 1;
}

}  // namespace litho
