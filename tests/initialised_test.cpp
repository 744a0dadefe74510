// Nothing that comes out of the library depends on memory that nobody wrote. For MemorySanitizer, which
// reports a branch on such memory: every value that a pass gives is hashed, and every byte that it writes is
// looked at. Elsewhere two runs in memory with different bytes must agree.
//
//     initialised_test FOLDER...
//
// Reads all files below the folders. Uses of the C++ library what is in its headers alone: the library
// itself is not made for MemorySanitizer, so it has to be built with -D_GLIBCXX_EXTERN_TEMPLATE=0.
#include <dirent.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include "distillcfg/distillcfg.hpp"
#include "paths/summary.hpp"

namespace {

using namespace distillcfg;

// Larger files repeat what smaller ones have.
constexpr std::size_t largest_file = 65536;

// Memory that nobody has written since it was taken.
class Fresh {
 public:
  Fresh(std::size_t text_size, int filler)
      : size_(static_cast<std::size_t>(arena_bound(text_size)) + room_for_diagnostics),
        bytes_(static_cast<std::byte*>(std::malloc(size_))) {
    if (bytes_ == nullptr) std::abort();
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
    filler = -1;
#endif
#endif
    if (filler >= 0) std::memset(bytes_, filler, size_);
  }
  Fresh(const Fresh&) = delete;
  Fresh& operator=(const Fresh&) = delete;
  ~Fresh() { std::free(bytes_); }

  [[nodiscard]] std::span<std::byte> span() const { return {bytes_, size_}; }
  [[nodiscard]] Memory memory() const { return Memory(span()); }

 private:
  static constexpr std::size_t room_for_diagnostics = 32768;

  std::size_t size_;
  std::byte* bytes_;
};

class Results {
 public:
  void add(std::uint64_t value) {
    // A branch on every bit.
    for (std::uint64_t bits = value; bits != 0; bits &= bits - 1) ++bits_;
    hash_ = (hash_ ^ value) * 0x9E37'79B9'7F4A'7C15U;
    hash_ ^= hash_ >> 32U;
  }
  [[nodiscard]] Sink sink() {
    return {[](void* context, const char* data, std::size_t size) {
              for (std::size_t i = 0; i < size; ++i) {
                static_cast<Results*>(context)->add(static_cast<unsigned char>(data[i]));
              }
              return true;
            },
            this};
  }
  friend bool operator==(const Results&, const Results&) = default;

