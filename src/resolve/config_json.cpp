#include "distillcfg/config_json.hpp"

#include <cstdint>
#include <cstring>
#include <iterator>

#include "output.hpp"
#include "text/characters.hpp"
#include "text/numbers.hpp"
#include "text/scan.hpp"
#include "text/shortest.hpp"

namespace distillcfg {

using namespace std::string_view_literals;

namespace {

using detail::Output;

// AMCT's own keys, in order. A layer of such a name takes the key's place.
enum Key : std::uint8_t { version, batch_num, group_size, data_dump, distill_group };
constexpr std::string_view keys[] = {"version", "batch_num", "group_size", "data_dump", "distill_group"};

// What Python's json module writes with indent=4, separators=(',', ':') and ensure_ascii.
class ConfigWriter {
 public:
  ConfigWriter(const Resolution& resolution, Sink sink) noexcept : resolution_(resolution), out_(sink) {}

  WriteResult run() noexcept {
    find_reserved_names();
    out_.write('{');
    for (std::size_t key = 0; key < std::size(keys); ++key) write_key(static_cast<Key>(key));
    for (const Layer& layer : resolution_.layers()) {
      if (!out_.ok()) break;
      if (key_of(layer) != std::size(keys)) continue;
      begin_member(resolution_.name(layer));
      write_layer(layer);
    }
    end('}', 0);
    return out_.finish();
  }

 private:
  // The key that a layer is named like, or the number of keys.
  [[nodiscard]] std::size_t key_of(const Layer& layer) const noexcept {
    const std::string_view name = resolution_.name(layer);
    std::size_t key = 0;
    while (key < std::size(keys) && keys[key] != name) ++key;
    return key;
  }

  void find_reserved_names() noexcept {
    for (const Layer& layer : resolution_.layers()) {
      if (const std::size_t key = key_of(layer); key != std::size(keys)) in_place_of_[key] = &layer;
    }
  }

  void write_key(Key key) noexcept {
    begin_member(keys[key]);
    if (in_place_of_[key] != nullptr) {
      write_layer(*in_place_of_[key]);
      return;
    }
    const AMCTDistillConfig& config = resolution_.config();
    switch (key) {
      case version: write_number(1); break;
      case batch_num: write_number(config.batch_num.value); break;
      case group_size: write_number(config.group_size.value); break;
      case data_dump: write_bool(config.data_dump.value); break;
      case distill_group: write_groups(); break;
    }
  }

  void write_groups() noexcept {
    out_.write('[');
    first_ = true;
    for (const Group& group : resolution_.groups()) {
      if (!out_.ok()) break;
      begin_element(2);
      out_.write('[');
      first_ = true;
      for (const std::uint32_t member : resolution_.members(group)) {
        begin_element(3);
        const Field<Text>& module = resolution_.model().node[member]->module_name;
        if (module.has_value()) {
          write_string(module.value);
        } else {
          out_.write("null"sv);
        }
      }
      end(']', 2);
    }
    end(']', 1);
  }

  // A layer always has the same members, which is most of the file: several lines at a time.
  void write_layer(const Layer& layer) noexcept {
    const EffectiveData data = resolution_.data(layer);
    const EffectiveWeight weight = resolution_.weight(layer);
    char* p = out_.room(Output::largest_room);
    p = put(p, "{\n        \"quant_enable\":");
    p = detail::put_bool(p, resolution_.quantized(layer));
    p = put(p, ",\n        \"distill_data_config\":{\n            \"algo\":\"ulq_quantize\"");
    if (data.has_clip) {
      p = put(p, ",\n            \"clip_max\":");
      p += detail::write_repr(data.clip_max.value, p);
      p = put(p, ",\n            \"clip_min\":");
      p += detail::write_repr(data.clip_min.value, p);
    }
    if (data.has_fixed_min) {
      p = put(p, ",\n            \"fixed_min\":");
      p = detail::put_bool(p, data.fixed_min.value);
    }
    p = put_type(p, data.dst_type.value);
    p = put(p, "\n        },\n        \"distill_weight_config\":{\n            \"algo\":\"");
    std::memcpy(p, weight.algo.value == WeightAlgorithmName::arq_distill ? "arq" : "ulq", 3);
    p = put(p + 3, "_distill\",\n            \"channel_wise\":");
    p = detail::put_bool(p, weight.channel_wise.value);
    p = put_type(p, weight.dst_type.value);
    out_.taken(put(p, "\n        }\n    }"));
    first_ = false;
  }

