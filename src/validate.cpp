#include "distillcfg/validate.hpp"

#include <cmath>
#include <iterator>

#include "resolve/arrays.hpp"
#include "resolve/names.hpp"
#include "text/characters.hpp"
#include "text/numbers.hpp"
#include "text/similarity.hpp"
#include "validate.hpp"

namespace distillcfg {

using namespace std::string_view_literals;

namespace detail {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view int4_text = "INT4";
constexpr std::string_view int8_text = "INT8";
constexpr std::string_view name_of(DataType type) noexcept { return type == DataType::INT4 ? int4_text : int8_text; }

// The classes that AMCT distils, by LayerClass.
constexpr std::string_view distilled_classes[] = {"Conv2d", "Linear"};
constexpr bool is_distilled(std::string_view name) noexcept {
  return name == distilled_classes[0] || name == distilled_classes[1];
}
// Classes of torch that are near to them in name alone.
constexpr std::string_view other_classes[] = {"Conv1d", "Conv3d", "Bilinear"};

// A float as the text has it. Behind a sign, white space and comments may stand: the sign is then left out.
std::string_view token_of(const Field<float>& value, const Places& places) noexcept {
  const std::string_view bytes = places.bytes(places.value(value.at));
  std::size_t begin = bytes.size();
  while (begin > 0 &&
         (is(bytes[begin - 1], name_start | digit | point) || bytes[begin - 1] == '+' || bytes[begin - 1] == '-')) {
    --begin;
  }
  return {bytes.data() + begin, bytes.size() - begin};
}

// Whether a number was written, not one of the words inf and nan.
bool is_number(std::string_view token) noexcept {
  const std::size_t begin = !token.empty() && token[0] == '-' ? 1 : 0;
  return begin < token.size() && is(token[begin], digit | point);
}

bool overflows(const Field<float>& value, const Places& places) noexcept {
  return std::isinf(value.value) && is_number(token_of(value, places));
}

std::string_view non_finite_text(float value) noexcept {
  if (std::isnan(value)) return "nan"sv;
  return value > 0 ? "inf"sv : "-inf"sv;
}

// A float of at most `longest` bytes as the text has it with its sign, or printed.
std::string_view written(const Field<float>& value, const Places& places, Reporter& reporter,
                         std::size_t longest = SIZE_MAX) noexcept {
  if constexpr (!with_details) return {};
  const std::string_view token = token_of(value, places);
  const bool is_whole = token.size() == places.bytes(places.value(value.at)).size();
  if (!token.empty() && token.size() <= longest && is_whole) return token;
  char digits[float_text_size];
  return reporter.join({digits, write_float(value.value, digits)}, {});
}

// The place of a required value that may be absent.
Span place_of(const Field<float>& value, std::uint32_t message_at, const Places& places) noexcept {
  return value.has_value() ? places.value(value.at) : places.name(message_at);
}

void report_octal(std::string_view field, const Field<std::uint32_t>& value, const Places& places,
                  Reporter& reporter) noexcept {
  const Span at = places.value(value.at);
  const std::string_view token = places.bytes(at);
  if (token.size() < 2 || token[0] != '0' || !is(token[1], digit)) return;
  std::size_t zeros = 0;
  while (zeros + 1 < token.size() && token[zeros] == '0') ++zeros;
  std::uint64_t decimal;  // UINT64_MAX where it does not fit
  const std::string_view digits(token.data() + zeros, token.size() - zeros);
  static_cast<void>(read_integer(digits, UINT64_MAX, decimal));
  if (decimal == value.value) return;
  reporter.report<Code::octal_number>(Severity::warning, at, field, token, value.value);
}

void report_overflow(const Field<ClipMaxMin>& clip, const Places& places, Reporter& reporter) noexcept {
  const auto check = [&](std::string_view field, const Field<float>& value, bool fits) {
    if (!fits || !overflows(value, places)) return;
    reporter.report<Code::overflow_to_infinity>(Severity::warning, places.value(value.at), field,
                                                token_of(value, places), non_finite_text(value.value));
  };
  check("clip_max"sv, clip->clip_max, clip_max_fits(clip->clip_max.value));
  check("clip_min"sv, clip->clip_min, clip_min_fits(clip->clip_min.value));
}

// ---- what overrides drop

// The fields that overrides may lose.
enum class Inherited : std::uint8_t { data_type, weight_type, clip, fixed_min, algorithm, channel_wise };
constexpr std::size_t inherited_fields = 6;

// A field that the global settings make and an override does not.
struct Reset {
  Inherited which;
  std::string_view field;
  std::uint32_t at;  // in the global settings
  std::string_view before;
  std::string_view after;
};

std::string_view weight_algorithm_name(const DistillWeightQuantConfig* weight) noexcept {
  if (weight == nullptr) return {};
  switch (weight->weights_quant_algo->index()) {
    case 1: return "arq_distill"sv;
    case 2: return "ulq_distill"sv;
    default: return {};
  }
}
std::string_view weight_type_field(std::string_view algorithm) noexcept {
  return algorithm == "ulq_distill"sv ? "ulq_distill.dst_type"sv : "arq_distill.dst_type"sv;
}

// The global settings, against which each override is held.
class Inheritance {
 public:
  Inheritance(const AMCTDistillConfig& config, const Places& places, Reporter& reporter) noexcept
      : global_(source_in(Origin::global, config)), places_(places), reporter_(reporter) {}

