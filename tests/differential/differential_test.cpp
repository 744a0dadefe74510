// Holds distillcfg against libprotobuf 3.21.12: what is accepted, and how it prints.
//
//     differential_test [--inputs N] [--seed S] FILE|FOLDER...
//
// Compares every file given; N (200,000) floats; every text that is one byte away from a regular one;
// and N texts that are made from the schema or mutated from the files; in all three semantics, with
// and without allow_unknown. Where this project means to differ, an oracle that uses no code of the
// library says so (protobuf_oracle.hpp); any other difference fails, is made smaller and printed.
// Same seed, same texts.
//
// Build: the .cpp files of this folder, bench/generate_inputs.cpp and what protoc makes of
// bench/quant.proto (--cpp_out), with include/, bench/ and fuzz/ as include folders, the core library
// and libprotobuf (-lprotobuf -pthread).
#include <google/protobuf/descriptor.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "comparison.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/schema.hpp"
#include "protobuf_oracle.hpp"
#include "quant.pb.h"
#include "text_makers.hpp"

namespace {

using namespace distillcfg::differential;
using distillcfg::Semantics;

// Larger files are compared, but not mutated.
constexpr std::size_t largest_mutated = 4096;
constexpr std::size_t failures_shown = 20;
// Of the text whose neighbours are compared: enough for each transition to come twice.
constexpr std::size_t neighbour_layers = 3;

struct Counts {
  std::size_t texts = 0;
  std::size_t comparisons = 0;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t stricter[stricter_count] = {};
  std::size_t odd_unknown = 0;   // accepted where libprotobuf's allow_unknown is odd
  std::size_t integer_name = 0;  // refused where libprotobuf's allow_unknown takes an integer for a name
  std::size_t too_deep = 0;      // not given to libprotobuf with allow_unknown
  std::size_t failures = 0;
};

// Takes pieces out of a text for as long as the same difference remains.
std::string smaller(std::string text, Semantics semantics, bool allow_unknown, Difference kind) {
  for (std::size_t before = text.size() + 1; text.size() < before;) {
    before = text.size();
    for (std::size_t piece = std::max<std::size_t>(text.size() / 2, 1); piece > 0; --piece) {
      for (std::size_t at = 0; at + piece <= text.size();) {
        std::string candidate = text;
        candidate.erase(at, piece);
        if (difference(expectation(candidate, semantics, allow_unknown),
                       distillcfg_reads(candidate, semantics, allow_unknown)) == kind) {
          text = std::move(candidate);
        } else {
          ++at;
        }
      }
      if (piece > 64) piece = piece * 3 / 4;
    }
  }
  return text;
}

void report(const std::string& text, Semantics semantics, bool allow_unknown, Difference kind, Counts& counts) {
  if (++counts.failures > failures_shown) return;
  const std::string small = text.size() > largest_mutated ? text : smaller(text, semantics, allow_unknown, kind);
  std::printf("%s", description(small, semantics, allow_unknown, kind).c_str());
}

void compare(const std::string& text, Counts& counts) {
  ++counts.texts;
  const bool too_deep = may_nest_too_deep(text);
  counts.too_deep += too_deep ? 1 : 0;
  for (const bool allow_unknown : {false, true}) {
    if (allow_unknown && too_deep) continue;
    for (const Semantics semantics : {Semantics::strict, Semantics::merge, Semantics::amct}) {
      const Expectation expected = expectation(text, semantics, allow_unknown);
      const Outcome outcome = distillcfg_reads(text, semantics, allow_unknown);
      ++counts.comparisons;
      ++(expected.outcome.accepted ? counts.accepted : counts.refused);
      ++counts.stricter[static_cast<std::size_t>(expected.stricter)];
      counts.odd_unknown += expected.odd ? 1 : 0;
      counts.integer_name += expected.integer_name ? 1 : 0;
      const Difference kind = difference(expected, outcome);
      if (kind != Difference::none) report(text, semantics, allow_unknown, kind, counts);
    }
  }
}

// ---- the schema

bool same_field(const distillcfg::FieldSchema& ours, const google::protobuf::FieldDescriptor& theirs) {
  using distillcfg::FieldType;
  using distillcfg::Label;
  using google::protobuf::FieldDescriptor;
  const auto oneof = theirs.containing_oneof() == nullptr ? std::string() : theirs.containing_oneof()->name();
  if (ours.name != theirs.name() || ours.number != static_cast<std::uint32_t>(theirs.number()) || ours.oneof != oneof ||
      (ours.label == Label::required) != theirs.is_required() ||
      (ours.label == Label::repeated) != theirs.is_repeated()) {
    return false;
  }
  switch (theirs.type()) {
    case FieldDescriptor::TYPE_UINT32:
      return ours.type == FieldType::uint32 && ours.default_value == theirs.default_value_uint32();
    case FieldDescriptor::TYPE_BOOL:
      return ours.type == FieldType::boolean && (ours.default_value != 0) == theirs.default_value_bool();
    case FieldDescriptor::TYPE_FLOAT: return ours.type == FieldType::float32;
    case FieldDescriptor::TYPE_STRING: return ours.type == FieldType::string;
    case FieldDescriptor::TYPE_ENUM: {
      if (ours.type != FieldType::enumeration ||
          ours.default_value != static_cast<std::uint32_t>(theirs.default_value_enum()->number())) {
        return false;
      }
      const google::protobuf::EnumDescriptor& values = *theirs.enum_type();
      if (ours.enumeration->values.size() != static_cast<std::size_t>(values.value_count())) return false;
      for (const distillcfg::EnumValue& value : ours.enumeration->values) {
        const auto* const named = values.FindValueByName(std::string(value.name));
        if (named == nullptr || value.number != static_cast<std::uint32_t>(named->number())) return false;
      }
      return ours.enumeration->name == values.name();
    }
    case FieldDescriptor::TYPE_MESSAGE:
      return ours.type == FieldType::message && ours.message->name == theirs.message_type()->name();
    default: return false;
  }
}

// bench/quant.proto and the library's table must say the same, else nothing below compares like with like.
void compare_schema(Counts& counts) {
  const auto& file = *AMCTPytorchDistillProto::AMCTDistillConfig::descriptor()->file();
  const auto messages = distillcfg::config_messages();
  bool same = messages.size() == static_cast<std::size_t>(file.message_type_count());
  for (const distillcfg::MessageSchema* message : messages) {
    const auto* const theirs = file.FindMessageTypeByName(std::string(message->name));
    if (theirs == nullptr || message->fields.size() != static_cast<std::size_t>(theirs->field_count())) {
      same = false;
      continue;
    }
    for (const distillcfg::FieldSchema& field : message->fields) {
      const auto* const named = theirs->FindFieldByName(std::string(field.name));
      if (named != nullptr && same_field(field, *named)) continue;
      std::printf("DIFFERENCE in the schema: %s.%s\n", std::string(message->name).c_str(),
                  std::string(field.name).c_str());
      same = false;
    }
  }
  if (!same) {
    ++counts.failures;
    std::printf("bench/quant.proto and the library's schema differ\n");
  }
}

// ---- the texts

bool read_files(const std::filesystem::path& path, std::vector<std::string>& texts) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> files;
  if (fs::is_directory(path, error)) {
    for (fs::recursive_directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
      if (at->is_regular_file()) files.push_back(at->path());
    }
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(path);
  }
  for (const fs::path& file_path : files) {
    std::ifstream file(file_path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (!file.is_open() || file.bad()) error = std::make_error_code(std::errc::io_error);
  }
  if (error) std::fprintf(stderr, "%s: %s\n", path.c_str(), error.message().c_str());
  return !error;
}

// Many floats to a text, so that most of the time goes to them.
std::string floats(Random& random) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += "distill_override_layers { layer_name: \"a\" distill_data_quant_config { ulq_quantize { clip_max_min { ";
    text += "clip_max: ";
    text += random_float(random);
    text += " clip_min: ";
    text += random_float(random);
    text += " } } } }\n";
  }
  return text;
}

