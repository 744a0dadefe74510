// Bytes written as text, as the files of expectations write them:
//
//     "a\nb"     \n \r \t \" \\ and \xNN stand for what they stand for in C, other bytes for themselves
//
// and recipes, which say how to make texts too large to be kept:
//
//     1 "quant_skip_layers: ["
//     9999 "\"layer{#}\", "
//     1 "\"fc\"]\n"
//
// Each line is a count and what is to be written so often; {#} is 0 where it first occurs, then 1, 2, ...
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace distillcfg::test {

inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Takes a quoted text off the front of `line`. False if there is none.
inline bool take_quoted(std::string_view& line, std::string& bytes) {
  bytes.clear();
  if (line.empty() || line[0] != '"') return false;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '"') {
      line.remove_prefix(i + 1);
      return true;
    }
    if (line[i] != '\\') {
      bytes += line[i];
      continue;
    }
    if (++i == line.size()) return false;
    switch (line[i]) {
      case 'n': bytes += '\n'; break;
      case 'r': bytes += '\r'; break;
      case 't': bytes += '\t'; break;
      case '"':
      case '\\': bytes += line[i]; break;
      case 'x': {
        if (i + 2 >= line.size()) return false;
        const int high = hex_digit(line[i + 1]);
        const int low = hex_digit(line[i + 2]);
        if (high < 0 || low < 0) return false;
        bytes += static_cast<char>(high * 16 + low);
        i += 2;
        break;
      }
      default: return false;
    }
  }
  return false;
}

// The reverse, for messages: every byte outside printable ASCII is escaped.
inline std::string quoted(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\r') {
      text += "\\r";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte < 0x20 || byte > 0x7E) {
      char escape[5];
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(byte));
      text += escape;
    } else {
      text += c;
    }
  }
  return text + '"';
}

// Takes a decimal number off the front of `line`. False if there is none.
inline bool take_number(std::string_view& line, std::uint32_t& number) {
  number = 0;
  std::size_t i = 0;
  for (; i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i) {
    number = number * 10 + static_cast<std::uint32_t>(line[i] - '0');
  }
  line.remove_prefix(i);
  return i != 0;
}

// Takes everything up to `separator` off the front of `line`, and the separator too.
inline std::string_view take_until(std::string_view& line, char separator) {
  const std::size_t end = line.find(separator);
  const std::string_view taken = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return taken;
}

// What a recipe makes. False if the recipe is malformed.
inline bool make_by_recipe(std::string_view recipe, std::string& text) {
  text.clear();
  std::uint32_t running = 0;
  while (!recipe.empty()) {
    std::string_view line = take_until(recipe, '\n');
    std::uint32_t count = 0;
    std::string piece;
    if (!take_number(line, count) || !line.starts_with(' ')) return false;
    line.remove_prefix(1);
    if (!take_quoted(line, piece) || !line.empty()) return false;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::string_view rest = piece;
      for (std::size_t at = rest.find("{#}"); at != std::string_view::npos; at = rest.find("{#}")) {
        text += rest.substr(0, at);
        text += std::to_string(running++);
        rest.remove_prefix(at + 3);
      }
      text += rest;
    }
  }
  return true;
}

}  // namespace distillcfg::test