  // `class_name` is that of the layers that read the override; empty: not known.
  void check(const Field<Text>& name, std::uint32_t override_at, const Source& own,
             std::string_view class_name) noexcept {
    if (name->empty()) return;  // nothing can read it
    Losses losses{name, override_at};
    find_resets(own, class_name, losses);
  }

 private:
  // What one override loses.
  struct Losses {
    const Field<Text>& name;
    std::uint32_t override_at;
    bool any = false;
    Diagnostic* diagnostic = nullptr;
  };

  // Called in many places, and seldom.
  [[gnu::noinline]] void add(Losses& losses, const Reset& reset) noexcept {
    if (losses.any) {
      if constexpr (!with_details) return;
      reporter_.note<NoteKind::reset_too>(losses.diagnostic, place_of_global(reset), reset.field, reset.before,
                                          reset.after);
      return;
    }
    losses.any = true;
    losses.diagnostic =
        reporter_.report<Code::override_resets>(Severity::warning, place_of(losses.name, losses.override_at, places_),
                                                losses.name->view(), reset.field, reset.before, reset.after);
    if constexpr (!with_details) return;
    reporter_.note<NoteKind::global_here>(losses.diagnostic, place_of_global(reset), reset.field);
  }

  // Looked for once: there may be a comment of any length in front of a value.
  Span place_of_global(const Reset& reset) noexcept {
    Span& place = global_places_[static_cast<std::size_t>(reset.which)];
    if (!place.has_place()) place = places_.value(reset.at);
    return place;
  }

  // Made for the first override that loses the clip. What the text has may be of any length.
  std::string_view clip_text(const ClipMaxMin& clip) noexcept {
    if constexpr (!with_details) return {};
    if (clip_text_.empty()) {
      clip_text_ = reporter_.join(written(clip.clip_max, places_, reporter_, float_text_size), " / "sv,
                                  written(clip.clip_min, places_, reporter_, float_text_size));
    }
    return clip_text_;
  }

