#include "mutator.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "distillcfg/model.hpp"
#include "distillcfg/schema.hpp"
#include "sections.hpp"
#include "support/random.hpp"

namespace distillcfg::fuzz {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);
// Deeper than either schema.
constexpr int deepest_new_message = 6;
// An edit that does not fit is given up after so many tries.
constexpr int most_tries = 8;
constexpr std::size_t most_edits = 4;

using test::Random;

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '+';
}
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// ---- what stands where

// A field of a known name, or an element of its list.
struct FieldAt {
  const FieldSchema* schema = nullptr;
  const MessageSchema* message = nullptr;  // it stands in
  std::size_t message_id = 0;              // and which of these
  Range all;                               // name to separator
  Range value;                             // brackets or quotes included
  bool is_element = false;
};

// Where a field may be put.
struct Gap {
  std::size_t at;
  const MessageSchema* message;
  std::size_t message_id;
};

struct Outline {
  std::vector<FieldAt> fields;
  std::vector<Gap> gaps;
  std::vector<Range> brackets;  // from the one that opens to the one that closes: { } and < >
  std::vector<Range> blanks;    // may be empty
  std::vector<Range> literals;  // quotes included
};

// Reads a text as far as it makes sense, and goes on where it does not.
class Outliner {
 public:
  // `first` is what a text without a single known name is taken for.
  Outliner(std::string_view text, const MessageSchema& first) : text_(text), undecided_(first) {}

  Outline run() {
    start_text();
    while (true) {
      skip_blank();
      if (at_ == text_.size()) break;
      step();
    }
    end_text();
    return std::move(out_);
  }

