#include "distillcfg/print.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

#include "distillcfg/schema.hpp"
#include "output.hpp"
#include "reflect.hpp"
#include "text/numbers.hpp"

namespace distillcfg {

using namespace std::string_view_literals;

namespace {

using detail::Output;

void write_string(Output& out, std::string_view text) noexcept {
  out.write('"');
  std::size_t plain = 0;  // where the bytes begin that need no escape and were not written yet
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F && c != '"' && c != '\'' && c != '\\') continue;
    out.write({text.data() + plain, i - plain});
    plain = i + 1;
    out.write('\\');
    switch (c) {
      case '\n': out.write('n'); break;
      case '\r': out.write('r'); break;
      case '\t': out.write('t'); break;
      case '"':
      case '\'':
      case '\\': out.write(c); break;
      default:
        out.write(static_cast<char>('0' + (byte >> 6U)));
        out.write(static_cast<char>('0' + (byte >> 3U & 7U)));
        out.write(static_cast<char>('0' + (byte & 7U)));
    }
  }
  out.write({text.data() + plain, text.size() - plain});
  out.write('"');
}

void write_enum(Output& out, const EnumSchema& schema, const void* value) noexcept {
  std::uint32_t number;
  std::memcpy(&number, value, sizeof number);
  for (const EnumValue& known : schema.values) {
    if (known.number == number) {
      out.write(known.name);
      return;
    }
  }
  char digits[20];
  out.write({digits, detail::write_unsigned(number, digits)});
}

void write_scalar(Output& out, const FieldSchema& field, const void* value) noexcept {
  char digits[detail::float_text_size];
  switch (field.type) {
    case FieldType::uint32:
      out.write({digits, detail::write_unsigned(*static_cast<const std::uint32_t*>(value), digits)});
      break;
    case FieldType::boolean: out.write(*static_cast<const bool*>(value) ? "true"sv : "false"sv); break;
    case FieldType::float32: out.write({digits, detail::write_float(*static_cast<const float*>(value), digits)}); break;
    case FieldType::enumeration: write_enum(out, *field.enumeration, value); break;
    case FieldType::string: write_string(out, *static_cast<const Text*>(value)); break;
    case FieldType::message: break;
  }
}

void write_message(Output& out, const MessageSchema& schema, const void* message, int depth) noexcept;

// Recursion as deep as the schema nests.
void write_field(Output& out, const FieldSchema& field, const void* value, int depth) noexcept {
  out.indent(depth);
  out.write(field.name);
  if (field.type != FieldType::message) {
    out.write(": ");
    write_scalar(out, field, value);
    out.write('\n');
    return;
  }
  out.write(" {\n");
  write_message(out, *field.message, value, depth + 1);
  out.indent(depth);
  out.write("}\n");
}

void write_message(Output& out, const MessageSchema& schema, const void* message, int depth) noexcept {
  for (const FieldSchema& field : schema.fields) {
    if (field.storage == Storage::list) {
      const detail::ListBase& list = detail::list_in(message, field);
      for (std::uint32_t i = 0; i < list.size() && out.ok(); ++i) {
        write_field(out, field, list.element(i, field.field_size), depth);
      }
    } else if (const void* const value = detail::singular_value(message, field); value != nullptr) {
      write_field(out, field, value, depth);
    }
  }
}

}  // namespace

WriteResult print(const AMCTDistillConfig& config, Sink sink) noexcept {
  Output out(sink);
  write_message(out, config_schema(), &config, 0);
  return out.finish();
}

}  // namespace distillcfg