  // The types come first: nothing else that is lost has such consequences.
  void find_resets(const Source& own, std::string_view class_name, Losses& losses) noexcept {
    constexpr std::string_view unset = "unset";
    const std::string_view algorithm = weight_algorithm_name(global_.weight);
    const Field<DataType> own_data_type = data_type_of(own.data);
    const Field<DataType> own_weight_type = data_type_of(own.weight);
    // A clash of the override's own types is a mistake of its own (3012).
    if (own_data_type.value == own_weight_type.value) {
      const auto check_type = [&](Inherited which, std::string_view field, const Field<DataType>& type,
                                  const Field<DataType>& own_type) {
        if (type.value == own_type.value || own_type.has_value()) return;
        add(losses, Reset{which, field, type.at, name_of(type.value), name_of(own_type.value)});
      };
      check_type(Inherited::data_type, "ulq_quantize.dst_type"sv, data_type_of(global_.data), own_data_type);
      check_type(Inherited::weight_type, weight_type_field(algorithm), data_type_of(global_.weight), own_weight_type);
    }
    if (global_.data != nullptr) {
      constexpr ActULQquantize defaults;
      const ActULQquantize& ulq = global_.data->ulq_quantize.value;
      const ActULQquantize& own_ulq = own.data != nullptr ? own.data->ulq_quantize.value : defaults;
      if (ulq.clip_max_min.has_value() && !own_ulq.clip_max_min.has_value()) {
        add(losses, Reset{Inherited::clip, "ulq_quantize.clip_max_min"sv, ulq.clip_max_min.at,
                          clip_text(ulq.clip_max_min.value), unset});
      }
      if (ulq.fixed_min.has_value() && !own_ulq.fixed_min.has_value()) {
        add(losses, Reset{Inherited::fixed_min, "ulq_quantize.fixed_min"sv, ulq.fixed_min.at,
                          ulq.fixed_min.value ? "true"sv : "false"sv, unset});
      }
    }
    if (algorithm == "ulq_distill"sv && weight_algorithm_name(own.weight).empty()) {
      add(losses, Reset{Inherited::algorithm, "weights_quant_algo"sv, global_.weight->weights_quant_algo.at, algorithm,
                        "arq_distill"sv});
    }
    // Where it is not set, it is true for Conv2d and false for Linear. A global true that a Linear layer
    // loses is no loss: AMCT would refuse it there.
    const Field<bool> channel_wise = channel_wise_of(global_.weight);
    const bool may_be_conv = class_name.empty() || class_name == distilled_classes[0];
    if (channel_wise.has_value() && !channel_wise.value && !channel_wise_of(own.weight).has_value() && may_be_conv) {
      add(losses, Reset{Inherited::channel_wise,
                        algorithm == "ulq_distill"sv ? "ulq_distill.channel_wise"sv : "arq_distill.channel_wise"sv,
                        channel_wise.at, "false"sv, class_name.empty() ? "true (Conv2d)"sv : "true"sv});
    }
  }

