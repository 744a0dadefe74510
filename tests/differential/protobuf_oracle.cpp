#include "protobuf_oracle.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <vector>

#include "quant.pb.h"
#include "support/utf8.hpp"

namespace distillcfg::differential {

namespace {

using AMCTPytorchDistillProto::AMCTDistillConfig;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::TextFormat;
using google::protobuf::io::Tokenizer;

class CountingCollector : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, google::protobuf::io::ColumnNumber, const std::string&) override { ++errors; }
  void AddWarning(int, google::protobuf::io::ColumnNumber, const std::string&) override {}
  std::size_t errors = 0;
};

struct Token {
  Tokenizer::TokenType type;
  std::string text;
};

// All tokens, the last one of type TYPE_END. Returns how many errors the tokenizer found.
std::size_t tokenize(std::string_view text, std::vector<Token>& tokens) {
  google::protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  CountingCollector collector;
  Tokenizer tokenizer(&stream, &collector);
  tokenizer.set_allow_f_after_float(true);
  tokenizer.set_comment_style(Tokenizer::SH_COMMENT_STYLE);
  do {
    const bool more = tokenizer.Next();
    tokens.push_back({more ? tokenizer.current().type : Tokenizer::TYPE_END, tokenizer.current().text});
  } while (tokens.back().type != Tokenizer::TYPE_END);
  return collector.errors;
}

// The value of an octal or \U escape that starts at text[at], the backslash; 0 for any other.
Stricter judge_escape(std::string_view text, std::size_t at) {
  const auto digit = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  if (digit(at + 1) >= '4' && digit(at + 1) <= '7') {
    const auto is_octal = [&](std::size_t i) { return digit(i) >= '0' && digit(i) <= '7'; };
    return is_octal(at + 2) && is_octal(at + 3) ? Stricter::octal_too_big : Stricter::no;
  }
  if (digit(at + 1) == 'U') {
    const std::string hex(text.substr(at + 2, 8));
    return std::stoul(hex, nullptr, 16) > 0x10FFFF ? Stricter::code_point_too_big : Stricter::no;
  }
  return Stricter::no;
}

Stricter judge_literal(std::string_view literal) {
  for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
    if (literal[i] != '\\') continue;
    const Stricter verdict = judge_escape(literal, i);
    if (verdict != Stricter::no) return verdict;
    ++i;
  }
  return Stricter::no;
}

