// The steps that each pass takes are bounded by the sizes of what it is given, and no input costs many
// times what an ordinary one of its size does. See fuzz/steps.hpp for what a step is, and
// docs/security.md for the bounds.
#include "../fuzz/steps.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "../bench/generate_inputs.hpp"
#include "distillcfg/distillcfg.hpp"
#include "steps/adversarial_inputs.hpp"

namespace distillcfg::test {
namespace {

constexpr std::size_t very_small = 200;
constexpr std::size_t small = 20'000;
constexpr std::size_t large = 4 * small;

bool discard(void* context, const char*, std::size_t size) {
  *static_cast<std::uint64_t*>(context) += size;
  return true;
}

// Shows each figure where DISTILLCFG_SHOW_STEPS is set.
const bool shows_steps = std::getenv("DISTILLCFG_SHOW_STEPS") != nullptr;

// Steps of one pass over one input, and what they may depend on: bytes read, and bytes or diagnostics
// handed out.
struct Cost {
  std::uint64_t steps = 0;
  std::uint64_t read = 0;
  std::uint64_t written = 0;
};

template <class Pass>
Cost cost_of(std::size_t read, Pass pass) {
  const std::uint64_t before = fuzz::steps_taken();
  const std::uint64_t written = pass();
  return {fuzz::steps_taken() - before, read, written};
}

double per_byte(const Cost& cost) {
  return static_cast<double>(cost.steps) / static_cast<double>(cost.read + cost.written);
}

void check_growth(const char* name, const char* pass, const Cost& little, const Cost& much, double ordinary,
                  bool looks_ahead = false) {
  CAPTURE(std::string(name));
  CAPTURE(std::string(pass));
  const double before = per_byte(little);
  const double after = per_byte(much);
  if (shows_steps) std::printf("%-10s %8.2f %8.2f %6.1f  %s\n", pass, before, after, after / ordinary, name);
  if (much.steps < 200'000) return;
  CHECK((looks_ahead || after <= 1.5 * before + 1));
  CHECK(after <= 20 * ordinary);
}

constexpr Limits no_limits{0, 0};

// What it hands out are the diagnostics.
std::uint64_t parse_pass(const std::string& text, const ParseOptions& options) {
  const Document document = parse(text, options);
  return document.diagnostics().size();
}

struct Mode {
  const char* name;
  ParseOptions options;
};
const Mode modes[] = {
    {"parse", {}},
    {"all", {.limits = no_limits}},
    {"amct", {.semantics = Semantics::amct, .allow_unknown = true}},
    {"amct all", {.semantics = Semantics::amct, .allow_unknown = true, .limits = no_limits}},
};

// The ordinary input that others are compared with.
template <class Inputs>
const auto& input_of_name(const Inputs& inputs, std::string_view name) {
  for (const auto& input : inputs) {
    if (input.name == name) return input;
  }
  std::abort();
}

// What is made of a configuration, beside parsing it. Each returns the bytes that it wrote.
struct ConfigPass {
  const char* name;
  const char* ordinary;  // the input to compare with; nullptr: an ordinary one, parsed and validated
  std::uint64_t (*run)(const Document& document);
};

template <class Write>
std::uint64_t written_by(Write write) {
  std::uint64_t written = 0;
  static_cast<void>(write(Sink{discard, &written}));
  return written;
}

std::uint64_t json_of(const Findings& findings, std::string_view text) {
  return written_by([&](Sink sink) {
    JsonReport report(sink, {});
    report.add("a.cfg", false, findings, text);
    return report.finish();
  });
}

std::uint64_t sarif_of(const Findings& findings, std::string_view text) {
  return written_by([&](Sink sink) {
    SarifReport report(sink, {});
    report.add("a.cfg", findings, text);
    return report.finish();
  });
}

const ConfigPass config_passes[] = {
    {"print", "as people write",
     [](const Document& d) { return written_by([&](Sink sink) { return print(d.config(), sink); }); }},
    {"validate", nullptr,
     [](const Document& d) {
       static_cast<void>(validate(d.config(), {.text = d.text(), .limits = no_limits}));
       return std::uint64_t{0};
     }},
    {"text", "mistakes on lines of their own",
     [](const Document& d) {
       return written_by([&](Sink sink) { return render_text(d.diagnostics(), "a.cfg", d.text(), {}, sink); });
     }},
    {"gcc", "mistakes on lines of their own",
     [](const Document& d) {
       return written_by([&](Sink sink) { return render_gcc(d.diagnostics(), "a.cfg", d.text(), {}, sink); });
     }},
    {"json", "mistakes on lines of their own", [](const Document& d) { return json_of(d.diagnostics(), d.text()); }},
    {"sarif", "mistakes on lines of their own", [](const Document& d) { return sarif_of(d.diagnostics(), d.text()); }},
};

constexpr const char* chain_name = "a chain without groups";

// A configuration and what it comes to.
struct Side {
  const Document& config;
  const Resolution& resolution;
};

std::uint64_t explained(const Side& side, std::size_t most) {
  std::vector<const Layer*> layers;
  for (const Layer& layer : side.resolution.layers().first(std::min(most, side.resolution.layers().size()))) {
    layers.push_back(&layer);
  }
  return written_by([&](Sink sink) {
    return render_explanation(side.resolution, {"a.cfg", side.config.text()}, layers, {}, sink);
  });
}

std::uint64_t difference(const Side& before, const Side& after) {
  return written_by([&](Sink sink) {
    return render_difference({before.resolution, {"a.cfg", before.config.text()}},
                             {after.resolution, {"b.cfg", after.config.text()}}, {}, sink)
        .written;
  });
}

struct ResolutionPass {
  const char* name;
  const char* ordinary;
  std::uint64_t (*run)(const Side& side, const Side& other);
};
const ResolutionPass resolution_passes[] = {
    {"config", chain_name,
     [](const Side& side, const Side&) {
       return written_by([&](Sink sink) { return write_config_json(side.resolution, sink); });
     }},
    {"r json", chain_name,
     [](const Side& side, const Side&) {
       return written_by([&](Sink sink) { return render_resolution_json(side.resolution, side.config.text(), sink); });
     }},
    {"r table", chain_name,
     [](const Side& side, const Side&) {
       return written_by(
           [&](Sink sink) { return render_resolution_table(side.resolution, side.config.text(), {}, sink); });
     }},
    {"explain", chain_name, [](const Side& side, const Side&) { return explained(side, SIZE_MAX); }},
    {"explain 1", chain_name, [](const Side& side, const Side&) { return explained(side, 1); }},
    {"same", chain_name, [](const Side& side, const Side&) { return difference(side, side); }},
    {"diff", chain_name, [](const Side& side, const Side& other) { return difference(side, other); }},
    {"text", "skipped names that are unknown",
     [](const Side& side, const Side&) {
       return written_by([&](Sink sink) {
         return render_text(side.resolution.diagnostics(), "a.cfg", side.config.text(), {}, sink);
       });
     }},
    {"json", "skipped names that are unknown",
     [](const Side& side, const Side&) { return json_of(side.resolution.diagnostics(), side.config.text()); }},
    {"sarif", "skipped names that are unknown",
     [](const Side& side, const Side&) { return sarif_of(side.resolution.diagnostics(), side.config.text()); }},
};

}  // namespace

TEST_CASE("steps are counted") {
  REQUIRE(cost_of(1, [] { return parse_pass("batch_num: 1", {}); }).steps > 50);
}

// What an ordinary configuration costs to parse and validate, in steps a byte.
double usual_check() {
  const std::string text = input_of_name(adversarial_configs(), "as people write").make(large);
  return per_byte(cost_of(text.size(), [&] {
    const Document document = parse(text);
    static_cast<void>(validate(document.config(), {.text = document.text()}));
    return std::uint64_t{0};
  }));
}

TEST_CASE("parse") {
  const double usual = usual_check();
  for (const Mode& mode : modes) {
    for (const AdversarialInput& input : adversarial_configs()) {
      Cost cost[2];
      for (const bool much : {false, true}) {
        const std::string text = input.make(much ? large : small);
        cost[much] = cost_of(text.size(), [&] { return parse_pass(text, mode.options); });
      }
      check_growth(input.name, mode.name, cost[0], cost[1], usual, input.looks_ahead);
      CAPTURE(std::string(input.name));
      CHECK(cost[1].steps <= fuzz::most_parse_steps(cost[1].read));
    }
  }
}

// Anything small that repeats, behind anything that opens something: where recovery goes back and forth,
// some such text shows it.
TEST_CASE("parse patterns") {
  constexpr std::string_view heads[] = {"", "distill_group{", "distill_group:[", "quant_skip_layers:[",
                                        "distill_override_layers{distill_data_quant_config{"};
  constexpr std::string_view tokens[] = {
      "{", "}", "<",  ">",    "[", "]",  ":",        ",",  ";",         "(",        "$",
      "-", "/", "\"", "\n",   " ", "#",  "\xC3\xA9", "%",  "x",         "1",        "y{",
      "=", "@", "\\", "\x01", "'", "0x", "1.",       "{}", "batch_num", "bach_num", "distill_group"};
  constexpr std::size_t size = 4'000;
  std::uint64_t worst = 0;
  std::string worst_text;
  std::string text;
  for (const std::string_view head : heads) {
    for (const std::string_view first : tokens) {
      for (const std::string_view second : tokens) {
        text = head;
        while (text.size() < size) {
          text += first;
          text += second;
        }
        const Cost cost = cost_of(text.size(), [&] { return parse_pass(text, {.limits = no_limits}); });
        if (cost.steps > worst) {
          worst = cost.steps;
          worst_text = text.substr(0, 100);
        }
      }
    }
  }
  CAPTURE(worst_text);
  if (shows_steps) std::printf("%llu steps: %s\n", static_cast<unsigned long long>(worst), worst_text.c_str());
  CHECK(worst <= fuzz::most_parse_steps(size));
}

TEST_CASE("what follows parse") {
  for (const ConfigPass& pass : config_passes) {
    const auto run = [&](const AdversarialInput& input, std::size_t bytes) {
      const Document document =
          parse(input.make(bytes), {.semantics = Semantics::amct, .allow_unknown = true, .limits = no_limits});
      return cost_of(document.text().size(), [&] { return pass.run(document); });
    };
    const double usual = pass.ordinary == nullptr
                             ? usual_check()
                             : per_byte(run(input_of_name(adversarial_configs(), pass.ordinary), large));
    for (const AdversarialInput& input : adversarial_configs()) {
      const Cost much = run(input, large);
      check_growth(input.name, pass.name, run(input, small), much, usual);
      const bool writes = pass.ordinary != nullptr || std::string_view(pass.name) == "print";
      CHECK(much.steps <=
            (writes ? fuzz::most_write_steps(much.read, much.written) : fuzz::most_validate_steps(much.read)));
    }
  }
}

// `read` is the size of all texts that the findings are about.
void check_rendering(const Findings& findings, std::string_view text, std::size_t read) {
  RenderOptions options;
  const auto check = [&](const char* form, auto render) {
    CAPTURE(std::string(form));
    CAPTURE(options.width);
    const Cost cost = cost_of(read, [&] { return written_by(render); });
    const std::uint64_t most = fuzz::most_write_steps(cost.read, cost.written);
    if (shows_steps) {
      std::printf("%-10s %5.2f of the bound, width %zu\n", form,
                  static_cast<double>(cost.steps) / static_cast<double>(most), options.width);
    }
    CHECK(cost.steps <= most);
  };
  for (const std::size_t width : {std::size_t{100}, std::size_t{400}}) {
    options.width = width;
    check("text", [&](Sink sink) { return render_text(findings, "a.cfg", text, options, sink); });
  }
  check("gcc", [&](Sink sink) { return render_gcc(findings, "a.cfg", text, options, sink); });
  check("json", [&](Sink sink) {
    JsonReport report(sink, options);
    report.add("a.cfg", false, findings, text);
    return report.finish();
  });
  check("sarif", [&](Sink sink) {
    SarifReport report(sink, options);
    report.add("a.cfg", findings, text);
    return report.finish();
  });
}

TEST_CASE("rendering of what was found") {
  for (const AdversarialInput& input : adversarial_configs()) {
    CAPTURE(std::string(input.name));
    for (const std::size_t bytes : {very_small, small}) {
      CAPTURE(bytes);
      const std::string text = input.make(bytes);
      for (const Limits& limits : {Limits{}, no_limits}) {
        CAPTURE(limits.max_errors);
        if (shows_steps) std::printf("%s, %zu, limit %u\n", input.name, bytes, limits.max_errors);
        const Document document = parse(text, {.semantics = Semantics::amct, .limits = limits});
        check_rendering(document.diagnostics(), document.text(), text.size());
        if (!document.ok()) continue;
        const Diagnostics mistakes = validate(document.config(), {.text = document.text(), .limits = limits});
        check_rendering(mistakes, document.text(), text.size());
      }
    }
  }
}

TEST_CASE("parse_model") {
  const auto run = [&](const AdversarialInput& input, std::size_t bytes) {
    const std::string text = input.make(bytes);
    return cost_of(text.size(), [&] {
      static_cast<void>(parse_model(text, {.limits = no_limits}));
      return std::uint64_t{0};
    });
  };
  const double usual = per_byte(run(input_of_name(adversarial_models(), "a chain"), large));
  for (const auto* inputs : {&adversarial_models(), &adversarial_configs()}) {
    for (const AdversarialInput& input : *inputs) {
      const Cost much = run(input, large);
      check_growth(input.name, "model", run(input, small), much, usual, input.looks_ahead);
      CHECK(much.steps <= fuzz::most_parse_steps(much.read));
    }
  }
}

TEST_CASE("resolve and what follows it") {
  struct Costs {
    Cost resolve;
    std::vector<Cost> passes;
  };
  const auto run = [&](const AdversarialPair& pair, std::size_t bytes) {
    const Document config = parse(pair.config(bytes), {.semantics = Semantics::amct});
    const ModelDocument model = parse_model(pair.model(bytes));
    REQUIRE(config.ok());
    REQUIRE(model.ok());
    // Under this, every layer that is quantised gets something else, and groups are others.
    const Document other = parse("group_size: 3 distill_weight_quant_config { ulq_distill { channel_wise: true } }\n");
    const Resolution other_resolution = resolve(other.config(), model.model(), {.config_text = other.text()});
    const std::size_t size = config.text().size() + model.text().size();
    const std::uint64_t most_bytes = resolve_arena_bound(config.config(), model.model());
    Costs costs;
    Resolution resolution;
    costs.resolve = cost_of(size, [&] {
      resolution = resolve(config.config(), model.model(), {.config_text = config.text(), .limits = no_limits});
      return std::uint64_t{0};
    });
    CHECK(resolution.arena_used() <= most_bytes + diagnostic_bound * resolution.diagnostics().size());
    if (shows_steps) std::printf("%s, %zu\n", pair.name, bytes);
    check_rendering(resolution.diagnostics(), config.text(), size);
    const Resolution limited = resolve(config.config(), model.model(), {.config_text = config.text()});
    check_rendering(limited.diagnostics(), config.text(), size);
    for (const ResolutionPass& pass : resolution_passes) {
      costs.passes.push_back(cost_of(size, [&] { return pass.run({config, resolution}, {other, other_resolution}); }));
    }
    return costs;
  };
  const Costs chain = run(input_of_name(adversarial_pairs(), chain_name), large);
  const Costs unknown = run(input_of_name(adversarial_pairs(), "skipped names that are unknown"), large);
  for (const AdversarialPair& pair : adversarial_pairs()) {
    CAPTURE(std::string(pair.name));
    const Costs few = run(pair, very_small);
    const Costs little = run(pair, small);
    const Costs much = run(pair, large);
    for (const Costs* const costs : {&few, &little, &much}) {
      CHECK(costs->resolve.steps <= fuzz::most_resolve_steps(costs->resolve.read));
      for (std::size_t i = 0; i < costs->passes.size(); ++i) {
        CAPTURE(std::string(resolution_passes[i].name));
        const Cost& cost = costs->passes[i];
        CHECK(cost.steps <= fuzz::most_write_steps(cost.read, cost.written));
      }
    }
    check_growth(pair.name, "resolve", little.resolve, much.resolve, per_byte(unknown.resolve));
    for (std::size_t i = 0; i < much.passes.size(); ++i) {
      const ResolutionPass& pass = resolution_passes[i];
      const Costs& usual = pass.ordinary == chain_name ? chain : unknown;
      check_growth(pair.name, pass.name, little.passes[i], much.passes[i], per_byte(usual.passes[i]));
    }
  }
}

}  // namespace distillcfg::test
