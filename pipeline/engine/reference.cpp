#include "pipeline/engine/reference.hpp"
namespace litho {}