  // These write to memory that has room for all of it, and return behind it.
  template <std::size_t size>
  static char* put(char* p, const char (&text)[size]) noexcept {
    std::memcpy(p, text, size - 1);
    return p + size - 1;
  }
  static char* put_type(char* p, DataType type) noexcept {
    p = put(p, ",\n            \"dst_type\":\"INT8\"");
    if (type == DataType::INT4) p[-2] = '4';
    return p;
  }

  // ---- layout: every member and element on a line of its own

  void begin_element(int depth) noexcept {
    if (!first_) out_.write(',');
    first_ = false;
    new_line(depth);
  }
  void begin_member(std::string_view name) noexcept {
    begin_element(1);
    write_string(name);
    out_.write(':');
  }
  // None is empty: there are groups, and each has members.
  void end(char closer, int depth) noexcept {
    new_line(depth);
    out_.write(closer);
    first_ = false;
  }
  // Four spaces for each of at most three levels.
  void new_line(int depth) noexcept {
    out_.write(std::string_view("\n            ", 1 + 4 * static_cast<std::size_t>(depth)));
  }

  // ---- values

  void write_bool(bool value) noexcept { out_.write(value ? "true"sv : "false"sv); }
  void write_number(std::uint32_t value) noexcept {
    char digits[20];
    out_.write({digits, detail::write_unsigned(value, digits)});
  }
  void write_string(std::string_view text) noexcept {
    if (detail::is_plain(text)) {
      char* p = out_.room(detail::longest_plain + 2);
      *p++ = '"';
      p = detail::copy_short(p, text.data(), text.size());
      *p++ = '"';
      out_.taken(p);
      return;
    }
    out_.write('"');
    std::size_t plain = 0;  // where the bytes begin that need no escape and were not written yet
    for (std::size_t i = 0; i < text.size();) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\') {
        ++i;
        continue;
      }
      out_.write({text.data() + plain, i - plain});
      i += write_escape({text.data() + i, text.size() - i});
      plain = i;
    }
    out_.write({text.data() + plain, text.size() - plain});
    out_.write('"');
  }

  // Of the first character of `text`; returns its size.
  std::size_t write_escape(std::string_view text) noexcept {
    constexpr std::string_view short_escapes = "\"\"\\\\\nn\rr\tt\ff\bb";  // what, and how it is written
    for (std::size_t i = 0; i < short_escapes.size(); i += 2) {
      if (text[0] != short_escapes[i]) continue;
      out_.write('\\');
      out_.write(short_escapes[i + 1]);
      return 1;
    }
    const detail::Utf8Character character = detail::read_utf8(text);
    if (character.size == 0) {
      // Only code can set such a name; a text that holds it does not parse.
      constexpr std::uint32_t replacement = 0xFFFD;
      write_unit(replacement);
      return 1;
    }
    constexpr std::uint32_t first_of_pairs = 0x1'0000;
    if (character.code_point < first_of_pairs) {
      write_unit(character.code_point);
    } else {
      const std::uint32_t rest = character.code_point - first_of_pairs;
      write_unit(0xD800 + (rest >> 10U));
      write_unit(0xDC00 + (rest & 0x3FFU));
    }
    return character.size;
  }
  void write_unit(std::uint32_t unit) noexcept {
    out_.write(R"(\u)"sv);
    for (int shift = 12; shift >= 0; shift -= 4) out_.write("0123456789abcdef"sv[unit >> shift & 0xFU]);
  }

  const Resolution& resolution_;
  Output out_;
  const Layer* in_place_of_[std::size(keys)] = {};
  bool first_ = true;
};

// Errors are counted even where they are not kept; kept are at least the first, or the want of memory.
Code first_error(const Diagnostics& diagnostics) noexcept {
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) {
    if (diagnostics[i].severity == Severity::error) return diagnostics[i].code;
  }
  return Code::out_of_memory;
}

}  // namespace

WriteResult write_config_json(const Resolution& resolution, Sink sink) noexcept {
  if (!resolution.ok()) return {first_error(resolution.diagnostics())};
  if (!resolution.has_graph()) return {Code::graph_needed};
  return ConfigWriter(resolution, sink).run();
}

}  // namespace distillcfg
