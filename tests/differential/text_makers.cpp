#include "text_makers.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <initializer_list>

#include "quant.pb.h"

namespace distillcfg::differential {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::string_view pick(Random& random, std::initializer_list<std::string_view> choices) {
  return choices.begin()[random.below(choices.size())];
}

template <class... Arguments>
std::string formatted(const char* format, Arguments... arguments) {
  char text[512];
  const int size = std::snprintf(text, sizeof text, format, arguments...);
  return {text, std::min(static_cast<std::size_t>(size), sizeof text - 1)};
}

std::string random_digits(Random& random, std::size_t count) {
  std::string digits;
  for (std::size_t i = 0; i < count; ++i) digits += static_cast<char>('0' + random.below(10));
  return digits;
}

float finite_float(Random& random) {
  const auto bits = static_cast<std::uint32_t>(random.next()) & 0x7FFF'FFFFU;
  // Few bits set in one of four: what people write is round.
  const float value = std::bit_cast<float>(random.chance(25) ? bits & 0x7FF0'0000U : bits);
  return std::isfinite(value) ? value : 1.5F;
}

// The decimals of the point halfway to the next float: exact in a double, and cut or extended a
// little, which puts them just below or above it.
std::string near_midpoint(Random& random) {
  const float low = finite_float(random);
  const float high = std::nextafter(low, INFINITY);
  const double middle =
      std::isfinite(high) ? (static_cast<double>(low) + static_cast<double>(high)) / 2 : 3.4028235677973366e38;
  std::string text = formatted("%.*e", static_cast<int>(5 + random.below(60)), middle);
  if (random.chance(30)) text.insert(text.find('e'), random_digits(random, 1 + random.below(25)));
  return text;
}

// ---- configurations

class Maker {
 public:
  explicit Maker(Random& random) : random_(random) {}

  std::string out;

  void message(const Descriptor& type) {
    std::vector<const FieldDescriptor*> fields;
    for (int i = 0; i < type.field_count(); ++i) fields.push_back(type.field(i));
    for (std::size_t i = fields.size(); i > 1; --i) std::swap(fields[i - 1], fields[random_.below(i)]);
    for (const FieldDescriptor* field : fields) {
      if (random_.chance(2)) unknown(0);
      if (field->is_repeated()) {
        if (random_.chance(40)) list(*field);
        for (std::size_t n = random_.below(3); n > 0; --n) single(*field);
      } else {
        // Of the members of a oneof one, mostly; a singular field twice, at times.
        const unsigned share = field->is_required() ? 99 : field->containing_oneof() != nullptr ? 30 : 60;
        if (random_.chance(share)) single(*field);
        if (random_.chance(1)) single(*field);
      }
    }
    if (random_.chance(2)) unknown(0);
  }

 private:
  void space() {
    out += random_.chance(80) ? pick(random_, {" ", " ", "\n", "\n  "})
                              : pick(random_, {"\t", "\r\n", " # c\n", "\v", "\f", "  \n\n    ", "#\n", "\r"});
  }
  void maybe_space() {
    if (random_.chance(50)) space();
  }
  void end_of_field() {
    if (random_.chance(25)) out += random_.chance(97) ? pick(random_, {",", ";", " ,", "\n;"}) : ";;";
    space();
  }

  void single(const FieldDescriptor& field) {
    out += field.name();
    maybe_space();
    const bool is_message = field.message_type() != nullptr;
    if (random_.chance(is_message ? 50 : 99)) out += ':';
    maybe_space();
    value(field);
    end_of_field();
  }

  void list(const FieldDescriptor& field) {
    out.append(field.name()) += random_.chance(90) ? ": " : "";
    out += '[';
    for (std::size_t n = random_.below(4), i = 0; i < n; ++i) {
      if (i != 0 && random_.chance(99)) out += ',';
      maybe_space();
      value(field);
      maybe_space();
    }
    if (random_.chance(1)) out += ',';
    out += ']';
    end_of_field();
  }

  void value(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        const bool angle = random_.chance(15);
        out += angle ? '<' : '{';
        maybe_space();
        message(*field.message_type());
        out += angle ? '>' : '}';
        return;
      }
      case FieldDescriptor::CPPTYPE_STRING: string(); return;
      case FieldDescriptor::CPPTYPE_FLOAT: out += random_float(random_); return;
      case FieldDescriptor::CPPTYPE_UINT32: out += integer(); return;
      case FieldDescriptor::CPPTYPE_BOOL:
        out += random_.chance(98)
                   ? pick(random_, {"true", "false", "True", "False", "t", "f", "0", "1", "01", "0x0", "00"})
                   : pick(random_, {"2", "TRUE", "-0", "1.0", "yes", "1f", "0x2"});
        return;
      default:
        out += random_.chance(98) ? pick(random_, {"INT4", "INT8", "0", "1", "-0", "- 0", "0x1", "01", "INT8", "INT4"})
                                  : pick(random_, {"2", "int8", "-1", "INT16", "1.0", "2147483648", "-2147483648"});
        return;
    }
  }

