// The whole job for a large network, from two texts to config.json, in buffers of the caller's: no heap.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "distillcfg/config_json.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/resolve.hpp"
#include "support/counted_heap.hpp"

using namespace distillcfg;
using distillcfg::test::heap_calls;

namespace {

constexpr std::uint32_t layers = 50'000;

// A convolution, a batch normalisation and an activation, over and over; each convolution feeds the next.
std::string network() {
  constexpr const char* kinds[][3] = {
      {"conv", "Conv2d", "Conv"}, {"bn", "BatchNorm2d", "BatchNormalization"}, {"relu", "ReLU", "Relu"}};
  std::string modules;
  std::string nodes;
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < layers; ++i) {
    for (const auto& [stem, type, op] : kinds) {
      const std::string name = "block" + std::to_string(i) + "." + stem;
      modules += "module { name: \"" + name + "\" type: \"" + type + "\" }\n";
      nodes += "node { name: \"" + name + "\" op_type: \"" + op + "\" module_name: \"" + name + "\" output { ";
      const bool is_last = ++next == 3 * layers;
      nodes += (is_last ? "graph_output: 0" : "consumer: " + std::to_string(next)) + " } }\n";
    }
  }
  return modules + nodes + "graph_output: \"output\"\n";
}

// Every third layer is overridden, every seventh skipped, every hundredth starts a group.
std::string configuration() {
  std::string cfg = "batch_num: 2\ngroup_size: 4\n";
  for (std::uint32_t i = 0; i < layers; ++i) {
    const std::string block = "block" + std::to_string(i);
    if (i % 3 == 0) {
      cfg += "distill_override_layers {\n  layer_name: \"" + block +
             ".conv\"\n  distill_data_quant_config { ulq_quantize { clip_max_min { clip_max: " + std::to_string(i + 1) +
             ".5 clip_min: -1.25 } fixed_min: true } }\n"
             "  distill_weight_quant_config { ulq_distill { channel_wise: false } }\n}\n";
    }
    if (i % 7 == 0) cfg += "quant_skip_layers: \"" + block + ".conv\"\n";
    if (i % 100 == 0) {
      cfg += "distill_group { start_layer_name: \"" + block + ".conv\" end_layer_name: \"" + block + ".relu\" }\n";
    }
  }
  return cfg;
}

// Memory that is touched where it is used alone.
struct Buffer {
  explicit Buffer(std::size_t wanted) : bytes(new std::byte[wanted]), size(wanted) {}
  [[nodiscard]] Memory memory() const { return Memory(std::span<std::byte>(bytes.get(), size)); }

  std::unique_ptr<std::byte[]> bytes;
  std::size_t size;
};

struct Output {
  static bool write(void* context, const char* data, std::size_t size) {
    auto& self = *static_cast<Output*>(context);
    if (size > self.capacity - self.size) return false;
    std::memcpy(self.bytes + self.size, data, size);
    self.size += size;
    return true;
  }

  char* bytes;
  std::size_t capacity;
  std::size_t size = 0;
};

}  // namespace

TEST_CASE("50,000 layers without the heap") {
  const std::string model_text = network();
  const std::string cfg_text = configuration();
  const Buffer for_model(static_cast<std::size_t>(model_arena_bound(model_text.size())));
  const Buffer for_cfg(static_cast<std::size_t>(arena_bound(cfg_text.size())));
  const Buffer for_resolution(std::size_t{128} << 20U);
  const Buffer for_json(std::size_t{64} << 20U);
  Output output{reinterpret_cast<char*>(for_json.bytes.get()), for_json.size};

  heap_calls = 0;
  const ModelDocument model = parse_model(model_text, {.memory = for_model.memory()});
  const Document document = parse(cfg_text, {.memory = for_cfg.memory()});
  const Resolution resolution =
      resolve(document.config(), model.model(), {.config_text = document.text(), .memory = for_resolution.memory()});
  const WriteResult written = write_config_json(resolution, {Output::write, &output});
  const std::size_t calls = heap_calls;

  CHECK(calls == 0);
  CHECK(model.ok());
  CHECK(document.ok());
  REQUIRE(resolution.ok());
  REQUIRE(written.ok());
  CHECK(resolution.layers().size() == layers);

  // What the heap gives is the same.
  const Resolution other = resolve(document.config(), model.model());
  CHECK(heap_calls != 0);
  std::string json;
  const Sink sink{[](void* context, const char* data, std::size_t size) {
                    static_cast<std::string*>(context)->append(data, size);
                    return true;
                  },
                  &json};
  REQUIRE(write_config_json(other, sink).ok());
  CHECK((json == std::string_view(output.bytes, output.size)));
}

TEST_CASE("what the heap gave goes back to it") {
  const std::size_t blocks = distillcfg::test::heap_blocks;
  std::size_t most = 0;
  for (int i = 0; i < 3; ++i) {
    const Document document = parse("quant_skip_layers: ['a', 'b']");
    const ModelDocument model = parse_model("module { name: 'a' type: 'Conv2d' } module { name: 'b' type: 'Linear' }");
    const Resolution resolution = resolve(document.config(), model.model());
    most = distillcfg::test::heap_blocks;
  }
  CHECK(most > blocks);
  CHECK(distillcfg::test::heap_blocks == blocks);
}
