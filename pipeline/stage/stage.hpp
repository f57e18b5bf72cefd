#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/stage/context.hpp"
#include "pipeline/stage/port.hpp"
#include "pipeline/stage/products.hpp"
#include "pipeline/stage/schema.hpp"

namespace litho {

/// What is known of a port's value before anything is read: "pixel_size" -> "known", "regions" -> "Cr 2p;Li
/// 1s".
using Meta = std::map<std::string, std::string, std::less<>>;

/// One node's work. A stage is configured once and then only read: `run` is const and may be called for many
/// items at the same time. Its result depends on its inputs, its options and ctx.random alone.
class Stage {
 public:
  virtual ~Stage() = default;

  const std::vector<PortSpec>& inputs() const { return inputs_; }
  const std::vector<PortSpec>& outputs() const { return outputs_; }

  /// Reads the options from a graph file's `with:`; all errors at once.
  virtual Status configure(const Value& with, std::string_view file) = 0;
  /// Name and value of every option, defaults filled in.
  virtual std::vector<std::pair<std::string, std::string>> options_text() const = 0;
  /// Sees metadata only, one Meta a port; may fill in `out`. Called in topological order before any run.
  virtual Status check(const std::vector<Meta>& in, std::vector<Meta>& out) const;
  virtual std::vector<TableSpec> tables() const { return {}; }
  /// Puts every output, or returns what stood in the way. May throw: the engine turns that into an error of
  /// this item.
  virtual Status run(RunContext& ctx) const = 0;

  int add_input(PortSpec spec);
  int add_output(PortSpec spec);

 protected:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  std::vector<PortSpec> inputs_;
  std::vector<PortSpec> outputs_;
};

/// A stage whose options are the plain struct O with `static const Schema<O>& schema()`.
template <class O>
class StageWith : public Stage {
 public:
  using Options = O;

  Status configure(const Value& with, std::string_view file) final {
    auto options = O::schema().read(with, file);
    if (!options) return options.errors();
    options_ = *std::move(options);
    return {};
  }
  std::vector<std::pair<std::string, std::string>> options_text() const final {
    return O::schema().canonical(options_);
  }

 protected:
  const O& options() const { return options_; }

 private:
  O options_{};
};

template <class T>
In<T>::In(Stage* stage, std::string name)
    : index_(stage->add_input({std::move(name), PortType<T>::name, false, {}})) {}
template <class T>
OptionalIn<T>::OptionalIn(Stage* stage, std::string name)
    : index_(stage->add_input({std::move(name), PortType<T>::name, true, {}})) {}
template <class T>
Out<T>::Out(Stage* stage, std::string name)
    : index_(stage->add_output({std::move(name), PortType<T>::name, false, codec_of<T>()})) {}

}  // namespace litho