  std::string integer() {
    const std::uint64_t value = random_.chance(60) ? random_.below(100) : random_.next() >> random_.below(64);
    const auto number = static_cast<unsigned long long>(random_.chance(98) ? value & 0xFFFF'FFFFU : value);
    const char* const formats[] = {"%llu", "%llu", "0x%llx", "0X%llX", "0%llo", "0000%llo"};
    return formatted(formats[random_.below(std::size(formats))], number);
  }

  void string() {
    do {
      const char quote = random_.chance(75) ? '"' : '\'';
      out += quote;
      for (std::size_t n = random_.below(6); n > 0; --n) {
        if (random_.chance(60)) {
          out += pick(random_, {"conv1", "layer", ".", "\xe4\xb8\xad", "#", "{", " ", "\xf0\x9f\x98\x80", "/"});
        } else if (random_.chance(98)) {
          out += pick(random_, {"\\n", "\\\\", "\\\"", "\\'", "\\?", "\\0", "\\101", "\\x41", "\\xc3\\xbc", "\\u4e2d",
                                "\\U0001f600", "\\ud83d\\ude00", "\\a", "\\303\\274", "\\177", "\t", "\x7f", "\r"});
        } else {
          out += pick(random_, {"\\400", "\\777", "\\xff", "\\ud83d", "\\U00110000", "\\q", "\xff", "\\U0010ffff",
                                "\\x", "\\8", "\\u12", "\xed\xa0\x80", "\xc0\x80", "\\X41", "\n", "\\U00200000"});
        }
      }
      out += quote;
      maybe_space();
    } while (random_.chance(15));
  }

  // A field that the schema lacks, by the grammar for those.
  void unknown(int depth) {
    out += random_.chance(85) ? pick(random_, {"bogus", "new_field", "x", "batch_nun", "Batch_num"})
                              : pick(random_, {"[a.b]", "[ a . b.c ]", "[a.b/c.d]", "7", "[x]"});
    if (random_.chance(20)) {
      out += pick(random_, {" ", ": ", ":"});
      unknown_message(depth);
    } else {
      out += random_.chance(98) ? ": " : " ";
      unknown_value(depth);
    }
    if (random_.chance(30)) out += random_.chance(90) ? pick(random_, {",", ";"}) : ",;";
    space();
  }
  void unknown_message(int depth) {
    const bool angle = random_.chance(20);
    out += angle ? '<' : '{';
    space();
    for (std::size_t n = depth > 4 ? 0 : random_.below(3); n > 0; --n) unknown(depth + 1);
    out += angle ? '>' : '}';
  }
  void unknown_value(int depth) {
    if (random_.chance(15) && depth < 5) {
      out += '[';
      for (std::size_t n = random_.below(4), i = 0; i < n; ++i) {
        if (i != 0) out += ", ";
        if (random_.chance(30)) {
          unknown_message(depth + 1);
        } else {
          unknown_value(depth + 1);
        }
      }
      out += ']';
    } else if (random_.chance(30)) {
      string();
    } else {
      out += pick(random_, {"1", "-1", "1.5", "inf", "-inf", "- nan", "word", "-word", "0x1F", "1e999",
                            "99999999999999999999", "08", "-0", "1f", "-Infinity"});
    }
  }

  Random& random_;
};

// ---- mutation

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

// Roughly tokens: words and numbers, strings, runs of white space, single bytes.
std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (is_word_byte(text[at])) {
      while (end < text.size() && is_word_byte(text[end])) ++end;
    } else if (text[at] == '"' || text[at] == '\'') {
      while (end < text.size() && text[end] != text[at]) end += text[end] == '\\' && end + 1 < text.size() ? 2 : 1;
      end = std::min(end + 1, text.size());
    } else if (text[at] == ' ' || text[at] == '\n') {
      while (end < text.size() && (text[end] == ' ' || text[end] == '\n')) ++end;
    }
    pieces.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return pieces;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  return text;
}

std::string_view random_token(Random& random) {
  return random.chance(50) ? pick(random, {":", "{", "}", "<", ">", "[", "]", ",", ";", "-", "+", ".", "#", "\n", " ",
                                           "\"", "'", "\\"})
                           : pick(random, {"batch_num",
                                           "clip_max",
                                           "dst_type",
                                           "layer_name",
                                           "arq_distill",
                                           "ulq_distill",
                                           "true",
                                           "1",
                                           "0x10",
                                           "1.5",
                                           "\"a\"",
                                           "''",
                                           "INT8",
                                           "inf",
                                           "bogus",
                                           "[a.b]",
                                           "{}",
                                           "[]",
                                           "# c\n",
                                           "\x01",
                                           "\xff",
                                           "08",
                                           "1e",
                                           "ulq_quantize",
                                           "quant_skip_layers: ",
                                           "distill_group {",
                                           "4294967296"});
}

