#include "distillcfg/print.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

#include "distillcfg/schema.hpp"
#include "output.hpp"
#include "reflect.hpp"
#include "text/numbers.hpp"
#include "text/scan.hpp"

namespace distillcfg {

using namespace std::string_view_literals;

namespace {

using detail::Output;

// Messages nest less deep than this.
constexpr int max_depth = 8;

// A string, byte by byte, with its escapes.
void write_escaped(Output& out, std::string_view text) noexcept {
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
  out.write("\"\n"sv);
}

// ---- What follows writes to memory that has room for all of it, and returns behind it.

// A field's indentation, name and punctuation.
constexpr std::size_t longest_field_start = std::size_t{2} * max_depth + detail::longest_name + 3;
static_assert(longest_field_start + detail::longest_plain + 3 <= Output::largest_room);

char* put(char* p, std::string_view text) noexcept { return detail::copy_short(p, text.data(), text.size()); }

char* put_indentation(char* p, int depth) noexcept {
  std::memset(p, ' ', std::size_t{2} * max_depth);
  return p + std::size_t{2} * static_cast<std::size_t>(depth);
}

char* put_enum(char* p, const EnumSchema& schema, const void* value) noexcept {
  std::uint32_t number;
  std::memcpy(&number, value, sizeof number);
  for (const EnumValue& known : schema.values) {
    if (known.number == number) return put(p, known.name);
  }
  return p + detail::write_unsigned(number, p);
}

void write_message(Output& out, const MessageSchema& schema, const void* message, int depth) noexcept;

// Recursion as deep as the schema nests.
void write_field(Output& out, const FieldSchema& field, const void* value, int depth) noexcept {
  char* p = out.room(longest_field_start + detail::longest_plain + 3);
  p = put(put_indentation(p, depth), field.name);
  if (field.type == FieldType::message) {
    std::memcpy(p, " {\n", 3);
    out.taken(p + 3);
    write_message(out, *field.message, value, depth + 1);
    p = put_indentation(out.room(std::size_t{2} * max_depth + 2), depth);
    std::memcpy(p, "}\n", 2);
    out.taken(p + 2);
    return;
  }
  std::memcpy(p, ": ", 2);
  p += 2;
  switch (field.type) {
    case FieldType::uint32: p += detail::write_unsigned(*static_cast<const std::uint32_t*>(value), p); break;
    case FieldType::boolean: p = detail::put_bool(p, *static_cast<const bool*>(value)); break;
    case FieldType::float32: p += detail::write_float(*static_cast<const float*>(value), p); break;
    case FieldType::enumeration: p = put_enum(p, *field.enumeration, value); break;
    case FieldType::string: {
      const std::string_view text = *static_cast<const Text*>(value);
      if (!detail::is_plain(text)) {
        out.taken(p);
        write_escaped(out, text);
        return;
      }
      *p++ = '"';
      p = put(p, text);
      *p++ = '"';
      break;
    }
    case FieldType::message: break;
  }
  *p++ = '\n';
  out.taken(p);
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
