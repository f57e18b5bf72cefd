#pragma once
namespace litho { class Registry{}; void register_all_stages(Registry&); }