void mutate_pieces(Random& random, std::vector<std::string>& pieces, const std::string& other) {
  // Each draw stands in a statement of its own: the order of a call's arguments is the compiler's.
  const auto at = pieces.begin() + static_cast<std::ptrdiff_t>(random.below(pieces.size()));
  const auto to = pieces.begin() + static_cast<std::ptrdiff_t>(random.below(pieces.size()));
  switch (random.below(7)) {
    case 0: pieces.erase(at); break;
    case 1: pieces.insert(to, *at); break;
    case 2: std::swap(*at, *to); break;
    case 3: *at = random_token(random); break;
    case 4: pieces.emplace(at, random_token(random)); break;
    case 5: {
      const std::vector<std::string> source = pieces_of(other);
      if (source.empty()) break;
      const std::size_t from = random.below(source.size());
      const std::size_t count = 1 + random.below(std::min<std::size_t>(source.size() - from, 12));
      pieces.insert(at, source.begin() + static_cast<std::ptrdiff_t>(from),
                    source.begin() + static_cast<std::ptrdiff_t>(from + count));
      break;
    }
    default: {
      const auto first = std::min(at, to);
      const auto last = std::max(at, to) - first > 12 ? first + 12 : std::max(at, to);
      if (random.chance(50)) {
        pieces.erase(first, last);
      } else {
        const std::vector<std::string> copied(first, last);
        pieces.insert(to, copied.begin(), copied.end());
      }
      break;
    }
  }
}

void mutate_bytes(Random& random, std::string& text) {
  const std::size_t at = random.below(text.size());
  switch (random.below(5)) {
    case 0: text[at] = static_cast<char>(random.below(256)); break;
    case 1: text[at] = static_cast<char>(text[at] ^ (1 << random.below(8))); break;
    case 2:
      text.insert(at, 1, static_cast<char>(random.chance(50) ? 0x20 + random.below(95) : random.below(256)));
      break;
    case 3: text.erase(at, 1 + random.below(3)); break;
    default: text.resize(at); break;
  }
}

}  // namespace

std::string random_float(Random& random) {
  // Each draw stands in a statement of its own: the order of a call's arguments is the compiler's.
  std::string text = random.chance(40) ? "-" : "";
  if (random.chance(5)) text += ' ';
  const std::size_t kind = random.below(9);
  const auto small = static_cast<int>(random.below(120));
  const float value = finite_float(random);
  const std::string digits = random_digits(random, random.below(45));
  switch (kind) {
    case 0: text += formatted("%.1f", static_cast<double>(random.below(1000)) / 10); break;
    case 1: text += formatted("%.*g", 1 + small % 20, static_cast<double>(value)); break;
    case 2: text += near_midpoint(random); break;
    case 3:
      text += formatted("%u.%se%d", static_cast<unsigned>(random.below(100000)), digits.c_str(), small - 65);
      break;
    case 4:
      // Subnormal floats, and what rounds to none.
      text += formatted("%.*e", small % 30, static_cast<double>(random.below(1U << 24)) * 0x1p-152);
      break;
    case 5: text += '1' + digits; break;
    case 6: text += '.' + std::string(random.below(50), '0') + '1' + digits; break;
    case 7: {
      text += formatted("3%de", small);
      text += pick(random, {"", "+", "-"});
      text += '0' + digits.substr(0, 22);
      break;
    }
    default:
      text +=
          pick(random, {"0", "1.", "inf", "INFINITY", "nan", "0.0", "3.4028235677973366e38", "3.4028235677973367e38",
                        "18446744073709551615", "18446744073709551616", "9007199254740993", "16777217", "0e9"});
      return text;
  }
  if (random.chance(10)) text += random.chance(50) ? 'f' : 'F';
  return text;
}

std::string random_configuration(Random& random) {
  Maker maker(random);
  maker.message(*AMCTPytorchDistillProto::AMCTDistillConfig::descriptor());
  return std::move(maker.out);
}

std::string mutated(Random& random, const std::vector<std::string>& texts, std::size_t i) {
  std::string text = texts[i];
  const std::size_t changes = 1 + random.below(2 + 3 * random.below(2));
  for (std::size_t n = 0; n < changes; ++n) {
    if (text.empty()) text = random_token(random);
    if (random.chance(70)) {
      std::vector<std::string> pieces = pieces_of(text);
      mutate_pieces(random, pieces, texts[random.below(texts.size())]);
      text = joined(pieces);
    } else {
      mutate_bytes(random, text);
    }
  }
  return text;
}

}  // namespace distillcfg::differential