  Source global_;
  const Places& places_;
  Reporter& reporter_;
  Span global_places_[inherited_fields] = {};
  std::string_view clip_text_;
};

}  // namespace

Span place_of(const Field<Text>& name, std::uint32_t message_at, const Places& places) noexcept {
  return name.has_value() ? places.value(name.at) : places.name(message_at);
}

Diagnostic* report_clip_max(Severity severity, const Field<ClipMaxMin>& clip, const Places& places,
                            Reporter& reporter) noexcept {
  return reporter.report<Code::clip_max_not_positive>(severity, place_of(clip->clip_max, clip.at, places),
                                                      written(clip->clip_max, places, reporter));
}

Diagnostic* report_clip_min(Severity severity, const Field<ClipMaxMin>& clip, const Places& places,
                            Reporter& reporter) noexcept {
  return reporter.report<Code::clip_min_not_negative>(severity, place_of(clip->clip_min, clip.at, places),
                                                      written(clip->clip_min, places, reporter));
}

void report_non_finite(const Field<ClipMaxMin>& clip, const Places& places, Reporter& reporter) noexcept {
  const auto check = [&](std::string_view field, const Field<float>& value, bool fits) {
    if (std::isfinite(value.value) || !fits || overflows(value, places)) return;
    reporter.report<Code::non_finite_clip>(Severity::warning, places.value(value.at), field,
                                           non_finite_text(value.value));
  };
  check("clip_max"sv, clip->clip_max, clip_max_fits(clip->clip_max.value));
  check("clip_min"sv, clip->clip_min, clip_min_fits(clip->clip_min.value));
}

Diagnostic* report_type_mismatch(Severity severity, const Source& source, std::uint32_t source_at, const Places& places,
                                 Reporter& reporter) noexcept {
  const Field<DataType> data = data_type_of(source.data);
  const Field<DataType> weight = data_type_of(source.weight);
  // The side that says INT4 was set: it is no default.
  const bool data_is_int4 = data.value == DataType::INT4;
  const Field<DataType>& other = data_is_int4 ? weight : data;
  Diagnostic* const diagnostic = reporter.report<Code::data_type_mismatch>(
      severity, places.value((data_is_int4 ? data : weight).at), name_of(data.value), name_of(weight.value));
  if (other.has_value()) {
    reporter.note<NoteKind::other_type_here>(diagnostic, places.value(other.at), name_of(other.value));
    return diagnostic;
  }
  std::string_view missing = data_is_int4 ? "distill_weight_quant_config"sv : "distill_data_quant_config"sv;
  std::uint32_t at = source_at;
  if (const std::string_view algorithm = weight_algorithm_name(source.weight); data_is_int4 && !algorithm.empty()) {
    missing = weight_type_field(algorithm);
    at = source.weight->weights_quant_algo.at;
  } else if (!data_is_int4 && source.data != nullptr && source.data->ulq_quantize.has_value()) {
    missing = "ulq_quantize.dst_type"sv;
    at = source.data->ulq_quantize.at;
  }
  reporter.note<NoteKind::default_type>(diagnostic, places.name(at), missing);
  return diagnostic;
}

Diagnostic* report_channel_wise(Severity severity, const Field<bool>& channel_wise, const Places& places,
                                Reporter& reporter) noexcept {
  const Span at = places.value(channel_wise.at);
  Diagnostic* const diagnostic = reporter.report<Code::channel_wise_linear>(severity, at);
  if (at.end != at.begin) reporter.fix(diagnostic, at, "false"sv);
  return diagnostic;
}

void report_traps(const AMCTDistillConfig& config, const Places& places, Reporter& reporter,
                  UnusedOverrides unused) noexcept {
  report_octal("batch_num"sv, config.batch_num, places, reporter);
  report_octal("group_size"sv, config.group_size, places, reporter);
  const auto check_clip = [&](const DistillDataQuantConfig* data) {
    if (data != nullptr) report_overflow(data->ulq_quantize->clip_max_min, places, reporter);
  };
  check_clip(config.distill_data_quant_config.get());
  Inheritance global(config, places, reporter);
  for (const Origin from : {Origin::layer_override, Origin::type_override}) {
    const bool of_layers = from == Origin::layer_override;
    const bool* const dead = of_layers ? unused.layers : unused.types;
    const Overrides overrides(config, from);
    for (std::uint32_t i = 0; i < overrides.size(); ++i) {
      if (dead[i]) continue;
      const Override override_ = overrides[i];
      check_clip(override_.source.data);
      std::string_view class_name;
      if (!of_layers) {
        class_name = name_for_amct(override_.name.value);
      } else if (unused.linear_layers != nullptr && unused.linear_layers[i]) {
        class_name = distilled_classes[1];
      }
      global.check(override_.name, override_.at, override_.source, class_name);
    }
  }
}

std::string_view similar_class(std::string_view name, const bool (&is_candidate)[2]) noexcept {
  if (name.size() > longest_similar_name) return {};
  // torch.nn.Conv2d
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] != '.') continue;
    name = {name.data() + i + 1, name.size() - i - 1};
    break;
  }
  for (const std::string_view other : other_classes) {
    if (distance(name, other) == 0) return {};
  }
  // "conv1" is what layers are called, and no class.
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z' && is(name[name.size() - 1], digit)) return {};
  unsigned least = unlike;
  std::string_view best;
  for (std::size_t i = 0; i < std::size(distilled_classes); ++i) {
    const unsigned here = is_candidate[i] ? distance(name, distilled_classes[i]) : unlike;
    if (here >= least) continue;
    least = here;
    best = distilled_classes[i];
  }
  return best;
}

Override Overrides::operator[](std::uint32_t i) const noexcept {
  if (from_ == Origin::layer_override) {
    const Field<DistillOverrideLayer>& override_ = config_.distill_override_layers[i];
    return {override_->layer_name, override_.at, source_in(from_, override_.value)};
  }
  const Field<DistillOverrideLayerType>& override_ = config_.distill_override_layer_types[i];
  return {override_->layer_type, override_.at, source_in(from_, override_.value)};
}

