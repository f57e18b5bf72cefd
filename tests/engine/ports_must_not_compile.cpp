// CASE 0 compiles; each other case must not: ports and values are matched by type, not by position or luck.
#include "pipeline/stage/stage.hpp"

namespace litho {

struct Apple {};
struct Pear {};
template <>
struct PortType<Apple> {
  static constexpr std::string_view name = "test.apple";
};
template <>
struct PortType<Pear> {
  static constexpr std::string_view name = "test.pear";
};

class Press final : public StageWith<NoOptions> {
  In<Apple> apple_{this, "apple"};
  OptionalIn<Pear> pear_{this, "pear"};
  Out<Pear> juice_{this, "juice"};
  Status run(RunContext& ctx) const override {
    [[maybe_unused]] const Apple& apple = ctx.get(apple_);
    [[maybe_unused]] const Pear* pear = ctx.find(pear_);
#if CASE == 0
    ctx.put(juice_, Pear());
#elif CASE == 1
    ctx.put(juice_, Apple());
#elif CASE == 2
    ctx.get(juice_);
#elif CASE == 3
    ctx.get(pear_);
#elif CASE == 4
    [[maybe_unused]] const Pear& wrong = ctx.get(apple_);
#elif CASE == 5
    ctx.put(apple_, Apple());
#elif CASE == 6
    In<int> unnamed(nullptr, "number");
#elif CASE == 7
    ctx.get(apple_) = Apple();
#endif
    return {};
  }
};

Press press;

}  // namespace litho