 private:
  struct Frame {
    const MessageSchema* message;  // null: unknown
    std::size_t id;
    std::size_t field;  // index of the field that it is the value of
    std::size_t open;
    bool is_list;
  };

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] bool at_separator() const {
    return text_.substr(at_, separator.size()) == separator && (at_ == 0 || text_[at_ - 1] == '\n');
  }

  void skip_blank() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '#')) {
      if (text_[at_] != '#') {
        ++at_;
        continue;
      }
      const bool ends_text = at_separator();
      at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
      if (ends_text) start_text();
    }
    out_.blanks.push_back({begin, at_});
  }

  // What is still open ends with the text.
  void end_text() {
    decide(nullptr);
    for (const Frame& frame : frames_) {
      if (frame.field != none) out_.fields[frame.field].value.end = out_.fields[frame.field].all.end = at_;
    }
    frames_.clear();
  }

  void start_text() {
    end_text();
    first_gap_ = out_.gaps.size();
    if (texts_++ > 0) guess_ = texts_ % 2 == 0 ? &model_schema() : &config_schema();
    frames_.push_back({nullptr, ids_++, none, 0, false});
    gap();
  }

  // A text is of the schema that has its first known name.
  void decide(const MessageSchema* schema) {
    if (frames_.empty() || frames_.front().message != nullptr) return;
    if (schema == nullptr) schema = guess_ != nullptr ? guess_ : &undecided_;
    frames_.front().message = schema;
    for (std::size_t i = first_gap_; i < out_.gaps.size(); ++i) {
      if (out_.gaps[i].message == nullptr) out_.gaps[i].message = schema;
    }
  }

  void gap() { out_.gaps.push_back({at_, frames_.back().message, frames_.back().id}); }

  void step() {
    const char c = peek();
    Frame& frame = frames_.back();
    if (c == '}' || c == '>') {
      ++at_;
      if (frames_.size() > 1 && !frame.is_list) close();
    } else if (c == ']') {
      ++at_;
      if (frame.is_list) close();
    } else if (c == '{' || c == '<') {
      open(frame.is_list && frame.field != none ? out_.fields[frame.field].schema->message : nullptr, none, false);
    } else if (frame.is_list) {
      element();
    } else if (is_word_byte(c)) {
      field();
    } else {
      ++at_;
    }
  }

  void open(const MessageSchema* message, std::size_t field, bool is_list) {
    frames_.push_back({message, ids_++, field, at_, is_list});
    ++at_;
    if (message != nullptr) gap();
  }

  void close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (!frame.is_list) out_.brackets.push_back({frame.open, at_ - 1});
    if (frame.field != none) end_field(frame.field);
  }

  void end_field(std::size_t index) {
    FieldAt& field = out_.fields[index];
    field.value.end = at_;
    if (!field.is_element && (peek() == ',' || peek() == ';')) ++at_;
    field.all.end = at_;
    if (!field.is_element && frames_.back().message != nullptr) gap();
  }

  void field() {
    const std::size_t begin = at_;
    while (is_word_byte(peek())) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (frames_.size() == 1 && frames_.front().message == nullptr) {
      for (const MessageSchema* const root : {&config_schema(), &model_schema()}) {
        if (find_field(*root, name) != nullptr) decide(root);
      }
    }
    const Frame& frame = frames_.back();
    const FieldSchema* const schema = frame.message == nullptr ? nullptr : find_field(*frame.message, name);
    const std::size_t index = schema == nullptr ? none : out_.fields.size();
    const std::size_t texts = texts_;
    if (schema != nullptr) out_.fields.push_back({schema, frame.message, frame.id, {begin, at_}, {at_, at_}, false});
    skip_blank();
    if (peek() == ':') {
      ++at_;
      skip_blank();
    }
    // A separator on the way has ended the text.
    if (texts_ != texts) return;
    if (index != none) out_.fields[index].value.begin = at_;
    if (peek() == '{' || peek() == '<') {
      open(schema == nullptr ? nullptr : schema->message, index, false);
    } else if (peek() == '[') {
      open(nullptr, index, true);
    } else {
      scalar();
      if (index != none) end_field(index);
    }
  }

  void element() {
    const std::size_t begin = at_;
    scalar();
    const Frame& frame = frames_.back();
    if (at_ == begin) {
      ++at_;
    } else if (frame.is_list && frame.field != none) {
      FieldAt element = out_.fields[frame.field];
      element.all = element.value = {begin, at_};
      element.is_element = true;
      out_.fields.push_back(element);
    }
  }

  // Joined literals, or a sign and a word.
  void scalar() {
    if (peek() == '-') {
      ++at_;
      while (is_blank(peek())) ++at_;
    }
    while (is_word_byte(peek()) || (peek() == '-' && at_ > 0 && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E')))
      ++at_;
    std::size_t end = at_;
    while (peek() == '"' || peek() == '\'') {
      literal();
      end = at_;
      while (is_blank(peek())) ++at_;
    }
    at_ = end;
  }

  void literal() {
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    out_.literals.push_back({begin, at_});
  }

  std::string_view text_;
  const MessageSchema& undecided_;
  const MessageSchema* guess_ = nullptr;
  Outline out_;
  std::vector<Frame> frames_;
  std::size_t at_ = 0;
  std::size_t ids_ = 0;
  std::size_t texts_ = 0;
  std::size_t first_gap_ = 0;
};

// ---- new values and fields

template <std::size_t count>
std::string_view pick(Random& random, const std::string_view (&choices)[count]) {
  return choices[random.below(count)];
}

class Maker {
 public:
  // What is made is to stand at text[at].
  Maker(std::string_view text, const Outline& outline, std::size_t at, Random& random)
      : text_(text), outline_(outline), random_(random) {
    for (const FieldAt& field : outline.fields) {
      if (field.schema->name != "node") continue;
      ++nodes_;
      nodes_before_ += field.all.begin <= at ? 1 : 0;
    }
  }

  std::string field(const FieldSchema& schema, int depth = 0) {
    std::string out(schema.name);
    const bool is_message = schema.type == FieldType::message;
    if (!is_message || chance(30)) out += ':';
    out += chance(90) ? " " : pick_blank(random_);
    if (schema.label == Label::repeated && chance(20)) {
      out += '[';
      for (std::uint32_t n = random_.below(4), i = 0; i < n; ++i) {
        if (i != 0) out += ", ";
        out += value(schema, depth);
      }
      out += ']';
    } else {
      out += value(schema, depth);
    }
    constexpr std::string_view ends[] = {"\n", " ", "\n", "; ", ","};
    return out += pick(random_, ends);
  }

  std::string value(const FieldSchema& schema, int depth = 0) {
    switch (schema.type) {
      case FieldType::uint32: return integer(schema);
      case FieldType::boolean: return std::string(boolean());
      case FieldType::float32: return number(schema);
      case FieldType::enumeration: return std::string(enumerator(*schema.enumeration));
      case FieldType::string: return string(schema);
      case FieldType::message: break;
    }
    return message(*schema.message, depth);
  }

  // A field that the schema lacks, as allow_unknown reads it; at times not quite.
  std::string unknown_field() {
    constexpr std::string_view names[] = {"future",  "x1",        "batch_numb",
                                          "[a.b.c]", "[a.b/c.d]", "[type.googleapis.com/a.Future]"};
    constexpr std::string_view values[] = {": 1",
                                           ": -1.5e3f",
                                           ": -inf",
                                           ": - nan",
                                           ": word",
                                           ": 'a' \"\\x41\"",
                                           ": []",
                                           " []",
                                           " { }",
                                           ": < a: 1; b: 'c', >",
                                           " { batch_num: 'x' d { e: [1, 'f', -g] } [h.i]: 2 }",
                                           ": [{ a: 1 }, < >]",
                                           " [{ a: 1 }, { b < > }]",
                                           ": { [type.googleapis.com/b] { c: 1 } }",
                                           " { a { a { a { a: [[1], []] } } } }"};
    constexpr std::string_view bad[] = {" 1", ": -word", " [1]", ": [1,]", " { 1 }", ": { a: 1 >", ": 08", ": '\\q'"};
    return std::string(pick(random_, names)).append(chance(90) ? pick(random_, values) : pick(random_, bad));
  }

  [[nodiscard]] static std::string_view pick_blank(Random& random) {
    constexpr std::string_view blanks[] = {
        "",    " ",    "\n", "\t",   "\r\n",     "\n    ",           " # \"}\n",
        "#\n", "\v\f", "\r", "\n\n", "        ", "# \xff\xd6\xd0\n", "                                "};
    return pick(random, blanks);
  }

 private:
  [[nodiscard]] bool chance(std::uint32_t percent) { return random_.below(100) < percent; }

  std::string message(const MessageSchema& schema, int depth) {
    const bool is_angle = chance(15);
    std::string out(is_angle ? "<" : "{");
    out += chance(80) ? " " : pick_blank(random_);
    bool oneof_is_set = false;
    for (const FieldSchema& field_schema : schema.fields) {
      const std::uint32_t share = field_schema.label == Label::required ? 97 : depth == deepest_new_message ? 0 : 40;
      if (!chance(share) || (oneof_is_set && !field_schema.oneof.empty())) continue;
      oneof_is_set |= !field_schema.oneof.empty();
      out += field(field_schema, depth + 1);
    }
    return out += is_angle ? '>' : '}';
  }

  std::string integer(const FieldSchema& schema) {
    constexpr std::string_view small[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    constexpr std::string_view sound[] = {"4294967295", "0xffffffff", "037777777777", "00",  "0x0",
                                          "010",        "4294967294", "2147483648",   "0X1", "00000000000000000000001"};
    constexpr std::string_view bad[] = {"4294967296", "0x100000000",          "040000000000", "-1", "- 0", "08",
                                        "0x",         "18446744073709551616", "1.0",          "1u", "+1",  "1e3"};
    if (chance(5)) return std::string(pick(random_, bad));
    // Edges lead to nodes that stand behind.
    if (schema.name == "consumer" && nodes_ > nodes_before_ && chance(90)) {
      return std::to_string(nodes_before_ + random_.below(std::min(nodes_ - nodes_before_, 4U)));
    }
    if (schema.name == "graph_output" && chance(70)) return "0";
    return std::string(schema.label == Label::repeated || chance(60) ? pick(random_, small) : pick(random_, sound));
  }

  std::string_view boolean() {
    constexpr std::string_view sound[] = {"true", "false", "true", "false", "True", "False",
                                          "t",    "f",     "1",    "0",     "0x1",  "00"};
    constexpr std::string_view bad[] = {"TRUE", "2", "yes", "1.0", "-0", "\"true\"", "08"};
    return chance(95) ? pick(random_, sound) : pick(random_, bad);
  }

  std::string number(const FieldSchema& schema) {
    constexpr std::string_view plain[] = {"6", "6.0", "1.5", "0.1", "255", "1e-3", "3.0e1", "0.5f"};
    // Halfway between floats and at the ends of their range, where rounding twice shows.
    constexpr std::string_view borders[] = {"3.4028234663852886e38",
                                            "3.4028235677973366e38",
                                            "3.4028235677973367e38",
                                            "3.4028236e38",
                                            "1e39",
                                            "1e400",
                                            "1.17549435e-38",
                                            "1.1754943e-38",
                                            "1.4e-45",
                                            "7.006492321624085e-46",
                                            "7.006492321624086e-46",
                                            "7.0064923216240861e-46",
                                            "1e-46",
                                            "1e-400",
                                            "16777217",
                                            "16777219",
                                            "9007199254740993",
                                            "18446744073709551616",
                                            "0.0",
                                            "0",
                                            "0e9",
                                            ".5",
                                            "1.",
                                            "1.00000005960464477539",
                                            "1.000000059604644775390624",
                                            "1.000000059604644775390626",
                                            "1000000015047466219876688855040",
                                            "0.30000001192092896",
                                            "8.5899345920000001e9",
                                            "1e22",
                                            "1e23",
                                            "123456789012345678901234567890"};
    constexpr std::string_view words[] = {"inf", "nan", "infinity", "INF", "NaN", "Infinity"};
    constexpr std::string_view bad[] = {"0x1", "010",     "1e",    "1.2.3", "+1", "0x1p3",
                                        "1,5", "infinit", "\"1\"", "--1",   "1ff"};
    if (chance(4)) return std::string(pick(random_, bad));
    const bool is_negative = schema.range == distillcfg::Range::below_zero ? chance(85) : chance(15);
    std::string out(is_negative ? chance(95) ? "-" : "- " : "");
    const std::uint32_t kind = random_.below(10);
    if (kind < 4) return out.append(pick(random_, plain));
    if (kind < 8) return out.append(pick(random_, borders));
    if (kind < 9) return out.append(pick(random_, words));
    for (std::uint32_t n = 1 + random_.below(30); n > 0; --n) out += static_cast<char>('1' + random_.below(9));
    out.insert(is_negative ? 1 + random_.below(static_cast<std::uint32_t>(out.size() - 1))
                           : random_.below(static_cast<std::uint32_t>(out.size())),
               ".");
    if (chance(50)) out.append("e").append(chance(50) ? "-" : "").append(std::to_string(random_.below(60)));
    return out;
  }

  std::string_view enumerator(const EnumSchema& schema) {
    constexpr std::string_view odd[] = {"0", "1", "-0", "- 0", "0x1", "01"};
    constexpr std::string_view bad[] = {"INT16", "int8", "2", "-1", "\"INT8\"", "1.0", "INT8.0"};
    if (chance(5)) return pick(random_, bad);
    if (chance(15)) return pick(random_, odd);
    return schema.values[random_.below(static_cast<std::uint32_t>(schema.values.size()))].name;
  }

  std::string string(const FieldSchema& schema) {
    // A name that stands in the text already: only so do rules meet layers, and nodes modules.
    if (!outline_.literals.empty() && chance(60)) {
      const Range& known = outline_.literals[random_.below(static_cast<std::uint32_t>(outline_.literals.size()))];
      return std::string(text_.substr(known.begin, known.end - known.begin));
    }
    constexpr std::string_view types[] = {"Conv2d",    "Linear",    "Conv2d",          "Linear", "BatchNorm2d", "ReLU",
                                          "MaxPool2d", "LeakyReLU", "ConvTranspose2d", "IFMR",   "Conv1d"};
    constexpr std::string_view operators[] = {
        "Conv",      "Gemm", "MatMul", "BatchNormalization", "Relu", "Add", "GlobalAveragePool",
        "LeakyRelu", "Clip", "Flatten"};
    constexpr std::string_view names[] = {
        "conv1", "fc", "a", "b", "layer1.0.conv", "conv2", "bn1", "version", "batch_num", "distill_group", ""};
    const bool is_type =
        schema.name == "type" || schema.name == "layer_type" || schema.name == "quant_skip_layer_types";
    std::string_view word = is_type                         ? pick(random_, types)
                            : schema.name == "op_type"      ? pick(random_, operators)
                            : schema.name == "padding_mode" ? (chance(80) ? "zeros" : "reflect")
                                                            : pick(random_, names);
    std::string out = "\"";
    out.append(word) += '"';
    return chance(75) ? out : out_of_pieces();
  }

  std::string out_of_pieces() {
    constexpr std::string_view sound[] = {"a",
                                          "conv",
                                          ".",
                                          "\xe4\xb8\xad",
                                          "\\n",
                                          "\\\\",
                                          "\\\"",
                                          "\\'",
                                          "\\?",
                                          "\\0",
                                          "\\101",
                                          "\\x41",
                                          "\\xc3\\xbc",
                                          "\\u4e2d",
                                          "\\U0001f600",
                                          "\\ud83d\\ude00",
                                          "\\377\\x00",
                                          "\\303\\274",
                                          "\x7f",
                                          "#",
                                          "}",
                                          "\xf0\x9f\x98\x80",
                                          "\xe2\x80\xae",
                                          "\t",
                                          "\\u202e",
                                          "\xc2\x9b",
                                          "\\x1b[31m"};
    constexpr std::string_view bad[] = {"\\q", "\xff",         "\\400", "\\ud83d", "\\U00110000",
                                        "\\x", "\xed\xa0\x80", "\n",    "\\u12",   std::string_view("\0", 1)};
    std::string out;
    do {
      const char quote = chance(70) ? '"' : '\'';
      out += quote;
      for (std::uint32_t n = random_.below(5); n > 0; --n)
        out += chance(97) ? pick(random_, sound) : pick(random_, bad);
      out += quote;
      if (chance(80)) break;
      out += pick_blank(random_);
    } while (out.size() < 100);
    return out;
  }

  std::string_view text_;
  const Outline& outline_;
  Random& random_;
  std::uint32_t nodes_ = 0;
  std::uint32_t nodes_before_ = 0;
};

// ---- edits

class Editor {
 public:
  Editor(std::string_view input, std::size_t max_size, std::uint64_t seed)
      : text_(input.substr(0, max_size)), max_size_(max_size), random_(seed * 0x9E37'79B9'7F4A'7C15U + 1) {
    for (int i = 0; i < 4; ++i) random_.below(2);
    is_model_first_ = random_.below(2) != 0;
  }

  std::string run() {
    for (std::size_t edits = 1 + below(most_edits); edits > 0; --edits) {
      read();
      for (int tries = 0; tries < most_tries && !edit(); ++tries) {
      }
    }
    return std::move(text_);
  }

  std::string run_with(std::string_view other) {
    const Outline theirs = Outliner(other, root()).run();
    read();
    for (int tries = 0; tries < most_tries; ++tries) {
      if (theirs.fields.empty() || outline_.gaps.empty()) break;
      const FieldAt& field = theirs.fields[below(theirs.fields.size())];
      if (field.is_element) continue;
      // Into a message of its kind, from a place drawn at random on.
      const std::size_t start = below(outline_.gaps.size());
      for (std::size_t i = 0; i < outline_.gaps.size(); ++i) {
        const Gap& gap = outline_.gaps[(start + i) % outline_.gaps.size()];
        if (gap.message != field.message) continue;
        if (insert(gap.at, padded(other.substr(field.all.begin, field.all.end - field.all.begin)))) {
          return std::move(text_);
        }
        break;
      }
    }
    return run();
  }

 private:
  [[nodiscard]] std::size_t below(std::size_t bound) { return random_.below(static_cast<std::uint32_t>(bound)); }
  [[nodiscard]] const MessageSchema& root() const { return is_model_first_ ? model_schema() : config_schema(); }
  void read() { outline_ = Outliner(text_, root()).run(); }
  [[nodiscard]] std::string_view piece(const Range& range) const {
    return std::string_view(text_).substr(range.begin, range.end - range.begin);
  }
  // A field by itself must not grow together with its neighbours.
  static std::string padded(std::string_view field) { return " " + std::string(field) + "\n"; }

  // False, and nothing done, if the result would be too large.
  bool replace(const Range& range, std::string_view by) {
    if (text_.size() - (range.end - range.begin) + by.size() > max_size_) return false;
    text_.replace(range.begin, range.end - range.begin, by);
    return true;
  }
  bool insert(std::size_t at, std::string_view what) { return replace({at, at}, what); }

  // One edit; false if there is nothing that it could be made to, or no room.
  bool edit() {
    switch (below(16)) {
      case 0:
      case 1:
      case 2: return add_field();
      case 3: return delete_field();
      case 4: return duplicate_field();
      case 5: return move_field();
      case 6:
      case 7:
      case 8:
      case 9: return change_value();
      case 10: return swap_values();
      case 11: return change_brackets();
      case 12: return change_blank();
      case 13: return change_separator();
      case 14: return cut_literal();
      default: return below(64) == 0 ? insert(0, "\xef\xbb\xbf") : change_number();
    }
  }

  const FieldAt* any_field(bool elements_too) {
    if (outline_.fields.empty()) return nullptr;
    const FieldAt& field = outline_.fields[below(outline_.fields.size())];
    return field.is_element && !elements_too ? nullptr : &field;
  }

  bool add_field() {
    if (outline_.gaps.empty()) return false;
    const Gap& gap = outline_.gaps[below(outline_.gaps.size())];
    if (gap.message == nullptr) return false;
    const FieldSchema& schema = gap.message->fields[below(gap.message->fields.size())];
    Maker maker(text_, outline_, gap.at, random_);
    if (below(16) == 0) return insert(gap.at, padded(maker.unknown_field()));
    // Rarely a singular field twice, or two members of a oneof.
    if (schema.label != Label::repeated && below(8) != 0) {
      for (const FieldAt& field : outline_.fields) {
        const bool excludes = field.schema == &schema || (!schema.oneof.empty() && field.schema->oneof == schema.oneof);
        if (field.message_id == gap.message_id && excludes) return replace(field.all, padded(maker.field(schema)));
      }
    }
    return insert(gap.at, padded(maker.field(schema)));
  }

  bool delete_field() {
    const FieldAt* const field = any_field(false);
    if (field == nullptr || (field->schema->label == Label::required && below(4) != 0)) return false;
    return replace(field->all, {});
  }

  bool duplicate_field() {
    const FieldAt* const field = any_field(false);
    if (field == nullptr || (field->schema->label != Label::repeated && below(4) != 0)) return false;
    return insert(field->all.end, padded(piece(field->all)));
  }

  bool move_field() {
    const FieldAt* const field = any_field(false);
    if (field == nullptr) return false;
    const Gap& gap = outline_.gaps[below(outline_.gaps.size())];
    // At times into a message that lacks such a field.
    if (gap.message_id != field->message_id && gap.message != field->message && below(8) != 0) return false;
    if (gap.message_id != field->message_id && field->schema->label == Label::required && below(8) != 0) return false;
    if (gap.at > field->all.begin && gap.at < field->all.end) return false;
    const std::string moved = padded(piece(field->all));
    const Range from = field->all;
    const std::size_t to = gap.at <= from.begin ? gap.at : gap.at - (from.end - from.begin);
    if (text_.size() + moved.size() - (from.end - from.begin) > max_size_) return false;
    text_.erase(from.begin, from.end - from.begin);
    text_.insert(to, moved);
    return true;
  }

  bool change_value() {
    const FieldAt* const field = any_field(true);
    if (field == nullptr) return false;
    return replace(field->value, Maker(text_, outline_, field->all.begin, random_).value(*field->schema));
  }

  bool swap_values() {
    const FieldAt* const a = any_field(true);
    const FieldAt* const b = any_field(true);
    if (a == nullptr || b == nullptr || a->schema->type != b->schema->type ||
        a->schema->message != b->schema->message) {
      return false;
    }
    return replace(a->value, std::string(piece(b->value)));
  }

  bool change_brackets() {
    if (outline_.brackets.empty()) return false;
    const Range& pair = outline_.brackets[below(outline_.brackets.size())];
    const bool is_angle = text_[pair.begin] == '<';
    text_[pair.begin] = is_angle ? '{' : '<';
    // At times one of the two alone.
    if (below(16) != 0) text_[pair.end] = is_angle ? '}' : '>';
    return true;
  }

  bool change_blank() {
    const Range& blank = outline_.blanks[below(outline_.blanks.size())];
    if (piece(blank).find(separator) != std::string_view::npos) return change_numbers_of_separator(blank);
    const std::string_view by = Maker::pick_blank(random_);
    // Two words that are kept apart by it stay so, mostly.
    if (by.empty() && below(8) != 0) return false;
    return replace(blank, by);
  }

  bool change_numbers_of_separator(const Range& blank) {
    std::size_t begin = text_.find(separator, blank.begin) + separator.size();
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    std::string numbers;
    for (const std::uint32_t bound : {65536U, 64U, 4096U}) {
      // Small sizes as often as large ones.
      numbers += ' ' + std::to_string(random_.below(bound) >> random_.below(8));
    }
    return replace({begin, end}, numbers);
  }

  bool change_separator() {
    const FieldAt* const field = any_field(false);
    if (field == nullptr) return false;
    const char last = text_[field->all.end - 1];
    if (field->all.end != field->value.end) {
      if (last == ',' || last == ';') text_[field->all.end - 1] = below(3) == 0 ? ' ' : last == ',' ? ';' : ',';
      return true;
    }
    return insert(field->all.end, below(2) == 0 ? "," : ";");
  }

  // A literal becomes two that are joined, or changes its quotes.
  bool cut_literal() {
    if (outline_.literals.empty()) return false;
    const Range& literal = outline_.literals[below(outline_.literals.size())];
    if (literal.end - literal.begin < 2) return false;
    const std::string_view inside = piece({literal.begin + 1, literal.end - 1});
    if (inside.find('\\') != std::string_view::npos) return false;
    const char quote = text_[literal.begin];
    const char other = quote == '"' ? '\'' : '"';
    if (below(2) == 0 && inside.find(other) == std::string_view::npos) {
      text_[literal.begin] = text_[literal.end - 1] = other;
      return true;
    }
    std::string joint(1, quote);
    joint += Maker::pick_blank(random_);
    joint += quote;
    return insert(literal.begin + 1 + below(inside.size() + 1), joint);
  }

  // A digit becomes another, or there is one more.
  bool change_number() {
    const FieldAt* const field = any_field(true);
    if (field == nullptr || (field->schema->type != FieldType::uint32 && field->schema->type != FieldType::float32)) {
      return false;
    }
    const std::size_t size = field->value.end - field->value.begin;
    if (size == 0) return false;
    const std::size_t at = field->value.begin + below(size);
    if (text_[at] < '0' || text_[at] > '9') return false;
    const char digit = static_cast<char>('0' + below(10));
    if (below(3) == 0) return insert(at + 1, {&digit, 1});
    text_[at] = digit;
    return true;
  }

  std::string text_;
  std::size_t max_size_;
  Random random_;
  bool is_model_first_ = false;
  Outline outline_;
};

}  // namespace

std::string mutate(std::string_view input, std::size_t max_size, std::uint64_t seed) {
  return Editor(input, max_size, seed).run();
}

std::string cross_over(std::string_view input, std::string_view other, std::size_t max_size, std::uint64_t seed) {
  return Editor(input, max_size, seed).run_with(other);
}

}  // namespace distillcfg::fuzz
