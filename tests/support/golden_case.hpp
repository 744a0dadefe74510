// A case of tests/goldens: what its name and the first lines of its input say of how it is run, and
// what comes out. The first folder of the name is the mode:
//
//   strict, merge, amct, allow_unknown      the parser, so set
//   model                                   the parser of model descriptions
//   validate, resolve                       the parser (strict) and, of what it accepts, that pass
//
// An input of the last two may start with comments:
//
//   # options: amct no-int4 default         semantics amct, a target without INT4, no configuration at all
//   # model: models/small                   the network is resolve/models/small.textproto; without this
//                                           line it is NAME.model.textproto
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "distillcfg/distillcfg.hpp"
#include "files.hpp"
#include "output.hpp"
#include "quoted.hpp"

namespace distillcfg::test {

struct GoldenCase {
  std::string name;
  std::string mode;
  ParseOptions parsing;
  bool int4 = true;
  bool default_config = false;
  std::string model;  // the description's text
};

// What a case comes to; borrows from the results that run_case holds.
struct Outcome {
  const Findings& findings;
  std::string_view text;
  std::optional<std::string> config_json;
};

inline std::filesystem::path goldens_folder() { return data_folder() / "goldens"; }

// The file of the network of a case of resolve/, relative to the folder of goldens.
inline std::string model_file(const std::string& name, std::string_view input) {
  constexpr std::string_view mark = "# model: ";
  while (input.starts_with('#')) {
    std::string_view line = take_until(input, '\n');
    if (!line.starts_with(mark)) continue;
    line.remove_prefix(mark.size());
    return "resolve/" + std::string(line) + ".textproto";
  }
  return name + ".model.textproto";
}

// False if the name or the first lines make no sense.
inline bool read_case(const std::string& name, std::string_view input, GoldenCase& result) {
  result.name = name;
  std::string_view rest = name;
  result.mode = take_until(rest, '/');
  if (result.mode == "merge") result.parsing.semantics = Semantics::merge;
  if (result.mode == "amct") result.parsing.semantics = Semantics::amct;
  if (result.mode == "allow_unknown") result.parsing.allow_unknown = true;
  if (result.mode == "resolve") {
    const auto model = read_file(goldens_folder() / model_file(name, input));
    if (!model) return false;
    result.model = *model;
  }
  if (result.mode != "validate" && result.mode != "resolve") {
    return result.mode == "strict" || result.mode == "merge" || result.mode == "amct" ||
           result.mode == "allow_unknown" || result.mode == "model";
  }
  constexpr std::string_view mark = "# options: ";
  while (input.starts_with('#')) {
    std::string_view line = take_until(input, '\n');
    if (!line.starts_with(mark)) continue;
    line.remove_prefix(mark.size());
    while (!line.empty()) {
      const std::string_view option = take_until(line, ' ');
      if (option == "amct") {
        result.parsing.semantics = Semantics::amct;
      } else if (option == "no-int4") {
        result.int4 = false;
      } else if (option == "default") {
        result.default_config = true;
      } else {
        return false;
      }
    }
  }
  return true;
}

// Runs a case on a text, as the tool does, and calls `use` with the Outcome.
template <class Use>
void run_case(const GoldenCase& golden, std::string_view text, Use use) {
  if (golden.mode == "model") {
    const ModelDocument model = parse_model(text);
    use(Outcome{model.diagnostics(), model.text(), {}});
    return;
  }
  const Document document = parse(text, golden.parsing);
  const ModelDocument model = parse_model(golden.model);
  Findings findings(document.diagnostics());
  std::optional<std::string> config_json;
  Diagnostics validation;
  Resolution resolution;
  if (document.ok() && golden.mode == "validate") {
    validation = validate(document.config(), {.text = document.text(), .int4 = golden.int4});
    findings.append(validation);
    findings.sort_by_place();
  } else if (document.ok() && golden.mode == "resolve") {
    resolution =
        resolve(document.config(), model.model(),
                {.config_text = document.text(), .default_config = golden.default_config, .int4 = golden.int4});
    findings.append(resolution.diagnostics());
    std::string json;
    if (write_config_json(resolution, sink_to(json)).ok()) config_json = json;
  }
  findings.drop_explained();
  use(Outcome{findings, document.text(), config_json});
}

}  // namespace distillcfg::test
