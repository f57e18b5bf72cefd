#pragma once
#include <nlohmann/json.hpp>

#include "pipeline/engine/item_record.hpp"

namespace litho {

using Json = nlohmann::ordered_json;

Json to_json(const std::vector<Flag>& flags);
/// All of a record but its tables.
Json outcome_json(const ItemRecord& record);

}  // namespace litho