namespace {

// Names a class that AMCT distils and that is near.
void suggest_class(Diagnostic* diagnostic, const Field<Text>& name, const Places& places, Reporter& reporter) noexcept {
  if (diagnostic == nullptr || !reporter.wants_suggestions()) return;
  if constexpr (!with_details) return;
  diagnostic->suggestion = similar_class(name->view(), {true, true});
  if (diagnostic->suggestion.empty()) return;
  if (const Span at = places.literal(name.at); at.has_place()) {
    reporter.fix(diagnostic, at, diagnostic->suggestion == distilled_classes[0] ? R"("Conv2d")"sv : R"("Linear")"sv);
  }
}

// The lists that name layers, or classes.
struct NameLists {
  std::string_view skips_field;
  const List<Field<Text>>& skips;
  AmctError unknown_skip;
  Overrides overrides;
  std::string_view name_field;
  Code repeated_code;
  AmctError repeated;
  AmctError unknown_override;
  bool are_classes;
};

constexpr std::string_view empty_name[] = {""sv};

class Validator {
 public:
  Validator(const AMCTDistillConfig& config, const ValidateOptions& options, Reporter& reporter) noexcept
      : config_(config), options_(options), places_(options.text), reporter_(reporter) {}

  void run() noexcept {
    check_count("batch_num"sv, config_.batch_num, AmctError::batch_num);
    check_count("group_size"sv, config_.group_size, AmctError::group_size);
    check_groups();
    check_all_types_skipped();
    const NameLists layers{"quant_skip_layers"sv,
                           config_.quant_skip_layers,
                           AmctError::skip_layers,
                           Overrides(config_, Origin::layer_override),
                           "layer_name"sv,
                           Code::repeated_override_layer,
                           AmctError::override_layers_repeated,
                           AmctError::override_layers,
                           false};
    const NameLists types{"quant_skip_layer_types"sv,
                          config_.quant_skip_layer_types,
                          AmctError::skip_types,
                          Overrides(config_, Origin::type_override),
                          "layer_type"sv,
                          Code::repeated_override_type,
                          AmctError::override_types_repeated,
                          AmctError::override_types,
                          true};
    UnusedOverrides unused;
    if (!check_names(layers, unused.layers) || !check_names(types, unused.types)) {
      reporter_.last_resort(Code::out_of_memory, {});
      return;
    }
    check_source(source_in(Origin::global, config_), absent, false);
    check_overrides(layers, unused.layers);
    check_overrides(types, unused.types);
    report_traps(config_, places_, reporter_, unused);
  }

 private:
  static constexpr std::uint32_t none = Names::none;

  // What is known of a name: where it stands first, and how many overrides it has.
  struct Use {
    std::uint32_t skip = none;
    std::uint32_t skip_at = absent;
    std::uint32_t first_override = none;
    std::uint32_t first_override_at = absent;
    std::uint32_t overrides = 0;
  };

  void check_count(std::string_view field, const Field<std::uint32_t>& count, AmctError error) noexcept {
    if (count.value != 0) return;
    Reporter::amct(reporter_.error<Code::value_below_one>(places_.value(count.at), field), error);
  }

  void check_groups() noexcept {
    for (const Field<DistillGroup>& group : config_.distill_group) {
      const auto check = [&](std::string_view field, const Field<Text>& name) {
        if (!name->empty()) return;
        reporter_.amct(reporter_.error<Code::empty_name>(detail::place_of(name, group.at, places_), field),
                       AmctError::no_route,
                       {name_for_amct(group->start_layer_name.value), name_for_amct(group->end_layer_name.value)});
      };
      check("start_layer_name"sv, group->start_layer_name);
      check("end_layer_name"sv, group->end_layer_name);
    }
  }

  // The first time that the list has skipped every class.
  void check_all_types_skipped() noexcept {
    const Field<Text>* first[std::size(distilled_classes)] = {};
    for (const Field<Text>& skip : config_.quant_skip_layer_types) {
      for (std::size_t i = 0; i < std::size(distilled_classes); ++i) {
        if (first[i] != nullptr || skip.value != distilled_classes[i]) continue;
        first[i] = &skip;
        const Field<Text>* const other = first[1 - i];
        if (other == nullptr) break;
        Diagnostic* const diagnostic = reporter_.error<Code::every_type_skipped>(places_.value(skip.at));
        reporter_.note<NoteKind::skipped_here>(diagnostic, places_.value(other->at), other->value.view());
        Reporter::amct(diagnostic, AmctError::nothing_enabled);
        return;
      }
    }
  }