 private:
  std::uint64_t hash_ = 1;
  std::uint64_t bits_ = 0;
};

void render(const Diagnostics& diagnostics, std::string_view text, Results& results) {
#ifdef DISTILLCFG_WITH_MESSAGES
  for (const Language language : {Language::en, Language::zh}) {
    RenderOptions options;
    options.language = language;
    results.add(static_cast<std::uint64_t>(render_text(diagnostics, "quant.cfg", text, options, results.sink()).code));
    results.add(static_cast<std::uint64_t>(render_gcc(diagnostics, "quant.cfg", text, options, results.sink()).code));
    JsonReport report(results.sink(), options);
    report.add("quant.cfg", !diagnostics.has_errors(), diagnostics, text);
    results.add(static_cast<std::uint64_t>(report.finish().code));
    SarifReport sarif(results.sink(), options);
    sarif.add("quant.cfg", diagnostics, text);
    results.add(static_cast<std::uint64_t>(sarif.finish().code));
  }
#else
  static_cast<void>(text);
  results.add(test::hash_of(diagnostics));
#endif
}

constexpr std::string_view network =
    "module { name: 'conv1' type: 'Conv2d' } module { name: 'bn1' type: 'BatchNorm2d' } module { name: 'fc' type: "
    "'Linear' } node { name: 'conv1' op_type: 'Conv' module_name: 'conv1' output { consumer: 1 } } node { name: 'bn1' "
    "op_type: 'BatchNormalization' module_name: 'bn1' output { consumer: 2 } } node { name: 'fc' op_type: 'Gemm' "
    "module_name: 'fc' output { graph_output: 0 } } graph_output: 'out'";

void read_model(std::string_view text, Results& results, int filler) {
  const Fresh memory(text.size(), filler);
  const path_summary::Summary summary =
      test::summary(text, {path_summary::Reader::parse_model, 0, false}, memory.span());
  results.add(summary.hash);
  results.add(summary.accepted ? 1 : 0);
}

Results read_config(std::string_view text, int filler) {
  Results results;
  const Fresh for_model(network.size(), filler);
  const ModelDocument model = parse_model(network, {.memory = for_model.memory()});
  for (unsigned i = 0; i < 6; ++i) {
    {
      const Fresh memory(text.size(), filler);
      const path_summary::Summary summary =
          test::summary(text, {path_summary::Reader::parse, i % 3, i >= 3}, memory.span());
      results.add(summary.hash);
      results.add(summary.accepted ? 1 : 0);
    }
    const Fresh memory(text.size(), filler);
    const Document document =
        parse(text, {.semantics = static_cast<Semantics>(i % 3), .allow_unknown = i >= 3, .memory = memory.memory()});
    render(document.diagnostics(), document.text(), results);
    results.add(static_cast<std::uint64_t>(print(document.config(), results.sink()).code));
    if (!document.ok()) continue;
    const Fresh for_validation(text.size(), filler);
    const Diagnostics validation =
        validate(document.config(), {.text = document.text(), .int4 = false, .memory = for_validation.memory()});
    results.add(test::hash_of(validation));
    render(validation, document.text(), results);
    const Fresh for_resolution(text.size(), filler);
    const Resolution resolution =
        resolve(document.config(), model.model(), {.config_text = document.text(), .memory = for_resolution.memory()});
    results.add(test::hash_of(resolution.diagnostics()));
    for (const Layer& layer : resolution.layers()) {
      results.add(layer.module);
      results.add(resolution.quantized(layer) ? 1 : 0);
      results.add(resolution.rule(layer).at);
    }
    for (const Group& group : resolution.groups()) {
      for (const std::uint32_t node : resolution.members(group)) results.add(node);
    }
    results.add(static_cast<std::uint64_t>(write_config_json(resolution, results.sink()).code));
#ifdef DISTILLCFG_WITH_MESSAGES
    if (!resolution.ok()) continue;
    results.add(static_cast<std::uint64_t>(render_resolution_json(resolution, document.text(), results.sink()).code));
    results.add(
        static_cast<std::uint64_t>(render_resolution_table(resolution, document.text(), {}, results.sink()).code));
#endif
  }
  read_model(text, results, filler);
  return results;
}

std::size_t texts = 0;
std::size_t failures = 0;

void try_text(const char* name, std::string_view text) {
  ++texts;
  if (read_config(text, 0x00) == read_config(text, 0xA5)) return;
  std::printf("%s: results differ with what was in memory before\n", name);
  ++failures;
}

void try_file(const char* path) {
  std::FILE* const file = std::fopen(path, "rb");
  auto* const bytes = static_cast<char*>(std::malloc(largest_file));
  if (file == nullptr || bytes == nullptr) {
    std::printf("%s cannot be read\n", path);
    ++failures;
  } else {
    const std::size_t size = std::fread(bytes, 1, largest_file, file);
    if (std::feof(file) != 0) try_text(path, {bytes, size});
  }
  std::free(bytes);
  if (file != nullptr) std::fclose(file);
}

void try_folder(const char* path) {
  DIR* const folder = opendir(path);
  if (folder == nullptr) {
    try_file(path);
    return;
  }
  while (const dirent* const entry = readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    char inner[4096];
    std::snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
    try_folder(inner);
  }
  closedir(folder);
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) try_folder(argv[i]);
  std::printf("%zu texts, %zu failures\n", texts, failures);
  return failures == 0 && texts > 0 ? 0 : 1;
}
