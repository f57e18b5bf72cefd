#include "pipeline/engine/yaml.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

namespace litho {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxBytes = 1 << 20;
constexpr const char* kPlainHint = "write the value out in full";

/// Leaves the parser at the first thing that makes going on pointless.
struct Stop {
  Error error;
};

/// Turns the parser's events into a Value tree. Events, not YAML::Node: only they show repeated keys, tags,
/// anchors, and a quoted "~".
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::string file) : file_(std::move(file)) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) stop("yaml.not_plain", mark, "a second document starts here", "keep one document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    if (wants_key()) stop("yaml.not_plain", mark, "a key is missing here", "");
    put(made(Value::Kind::null, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop("yaml.not_plain", mark, "aliases (*name) are not read", kPlainHint);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    Value value = made(Value::Kind::scalar, mark);
    value.text = text;
    if (wants_key() && tag == "?" && text == "<<")
      stop("yaml.not_plain", mark, "merge keys (<<) are not read", kPlainHint);
    put(std::move(value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Value::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Value::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  Value take_root() { return std::move(root_); }
  Errors& errors() { return errors_; }

 private:
  /// A list or map not closed yet; a map waits for a key or for that key's value.
  struct Level {
    Value value;
    std::optional<Value::Entry> key;
  };

  static Value made(Value::Kind kind, const YAML::Mark& mark) {
    Value value;
    value.kind = kind;
    value.line = mark.line + 1;
    value.column = mark.column + 1;
    return value;
  }
  [[noreturn]] void stop(std::string code, const YAML::Mark& mark, std::string message, std::string hint) {
    throw Stop{
        {std::move(code), made(Value::Kind::null, mark).where(file_), std::move(message), std::move(hint)}};
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) stop("yaml.not_plain", mark, "anchors (&name) are not read", kPlainHint);
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")  // the last two: plain and quoted scalars
      stop("yaml.not_plain", mark, "tags (" + tag + ") are not read", kPlainHint);
  }
  bool wants_key() const {
    return !levels_.empty() && levels_.back().value.kind == Value::Kind::map && !levels_.back().key;
  }

  void open(Value::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (wants_key())
      stop("yaml.not_plain", mark, "a key must be a word, not a list or a map", "is a bracket left open?");
    if (levels_.size() == kMaxDepth)
      stop("yaml.too_deep", mark, "nested more than " + std::to_string(kMaxDepth) + " levels deep", "");
    levels_.push_back({made(kind, mark), {}});
  }
  void close() {
    Value value = std::move(levels_.back().value);
    levels_.pop_back();
    put(std::move(value));
  }

  void put(Value value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return;
    }
    Level& level = levels_.back();
    if (level.value.kind == Value::Kind::list) {
      level.value.items.push_back(std::move(value));
    } else if (!level.key) {
      note_repeat(level.value, value);
      level.key = {value.text, {}, value.line, value.column};
    } else {
      level.key->value = std::move(value);
      level.value.entries.push_back(*std::exchange(level.key, std::nullopt));
    }
  }
  void note_repeat(const Value& map, const Value& key) {
    const auto first = std::ranges::find(map.entries, key.text, &Value::Entry::key);
    if (first == map.entries.end()) return;
    errors_.push_back(
        {"yaml.repeated_key", key.where(file_),
         "the key '" + key.text + "' stands here again, first on line " + std::to_string(first->line),
         "keep one of the two"});
  }

  std::string file_;
  std::vector<Level> levels_;
  Value root_;
  Errors errors_;
  int documents_ = 0;
};

/// yaml-cpp takes 0x04 for the end of the file, and nothing good comes of the other control characters.
std::optional<Error> control_character(std::string_view text, const std::string& file) {
  Value place;
  place.line = place.column = 1;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F)
      return Error{"yaml.syntax", place.where(file), "a control character stands here", "remove it"};
    place.column = c == '\n' ? 1 : place.column + 1;
    place.line += c == '\n';
  }
  return std::nullopt;
}

}  // namespace

Result<Value> read_yaml(std::string_view text, std::string file) {
  if (text.size() > kMaxBytes)
    return Error{"yaml.too_large", file,
                 std::to_string(text.size()) + " bytes, at most " + std::to_string(kMaxBytes) + " are read",
                 "is this the right file?"};
  if (auto error = control_character(text, file)) return *std::move(error);
  Builder builder(file);
  try {
    // An end marker, for yaml-cpp takes a quote that is never closed as closed at the end of the file.
    std::istringstream in(std::string(text) + (text.ends_with('\n') ? "...\n" : "\n...\n"));
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (Stop& stop) {
    builder.errors().push_back(std::move(stop.error));
  } catch (const YAML::Exception& exception) {
    Value place;
    if (!exception.mark.is_null()) {
      place.line = exception.mark.line + 1;
      place.column = exception.mark.column + 1;
    }
    builder.errors().push_back({"yaml.syntax", place.where(file), "is not YAML: " + exception.msg,
                                "check indentation, brackets and quotes before this place"});
  }
  if (!builder.errors().empty()) return builder.errors();
  return builder.take_root();
}

}  // namespace litho