  // False if there is no memory. `unused` gets a flag for each override, nullptr if there are none.
  bool check_names(const NameLists& lists, const bool*& unused) noexcept {
    const std::uint64_t most = std::uint64_t{lists.skips.size()} + lists.overrides.size();
    if (most == 0) return true;
    whole_lists_ = 0;
    Names names;
    if (!names.reserve(reporter_.arena(), most, options_.hash_seed)) return false;
    auto* const uses = make_array<Use>(most);
    auto* const dead = make_array<bool>(lists.overrides.size());
    auto* const numbers = make_array<std::uint32_t>(lists.overrides.size());
    if (uses == nullptr || dead == nullptr || numbers == nullptr) return false;
    unused = dead;

    std::uint32_t i = 0;
    for (const Field<Text>& skip : lists.skips) {
      const std::uint32_t number = names.add(skip.value);
      if (number == none) return false;
      Use& use = uses[number];
      if (use.skip == none) {
        use.skip = i;
        use.skip_at = skip.at;
      }
      check_skip(lists, i++, use);
    }
    std::uint32_t repeated_names = 0;
    i = 0;
    const auto name_of = [](const Override& override_) -> std::string_view { return override_.name.value; };
    if (!names.add_each(lists.overrides, name_of, [&](const Override& override_, std::uint32_t number) {
          Use& use = uses[number];
          if (use.first_override == none) {
            use.first_override = i;
            use.first_override_at = override_.name.at;
          }
          repeated_names += ++use.overrides == 2 ? 1 : 0;
          numbers[i++] = number;
          return true;
        })) {
      return false;
    }
    auto* const all_repeated = make_array<std::string_view>(with_details ? repeated_names : 0);
    if (all_repeated == nullptr) return false;
    std::uint32_t count = 0;
    for (i = 0; i < lists.overrides.size(); ++i) {
      const std::string_view name = lists.overrides[i].name.value;
      Use& use = uses[numbers[i]];
      // Filled as far as the first one whose message needs it, and complete when anyone reads it.
      if constexpr (with_details) {
        if (use.first_override == i && use.overrides > 1) all_repeated[count++] = name_for_amct(name);
      }
      dead[i] = use.skip != none && !name.empty();
      check_override(lists, i, use, {all_repeated, repeated_names});
    }
    return true;
  }

  void check_skip(const NameLists& lists, std::uint32_t i, Use& use) noexcept {
    const Field<Text>& skip = lists.skips[i];
    const Span at = places_.value(skip.at);
    if (skip->empty()) {
      Reporter::amct(reporter_.error<Code::empty_name>(at, lists.skips_field), lists.unknown_skip, empty_name);
      return;
    }
    if (use.skip == i) {
      check_class(lists, skip);
      return;
    }
    Diagnostic* const diagnostic =
        reporter_.report<Code::repeated_skip>(Severity::warning, at, skip->view(), lists.skips_field);
    if constexpr (!with_details) return;
    if (diagnostic == nullptr) return;
    reporter_.note<NoteKind::first_set_here>(diagnostic, places_.shared_string(use.skip_at), skip->view());
    if (const Span removal = removals_.next(skip.at); removal.has_place()) reporter_.fix(diagnostic, removal, {});
  }

  void check_override(const NameLists& lists, std::uint32_t i, Use& use,
                      std::span<const std::string_view> all_repeated) noexcept {
    const Override override_ = lists.overrides[i];
    const Field<Text>& name = override_.name;
    // Most overrides are sound, and finding the place is what costs.
    const auto place = [&] { return detail::place_of(name, override_.at, places_); };
    const bool is_first = use.first_override == i;
    if (name->empty()) {
      Diagnostic* const diagnostic = reporter_.error<Code::empty_name>(place(), lists.name_field);
      if (is_first) {
        Reporter::amct(diagnostic, lists.unknown_override, empty_name);
      } else {
        amct_repeated(lists, diagnostic, name.value, all_repeated);
      }
      return;
    }
    if (!is_first) {
      Diagnostic* const diagnostic = reporter_.add(lists.repeated_code, Severity::error, place());
      Reporter::set_arguments<Code::repeated_override_layer>(diagnostic, name->view());
      if constexpr (with_details) {
        const Span first = places_.shared_string(use.first_override_at);
        reporter_.note<NoteKind::first_set_here>(diagnostic, first, name->view());
      }
      amct_repeated(lists, diagnostic, name.value, all_repeated);
      return;
    }
    check_class(lists, name);
    if (use.skip == none) return;
    Diagnostic* const diagnostic =
        reporter_.report<Code::dead_override>(Severity::warning, place(), name->view(), lists.skips_field);
    reporter_.note<NoteKind::skipped_here>(diagnostic, places_.value(use.skip_at), name->view());
  }

