#include "distillcfg/model.hpp"
#include "schema_rows.hpp"

namespace distillcfg {

namespace {

DISTILLCFG_DECLARE_MESSAGE(Module)
DISTILLCFG_DECLARE_MESSAGE(Node)
DISTILLCFG_DECLARE_MESSAGE(Port)

constexpr FieldSchema Model_rows[] = {
    DISTILLCFG_ROW(Model, root_type, 1, optional),
    DISTILLCFG_ROW(Model, module, 2, repeated),
    DISTILLCFG_ROW(Model, node, 3, repeated),
    DISTILLCFG_ROW(Model, graph_output, 4, repeated),
};

constexpr FieldSchema Module_rows[] = {
    DISTILLCFG_ROW(Module, name, 1, required),
    DISTILLCFG_ROW(Module, type, 2, required),
    DISTILLCFG_ROW(Module, padding_mode, 3, optional),
    DISTILLCFG_ROW(Module, weight_id, 4, optional),
};

constexpr FieldSchema Node_rows[] = {
    DISTILLCFG_ROW(Node, name, 1, required),
    DISTILLCFG_ROW(Node, op_type, 2, required),
    DISTILLCFG_ROW(Node, module_name, 3, optional),
    DISTILLCFG_ROW(Node, is_reused, 4, optional),
    DISTILLCFG_ROW(Node, trans_a, 5, optional),
    DISTILLCFG_ROW(Node, input_dimension_reduction, 6, optional),
    DISTILLCFG_ROW(Node, constant_weight, 7, optional, Range::any, 1),
    DISTILLCFG_ROW(Node, weight_rank, 8, optional, Range::any, 2),
    DISTILLCFG_ROW(Node, output, 9, repeated),
};

constexpr FieldSchema Port_rows[] = {
    DISTILLCFG_ROW(Port, consumer, 1, repeated),
    DISTILLCFG_ROW(Port, graph_output, 2, repeated),
};

static_assert(Node{}.constant_weight.value == (Node_rows[6].default_value != 0));
static_assert(Node{}.weight_rank.value == Node_rows[7].default_value);

DISTILLCFG_DEFINE_MESSAGE(Model, 0)
DISTILLCFG_DEFINE_MESSAGE(Module, Model_end)
DISTILLCFG_DEFINE_MESSAGE(Node, Module_end)
DISTILLCFG_DEFINE_MESSAGE(Port, Node_end)

static_assert(Port_end <= max_states);
static_assert(levels_of(Model_schema) < detail::max_depth);

constexpr const MessageSchema* all_messages[] = {&Model_schema, &Module_schema, &Node_schema, &Port_schema};

}  // namespace

const MessageSchema& model_schema() noexcept { return Model_schema; }

std::span<const MessageSchema* const> model_messages() noexcept { return all_messages; }

}  // namespace distillcfg
