// What a text became, as text: each field with its place, and the diagnostics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "distillcfg/distillcfg.hpp"
#include "reflect.hpp"

namespace distillcfg::test {

// Any message, through its schema: a line a field, with its place.
class Dump {
 public:
  std::string text;

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

 private:
  void entry(const FieldSchema& field, const void* value, std::uint32_t place) {
    text += std::string(depth_, ' ') + std::string(field.name) + '@' + std::to_string(place);
    std::uint32_t word = 0;
    switch (field.type) {
      case FieldType::message:
        text += '\n';
        ++depth_;
        message(*field.message, value);
        --depth_;
        return;
      case FieldType::string: text += '"' + std::string(static_cast<const Text*>(value)->view()) + '"'; break;
      case FieldType::boolean: text += *static_cast<const bool*>(value) ? "=true" : "=false"; break;
      default: std::memcpy(&word, value, sizeof word); text += '=' + std::to_string(word);
    }
    text += '\n';
  }

  std::size_t depth_ = 0;
};

inline void add_diagnostics(std::string& text, const Diagnostics& diagnostics) {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = diagnostics[i];
    text += 'D' + std::to_string(static_cast<unsigned>(diagnostic.code)) + ' ' + std::to_string(diagnostic.at.begin) +
            '-' + std::to_string(diagnostic.at.end);
    for (const Note& note : diagnostic.notes) {
      text += " note " + std::to_string(note.at.begin) + '-' + std::to_string(note.at.end);
    }
    for (const Fix& fix : diagnostic.fixes) {
      text += " fix " + std::to_string(fix.at.begin) + '-' + std::to_string(fix.at.end) + std::string(fix.text);
    }
    text += '\n';
  }
}

}  // namespace distillcfg::test
