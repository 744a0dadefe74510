#include "outcome.hpp"

#include "support/dump.hpp"
#include "support/output.hpp"

namespace distillcfg::test {

namespace {

std::string described(const Diagnostic& diagnostic) {
  return std::string(name_of(diagnostic.severity)) + ' ' + shown(diagnostic.code) + ' ' +
         std::to_string(diagnostic.at.begin) + '-' + std::to_string(diagnostic.at.end) + " AMCT " +
         std::to_string(static_cast<unsigned>(diagnostic.amct)) + '\n';
}

std::string described(const Diagnostics& diagnostics) {
  std::string text =
      std::to_string(diagnostics.errors()) + " errors, " + std::to_string(diagnostics.warnings()) + " warnings\n";
  for (std::uint32_t i = 0; i < diagnostics.size(); ++i) text += described(diagnostics[i]);
  return text;
}

template <class Parsed>
std::string read(const Parsed& parsed, const MessageSchema& schema, const void* message) {
  if (!parsed.ok()) {
    for (std::uint32_t i = 0; i < parsed.diagnostics().size(); ++i) {
      if (parsed.diagnostics()[i].severity == Severity::error) return described(parsed.diagnostics()[i]);
    }
    return "no error kept\n";
  }
  Dump dump;
  dump.message(schema, message);
  return dump.text + described(parsed.diagnostics());
}

}  // namespace

std::string outcome(std::string_view config_text, std::string_view network_text, const ::outcome::How& how) {
  const ParseOptions options{.semantics = static_cast<Semantics>(how.semantics), .allow_unknown = how.allow_unknown};
  const Document config = parse(config_text, options);
  const ModelDocument model = parse_model(network_text, options);
  std::string text = read(config, config_schema(), &config.config()) + read(model, model_schema(), &model.model());
  if (!config.ok()) return text;
  text += printed(config.config());
  text += described(validate(config.config(), {.text = config.text(), .int4 = how.int4}));
  if (!model.ok()) return text;
  const Resolution resolution =
      resolve(config.config(), model.model(),
              {.config_text = config.text(), .default_config = how.default_config, .int4 = how.int4});
  text += described(resolution.diagnostics());
  for (const Layer& layer : resolution.layers()) {
    const Rule rule = resolution.rule(layer);
    text += std::string(resolution.name(layer)) + ' ' + std::to_string(static_cast<unsigned>(rule.from)) + ' ' +
            std::to_string(rule.at) + '\n';
  }
  std::string json;
  text += write_config_json(resolution, sink_to(json)).ok() ? json : "nothing written\n";
  return text;
}

}  // namespace distillcfg::test
