// The typed configuration: plain structs, named as AMCT's documentation names its messages.
//
// They can be filled in by hand as well as by `parse`:
//
//     AMCTDistillConfig config;
//     config.batch_num = 4;
//     Field<DistillDataQuantConfig> data = DistillDataQuantConfig{};
//     data->ulq_quantize = ActULQquantize{.clip_max_min = ClipMaxMin{6.0F, -6.0F}};
//     config.distill_data_quant_config = &data;
//
// Everything here is trivially destructible and owns nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "distillcfg/list.hpp"

namespace distillcfg {

// A place that is none: the field has not been set.
inline constexpr std::uint32_t absent = 0xFFFF'FFFF;
// A place that is none: the field was set by code, not read from a text.
inline constexpr std::uint32_t set_by_code = 0xFFFF'FFFE;

// Says that a member starts absent, with the value that reading it then gives.
template <class T>
struct Default {
  T value;
};
template <class T>
Default(T) -> Default<T>;

// One field: its value, and where in the text it was set.
//
// `at` is the byte offset of the field's name in the text or, for an element inside [ ], of the
// element; of several occurrences, the one that supplied the value (a message that was merged
// keeps its first). It is `set_by_code` for a field that code has set and `absent` for one that
// nothing has set; `value` then is the schema's default.
template <class T>
struct Field {
  T value{};
  std::uint32_t at = absent;

  constexpr Field() noexcept = default;
  constexpr Field(Default<T> start) noexcept : value(start.value) {}
  template <class Value>
    requires std::is_convertible_v<const Value&, T>
  constexpr Field(const Value& set, std::uint32_t place = set_by_code) noexcept
      : value(static_cast<T>(set)), at(place) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return at != absent; }
  [[nodiscard]] constexpr const T& operator*() const noexcept { return value; }
  [[nodiscard]] constexpr T& operator*() noexcept { return value; }
  [[nodiscard]] constexpr const T* operator->() const noexcept { return &value; }
  [[nodiscard]] constexpr T* operator->() noexcept { return &value; }
};

// An optional message that stands elsewhere: in the arena, or where the code that sets it says.
// Used where a message is often absent, so that its absence costs one pointer.
template <class T>
class Boxed {
 public:
  constexpr Boxed() noexcept = default;
  constexpr Boxed(Field<T>* field) noexcept : field_(field) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return field_ != nullptr && field_->has_value(); }
  // The message, or nullptr where it is absent.
  [[nodiscard]] constexpr const T* get() const noexcept { return has_value() ? &field_->value : nullptr; }
  // As Field::at.
  [[nodiscard]] constexpr std::uint32_t at() const noexcept { return field_ == nullptr ? absent : field_->at; }
  // Only where has_value(); not checked.
  [[nodiscard]] constexpr const T& operator*() const noexcept { return field_->value; }
  [[nodiscard]] constexpr T& operator*() noexcept { return field_->value; }
  [[nodiscard]] constexpr const T* operator->() const noexcept { return &field_->value; }
  [[nodiscard]] constexpr T* operator->() noexcept { return &field_->value; }
  [[nodiscard]] constexpr Field<T>* field() noexcept { return field_; }

 private:
  Field<T>* field_ = nullptr;
};

// The bytes of a string value: UTF-8, not terminated, may hold NUL. Converts to and from
// std::string_view. Borrows from the text that was parsed, from the arena, or from the code that
// set it. Holds at most max_source_size bytes.
//
// Packed to twelve bytes so that Field<Text> takes sixteen: strings are most of a configuration's
// memory, and the bound on arena bytes per byte of text rests on it.
#pragma pack(push, 4)
class Text {
 public:
  constexpr Text() noexcept = default;
  constexpr Text(std::string_view text) noexcept : data_(text.data()), size_(static_cast<std::uint32_t>(text.size())) {}
  constexpr Text(const char* text) noexcept : Text(std::string_view(text)) {}

  [[nodiscard]] constexpr std::string_view view() const noexcept { return {data_, size_}; }
  constexpr operator std::string_view() const noexcept { return view(); }
  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  friend constexpr bool operator==(const Text& a, std::string_view b) noexcept { return a.view() == b; }
  friend constexpr bool operator==(const Text& a, const Text& b) noexcept { return a.view() == b.view(); }

 private:
  const char* data_ = nullptr;
  std::uint32_t size_ = 0;
};
#pragma pack(pop)

// Quantisation bit width.
enum class DataType : std::uint32_t { INT4 = 0, INT8 = 1 };

// Initial upper and lower limit.
struct ClipMaxMin {
  Field<float> clip_max = {};  // required
  Field<float> clip_min = {};  // required
};

// The ULQ algorithm for data.
struct ActULQquantize {
  Field<ClipMaxMin> clip_max_min = {};  // absent: initialised by IFMR
  Field<bool> fixed_min = {};           // absent: true behind a ReLU, else false
  Field<DataType> dst_type = Default{DataType::INT8};
};

// How data is quantised. ulq_quantize is the only member of its oneof, data_quant_algo.
struct DistillDataQuantConfig {
  Field<ActULQquantize> ulq_quantize = {};
};

// The ARQ algorithm for weights.
struct ARQDistill {
  Field<DataType> dst_type = Default{DataType::INT8};
  Field<bool> channel_wise = {};
};

// The ULQ algorithm for weights.
struct WtsULQDistill {
  Field<DataType> dst_type = Default{DataType::INT8};
  Field<bool> channel_wise = {};
};

using WeightAlgorithm = std::variant<std::monostate, ARQDistill, WtsULQDistill>;

// How weights are quantised. `weights_quant_algo` is the oneof; its place is that of the member
// that is set (arq_distill or ulq_distill), and it is absent exactly when it holds monostate.
struct DistillWeightQuantConfig {
  Field<WeightAlgorithm> weights_quant_algo = {};
};

// A user-defined structure to distil: the route between two layers.
struct DistillGroup {
  Field<Text> start_layer_name = {};  // required
  Field<Text> end_layer_name = {};    // required
};

// Settings of one layer, in place of the global ones.
struct DistillOverrideLayer {
  Field<Text> layer_name = {};  // required
  Boxed<DistillDataQuantConfig> distill_data_quant_config = {};
  Boxed<DistillWeightQuantConfig> distill_weight_quant_config = {};
};

// Settings of all layers of one type, in place of the global ones.
struct DistillOverrideLayerType {
  Field<Text> layer_type = {};  // required
  Boxed<DistillDataQuantConfig> distill_data_quant_config = {};
  Boxed<DistillWeightQuantConfig> distill_weight_quant_config = {};
};

// The whole file.
struct AMCTDistillConfig {
  Field<std::uint32_t> batch_num = Default{std::uint32_t{1}};
  Field<std::uint32_t> group_size = Default{std::uint32_t{1}};
  Field<bool> data_dump = {};
  List<Field<DistillGroup>> distill_group = {};
  Boxed<DistillDataQuantConfig> distill_data_quant_config = {};
  Boxed<DistillWeightQuantConfig> distill_weight_quant_config = {};
  List<Field<DistillOverrideLayer>> distill_override_layers = {};
  List<Field<DistillOverrideLayerType>> distill_override_layer_types = {};
  List<Field<Text>> quant_skip_layers = {};
  List<Field<Text>> quant_skip_layer_types = {};
};

}  // namespace distillcfg
