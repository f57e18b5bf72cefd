#include "pipeline/engine/diagram.hpp"
namespace litho {}
