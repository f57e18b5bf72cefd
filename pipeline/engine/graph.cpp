#include "pipeline/engine/graph.hpp"