// Reads tokens by the grammar, copying what is known and passing over what is not.
class Stripper {
 public:
  explicit Stripper(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::string out;
  bool odd = false;
  bool integer_name = false;

  bool root() {
    while (now().type != Tokenizer::TYPE_END) {
      if (!field(AMCTDistillConfig::descriptor())) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] const Token& now() const { return tokens_[at_]; }
  [[nodiscard]] bool is(std::string_view symbol) const {
    return now().type == Tokenizer::TYPE_SYMBOL && now().text == symbol;
  }
  [[nodiscard]] bool is_type(Tokenizer::TokenType type) const { return now().type == type; }
  void pass() { ++at_; }
  void copy() {
    out.append(now().text) += ' ';
    pass();
  }
  bool try_copy(std::string_view symbol) {
    if (!is(symbol)) return false;
    copy();
    return true;
  }
  bool try_pass(std::string_view symbol) {
    if (!is(symbol)) return false;
    pass();
    return true;
  }

  // `message` is null inside a message that is passed over: no name is known there.
  bool field(const Descriptor* message) {
    if (is("[")) {
      if (!bracketed_name(message != nullptr)) return false;
    } else {
      if (!is_name()) return false;
      const FieldDescriptor* known = message == nullptr ? nullptr : message->FindFieldByName(now().text);
      if (known != nullptr) {
        copy();
        return known_field(*known);
      }
      pass();
    }
    const bool colon = try_pass(":");
    if (is("{") || is("<")) {
      if (!skipped_message()) return false;
    } else if (colon) {
      if (!skipped_value()) return false;
    } else {
      odd = true;
      if (!is("[") || !skipped_list(true)) return false;
    }
    if (try_pass(";") || try_pass(",")) odd = odd || message != nullptr;
    return true;
  }

  // Where unknown fields are allowed libprotobuf takes an integer for a name; this project does not.
  [[nodiscard]] bool is_name() {
    integer_name = integer_name || is_type(Tokenizer::TYPE_INTEGER);
    return is_type(Tokenizer::TYPE_IDENTIFIER);
  }

  bool bracketed_name(bool outside) {
    pass();
    while (true) {
      if (!is_name()) return false;
      pass();
      if (try_pass("]")) return true;
      if (is("/")) {
        odd = odd || outside;
      } else if (!is(".")) {
        return false;
      }
      pass();
    }
  }

  bool skipped_message() {
    const std::string_view close = is("{") ? "}" : ">";
    pass();
    while (!is("}") && !is(">")) {
      if (is_type(Tokenizer::TYPE_END) || !field(nullptr)) return false;
    }
    return try_pass(close);
  }

  bool skipped_value() {
    if (is_type(Tokenizer::TYPE_STRING)) {
      while (is_type(Tokenizer::TYPE_STRING)) pass();
      return true;
    }
    if (is("[")) return skipped_list(false);
    const bool minus = try_pass("-");
    if (is_type(Tokenizer::TYPE_INTEGER) || is_type(Tokenizer::TYPE_FLOAT)) {
      pass();
      return true;
    }
    if (!is_type(Tokenizer::TYPE_IDENTIFIER)) return false;
    std::string word = now().text;
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    pass();
    return !minus || word == "inf" || word == "infinity" || word == "nan";
  }

  // Without a colon the elements must be messages, or lists of messages.
  bool skipped_list(bool messages_only) {
    pass();
    if (try_pass("]")) {
      odd = true;
      return true;
    }
    while (true) {
      const bool opens = is("{") || is("<");
      const bool sound = opens                      ? skipped_message()
                         : messages_only && is("[") ? skipped_list(true)
                         : messages_only            ? false
                                                    : skipped_value();
      if (!sound) return false;
      if (try_pass("]")) return true;
      if (!try_pass(",")) return false;
    }
  }

  // The shape only: whether a value fits its field is libprotobuf's to say.
  bool known_field(const FieldDescriptor& known) {
    const bool is_message = known.message_type() != nullptr;
    if (!try_copy(":") && !is_message) return false;
    if (known.is_repeated() && try_copy("[")) {
      if (!try_copy("]")) {
        while (true) {
          if (!known_value(known)) return false;
          if (try_copy("]")) break;
          if (!try_copy(",")) return false;
        }
      }
    } else if (!known_value(known)) {
      return false;
    }
    if (!try_copy(";")) static_cast<void>(try_copy(","));
    return true;
  }

  bool known_value(const FieldDescriptor& known) {
    if (known.message_type() != nullptr) {
      const std::string_view close = is("{") ? "}" : ">";
      if (!try_copy("{") && !try_copy("<")) return false;
      while (!is("}") && !is(">")) {
        if (is_type(Tokenizer::TYPE_END) || !field(known.message_type())) return false;
      }
      return try_copy(close);
    }
    if (is_type(Tokenizer::TYPE_STRING)) {
      while (is_type(Tokenizer::TYPE_STRING)) copy();
      return true;
    }
    static_cast<void>(try_copy("-"));
    if (is_type(Tokenizer::TYPE_END) || is_type(Tokenizer::TYPE_SYMBOL)) return false;
    copy();
    return true;
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
};

}  // namespace

Outcome protobuf_reads(std::string_view text, Semantics semantics, bool allow_unknown) {
  TextFormat::Parser parser;
  CountingCollector collector;
  parser.RecordErrorsTo(&collector);
  parser.AllowPartialMessage(semantics == Semantics::amct);
  parser.AllowUnknownField(allow_unknown);
  AMCTDistillConfig message;
  google::protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  Outcome outcome;
  outcome.accepted = semantics == Semantics::strict ? parser.Parse(&stream, &message) : parser.Merge(&stream, &message);
  if (outcome.accepted) TextFormat::PrintToString(message, &outcome.printed);
  return outcome;
}

Stricter stricter_than_protobuf(std::string_view text) {
  std::vector<Token> tokens;
  static_cast<void>(tokenize(text, tokens));
  std::string value;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].type != Tokenizer::TYPE_STRING) continue;
    const Stricter verdict = judge_literal(tokens[i].text);
    if (verdict != Stricter::no) return verdict;
    std::string piece;
    Tokenizer::ParseString(tokens[i].text, &piece);
    value += piece;
    if (tokens[i + 1].type == Tokenizer::TYPE_STRING) continue;
    if (!test::is_utf8(value)) return Stricter::not_utf8;
    value.clear();
  }
  return Stricter::no;
}

Stripped without_unknown_fields(std::string_view text) {
  std::vector<Token> tokens;
  if (tokenize(text, tokens) != 0) return {};
  Stripper stripper(tokens);
  Stripped result;
  result.accepted = stripper.root();
  result.text = std::move(stripper.out);
  result.odd = stripper.odd;
  result.integer_name = stripper.integer_name;
  return result;
}

bool may_nest_too_deep(std::string_view text) {
  const auto opens = std::count_if(text.begin(), text.end(), [](char c) { return c == '{' || c == '<' || c == '['; });
  return static_cast<std::size_t>(opens) > deepest_for_protobuf;
}

}  // namespace distillcfg::differential