// Takes out, replaces or puts in one byte at every place of a text in which everything repeats
// itself: a parser that remembers what came last must see each difference.
void compare_neighbours(Counts& counts) {
  const std::string text = distillcfg::bench::generate_input(distillcfg::bench::Layout::regular, neighbour_layers, 1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string other = text;
    compare(other.erase(at, 1), counts);
    for (const char c : std::string_view(" \n}:#\"\\0e-", 10)) {
      if (c != text[at]) {
        other = text;
        other[at] = c;
        compare(other, counts);
      }
      other = text;
      compare(other.insert(at, 1, c), counts);
    }
  }
}

void print_counts(const char* what, const Counts& counts) {
  std::printf("%s: %zu texts, %zu comparisons: %zu accepted, %zu refused\n", what, counts.texts, counts.comparisons,
              counts.accepted, counts.refused);
  std::printf("  refused as stricter: %zu not UTF-8, %zu \\U over 10FFFF, %zu octal over \\377\n",
              counts.stricter[static_cast<std::size_t>(Stricter::not_utf8)],
              counts.stricter[static_cast<std::size_t>(Stricter::code_point_too_big)],
              counts.stricter[static_cast<std::size_t>(Stricter::octal_too_big)]);
  std::printf("  unknown fields that libprotobuf is odd about: %zu accepted, %zu with an integer for a name refused\n",
              counts.odd_unknown, counts.integer_name);
  std::printf("  nested too deep for libprotobuf: %zu texts\n", counts.too_deep);
  std::printf("  differences: %zu\n", counts.failures);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);
  std::size_t inputs = 200000;
  std::uint64_t seed = 1;
  std::vector<std::string> texts;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--inputs" && i + 1 < argc) {
      inputs = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (!read_files(argv[i], texts)) {
      return 2;
    }
  }
  if (texts.empty()) {
    std::fprintf(stderr, "usage: differential_test [--inputs N] [--seed S] FILE|FOLDER...\n");
    return 2;
  }

  std::size_t failures = 0;
  const auto finish = [&failures](const char* what, const Counts& counts) {
    print_counts(what, counts);
    failures += counts.failures;
  };
  Counts files;
  compare_schema(files);
  for (const std::string& text : texts) compare(text, files);
  finish("files", files);

  Random random(seed);
  Counts numbers;
  for (std::size_t i = 0; i < inputs / 100; ++i) compare(floats(random), numbers);
  finish("floats", numbers);

  Counts neighbours;
  if (inputs != 0) compare_neighbours(neighbours);
  finish("one byte off", neighbours);

  // What repeats itself, beside the files, most of which are short.
  for (std::uint64_t i = 0; i < 40; ++i) {
    const auto layout = i % 2 == 0 ? distillcfg::bench::Layout::regular : distillcfg::bench::Layout::irregular;
    texts.push_back(distillcfg::bench::generate_input(layout, 2 + random.below(7), i));
  }
  Counts made;
  std::erase_if(texts, [](const std::string& text) { return text.size() > largest_mutated; });
  for (std::size_t i = 0; i < inputs; ++i) {
    if (i % 2 == 0) {
      compare(mutated(random, texts, random.below(texts.size())), made);
    } else {
      std::string text = random_configuration(random);
      if (random.chance(50)) text = mutated(random, {text, texts[random.below(texts.size())]}, 0);
      compare(text, made);
    }
  }
  finish("made and mutated", made);
  return failures == 0 ? 0 : 1;
}
