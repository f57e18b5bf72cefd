#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace litho {

class Stage;

/// Names the type of a port in files and messages; a type that flows between stages specialises it beside its
/// own definition: `template <> struct PortType<Field> { static constexpr std::string_view name =
/// "sem.field"; };` A type that may be kept in the result cache adds `static std::string save(const T&)` and
/// `static std::optional<T> load(std::string_view)`, where load(save(x)) == x, bit for bit.
template <class T>
struct PortType;

/// What flows along an edge: immutable and shared, so that a branch can never change what another one sees.
using Payload = std::shared_ptr<const void>;

struct Codec {
  std::string (*save)(const void*) = nullptr;
  Payload (*load)(std::string_view) = nullptr;  ///< null where the bytes do not read back
};

struct PortSpec {
  std::string name;
  std::string_view type;
  bool optional = false;  ///< inputs only: may stay unconnected
  Codec codec;            ///< empty functions where the type has none
};

template <class T>
Codec codec_of() {
  if constexpr (requires(const T& value) { PortType<T>::save(value); })
    return {[](const void* p) { return PortType<T>::save(*static_cast<const T*>(p)); },
            [](std::string_view bytes) -> Payload {
              auto value = PortType<T>::load(bytes);
              return value ? std::make_shared<const T>(std::move(*value)) : nullptr;
            }};
  else
    return {};
}

/// Members of a stage; each registers itself with its stage in the order of declaration.
template <class T>
class In {
 public:
  In(Stage* stage, std::string name);
  int index() const { return index_; }

 private:
  int index_;
};

template <class T>
class OptionalIn {
 public:
  OptionalIn(Stage* stage, std::string name);
  int index() const { return index_; }

 private:
  int index_;
};

template <class T>
class Out {
 public:
  Out(Stage* stage, std::string name);
  int index() const { return index_; }

 private:
  int index_;
};

}  // namespace litho
