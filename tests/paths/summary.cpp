#include "summary.hpp"

#include <cstring>

#include "distillcfg/distillcfg.hpp"
#include "reflect.hpp"
#include "text/lexer.hpp"

namespace distillcfg::test {

namespace {

class Hash {
 public:
  void add(std::uint64_t value) {
    state_ = (state_ ^ value) * 0x9E37'79B9'7F4A'7C15U;
    state_ ^= state_ >> 32U;
  }
  void add(std::string_view text) {
    add(text.size());
    for (const char c : text) add(static_cast<unsigned char>(c));
  }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 1;
};

class Summarizer {
 public:
  explicit Summarizer(std::size_t size) : size_(size) {}

  Hash hash;
  bool sound = true;

  void message(const MessageSchema& schema, const void* value) {
    for (const FieldSchema& field : schema.fields) {
      if (field.storage == Storage::list) {
        const detail::ListBase& list = detail::list_in(value, field);
        for (std::uint32_t i = 0; i < list.size(); ++i) {
          const void* const element = list.element(i, field.field_size);
          entry(field, element, detail::place_in(element, field));
        }
      } else if (const void* const member = detail::singular_value(value, field); member != nullptr) {
        entry(field, member, detail::place_in(field.storage == Storage::boxed ? member : value, field));
      }
    }
  }

  void diagnostics(const Diagnostics& all) {
    hash.add(all.errors());
    hash.add(all.warnings());
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      const Diagnostic& diagnostic = all[i];
      hash.add(static_cast<std::uint64_t>(diagnostic.code));
      place(diagnostic.at);
      arguments(diagnostic.arguments);
      hash.add(diagnostic.suggestion);
      for (const Note& note : diagnostic.notes) {
        hash.add(static_cast<std::uint64_t>(note.kind));
        place(note.at);
        arguments(note.arguments);
      }
      for (const Fix& fix : diagnostic.fixes) {
        place(fix.at);
        hash.add(fix.text);
      }
    }
  }

 private:
  void place(Span span) {
    hash.add(span.begin);
    hash.add(span.end);
    if (span.has_place()) sound = sound && span.begin <= span.end && span.end <= size_;
  }
  void arguments(const Argument (&all)[max_arguments]) {
    for (const Argument& argument : all) {
      hash.add(argument.number);
      hash.add(argument.text);
    }
  }

  void entry(const FieldSchema& field, const void* value, std::uint32_t at) {
    hash.add(field.state);
    hash.add(at);
    sound = sound && at < size_;
    std::uint32_t word = 0;
    switch (field.type) {
      case FieldType::message: message(*field.message, value); break;
      case FieldType::string: hash.add(static_cast<const Text*>(value)->view()); break;
      case FieldType::boolean: hash.add(*static_cast<const bool*>(value) ? 1 : 0); break;
      default: std::memcpy(&word, value, sizeof word); hash.add(word);
    }
  }

  std::size_t size_;
};

template <class Parsed>
path_summary::Summary summary_of(const Parsed& parsed, const MessageSchema& schema, const void* message,
                                 std::size_t size) {
  Summarizer summarizer(size);
  summarizer.message(schema, message);
  summarizer.diagnostics(parsed.diagnostics());
  return {summarizer.hash.value(), parsed.ok(), summarizer.sound};
}

}  // namespace

path_summary::Summary summary(std::string_view text, const path_summary::How& how, std::span<std::byte> buffer) {
  using path_summary::Reader;
  const ParseOptions options{
      .semantics = static_cast<Semantics>(how.semantics), .allow_unknown = how.allow_unknown, .memory = Memory(buffer)};
  if (how.reader == Reader::parse_model || how.reader == Reader::borrow_padded_model) {
    const ModelDocument model =
        how.reader == Reader::parse_model ? parse_model(text, options) : borrow_padded_model(text, options);
    return summary_of(model, model_schema(), &model.model(), text.size());
  }
  const Document document = how.reader == Reader::parse ? parse(text, options) : borrow_padded(text, options);
  return summary_of(document, config_schema(), &document.config(), text.size());
}

std::uint64_t hash_of(const Diagnostics& diagnostics) {
  Summarizer summarizer(SIZE_MAX);
  summarizer.diagnostics(diagnostics);
  return summarizer.hash.value();
}

path_summary::Summary tokens(std::string_view padded) {
  Hash hash;
  bool sound = true;
  const char* const begin = padded.data();
  const char* const end = begin + padded.size();
  const char* p = begin;
  for (;;) {
    const detail::Token token = detail::next_token(p, end);
    sound = sound && token.begin >= p && token.end >= token.begin && token.end <= end;
    hash.add(static_cast<std::uint64_t>(token.kind));
    hash.add(static_cast<std::uint64_t>(token.fault));
    hash.add(static_cast<std::uint64_t>(token.begin - begin));
    hash.add(static_cast<std::uint64_t>(token.end - begin));
    if (token.fault != detail::TokenFault::none) {
      sound = sound && token.fault_at >= token.begin && token.fault_at <= token.end;
      hash.add(static_cast<std::uint64_t>(token.fault_at - begin));
    }
    if (token.kind == detail::TokenKind::end) break;
    if (token.end == token.begin || !sound) return {hash.value(), false, false};
    p = token.end;
  }
  return {hash.value(), true, sound};
}

}  // namespace distillcfg::test