  void amct_repeated(const NameLists& lists, Diagnostic* diagnostic, std::string_view name,
                     std::span<const std::string_view> all_repeated) noexcept {
    if (whole_lists_++ < most_whole_lists) {
      Reporter::amct(diagnostic, lists.repeated, all_repeated);
    } else {
      reporter_.amct(diagnostic, lists.repeated, {name_for_amct(name)});
    }
  }

  // Layers may have any name.
  void check_class(const NameLists& lists, const Field<Text>& name) noexcept {
    if (!lists.are_classes || is_distilled(name.value)) return;
    Diagnostic* const diagnostic =
        reporter_.report<Code::class_not_distilled>(Severity::warning, places_.value(name.at), name->view());
    suggest_class(diagnostic, name, places_, reporter_);
  }

  void check_overrides(const NameLists& lists, const bool* unused) noexcept {
    for (std::uint32_t i = 0; i < lists.overrides.size(); ++i) {
      if (unused[i]) continue;
      const Override override_ = lists.overrides[i];
      const bool is_linear = lists.are_classes && override_.name.value == distilled_classes[1];
      check_source(override_.source, override_.at, is_linear);
    }
  }

  void check_source(const Source& source, std::uint32_t at, bool is_linear) noexcept {
    if (!options_.int4) {
      check_int4(data_type_of(source.data), at == absent);
      check_int4(data_type_of(source.weight), at == absent);
    } else if (data_type_of(source.data).value != data_type_of(source.weight).value) {
      report_type_mismatch(Severity::warning, source, at, places_, reporter_);
    }
    if (source.data != nullptr && source.data->ulq_quantize->clip_max_min.has_value()) {
      check_clip(source.data->ulq_quantize->clip_max_min);
    }
    const Field<bool> channel_wise = channel_wise_of(source.weight);
    if (is_linear && channel_wise.value) {
      report_channel_wise(Severity::warning, channel_wise, places_, reporter_);
    }
  }

  // AMCT reads the global settings whatever the network is.
  void check_int4(const Field<DataType>& type, bool is_global) noexcept {
    if (type.value != DataType::INT4) return;
    const Span at = places_.value(type.at);
    Diagnostic* const diagnostic =
        reporter_.report<Code::int4_not_supported>(is_global ? Severity::error : Severity::warning, at);
    if (is_global) Reporter::amct(diagnostic, AmctError::int4);
    if (at.end != at.begin) reporter_.fix(diagnostic, at, int8_text);
  }

  void check_clip(const Field<ClipMaxMin>& clip) noexcept {
    // Of a value that a text lacks the parser has spoken already.
    const auto is_known = [&](const Field<float>& value) { return value.has_value() || clip.at == set_by_code; };
    if (!clip_max_fits(clip->clip_max.value) && is_known(clip->clip_max)) {
      report_clip_max(Severity::warning, clip, places_, reporter_);
    }
    if (!clip_min_fits(clip->clip_min.value) && is_known(clip->clip_min)) {
      report_clip_min(Severity::warning, clip, places_, reporter_);
    }
    report_non_finite(clip, places_, reporter_);
  }

  template <class T>
  T* make_array(std::uint64_t size) noexcept {
    T* const array = allocate_array<T>(reporter_.arena(), size);
    for (std::uint64_t i = 0; array != nullptr && i < size; ++i) new (array + i) T();
    return array;
  }

  const AMCTDistillConfig& config_;
  const ValidateOptions& options_;
  Places places_;
  Removals removals_{places_};
  std::uint32_t whole_lists_ = 0;
  Reporter& reporter_;
};

}  // namespace

}  // namespace detail

Diagnostics validate(const AMCTDistillConfig& config, const ValidateOptions& options) noexcept {
  Diagnostics diagnostics;
  detail::Reporter reporter(diagnostics, options.memory, options.limits);
  detail::Validator(config, options, reporter).run();
  reporter.finish();
  return diagnostics;
}

}  // namespace distillcfg
